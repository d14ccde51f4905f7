/** A net trained on clusters as in feature-averaging, and the fresh points on which its features are measured. */
import {
  balancedOutputs,
  binaryObjective,
  descend,
  gaussianLayer,
  initialisations,
  logistic,
  orthogonalClusters,
  samplePoints,
  type LabelledPoints,
  type Layer,
  type Matrix,
  type OrthogonalClusters,
  type Random,
} from '@marginalia/core';

export interface FeatureSetting {
  readonly dimension: number;
  readonly clusters: number;
  readonly width: number;
  readonly samples: number;
  readonly noise: number;
  readonly steps: number;
  readonly testPoints: number;
  readonly reach: number;
  readonly gaussianDimension: number;
  readonly condition: number;
}

export interface TrainedFeatures {
  readonly law: OrthogonalClusters;
  readonly train: LabelledPoints;
  readonly fresh: LabelledPoints;
  readonly layer: Layer;
  readonly margins: Float64Array;
}

export function trainedFeatures(setting: FeatureSetting, random: Random): TrainedFeatures {
  const { dimension, clusters, noise, samples, testPoints } = setting;
  const law = orthogonalClusters({ dimension, clusters, noise }, random.stream('law'));
  const train = samplePoints(law, samples, random.stream('train'));
  const { layer, margins } = trainNet(setting, train.inputs, train.labels, random.stream('net'));
  return { law, train, fresh: samplePoints(law, testPoints, random.stream('fresh')), layer, margins };
}

/** Frozen outputs ±1/m, the paper’s initialisation, at the published pace η̃ = ηd/(mk) = 0.06144 for T steps. */
export function trainNet(
  { dimension, clusters, width, steps }: FeatureSetting,
  inputs: Matrix,
  labels: Int8Array,
  random: Random,
): { layer: Layer; margins: Float64Array } {
  return descend({
    start: gaussianLayer(2 * width, dimension, initialisations.paper(), random),
    inputs,
    objective: binaryObjective(logistic, balancedOutputs(width), labels),
    stepSize: (0.06144 * width * clusters) / dimension,
    steps,
  });
}
