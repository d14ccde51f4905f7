/**
 * What does a KKT point of the margin problem on clustered data look like, and how small a perturbation fools it? Both
 * layers trained, far beyond the fit.
 * Frei, Vardi, Bartlett & Srebro, NeurIPS 2023 (arXiv 2303.01456): such points generalise, and one direction flips them all.
 */
import { exactRadii, spanOf, universalDirection } from '@marginalia/attack';
import { kernelFormOf, norm, preactivations, row, type Network, type Random } from '@marginalia/core';
import { defineSweep, integer, real, sameData } from '@marginalia/sweep';
import {
  kktGeneralises,
  kktFlipped,
  kktUniversalLength,
  kktLengthExponentDimension,
  kktLengthExponentClusters,
  kktClusterWeights,
  kktLayerBalance,
  kktDoubleEdge,
  mean,
  median,
  radiusChain,
  robustNetExists,
  robustNetwork,
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
  type ClusterSetting,
} from './cluster-axes.js';
import { initialLayer, withClusterData, type ClusterData } from './cluster-data.js';
import { freshPointsOf } from './fresh-points.js';
import { stationarity, trainLate, type LateNet } from './late-training.js';
import { chainViolation, radiiOf, radiusColumns } from './measure-radii.js';

const axes = {
  ...clusterAxes,
  startScale: real('σ_w√d: size of the initial pre-activations and output weights, balanced', {
    above: 0,
    ...sameData,
  }),
  steps: integer('T, steps of gradient descent whose size grows as the loss falls', {
    atLeast: 10,
    ...sameData,
  }),
} as const;

export default defineSweep({
  name: 'kkt-clusters',
  question:
    'Do KKT points of the margin problem on clusters generalise, and does one direction flip them all?',
  axes,
  values: {
    ...clusterDefaults,
    dimension: [65_536],
    clusters: [2, 4, 8],
    width: [5],
    // n ≥ k ln² d up to k = 4, as Theorem 3.1 asks; beyond that, what the radius asks.
    samples: ({ clusters }) => (clusters <= 4 ? 320 : 60) * clusters,
    // The step is set by the loss; the axis of the constant-step sweeps is not used.
    stepSize: [1],
    startScale: [0.01],
    steps: [1000],
    testPoints: [300],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'from moderate dimensions to where the theorem’s hypotheses hold',
      values: { dimension: [4096, 65_536, 40_000_000] },
      replicates: 4,
    },
  },
  claims: [
    kktGeneralises,
    kktFlipped,
    kktUniversalLength,
    kktLengthExponentDimension,
    kktLengthExponentClusters,
    kktClusterWeights,
    kktLayerBalance,
    kktDoubleEdge,
    robustNetExists,
    radiusChain,
  ],
  headline: [
    'stationarityResidual',
    'trainMarginMin',
    'cleanAccuracy',
    'flipLength',
    'exactRadius',
    'universalRadius',
  ],
  validate(setting) {
    validateClusters(setting);
    refuseTooManySamples(setting, 2 * setting.width, 2);
  },
  cost: (setting) => clusterCost(setting, 2 * setting.width, 2),
  memory: (setting) => clusterMemory(setting, 2 * setting.width, 2),
  environment: (setting) => clusterEnvironment(setting),
  run: (setting, random) =>
    withClusterData(setting, random, async (data) => {
      const { width, startScale } = setting;
      const start = initialLayer(
        data,
        { ...setting, initialScale: startScale },
        2 * width,
        random.stream('initialisation'),
      );
      const labels = data.train.labels;
      const outputs = Float64Array.from({ length: 2 * width }, (_, r) => {
        const size = Math.hypot(norm(row(start.weights, r)), start.biases[r]!);
        return r < width ? size : -size;
      });
      const net = trainLate({
        start,
        outputs,
        inputs: data.train.inputs,
        labels,
        kernel: data.kernel(kernelFormOf('gram')),
        steps: setting.steps,
      });
      return measure(setting, random, data, net);
    }),
});

/** A length that flips a share 1 − ε of the fresh points: ε of the theorem. */
const flipShare = 0.99;

function measure(setting: ClusterSetting, random: Random, data: ClusterData, net: LateNet): Measurements {
  const { dimension, clusters, testPoints } = setting;
  const { distribution, train } = data;
  const { layer, outputs } = net;
  const robust = robustNetwork(distribution.centres, distribution.classes);
  const fresh = freshPointsOf(data, testPoints, [layer.weights, robust.weights], random.stream('test'));
  const seen = { products: fresh.products[0]!, labels: fresh.labels };
  const network: Network = { ...layer, ambient: dimension, readout: { kind: 'linear', outputs } };
  const direction = universalDirection(distribution.centres, distribution.classes);
  const radii = radiiOf(network, seen, direction, random.stream('attack'));
  const robustRadii = exactRadii(spanOf({ ...robust, ambient: dimension }), fresh.products[1]!, fresh.labels);
  const unit = Math.sqrt(dimension / clusters);
  const { residual, imbalance, multipliers } = stationarity(net, train.inputs, train.labels);
  return {
    stationarityResidual: residual,
    outputImbalance: imbalance,
    trainLoss: net.loss,
    trainMarginMin: Math.min(...net.margins),
    trainMarginMean: mean(Array.from(net.margins)),
    cleanAccuracy: share(radii.margins, (margin) => margin > 0),
    flipLength: quantile(radii.universal, flipShare),
    weightRatio: clusterWeightRatio(setting, data, net, multipliers),
    robustNetRadius: median(robustRadii.map(({ upper }) => upper)),
    ...radiusColumns(radii, unit, ''),
    chainViolation: chainViolation(radii),
  };
}

/** max_q S_q / min_q S_q with S_q = Σ_{i ∈ I_q} λ_i Σ_{r active at i} a_r²: what a cluster weighs in the gradient map. */
function clusterWeightRatio(
  { clusters }: ClusterSetting,
  { train }: ClusterData,
  { layer, outputs }: LateNet,
  multipliers: Float64Array,
): number {
  const p = preactivations(layer, train.inputs);
  const weights = new Float64Array(clusters);
  train.clusters.forEach((cluster, i) => {
    row(p, i).forEach((value, r) => {
      if (value > 0) weights[cluster]! += multipliers[i]! * outputs[r]! * outputs[r]!;
    });
  });
  return Math.max(...weights) / Math.min(...weights);
}

/** The least of the values that a share of them does not exceed. */
function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)]!;
}
