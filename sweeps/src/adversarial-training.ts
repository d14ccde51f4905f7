/**
 * What does adversarial training buy on clusters, at what cost, and do finer labels buy the same without it?
 * Madry et al., ICLR 2018 (arXiv 1706.06083), on the model of Li, Pan, Lyu & Li, ICLR 2025; the question of the talk's end.
 */
import { adversarialDescent, exactRadii, spanOf } from '@marginalia/attack';
import {
  balancedOutputs,
  binaryReadout,
  descend,
  kernelFormOf,
  multiClassObjective,
  type Network,
  type Random,
} from '@marginalia/core';
import { defineSweep, integer, real, sameData, type Setting } from '@marginalia/sweep';
import {
  adversarialBeatsAveraging,
  adversarialFromAveraged,
  finerLabelsMatchAdversarial,
  median,
  share,
  type Measurements,
} from '@marginalia/theory';
import {
  clusterAxes,
  clusterCost,
  clusterDefaults,
  clusterEnvironment,
  clusterMemory,
  refuseTooManySamples,
  validateClusters,
} from './cluster-axes.js';
import { initialLayer, withClusterData, type ClusterData } from './cluster-data.js';
import { freshPointsOf } from './fresh-points.js';

const axes = {
  ...clusterAxes,
  attackRadius: real('ε of the training attack, in units of √(d/k)', { atLeast: 0, ...sameData }),
  attackSteps: integer('J, steps of the inner search, each of 2.5 ε/J from δ = 0', {
    atLeast: 1,
    ...sameData,
  }),
  warmUp: real('share of the training over which ε grows from 0', { atLeast: 0, ...sameData }),
} as const;

type AdversarialSetting = Setting<typeof axes>;

export default defineSweep({
  name: 'adversarial-training',
  question: 'Does adversarial training keep features apart, and do finer labels do as well without it?',
  axes,
  values: {
    ...clusterDefaults,
    dimension: [2048],
    clusters: [8],
    width: [8],
    samples: ({ clusters }) => 40 * clusters,
    // Five times the published pace, as the fine sweep has.
    stepSize: ({ dimension, clusters, width }) => (0.3072 * width * clusters) / dimension,
    steps: [200],
    testPoints: [200],
    attackRadius: [0, 0.25, 0.5],
    attackSteps: [5],
    warmUp: [0],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'three radii, from the start and after a warm-up, at k = 8 and 16',
      values: { clusters: [8, 16], warmUp: [0, 0.8] },
      replicates: 3,
    },
    radii: {
      about: 'radii up to twice that of the averaged net, and longer training',
      values: {
        attackRadius: [0, 0.125, 0.25, 0.375, 0.5, 0.75, 1, 1.5, 2],
        warmUp: [0, 0.4, 0.8],
        steps: [200, 1000],
      },
      replicates: 3,
    },
  },
  claims: [adversarialBeatsAveraging, adversarialFromAveraged, finerLabelsMatchAdversarial],
  headline: [
    'adversarialRadius',
    'fineRadius',
    'adversarialPasses',
    'finePasses',
    'cleanAccuracy',
    'robustTrainAccuracy',
  ],
  where: ({ attackRadius, warmUp }) => attackRadius > 0 || warmUp === 0,
  validate(setting) {
    validateClusters(setting);
    refuseTooManySamples(setting, 2 * setting.width, 2);
  },
  cost: (setting) =>
    clusterCost(setting, 2 * setting.width, 2) +
    setting.steps *
      setting.samples *
      (8 * setting.width * setting.samples + 40 * setting.attackSteps * setting.width ** 2),
  memory: (setting) => 2 * clusterMemory(setting, 2 * setting.width, 2),
  environment: (setting) => clusterEnvironment(setting),
  run: (setting, random) => withClusterData(setting, random, async (data) => measure(setting, random, data)),
});

function measure(setting: AdversarialSetting, random: Random, data: ClusterData): Measurements {
  const { dimension, clusters, width, stepSize, steps, attackRadius, attackSteps, warmUp, testPoints } =
    setting;
  const { train, distribution } = data;
  const outputs = balancedOutputs(width);
  const trained = adversarialDescent({
    start: initialLayer(data, setting, 2 * width, random.stream('initialisation')),
    outputs,
    inputs: train.inputs,
    labels: train.labels,
    stepSize,
    steps,
    radius: attackRadius * Math.sqrt(dimension / clusters),
    attackSteps,
    warmUp: Math.round(warmUp * steps),
  });
  // Ordinary descent on cluster labels: one neuron a cluster, the same data and steps, at the pace of one neuron a class.
  const fine = descend({
    start: initialLayer(data, setting, clusters, random.stream('fine')),
    inputs: train.inputs,
    objective: multiClassObjective(train.clusters, clusters, 1),
    stepSize: stepSize / width,
    steps,
    form: 'gram',
    kernel: data.kernel(kernelFormOf('gram')),
  });
  const fresh = freshPointsOf(
    data,
    testPoints,
    [trained.layer.weights, fine.layer.weights],
    random.stream('test'),
  );
  const radiiOf = (layer: Network): number[] => {
    const at = layer.readout.kind === 'linear' ? 0 : 1;
    const span = spanOf({ ...layer, ambient: dimension });
    return exactRadii(span, fresh.products[at]!, fresh.labels).map(({ upper }) => upper);
  };
  const radii = radiiOf({ ...trained.layer, readout: { kind: 'linear', outputs } });
  const fineRadii = radiiOf({ ...fine.layer, readout: binaryReadout('max', distribution.classes, 1) });
  return {
    adversarialRadius: median(radii),
    fineRadius: median(fineRadii),
    adversarialPasses: trained.passes,
    finePasses: steps,
    cleanAccuracy: share(radii, (radius) => radius > 0),
    fineCleanAccuracy: share(fineRadii, (radius) => radius > 0),
    robustTrainAccuracy: share(Array.from(trained.attackedMargins), (margin) => margin > 0),
    trainAccuracy: share(Array.from(trained.margins), (margin) => margin > 0),
    trainLoss: trained.loss,
  };
}
