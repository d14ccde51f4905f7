/**
 * Does gradient descent average the features of a class, and how small an attack does that invite?
 * Li, Pan, Lyu & Li, ICLR 2025 (arXiv 2410.10322): the binary net with frozen outputs ±1/m on orthogonal clusters.
 */
import { universalDirection } from '@marginalia/attack';
import {
  balancedOutputs,
  binaryObjective,
  logistic,
  norm,
  type Network,
  type Random,
} from '@marginalia/core';
import { defineSweep } from '@marginalia/sweep';
import {
  anyBias as anyBiasClaim,
  anyBiasNeedsAccuracy,
  averagedCosines,
  averagedRadiusClosedForm,
  biasIdentity,
  coefficientSigns,
  eulerIdentity,
  halfDistanceBound,
  initialCountsUniform,
  marginCurve,
  median,
  oppositeCoefficientsSmall,
  perfectAccuracy,
  publishedTwoClassCurveBelowExact,
  radiusChain,
  radiusExponentClusters,
  radiusExponentDimension,
  robustNetExists,
  robustNetwork,
  sameClassCoefficientsComparable,
  sameClassCoefficientsLarge,
  share,
  universalDirectionOptimal,
  weightDecomposition,
  type Measurements,
} from '@marginalia/theory';
import { anyBias } from './any-bias.js';
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
import { alongDirection, chainViolation, largestMean, radiiOf, radiusColumns } from './measure-radii.js';
import {
  measureCosines,
  measureIdentities,
  measureInitialCounts,
  measureTraining,
} from './measure-training.js';

/** Claims of one setting that need many samples a cluster, beyond the 30 of the scaling grid: see the README. */
const manySamples = [
  sameClassCoefficientsLarge,
  sameClassCoefficientsComparable,
  oppositeCoefficientsSmall,
  averagedCosines,
  marginCurve,
  averagedRadiusClosedForm,
];
const atAnySize = [
  weightDecomposition,
  biasIdentity,
  coefficientSigns,
  eulerIdentity,
  initialCountsUniform,
  perfectAccuracy,
  universalDirectionOptimal,
  anyBiasClaim,
  anyBiasNeedsAccuracy,
  halfDistanceBound,
  robustNetExists,
  radiusChain,
];
const exponents = [radiusExponentDimension, radiusExponentClusters];
const oneSetting = [...atAnySize, ...manySamples];

/** δ of the any-bias theorem, in units of √(d/k): ω(√(d/k)) at finite size. */
const anyBiasReach = 3;

const train = <Result>(
  setting: ClusterSetting,
  random: Random,
  use: (training: ClusterTraining) => Promise<Result>,
): Promise<Result> =>
  trainOnClusters(
    setting,
    random,
    2 * setting.width,
    ({ labels }) => binaryObjective(logistic, balancedOutputs(setting.width), labels),
    use,
  );

export default defineSweep({
  name: 'feature-averaging',
  question:
    'Does gradient descent average the features of a class, and how small an attack does that invite?',
  axes: clusterAxes,
  values: {
    ...clusterDefaults,
    dimension: [3072],
    clusters: [10],
    width: [5],
    samples: [1000],
    stepSize: publishedPace,
    steps: [100],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'a small grid over d, k, m, n: a few seconds on two cores',
      values: {
        dimension: [1024, 2048, 4096],
        clusters: [4, 8],
        width: [3, 5],
        samples: ({ clusters }) => 40 * clusters,
        testPoints: [300],
      },
      // Runs that differ in m alone share their data: 36 units.
      replicates: 6,
    },
    paper: {
      about:
        'the published setting: k = 10, d = 3072, m = 5, n = 1000, η = 1e-3, T = 100, and the talk’s initialisation beside it',
      values: { stepSize: [1e-3], initialisation: ['paper', 'talk'] },
      replicates: 5,
      claims: [...oneSetting, publishedTwoClassCurveBelowExact],
    },
    scaling: {
      about: 'exponents of the exact radius in d and k: d from 10³ to 10⁵, n = 30 k',
      values: {
        dimension: [1024, 3072, 10240, 30720, 102400],
        clusters: [4, 8, 16],
        samples: ({ clusters }) => 30 * clusters,
        testPoints: [500],
      },
      // Cluster counts vary by a fifth at 30 samples a cluster: three replicates leave the exponent of k at ± .04.
      replicates: 8,
      claims: [...atAnySize, ...exponents],
    },
  },
  claims: [...oneSetting, ...exponents],
  headline: [
    'sameClassCosine',
    'oppositeClassCosine',
    'coefficientRatio',
    'cleanAccuracy',
    'trainMarginMean',
    'exactRadius',
    'universalRadius',
    'pgdRadius',
    'certifiedRadius',
    'robustNetRadius',
    'robustAccuracy',
  ],
  validate(setting) {
    validateClusters(setting);
    refuseTooManySamples(setting, 2 * setting.width, 2);
  },
  cost: (setting) => clusterCost(setting, 2 * setting.width, 2),
  memory: (setting) => clusterMemory(setting, 2 * setting.width, 2),
  environment: clusterEnvironment,

  run: (setting, random) => train(setting, random, (training) => measure(setting, random, training)),

  arrays: (setting, random) =>
    train(setting, random, async (training) => dumpTraining(training, balancedOutputs(setting.width))),
});

async function measure(
  setting: ClusterSetting,
  random: Random,
  training: ClusterTraining,
): Promise<Measurements> {
  const { dimension, clusters, width, samples, stepSize, testPoints } = setting;
  const { distribution, descent } = training;
  const own = (neuron: number, cluster: number): boolean =>
    neuron < width === distribution.classes[cluster]! > 0;
  const { initialCountDistance } = measureInitialCounts(training, clusters, random.stream('ranks'));

  const direction = universalDirection(distribution.centres, distribution.classes);
  const robust = robustNetwork(distribution.centres, distribution.classes);
  const fresh = freshPointsOf(
    training,
    testPoints,
    [descent.layer.weights, robust.weights],
    random.stream('test'),
  );
  const seen = { products: fresh.products[0]!, labels: fresh.labels };
  const network: Network = {
    ...descent.layer,
    ambient: dimension,
    readout: { kind: 'linear', outputs: balancedOutputs(width) },
  };
  const unit = Math.sqrt(dimension / clusters);
  const radii = radiiOf(network, seen, direction, random.stream('attack'));
  const robustRadii = radiiOf(
    { ...robust, ambient: dimension },
    { ...seen, products: fresh.products[1]! },
    direction,
    random.stream('robust'),
  );
  const reach = (anyBiasReach * unit) / norm(direction);
  const shifts = alongDirection(direction, descent.layer.weights).map((value) => value * reach);

  return {
    ...measureTraining(setting, training),
    ...measureIdentities(setting, training, {
      sign: (neuron, sample) => (neuron < width ? 1 : -1) * training.train.labels[sample]!,
      own,
      largestStep: stepSize / (width * samples),
    }),
    initialCountDistance,
    ...measureCosines(training, own),
    cleanAccuracy: share(radii.margins, (margin) => margin > 0),
    ...radiusColumns(radii, unit, ''),
    ...anyBias(seen, shifts),
    robustNetRadius: median(robustRadii.exact),
    ...largestMean([radii.exact, robustRadii.exact]),
    chainViolation: Math.max(chainViolation(radii), chainViolation(robustRadii)),
  };
}
