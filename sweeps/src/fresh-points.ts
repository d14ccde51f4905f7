/** Fresh test points, drawn in chunks so that only their products with a few vectors are kept, never N × d numbers. */
import {
  matrix,
  samplePoints,
  timesTransposed,
  type Matrix,
  type OrthogonalClusters,
  type Random,
} from '@marginalia/core';

export interface FreshPoints {
  readonly labels: Int8Array;
  readonly clusters: Int32Array;
  /** For each given matrix A (m × d): X Aᵀ, N × m. */
  readonly products: readonly Matrix[];
}

/** Numbers of one chunk: 32 MB of float64. */
const chunkNumbers = 4e6;

export function freshPoints(
  distribution: OrthogonalClusters,
  count: number,
  against: readonly Matrix[],
  random: Random,
): FreshPoints {
  const labels = new Int8Array(count);
  const clusters = new Int32Array(count);
  const products = against.map((vectors) => matrix(count, vectors.rows));
  const chunk = Math.max(1, Math.floor(chunkNumbers / distribution.dimension));
  for (let from = 0; from < count; from += chunk) {
    const points = samplePoints(distribution, Math.min(chunk, count - from), random.stream(from));
    labels.set(points.labels, from);
    clusters.set(points.clusters, from);
    against.forEach((vectors, a) => {
      products[a]!.data.set(timesTransposed(points.inputs, vectors).data, from * vectors.rows);
    });
  }
  return { labels, clusters, products };
}
