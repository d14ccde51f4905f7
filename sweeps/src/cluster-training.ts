/** From a setting and a key to a trained net on cluster data: sampling, initialisation, descent. */
import {
  descend,
  descendWithTfjs,
  kernelFormOf,
  snapshots,
  type Descent,
  type LabelledPoints,
  type Layer,
  type Objective,
  type Probe,
  type Random,
} from '@marginalia/core';
import { descentSizeOf, formOf, type ClusterSetting } from './cluster-axes.js';
import { initialLayer, withClusterData, type ClusterData } from './cluster-data.js';

export interface ClusterTraining extends ClusterData {
  readonly start: Layer;
  readonly objective: Objective;
  readonly descent: Descent<{ half: Probe<readonly HalfWay[]> }>;
}

/** θ after half of the steps. */
export interface HalfWay {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/** Trains, and runs `use` on the net and its data, which are valid until it has ended. */
export function trainOnClusters<Result>(
  setting: ClusterSetting,
  random: Random,
  neurons: number,
  objectiveOf: (train: LabelledPoints) => Objective,
  use: (training: ClusterTraining) => Promise<Result>,
): Promise<Result> {
  return withClusterData(setting, random, async (data) => {
    const { stepSize, steps, trainer } = setting;
    const start = initialLayer(data, setting, neurons, random.stream('initialisation'));
    const objective = objectiveOf(data.train);
    const probes = {
      half: snapshots([Math.floor(steps / 2)], ({ weights, biases }): HalfWay => ({
        weights: weights(),
        biases: biases.slice(),
      })),
    };
    const options = { start, inputs: data.train.inputs, objective, stepSize, steps, probes };
    if (trainer === 'tfjs') {
      return use({ ...data, start, objective, descent: await descendWithTfjs(options) });
    }
    const { precision } = setting;
    const form = formOf(setting, descentSizeOf(setting, neurons, objective.blockCount));
    const kernel = form === 'plain' ? {} : { kernel: data.kernel(kernelFormOf(form, precision)) };
    return use({ ...data, start, objective, descent: descend({ ...options, form, precision, ...kernel }) });
  });
}
