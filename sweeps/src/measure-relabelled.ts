/** Adversarial examples as data: points displaced towards a target label, given that label, and learned from. */
import {
  matrix,
  norm,
  preactivations,
  row,
  type LabelledPoints,
  type Layer,
  type Matrix,
  type Random,
} from '@marginalia/core';
import type { Measurements } from '@marginalia/theory';
import { netDirection } from './measure-features.js';
import { trainNet, type FeatureSetting, type TrainedFeatures } from './trained-features.js';

export function measureRelabelled(
  setting: FeatureSetting,
  { train, fresh, layer }: TrainedFeatures,
  random: Random,
): Measurements {
  const { dimension, clusters, reach, width } = setting;
  const length = reach * Math.sqrt(dimension / clusters);
  const draws = random.stream('targets');
  const flipped = train.labels.map((label) => -label);
  const drawn = train.labels.map(() => (draws.uniform() < 0.5 ? -1 : 1));
  const outcome = [flipped, drawn].map((targets, which) => {
    const inputs = displaced(train, targets, netDirection(layer.weights), length);
    const net = trainNet(setting, inputs, targets, random.stream('net', which));
    return {
      // Of those that were to be misled.
      success: accuracy(layer, inputs, targets, width),
      clean: accuracy(net.layer, fresh.inputs, fresh.labels, width),
    };
  });
  const [wrong, chance] = outcome as [(typeof outcome)[0], (typeof outcome)[0]];
  return {
    attackSuccess: Math.min(wrong.success, chance.success),
    flippedTargetAccuracy: wrong.clean,
    randomTargetAccuracy: chance.clean,
    firstNetAccuracy: accuracy(layer, fresh.inputs, fresh.labels, width),
  };
}

/** x_i + t_i ε v/‖v‖: along the gradient of the first net where all neurons are on, towards the target t_i. */
function displaced(
  { inputs }: LabelledPoints,
  targets: Int8Array,
  direction: Float64Array,
  length: number,
): Matrix {
  const moved = matrix(inputs.rows, inputs.columns);
  const scale = length / norm(direction);
  targets.forEach((target, i) => {
    const to = row(moved, i);
    row(inputs, i).forEach((value, l) => (to[l] = value + target * scale * direction[l]!));
  });
  return moved;
}

/** Share of points whose label is the sign of (1/m)(Σ_+ φ(p_r) − Σ_− φ(p_r)). */
function accuracy(layer: Layer, inputs: Matrix, labels: Int8Array, width: number): number {
  const values = preactivations(layer, inputs);
  const right = labels.filter((label, i) => {
    const score = row(values, i).reduce((sum, p, r) => sum + (r < width ? 1 : -1) * Math.max(0, p), 0);
    return label * score > 0;
  });
  return right.length / labels.length;
}
