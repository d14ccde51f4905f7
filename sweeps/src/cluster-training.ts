/** From a setting and a key to a trained net on cluster data: sampling, initialisation, descent. */
import {
  descend,
  descendWithTfjs,
  gaussianLayer,
  gram,
  orthogonalClusters,
  samplePoints,
  snapshots,
  type Descent,
  type LabelledPoints,
  type Layer,
  type Matrix,
  type Objective,
  type OrthogonalClusters,
  type Probe,
  type Random,
} from '@marginalia/core';
import { initialisationOf, type ClusterSetting } from './cluster-axes.js';

export interface ClusterTraining {
  readonly distribution: OrthogonalClusters;
  readonly train: LabelledPoints;
  readonly start: Layer;
  readonly objective: Objective;
  /** X Xᵀ, where the samples can be independent (n ≤ d). */
  readonly kernel: Matrix | undefined;
  readonly descent: Descent<{ half: Probe<readonly HalfWay[]> }>;
}

/** θ after half of the steps. */
export interface HalfWay {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

export async function trainOnClusters(
  setting: ClusterSetting,
  random: Random,
  neurons: number,
  objectiveOf: (train: LabelledPoints) => Objective,
): Promise<ClusterTraining> {
  const { dimension, clusters, samples, stepSize, steps, trainer, frame, noise, assignment } = setting;
  const distribution = orthogonalClusters(
    { dimension, clusters, positive: setting.positiveClusters, frame, noise, assignment },
    random.stream('distribution'),
  );
  const train = samplePoints(distribution, samples, random.stream('train'));
  const start = gaussianLayer(neurons, dimension, initialisationOf(setting), random.stream('initialisation'));
  const objective = objectiveOf(train);
  const kernel = samples <= dimension ? gram(train.inputs) : undefined;
  const probes = {
    half: snapshots([Math.floor(steps / 2)], ({ weights, biases }): HalfWay => ({
      weights: weights(),
      biases: biases.slice(),
    })),
  };
  const options = { start, inputs: train.inputs, objective, stepSize, steps, probes };
  const descent =
    trainer === 'tfjs'
      ? await descendWithTfjs(options)
      : descend({ ...options, form: trainer, ...(kernel ? { kernel } : {}) });
  return { distribution, train, start, objective, kernel, descent };
}
