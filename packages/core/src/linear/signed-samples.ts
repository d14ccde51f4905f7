/** Linear models see a sample and its label only through Z_i = y_i x_i: w is right at i iff ⟨w, Z_i⟩ > 0. */
import { BadInput } from '../bad-input.js';
import { pivotedCholesky } from '../cholesky.js';
import { gram, matrix, row, type Matrix } from '../matrix.js';

/** Z, n × d, with rows y_i x_i, for labels y_i ∈ {−1, +1}. */
export function signedSamples(inputs: Matrix, labels: ArrayLike<number>): Matrix {
  if (labels.length !== inputs.rows) {
    throw new BadInput({ expected: `${inputs.rows} labels, one a row`, got: `${labels.length}` });
  }
  const signed = matrix(inputs.rows, inputs.columns);
  for (let i = 0; i < inputs.rows; i++) {
    const label = labels[i]!;
    if (label !== 1 && label !== -1) {
      throw new BadInput({ expected: 'labels −1 or +1', got: `${label} at sample ${i}` });
    }
    row(signed, i).set(row(inputs, i).map((value) => label * value));
  }
  return signed;
}

/**
 * Z itself where n ≥ d; else L (n × rank) with L Lᵀ = Z Zᵀ: the rows in coordinates of their own span. Margins, norms and
 * angles of every w in the span stay what they are, and so does any method that starts at 0; a step costs 2·n·min(n, d).
 */
export function inSpan(signed: Matrix): Matrix {
  return signed.columns <= signed.rows ? signed : pivotedCholesky(gram(signed)).factor;
}

/** Z w into `into` (n): the margins y_i ⟨w, x_i⟩. */
export function linearMargins(signed: Matrix, weights: Float64Array, into: Float64Array): Float64Array {
  const { rows, columns, data } = signed;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let l = 0, at = i * columns; l < columns; l++) sum += data[at + l]! * weights[l]!;
    into[i] = sum;
  }
  return into;
}

/** Zᵀ p = Σ_i p_i Z_i into `into` (d). */
export function combine(signed: Matrix, shares: Float64Array, into: Float64Array): Float64Array {
  const { rows, columns, data } = signed;
  into.fill(0);
  for (let i = 0; i < rows; i++) {
    const share = shares[i]!;
    if (share === 0) continue;
    for (let l = 0, at = i * columns; l < columns; l++) into[l]! += share * data[at + l]!;
  }
  return into;
}

/** σ_max(Z)² by power iteration from Zᵀ1 plus a tilt; below the truth by no more than a relative 1e-9 when it settles. */
export function largestCurvature(signed: Matrix): number {
  const { rows, columns } = signed;
  const margins = new Float64Array(rows);
  // A fixed start without symmetry: the golden ratio’s fractional parts.
  const vector = Float64Array.from({ length: columns }, (_, l) => 0.5 + ((0.6180339887498949 * (l + 1)) % 1));
  let value = 0;
  for (let round = 0; round < 10_000; round++) {
    const length = Math.sqrt(vector.reduce((sum, entry) => sum + entry * entry, 0));
    if (length === 0) return 0;
    for (let l = 0; l < columns; l++) vector[l]! /= length;
    linearMargins(signed, vector, margins);
    const next = margins.reduce((sum, q) => sum + q * q, 0);
    if (Math.abs(next - value) <= 1e-13 * next) return next;
    value = next;
    combine(signed, margins, vector);
  }
  return value;
}
