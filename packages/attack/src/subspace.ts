/** Linear subspaces T of the space that displacements live in: tangents of a data manifold, the span of centres. */
import { BadInput, dot, matrix, norm, row, timesTransposed, type Matrix } from '@marginalia/core';

export interface Subspace {
  /** d */
  readonly ambient: number;
  /** Orthonormal rows that span T: dim T × d. */
  readonly rows: Matrix;
}

/** Of a row's length: what earlier rows leave of it below this is rounding of the data, not a direction of its own. */
const independent = 1e-8;

/**
 * The span of the rows of `basis` (any number × d). Rows that depend on earlier ones, to eight digits, and rows of zeros
 * add nothing: T has the rank of the basis, and no rows span {0}. Gram–Schmidt, twice, which leaves inner products at
 * rounding (Giraud, Langou, Rozložník & van den Eshof 2005). Throws BadInput for entries that are not finite.
 */
export function subspaceOf(basis: Matrix): Subspace {
  const found: Float64Array[] = [];
  for (let i = 0; i < basis.rows; i++) {
    const direction = row(basis, i).slice();
    const top = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (!direction.every(Number.isFinite)) {
      throw new BadInput({ expected: 'a basis of finite numbers', got: `row ${i} with NaN or infinities` });
    }
    if (top === 0) continue;
    // A direction has no scale: by its largest entry first, so that no square leaves the range of floating point.
    divide(direction, top);
    divide(direction, norm(direction));
    for (let round = 0; round < 2; round++) for (const other of found) subtract(direction, other);
    const left = norm(direction);
    if (!(left > independent)) continue;
    divide(direction, left);
    for (const other of found) subtract(direction, other);
    found.push(divide(direction, norm(direction)));
    if (found.length === basis.columns) break;
  }
  const rows = matrix(found.length, basis.columns);
  found.forEach((direction, i) => row(rows, i).set(direction));
  return { ambient: basis.columns, rows };
}

/** The orthogonal projection of every row of `vectors` (N × d) to T. */
export function projected(vectors: Matrix, { rows }: Subspace): Matrix {
  const result = matrix(vectors.rows, vectors.columns);
  const shares = timesTransposed(vectors, rows);
  for (let i = 0; i < vectors.rows; i++) {
    const into = row(result, i);
    for (let j = 0; j < rows.rows; j++) {
      const direction = row(rows, j);
      const share = shares.data[i * rows.rows + j]!;
      for (let l = 0; l < into.length; l++) into[l]! += share * direction[l]!;
    }
  }
  return result;
}

/**
 * ‖Π δ‖ / ‖δ‖ ∈ [0, 1] for the orthogonal projection Π to the span of `basis` (any number × d): the share of a
 * displacement that lies on the manifold whose tangent this is. NaN for δ = 0, which has no direction.
 */
export function onFraction(delta: Float64Array, basis: Matrix): number {
  refuseOtherDimension(basis, delta.length);
  const top = delta.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scaled = delta.map((value) => value / top);
  const { rows } = subspaceOf(basis);
  let inside = 0;
  for (let j = 0; j < rows.rows; j++) inside += dot(row(rows, j), scaled) ** 2;
  return Math.min(1, Math.sqrt(inside) / norm(scaled));
}

/** Throws BadInput where the rows of a basis are not displacements of these points. */
export function refuseOtherDimension({ columns }: { readonly columns: number }, dimension: number): void {
  if (columns === dimension) return;
  throw new BadInput({
    expected: `a basis of vectors of R^${dimension}, as the points are`,
    got: `rows of ${columns} entries`,
  });
}

function subtract(from: Float64Array, unit: Float64Array): void {
  const share = dot(from, unit);
  for (let l = 0; l < from.length; l++) from[l]! -= share * unit[l]!;
}

function divide(vector: Float64Array, by: number): Float64Array {
  for (let l = 0; l < vector.length; l++) vector[l]! /= by;
  return vector;
}
