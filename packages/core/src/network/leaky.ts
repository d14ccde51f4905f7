/**
 * Leaky ReLU nets as ReLU nets. φ_α(p) = αp + (1 − α)φ(p) = max(p, αp) for 0 ≤ α ≤ 1, and the linear part ℓ of a score is
 * two more neurons, ℓ = φ(ℓ) − φ(−ℓ): the same function, and where it has a gradient the same gradient.
 */
import { BadInput } from '../bad-input.js';
import { matrix, type Matrix } from '../matrix.js';
import type { Layer } from './layer.js';
import type { Network } from './network.js';
import type { GroupReadout, Readout } from './readout.js';

/**
 * The ReLU net that is x ↦ readout(φ_α(W x + b)), α = `slope` on the negative side, 0 ≤ α ≤ 1. M neurons become
 * M + 2 under a linear read-out, M + 2C under an argmax of C classes. Under max and lse, whose groups hold nothing of
 * negative weight, Σ_i φ(−ℓ_i) over all k groups is added to each score, which moves no difference of scores:
 * f_j + Σ_i φ(−ℓ_i) = (1 − α) mean φ + φ(ℓ_j) + Σ_{i ≠ j} φ(−ℓ_i), so that groups of h neurons become groups of h + k.
 * A slope outside [0, 1] is a `BadInput`: −φ(−p) would then bend the other way, and read-outs of one sign do not hold it.
 */
export function leakyNetwork(layer: Layer, readout: Readout, slope: number): Network {
  if (!(slope >= 0 && slope <= 1)) {
    throw new BadInput({
      expected: 'a slope between 0 (ReLU) and 1 (linear) on the negative side',
      got: String(slope),
      try: 'slope 0.01',
    });
  }
  if (slope === 0) return { ...layer, readout };
  if (readout.kind === 'linear') {
    const { weights, biases, outputs } = withLines(
      layer,
      matrix(1, layer.biases.length, readout.outputs),
      slope,
    );
    return { ...layer, weights, biases, readout: { kind: 'linear', outputs: outputs.data } };
  }
  if (readout.kind === 'argmax') {
    const { weights, biases, outputs } = withLines(layer, readout.outputs, slope);
    return { ...layer, weights, biases, readout: { ...readout, outputs } };
  }
  return grouped(layer, readout, slope);
}

/** ℓ = α Σ_r c_r (w_r, b_r) as d + 1 numbers. */
function lineOf(
  { weights, biases }: Layer,
  coefficients: ArrayLike<number>,
  from: number,
  slope: number,
): Float64Array {
  const d = weights.columns;
  const line = new Float64Array(d + 1);
  for (let i = 0; i < coefficients.length; i++) {
    const share = slope * coefficients[i]!;
    if (share === 0) continue;
    const r = from + i;
    for (let l = 0; l < d; l++) line[l]! += share * weights.data[r * d + l]!;
    line[d]! += share * biases[r]!;
  }
  return line;
}

/** Rows of (w, b) in the order in which they are pushed. */
class Rows {
  readonly #dimension: number;
  readonly #lines: Float64Array[] = [];

  constructor(dimension: number) {
    this.#dimension = dimension;
  }

  push(line: Float64Array, factor: number): void {
    this.#lines.push(line.map((value) => factor * value));
  }

  layer(): { weights: Matrix; biases: Float64Array } {
    const d = this.#dimension;
    const weights = matrix(this.#lines.length, d);
    this.#lines.forEach((line, r) => weights.data.set(line.subarray(0, d), r * d));
    return { weights, biases: Float64Array.from(this.#lines, (line) => line[d]!) };
  }
}

const neuronOf = (layer: Layer, r: number): Float64Array => lineOf(layer, [1], r, 1);

/** The M neurons at 1 − α of their outputs (C × M), then ±ℓ of each score. */
function withLines(
  layer: Layer,
  outputs: Matrix,
  slope: number,
): { weights: Matrix; biases: Float64Array; outputs: Matrix } {
  const width = layer.biases.length;
  const scores = outputs.rows;
  const wide = width + 2 * scores;
  const rows = new Rows(layer.weights.columns);
  const coefficients = matrix(scores, wide);
  for (let r = 0; r < width; r++) rows.push(neuronOf(layer, r), 1);
  for (let j = 0; j < scores; j++) {
    const given = outputs.data.subarray(j * width, (j + 1) * width);
    given.forEach((value, r) => (coefficients.data[j * wide + r] = (1 - slope) * value));
    const line = lineOf(layer, given, 0, slope);
    for (const sign of [1, -1]) {
      coefficients.data[j * wide + width + 2 * j + (sign > 0 ? 0 : 1)] = sign;
      rows.push(line, sign);
    }
  }
  return { ...rows.layer(), outputs: coefficients };
}

function grouped(layer: Layer, readout: GroupReadout, slope: number): Network {
  const { size } = readout;
  const groups = readout.classes.length;
  const wide = size + groups;
  const mean = new Float64Array(size).fill(1 / size);
  const lines = Array.from({ length: groups }, (_, j) => lineOf(layer, mean, j * size, slope));
  const rows = new Rows(layer.weights.columns);
  for (let j = 0; j < groups; j++) {
    // A group's score is the mean over its neurons, now `wide` of them.
    for (let r = j * size; r < (j + 1) * size; r++)
      rows.push(neuronOf(layer, r), ((1 - slope) * wide) / size);
    lines.forEach((line, i) => rows.push(line, i === j ? wide : -wide));
  }
  return { ...layer, ...rows.layer(), readout: { ...readout, size: wide } };
}
