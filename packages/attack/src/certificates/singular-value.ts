/** An upper bound of the largest singular value that no rounding undercuts. */
import { cholesky, matrix, row, timesTransposed, type Matrix } from '@marginalia/core';

/** Power iterations; they need not converge, what they end at is only a first guess. */
const iterations = 30;

/**
 * σ ≥ σ_max of the rows named (not empty), within a relative 1e-6 where power iteration converges. λI − WWᵀ is shown to
 * be positive semi-definite by a Cholesky factor that exists: the factor computed is exact for a matrix that differs by at
 * most γ_{n+1} tr(λI − WWᵀ) in ℓ2 (Rump 2006, "Verification of positive definiteness"; Higham 2002, Theorem 10.3),
 * which is added, as is what rounding can have taken from WWᵀ. √tr WWᵀ bounds where none is found.
 */
export function largestSingularValue(weights: Matrix, rows: readonly number[]): number {
  const n = rows.length;
  const top = rows.reduce(
    (most, r) => row(weights, r).reduce((largest, value) => Math.max(largest, Math.abs(value)), most),
    0,
  );
  if (!(top > 0)) return top;
  const scaled = matrix(n, weights.columns);
  rows.forEach((r, i) => row(scaled, i).set(row(weights, r).map((value) => value / top)));
  const products = timesTransposed(scaled, scaled);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += products.data[i * n + i]!;
  const unit = (n + weights.columns + 16) * 2 ** -52;
  const least = rayleigh(products);
  for (let margin = 1e-7; least * (1 + margin) < trace; margin *= 10) {
    const bound = least * (1 + margin);
    const shifted = matrix(
      n,
      n,
      products.data.map((value, at) => (at % (n + 1) === 0 ? bound : 0) - value),
    );
    if (cholesky(shifted)) return top * Math.sqrt(bound + unit * (n * bound + trace)) * (1 + unit);
  }
  return top * Math.sqrt(trace) * (1 + unit);
}

/** The Rayleigh quotient after power iteration, from the diagonal as a start. */
function rayleigh(products: Matrix): number {
  const n = products.rows;
  let vector = Float64Array.from({ length: n }, (_, i) => products.data[i * n + i]! + 1 / (i + 1));
  let value = 0;
  for (let round = 0; round < iterations; round++) {
    const length = Math.sqrt(vector.reduce((sum, entry) => sum + entry * entry, 0));
    vector = vector.map((entry) => entry / length);
    const image = timesTransposed(matrix(1, n, vector), products).data;
    value = image.reduce((sum, entry, i) => sum + entry * vector[i]!, 0);
    vector = image.slice();
  }
  return value;
}
