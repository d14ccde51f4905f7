/**
 * Where does averaging hold, and where does it stop? The same net on the dimensionless groups that decide it: s₀ = σ_w√d,
 * the size of initial pre-activations; η̃ = ηd/(mk), the step; τ = η̃T, the training time; n/k, samples a cluster; k/d.
 * Li, Pan, Lyu & Li, ICLR 2025 (arXiv 2410.10322), Assumption 4.3, as a phase diagram.
 */
import { universalDirection } from '@marginalia/attack';
import { balancedOutputs, binaryObjective, logistic, type Network, type Random } from '@marginalia/core';
import { defineSweep, real, sameData, type Setting } from '@marginalia/sweep';
import {
  averagingPhase,
  lazyRadius,
  lazyRadiusExponent,
  radiusAtEveryStep,
  radiusChain,
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
import { trainOnClusters, type ClusterTraining } from './cluster-training.js';
import { freshPointsOf } from './fresh-points.js';
import { chainViolation, radiiOf, radiusColumns } from './measure-radii.js';
import { measureCosines, measureIdentities, measureTraining } from './measure-training.js';

const axes = {
  initialScale: real('s₀ = σ_w√d, size of the initial pre-activations', { above: 0, ...sameData }),
  pace: real('η̃ = ηd/(mk), the step size without dimension', { above: 0, ...sameData }),
  time: real('τ = η̃T, training time; T is rounded to whole steps', { above: 0, ...sameData }),
  samplesPerCluster: real('n/k', { above: 0 }),
  ...clusterAxes,
} as const;

type PhaseSetting = Setting<typeof axes>;

export default defineSweep({
  name: 'averaging-phases',
  question: 'In which range of initial scale, step and time do features average, and what lies beyond?',
  axes,
  values: {
    initialScale: [1e-3],
    pace: [0.06],
    time: [6],
    samplesPerCluster: [60],
    ...clusterDefaults,
    dimension: [1024, 4096, 16384],
    clusters: [8],
    width: [5],
    samples: ({ samplesPerCluster, clusters }) => Math.round(samplesPerCluster * clusters),
    stepSize: ({ pace, width, clusters, dimension }) => (pace * width * clusters) / dimension,
    steps: ({ pace, time }) => Math.max(1, Math.round(time / pace)),
    testPoints: [200],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'initial scale against step size, at two dimensions',
      values: { initialScale: [1e-4, 1e-2, 1], pace: [0.02, 0.2, 2, 20] },
      replicates: 5,
    },
    diagram: {
      about:
        'the whole plane of initial scale and step size, at two training times and three numbers of samples',
      values: {
        initialScale: [1e-4, 1e-3, 1e-2, 0.1, 0.3, 1, 3, 10],
        pace: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
        time: [6, 60],
        samplesPerCluster: [10, 30, 100],
      },
      replicates: 3,
    },
  },
  claims: [averagingPhase, radiusAtEveryStep, lazyRadius, lazyRadiusExponent, radiusChain],
  headline: [
    'sameClassCosine',
    'sameClassCosineMin',
    'coefficientRatio',
    'cleanAccuracy',
    'exactRadius',
    'trainMarginMean',
  ],
  validate(setting) {
    validateClusters(setting);
    refuseTooManySamples(setting, 2 * setting.width, 2);
  },
  cost: (setting) => clusterCost(setting, 2 * setting.width, 2),
  memory: (setting) => clusterMemory(setting, 2 * setting.width, 2),
  environment: (setting) => clusterEnvironment(setting),
  run: (setting, random) =>
    trainOnClusters(
      setting,
      random,
      2 * setting.width,
      ({ labels }) => binaryObjective(logistic, balancedOutputs(setting.width), labels),
      async (training) => measure(setting, random, training),
    ),
});

function measure(setting: PhaseSetting, random: Random, training: ClusterTraining): Measurements {
  const { dimension, clusters, width, samples, stepSize, testPoints } = setting;
  const { distribution, descent, train } = training;
  const own = (neuron: number, cluster: number): boolean =>
    neuron < width === distribution.classes[cluster]! > 0;
  const fresh = freshPointsOf(training, testPoints, [descent.layer.weights], random.stream('test'));
  const network: Network = {
    ...descent.layer,
    ambient: dimension,
    readout: { kind: 'linear', outputs: balancedOutputs(width) },
  };
  const radii = radiiOf(
    network,
    { products: fresh.products[0]!, labels: fresh.labels },
    universalDirection(distribution.centres, distribution.classes),
    random.stream('attack'),
  );
  return {
    ...measureTraining(setting, training),
    ...measureIdentities(setting, training, {
      sign: (neuron, sample) => (neuron < width ? 1 : -1) * train.labels[sample]!,
      own,
      largestStep: stepSize / (width * samples),
    }),
    ...measureCosines(training, own),
    cleanAccuracy: share(radii.margins, (margin) => margin > 0),
    ...radiusColumns(radii, Math.sqrt(dimension / clusters), ''),
    chainViolation: chainViolation(radii),
  };
}
