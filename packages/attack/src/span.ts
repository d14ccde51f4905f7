/**
 * Span coordinates: an isometric copy of a net and its points in which ℓ2 attacks and radii cost nothing in d.
 * With S = W Wᵀ = L Lᵀ (L: M × r), x ↦ Q x for the orthonormal rows Q of the span of the neurons, W ↦ L.
 * One more coordinate stands for everything orthogonal to the span: the net does not see it, but a direction or a
 * random start has a share there that counts in its norm. Preserved: pre-activations, inner products with neurons,
 * ℓ2 norms of what is mapped with its full norm. Not preserved: ℓ∞, or anything coordinate-wise.
 */
import {
  gram,
  matrix,
  pivotedCholesky,
  row,
  type Matrix,
  type Network,
  type PivotedFactor,
} from '@marginalia/core';

export interface Span {
  /** The net in span coordinates: weights M × (r + 1), the same biases and read-out. */
  readonly network: Network;
  /** d */
  readonly ambient: number;
  /** L and its pivots. */
  readonly factored: PivotedFactor;
  /** S, or L Lᵀ where that is of lower rank. */
  readonly products: Matrix;
  /** Coordinates (r + 1) of a point from W x (length M, without biases); its orthogonal share is left 0. */
  readonly point: (products: ArrayLike<number>) => Float64Array;
  /** Coordinates of a direction v from W v and ‖v‖₂, its orthogonal share in the last one. */
  readonly direction: (products: ArrayLike<number>, size: number) => Float64Array;
}

export function spanOf(network: Network, products: Matrix = gram(withExtents(network.weights))): Span {
  const width = products.rows;
  const factored = pivotedCholesky(products);
  const { factor, pivots } = factored;
  const rank = pivots.length;
  const weights = matrix(width, rank + 1);
  for (let r = 0; r < width; r++) row(weights, r).set(row(factor, r));

  // The pivot rows of L are lower-triangular in the order of the pivots: forward substitution.
  const point = (values: ArrayLike<number>): Float64Array => {
    const coordinates = new Float64Array(rank + 1);
    for (let i = 0; i < rank; i++) {
      const at = pivots[i]! * rank;
      let sum = values[pivots[i]!]!;
      for (let j = 0; j < i; j++) sum -= factor.data[at + j]! * coordinates[j]!;
      coordinates[i] = sum / factor.data[at + i]!;
    }
    return coordinates;
  };
  return {
    network: { weights, biases: network.biases, readout: network.readout },
    ambient: network.ambient ?? network.weights.columns,
    factored,
    products: rank === width ? products : gram(weights),
    point,
    direction(values, size) {
      const coordinates = point(values);
      const inside = coordinates.reduce((sum, value) => sum + value * value, 0);
      coordinates[rank] = Math.sqrt(Math.max(0, size * size - inside));
      return coordinates;
    },
  };
}

/** The same rows, and where they end: weights drawn in law end in a triangle that training leaves as it is. */
function withExtents({ rows, columns, data }: Matrix): Matrix {
  const extents = new Int32Array(rows);
  let reach = 0;
  for (let r = 0; r < rows; r++) {
    let end = columns;
    while (end > reach && data[r * columns + end - 1] === 0) end--;
    extents[r] = reach = end;
  }
  return matrix(rows, columns, data, extents);
}
