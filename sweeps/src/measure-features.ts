/** Usefulness and robust radii of linear, thresholded and trained features, on fresh points. */
import {
  dot,
  matrix,
  norm,
  preactivations,
  row,
  timesTransposed,
  type Matrix,
  type Random,
} from '@marginalia/core';
import { averagedNeuronRadius, fallsBelowZero, mean, type Measurements } from '@marginalia/theory';
import type { FeatureSetting, TrainedFeatures } from './trained-features.js';

/** Points whose worst and random displacements are evaluated one by one. */
const displacedPoints = 40;
const randomDisplacements = 4;

export function measureFeatures(
  setting: FeatureSetting,
  trained: TrainedFeatures,
  random: Random,
): Measurements {
  const { dimension, clusters, width } = setting;
  const { law, fresh, layer, margins } = trained;
  const { inputs, labels } = fresh;
  const linear = linearFeatures(trained, random.stream('direction'));
  const products = timesTransposed(inputs, linear);
  const radii = Array.from({ length: linear.rows }, (_, feature) => {
    const mass = labels.reduce((sum, y, i) => sum + y * products.data[i * linear.rows + feature]!, 0);
    return mass / labels.length / norm(row(linear, feature));
  });
  const centre = averageOf(inputs, labels);
  const ofAveraged = Array.from(labels, (y, i) => y * products.data[i * linear.rows]!);
  const size = Math.sqrt(mean(ofAveraged.map((value) => value * value)));

  const toCentres = timesTransposed(inputs, law.centres);
  const thresholded = Array.from(law.classes, (sign, j) =>
    monotoneRadius(
      Array.from(labels, (y, i) => ({
        agrees: y === sign,
        at: toCentres.data[i * clusters + j]! - dimension / 2,
      })),
      norm(row(law.centres, j)),
    ),
  );
  return {
    trainAccuracy: margins.filter((q) => q > 0).length / margins.length,
    averagedUsefulness: mean(ofAveraged) / size,
    averagedFeatureRadius: radii[0]!,
    singleFeatureRadius: mean(radii.slice(1, 1 + clusters)),
    thresholdedFeatureRadius: mean(thresholded),
    linearUsefulnessError: usefulnessError(trained, linear, random.stream('displacements')),
    linearRadiusExcess: Math.max(...radii) / norm(centre) - 1,
    ...ofNeurons(setting, trained, preactivations(layer, inputs), width),
  };
}

/** Rows: the averaged feature, one a centre, the net with all neurons on, and a random direction. */
function linearFeatures({ law, layer }: TrainedFeatures, random: Random): Matrix {
  const k = law.centres.rows;
  const features = matrix(k + 3, law.dimension);
  for (let j = 0; j < k; j++) {
    const sign = law.classes[j]!;
    row(law.centres, j).forEach((value, l) => {
      features.data[l]! += sign * value;
      features.data[(1 + j) * law.dimension + l] = sign * value;
    });
  }
  row(features, k + 1).set(netDirection(layer.weights));
  random.gaussians(row(features, k + 2));
  return features;
}

/** Σ_r a_r w_r up to scale: the gradient of the net where every neuron is active. */
export function netDirection(weights: Matrix): Float64Array {
  const direction = new Float64Array(weights.columns);
  for (let r = 0; r < weights.rows; r++) {
    const sign = r < weights.rows / 2 ? 1 : -1;
    row(weights, r).forEach((value, l) => (direction[l]! += sign * value));
  }
  return direction;
}

/** Mean of y_i x_i: the empirical E[yx]. */
function averageOf(inputs: Matrix, labels: Int8Array): Float64Array {
  const total = new Float64Array(inputs.columns);
  labels.forEach((y, i) => row(inputs, i).forEach((value, l) => (total[l]! += (y * value) / labels.length)));
  return total;
}

/**
 * E[yf] − ε‖a‖/‖a‖_Σ against the mean of y f(x + δ), δ the worst one by one; and by how much random δ of that length, or
 * half of it, come below. Both over ‖a‖_Σ and 1 + ε‖a‖/‖a‖_Σ.
 */
function usefulnessError({ fresh }: TrainedFeatures, linear: Matrix, random: Random): number {
  const { inputs, labels } = fresh;
  const count = Math.min(displacedPoints, inputs.rows);
  const moved = new Float64Array(inputs.columns);
  const displacement = new Float64Array(inputs.columns);
  let worst = 0;
  for (let feature = 0; feature < linear.rows; feature++) {
    const a = row(linear, feature);
    const length = norm(a);
    const values = Array.from({ length: count }, (_, i) => labels[i]! * dot(a, row(inputs, i)));
    const size = Math.sqrt(mean(values.map((value) => value * value)));
    for (const radius of [0.1, 1, 10]) {
      const promised = mean(values) - radius * length;
      const scale = size + radius * length;
      const reached = values.map((_, i) => {
        const x = row(inputs, i);
        x.forEach((value, l) => (moved[l] = value - (labels[i]! * radius * a[l]!) / length));
        return labels[i]! * dot(a, moved);
      });
      worst = Math.max(worst, Math.abs(mean(reached) - promised) / scale);
      for (let trial = 0; trial < randomDisplacements; trial++) {
        random.gaussians(displacement);
        const shrunk = (trial % 2 === 0 ? radius : radius / 2) / norm(displacement);
        row(inputs, trial).forEach((value, l) => (moved[l] = value + shrunk * displacement[l]!));
        const excess = values[trial]! - radius * length - labels[trial]! * dot(a, moved);
        worst = Math.max(worst, excess / scale);
      }
    }
  }
  return worst;
}

/** The robust radius of φ(⟨w, x⟩ + b), ReLU φ: its worst value is φ(p ∓ ε‖w‖), minus it on the points that disagree. */
function monotoneRadius(
  points: readonly { readonly agrees: boolean; readonly at: number }[],
  length: number,
): number {
  const usefulness = (radius: number): number =>
    points.reduce(
      (sum, { agrees, at }) =>
        agrees ? sum + Math.max(0, at - radius * length) : sum - Math.max(0, at + radius * length),
      0,
    );
  const reach = points.reduce((most, { at }) => Math.max(most, Math.abs(at)), 0) / length;
  return fallsBelowZero(usefulness, reach);
}

function ofNeurons(
  { dimension, clusters, samples }: FeatureSetting,
  { law, fresh, layer }: TrainedFeatures,
  values: Matrix,
  width: number,
): Measurements {
  const overlaps = timesTransposed(layer.weights, law.centres);
  const neurons = Array.from({ length: 2 * width }, (_, r) => {
    const sign = r < width ? 1 : -1;
    const weights = row(layer.weights, r);
    const along = (own: boolean): number =>
      mean(
        Array.from(law.classes)
          .map((label, j) => ({ own: label === sign, overlap: overlaps.data[r * clusters + j]! }))
          .filter((one) => one.own === own)
          .map(({ overlap }) => overlap),
      );
    const coupling = -along(false) / along(true);
    const radius = monotoneRadius(
      Array.from(fresh.labels, (y, i) => ({ agrees: y === sign, at: values.data[i * 2 * width + r]! })),
      norm(weights),
    );
    // ⟨w, Σ_own μ − ρ Σ_other μ⟩ over the norms of both.
    const inner = (clusters / 2) * (along(true) - coupling * along(false));
    const cosine =
      inner / norm(weights) / Math.sqrt(((dimension * clusters) / 2) * (1 + coupling * coupling));
    return {
      radius,
      cosine,
      coupling,
      ratio: radius / averagedNeuronRadius(dimension, clusters, samples, coupling),
    };
  });
  return {
    leastAveragingCosine: Math.min(...neurons.map(({ cosine }) => cosine)),
    neuronCoupling: mean(neurons.map(({ coupling }) => coupling)),
    neuronRadius: mean(neurons.map(({ radius }) => radius)),
    neuronRadiusRatio: mean(neurons.map(({ ratio }) => ratio)),
  };
}
