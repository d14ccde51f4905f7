/** Nets written down by hand in as few dimensions as they need: the noise-free limits that closed forms describe. */
import { euclidean, exactRadius } from '@marginalia/attack';
import { binaryReadout, matrix, type Network } from '@marginalia/core';

/** y_j of k clusters: the first half positive. */
export const classesOf = (clusters: number): Int8Array =>
  Int8Array.from({ length: clusters }, (_, j) => (j < clusters / 2 ? 1 : -1));

/**
 * Weights Σ_j c_rj μ_j + leftover_r, with μ_j = √d e_j and each neuron's leftover along an axis of its own.
 * `leftover` is a length.
 */
function onAxes(
  dimension: number,
  coefficients: readonly (readonly number[])[],
  leftover: number,
): Pick<Network, 'weights' | 'biases'> {
  const clusters = coefficients[0]?.length ?? 0;
  const width = coefficients.length;
  const weights = matrix(width, clusters + width);
  coefficients.forEach((line, r) => {
    line.forEach((value, j) => (weights.data[r * weights.columns + j] = value * Math.sqrt(dimension)));
    weights.data[r * weights.columns + clusters + r] = leftover;
  });
  return { weights, biases: new Float64Array(width) };
}

/** w_± = Σ_own μ − ρ Σ_opposite μ, one neuron a sign, and a leftover of relative squared length `noise`. */
export function averagedNet(dimension: number, clusters: number, coupling: number, noise: number): Network {
  const lines = [1, -1].map((side) =>
    Array.from(classesOf(clusters), (label) => (label === side ? 1 : -coupling)),
  );
  return {
    ...onAxes(dimension, lines, Math.sqrt(((noise * clusters) / 2) * dimension)),
    readout: { kind: 'linear', outputs: Float64Array.of(1, -1) },
  };
}

/** w_j = μ_j − ρ Σ_{i≠j} μ_i, one neuron a cluster, and a leftover of relative squared length `noise`. */
export function decoupledNet(
  kind: 'sum' | 'max',
  dimension: number,
  clusters: number,
  coupling: number,
  noise: number,
): Network {
  const lines = Array.from({ length: clusters }, (_, j) =>
    Array.from({ length: clusters }, (__, i) => (i === j ? 1 : -coupling)),
  );
  return {
    ...onAxes(dimension, lines, Math.sqrt(noise * dimension)),
    readout: binaryReadout(kind, classesOf(clusters), 1),
  };
}

/** The point μ_j (+ noise in the span of the centres) in the coordinates of a net. */
export function centreOf(
  network: Network,
  dimension: number,
  cluster: number,
  noise: ArrayLike<number> = [],
): Float64Array {
  const point = new Float64Array(network.weights.columns);
  point.set(noise);
  point[cluster]! += Math.sqrt(dimension);
  return point;
}

/** The exact radius, which must be proved. */
export function radius(network: Network, input: Float64Array, label: number): number {
  const { kind, lower, upper } = exactRadius(
    { network, input, label, ambient: input.length },
    { geometry: euclidean },
  );
  if (kind !== 'proved') throw new Error(`not proved: ${lower} … ${upper}`);
  return upper;
}
