/**
 * How much supervision does robustness take? Each class is split into g groups of k/(2g) clusters, and the label names the
 * group: g = 1 are the class labels alone, g = k/2 names the cluster. A share of the samples may carry its class alone,
 * and a share of the group labels may be wrong within the class.
 * The question with which the talk ends (Li 2024, "More detailed and structured supervisory information"); ours between the ends.
 */
import { universalDirection } from '@marginalia/attack';
import {
  BadInput,
  binaryReadout,
  partialLabelObjective,
  preactivations,
  type LabelledPoints,
  type Network,
  type Random,
} from '@marginalia/core';
import { defineSweep, integer, real, sameData, type Setting } from '@marginalia/sweep';
import {
  finerNeverWorse,
  groupedCosines,
  groupedMaxRadius,
  groupedRadiusExponent,
  groupedSumRadius,
  noisyLabelsAverage,
  partialLabelsSuffice,
  radiusChain,
  radiusFollowsCosine,
  share,
  type Measurements,
} from '@marginalia/theory';
import {
  clusterAxes,
  clusterCost,
  clusterDefaults,
  clusterEnvironment,
  clusterMemory,
  publishedPace,
  refuseTooManySamples,
  validateClusters,
} from './cluster-axes.js';
import { trainOnClusters, type ClusterTraining } from './cluster-training.js';
import { dumpTraining } from './dump.js';
import { freshPointsOf } from './fresh-points.js';
import { chainViolation, provedShare, radiiOf, radiusColumns } from './measure-radii.js';
import { measureCosines, measureTraining } from './measure-training.js';

const axes = {
  ...clusterAxes,
  groups: integer('g, groups of clusters a class that a label tells apart; must divide k/2', {
    atLeast: 1,
    ...sameData,
  }),
  knownShare: real(
    'share of the training points that carry the label of their group; the others carry their class',
    {
      atLeast: 0,
      ...sameData,
    },
  ),
  labelNoise: real('share of those labels that are drawn anew, uniformly over the groups of the class', {
    atLeast: 0,
    ...sameData,
  }),
} as const;

type FinerSetting = Setting<typeof axes>;

const neuronsOf = ({ groups, width }: FinerSetting): number => 2 * groups * width;

/** Group of cluster j: the first k/2 clusters are positive, k/(2g) a group. */
const groupOf = (cluster: number, { clusters, groups }: FinerSetting): number =>
  Math.floor(cluster / (clusters / (2 * groups)));

const readouts = [
  ['sum', 'Sum'],
  ['max', 'Max'],
] as const;

export default defineSweep({
  name: 'finer-supervision',
  question: 'How fine must labels be, and how many of them, for features to stay apart?',
  axes,
  values: {
    ...clusterDefaults,
    dimension: [3072],
    clusters: [16],
    width: [1],
    samples: ({ clusters }) => 60 * clusters,
    // The pace of the fine sweep: λ of a cluster grows alike, however many clusters share a group.
    stepSize: (setting) => 5 * publishedPace(setting),
    steps: [100],
    groups: [1, 2, 4, 8],
    knownShare: [1],
    labelNoise: [0],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'groups of one to eight clusters; partial and noisy labels at the finest',
      values: {
        clusters: [8, 16],
        groups: [1, 2, 4, 8],
        testPoints: [200],
        knownShare: [1, 0.25],
        labelNoise: [0, 0.5],
      },
      replicates: 3,
    },
    scaling: {
      about: 'the exponent in g at several dimensions',
      values: { dimension: [3072, 12288], clusters: [16, 32], groups: [1, 2, 4, 8, 16], testPoints: [300] },
      replicates: 5,
    },
    labels: {
      about: 'how many labels, and how clean: shares of one in 32 to all, noise of none to all',
      values: {
        groups: [8],
        knownShare: [0, 0.03125, 0.0625, 0.125, 0.25, 0.5, 1],
        labelNoise: [0, 0.25, 0.5, 0.75, 1],
      },
      replicates: 5,
      claims: [radiusFollowsCosine, finerNeverWorse, partialLabelsSuffice, noisyLabelsAverage, radiusChain],
    },
  },
  where: ({ clusters, groups, knownShare, labelNoise }) =>
    (clusters / 2) % groups === 0 && (knownShare === 1 || labelNoise === 0),
  claims: [
    groupedCosines,
    groupedMaxRadius,
    groupedRadiusExponent,
    groupedSumRadius,
    radiusFollowsCosine,
    finerNeverWorse,
    partialLabelsSuffice,
    noisyLabelsAverage,
    radiusChain,
  ],
  headline: [
    'sameClassCosine',
    'cleanAccuracyMax',
    'exactRadiusMax',
    'exactRadiusSum',
    'pgdRadiusSum',
    'trainMarginMean',
  ],
  validate(setting) {
    validateClusters(setting);
    if (setting.positiveClusters !== setting.clusters / 2) {
      throw new BadInput({
        expected: 'k/2 positive clusters, so that both classes have as many groups',
        got: `${setting.positiveClusters} of ${setting.clusters}`,
      });
    }
    for (const axis of ['knownShare', 'labelNoise'] as const) {
      if (setting[axis] > 1)
        throw new BadInput({ expected: `${axis} to be a share, at most 1`, got: String(setting[axis]) });
    }
    refuseTooManySamples(setting, neuronsOf(setting), 2 * setting.groups);
  },
  cost: (setting) => 2 * clusterCost(setting, neuronsOf(setting), 2 * setting.groups),
  memory: (setting) => clusterMemory(setting, neuronsOf(setting), 2 * setting.groups),
  environment: (setting) => clusterEnvironment(setting),
  run: (setting, random) => train(setting, random, async (training) => measure(setting, random, training)),

  arrays: (setting, random) =>
    train(setting, random, async (training) => {
      const sum = binaryReadout('sum', sidesOf(setting), setting.width);
      return dumpTraining(training, sum.kind === 'linear' ? sum.outputs : new Float64Array());
    }),
});

function train<Result>(
  setting: FinerSetting,
  random: Random,
  use: (training: ClusterTraining) => Promise<Result>,
): Promise<Result> {
  const labels = random.stream('labels');
  return trainOnClusters(
    setting,
    random,
    neuronsOf(setting),
    (drawn) => labelsOf(setting, drawn, labels),
    use,
  );
}

/** y_G of each group, the positive ones first. */
const sidesOf = ({ groups }: FinerSetting): Int8Array =>
  Int8Array.from({ length: 2 * groups }, (_, group) => (group < groups ? 1 : -1));

/** What the samples carry. The draws are made for all of them, so that a share is a subset of any larger one. */
function labelsOf(
  setting: FinerSetting,
  { clusters }: LabelledPoints,
  random: Random,
): ReturnType<typeof partialLabelObjective> {
  const { groups, knownShare, labelNoise, width } = setting;
  const known = random.stream('known');
  const wrong = random.stream('wrong');
  const anew = random.stream('anew');
  const blocks = Int32Array.from(clusters, (j) => groupOf(j, setting));
  return partialLabelObjective({
    targets: Int32Array.from(blocks, (group) => {
      const drawn = (group < groups ? 0 : groups) + anew.integer(groups);
      return wrong.uniform() < labelNoise ? drawn : group;
    }),
    known: Uint8Array.from(clusters, () => Number(known.uniform() < knownShare)),
    classes: sidesOf(setting),
    size: width,
    blocks,
  });
}

function measure(setting: FinerSetting, random: Random, training: ClusterTraining): Measurements {
  const { dimension, clusters, width, testPoints } = setting;
  const { distribution, descent, train } = training;
  const group = (neuron: number): number => Math.floor(neuron / width);
  const active = preactivations(descent.layer, train.inputs);
  const alive = new Set<number>();
  active.data.forEach((value, at) => {
    const of = group(at % active.columns);
    const sample = Math.floor(at / active.columns);
    if (value > 0 && groupOf(train.clusters[sample]!, setting) === of) alive.add(of);
  });
  const fresh = freshPointsOf(training, testPoints, [descent.layer.weights], random.stream('test'));
  const seen = { products: fresh.products[0]!, labels: fresh.labels };
  const direction = universalDirection(distribution.centres, distribution.classes);
  const measured = readouts.map(([kind, suffix]) => {
    const network: Network = {
      ...descent.layer,
      ambient: dimension,
      readout: binaryReadout(kind, sidesOf(setting), width),
    };
    return { suffix, radii: radiiOf(network, seen, direction, random.stream('attack', kind)) };
  });
  const own = (neuron: number, cluster: number): boolean => groupOf(cluster, setting) === group(neuron);
  const cosines = measureCosines(training, own);
  return {
    ...measureTraining(setting, training),
    deadClasses: 2 * setting.groups - alive.size,
    ...cosines,
    cosineCoupling: -Number(cosines.oppositeClassCosine) / Number(cosines.sameClassCosine),
    ...Object.assign(
      {},
      ...measured.map(({ suffix, radii }) => ({
        [`cleanAccuracy${suffix}`]: share(radii.margins, (margin) => margin > 0),
        ...radiusColumns(radii, Math.sqrt(dimension / clusters), suffix),
      })),
    ),
    provedShare: Math.min(...measured.map(({ radii }) => provedShare(radii))),
    chainViolation: Math.max(...measured.map(({ radii }) => chainViolation(radii))),
  };
}
