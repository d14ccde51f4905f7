/**
 * Do fine labels keep features apart, and what is that worth under each read-out?
 * Li, Pan, Lyu & Li, ICLR 2025 (arXiv 2410.10322): the multi-class net with cross-entropy on cluster labels.
 */
import { universalDirection } from '@marginalia/attack';
import {
  binaryReadout,
  multiClassObjective,
  preactivations,
  row,
  type Network,
  type Random,
} from '@marginalia/core';
import { defineSweep } from '@marginalia/sweep';
import {
  biasIdentity,
  decoupledCosines,
  decouplingAccuracy,
  fineCoefficientSigns,
  halfDistanceBound,
  initialCountsUniform,
  lseReadoutRadius,
  maxRadiusExponentClusters,
  maxRadiusExponentDimension,
  maxReadoutRadius,
  otherCoefficientsSmall,
  ownCoefficientLarge,
  projectedGradientMasked,
  maskedAttackMeetsPublishedCurve,
  publishedCurveNotExact,
  radiusChain,
  share,
  sumRadiusExponent,
  sumReadoutRadius,
  weightDecomposition,
  type Measurements,
} from '@marginalia/theory';
import {
  clusterAxes,
  clusterCost,
  clusterMemory,
  clusterDefaults,
  publishedPace,
  refuseTooManySamples,
  clusterEnvironment,
  validateClusters,
  type ClusterSetting,
} from './cluster-axes.js';
import { trainOnClusters, type ClusterTraining } from './cluster-training.js';
import { dumpTraining } from './dump.js';
import { freshPointsOf } from './fresh-points.js';
import { chainViolation, largestMean, provedShare, radiiOf, radiusColumns } from './measure-radii.js';
import {
  measureCosines,
  measureIdentities,
  measureInitialCounts,
  measureTraining,
} from './measure-training.js';

const oneSetting = [
  weightDecomposition,
  biasIdentity,
  fineCoefficientSigns,
  initialCountsUniform,
  decouplingAccuracy,
  ownCoefficientLarge,
  otherCoefficientsSmall,
  decoupledCosines,
  sumReadoutRadius,
  maxReadoutRadius,
  lseReadoutRadius,
  projectedGradientMasked,
  halfDistanceBound,
  radiusChain,
];
const exponents = [maxRadiusExponentDimension, maxRadiusExponentClusters, sumRadiusExponent];
const published = [maskedAttackMeetsPublishedCurve, publishedCurveNotExact];

/** Read-outs in the order of the columns, with the suffix of their names. */
const readouts = [
  ['sum', 'Sum'],
  ['max', 'Max'],
  ['lse', 'Lse'],
] as const;

const train = <Result>(
  setting: ClusterSetting,
  random: Random,
  use: (training: ClusterTraining) => Promise<Result>,
): Promise<Result> =>
  trainOnClusters(
    setting,
    random,
    setting.clusters * setting.width,
    ({ clusters }) => multiClassObjective(clusters, setting.clusters, setting.width),
    use,
  );

/** Five times the pace of the binary sweep with m = 5: the published η = 1e-3 at d = 3072, k = 10, h = 1. */
const finePace = (setting: ClusterSetting): number => 5 * publishedPace(setting);

export default defineSweep({
  name: 'feature-decoupling',
  question: 'Do fine labels keep features apart, and what is that worth under each read-out?',
  axes: clusterAxes,
  values: {
    ...clusterDefaults,
    dimension: [3072],
    clusters: [10],
    width: [1],
    samples: [1000],
    stepSize: finePace,
    steps: [100],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'a small grid over d, k, h, n: half a minute on two cores',
      values: {
        dimension: [1024, 2048, 4096],
        clusters: [4, 8],
        width: [1, 2],
        samples: ({ clusters }) => 60 * clusters,
        testPoints: [200],
      },
      replicates: 3,
    },
    paper: {
      about:
        'the published setting: k = 10, d = 3072, h = 1, n = 1000, η = 1e-3, T = 100, and the talk’s initialisation beside it',
      values: { stepSize: [1e-3], initialisation: ['paper', 'talk'] },
      replicates: 5,
      claims: [...oneSetting, ...published],
    },
    scaling: {
      about: 'exponents of the exact radii in d and k, for each read-out',
      values: {
        dimension: [1024, 3072, 10240, 30720],
        clusters: [4, 8, 16],
        samples: ({ clusters }) => 100 * clusters,
        testPoints: [300],
      },
      replicates: 3,
    },
  },
  claims: [...oneSetting, ...exponents],
  headline: [
    'sameClassCosine',
    'oppositeClassCosine',
    'fineAccuracy',
    'trainMarginMean',
    ...[
      'cleanAccuracy',
      'exactRadius',
      'universalRadius',
      'pgdRadius',
      'certifiedRadius',
      'maskingGap',
    ].flatMap((name) => readouts.map(([, suffix]) => `${name}${suffix}`)),
    ...readouts.map(([, suffix]) => `robustAccuracy${suffix}`),
  ],
  validate(setting) {
    validateClusters(setting);
    refuseTooManySamples(setting, setting.clusters * setting.width, setting.clusters);
  },
  cost: (setting) => 3 * clusterCost(setting, setting.clusters * setting.width, setting.clusters),
  memory: (setting) => clusterMemory(setting, setting.clusters * setting.width, setting.clusters),
  environment: clusterEnvironment,

  run: (setting, random) => train(setting, random, (training) => measure(setting, random, training)),

  arrays: (setting, random) =>
    train(setting, random, async (training) => {
      const sum = binaryReadout('sum', training.distribution.classes, setting.width);
      return dumpTraining(training, sum.kind === 'linear' ? sum.outputs : new Float64Array());
    }),
});

async function measure(
  setting: ClusterSetting,
  random: Random,
  training: ClusterTraining,
): Promise<Measurements> {
  const { dimension, clusters, width, samples, stepSize, testPoints } = setting;
  const { distribution, descent } = training;
  const groupOf = (neuron: number): number => Math.floor(neuron / width);
  const own = (neuron: number, cluster: number): boolean => groupOf(neuron) === cluster;
  const { initialCountDistance } = measureInitialCounts(training, clusters, random.stream('ranks'));
  // A class is alive when one of its neurons is active on one of its own training points.
  const active = preactivations(descent.layer, training.train.inputs);
  const alive = new Set<number>();
  active.data.forEach((value, at) => {
    const group = groupOf(at % active.columns);
    if (value > 0 && training.train.clusters[Math.floor(at / active.columns)] === group) alive.add(group);
  });

  const direction = universalDirection(distribution.centres, distribution.classes);
  const fresh = freshPointsOf(training, testPoints, [descent.layer.weights], random.stream('test'));
  const seen = { products: fresh.products[0]!, labels: fresh.labels };
  const unit = Math.sqrt(dimension / clusters);
  const measured = readouts.map(([kind, suffix]) => {
    const network: Network = {
      ...descent.layer,
      ambient: dimension,
      readout: binaryReadout(kind, distribution.classes, width),
    };
    return { suffix, radii: radiiOf(network, seen, direction, random.stream('attack', kind)) };
  });
  const identities = measureIdentities(setting, training, {
    sign: (neuron, sample) => (training.train.clusters[sample] === groupOf(neuron) ? 1 : -1),
    own,
    largestStep: stepSize / (width * samples),
  });

  return {
    ...measureTraining(setting, training),
    ...identities,
    ownCoefficientMin: identities.sameClassCoefficientMin ?? Number.NaN,
    otherCoefficientRatio: identities.oppositeCoefficientRatio ?? Number.NaN,
    deadClasses: clusters - alive.size,
    initialCountDistance,
    ...measureCosines(training, own),
    fineAccuracy: fineAccuracy(seen.products.data, descent.layer.biases, fresh.clusters, clusters, width),
    ...Object.assign(
      {},
      ...measured.map(({ suffix, radii }) => ({
        [`cleanAccuracy${suffix}`]: share(radii.margins, (margin) => margin > 0),
        ...radiusColumns(radii, unit, suffix),
      })),
    ),
    provedShare: Math.min(
      ...measured.filter(({ suffix }) => suffix !== 'Lse').map(({ radii }) => provedShare(radii)),
    ),
    ...largestMean(measured.map(({ radii }) => radii.exactLower)),
    chainViolation: Math.max(...measured.map(({ radii }) => chainViolation(radii))),
  };
}

/** Share of points whose own cluster scores highest; a tie counts as a miss. */
function fineAccuracy(
  products: Float64Array,
  biases: Float64Array,
  targets: Int32Array,
  classes: number,
  size: number,
): number {
  const width = biases.length;
  const leads = Array.from(targets, (target, i) => {
    const line = { rows: targets.length, columns: width, data: products };
    const scores = new Float64Array(classes);
    row(line, i).forEach(
      (value, r) => (scores[Math.floor(r / size)]! += Math.max(0, value + biases[r]!) / size),
    );
    const rival = Math.max(...scores.filter((_, j) => j !== target));
    return scores[target]! - rival;
  });
  return share(leads, (lead) => lead > 0);
}
