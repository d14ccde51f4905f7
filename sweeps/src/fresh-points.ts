/**
 * Fresh test points as a few vectors see them. Drawn in R^d they come in chunks, so that only their products are kept,
 * never N × d numbers. In law they are never drawn at all: given vectors v_1, …, v_M the products ⟨v_r, μ_j + ξ⟩ are
 * normal with mean ⟨v_r, μ_j⟩ and covariance σ² ⟨v_r, v_s⟩.
 */
import {
  assignClusters,
  Buffers,
  gram,
  kernel,
  leading,
  matrix,
  pivotedCholesky,
  row,
  timesFactor,
  timesTransposed,
  type Matrix,
  type OrthogonalClusters,
  type PivotedFactor,
  type Random,
} from '@marginalia/core';
import type { ClusterData } from './cluster-data.js';

export interface FreshPoints {
  readonly labels: Int8Array;
  readonly clusters: Int32Array;
  /** For each given matrix A (m × d): X Aᵀ, N × m. */
  readonly products: readonly Matrix[];
}

/** Numbers of one chunk: 1 MB of float64, which stays in the cache. */
const chunkNumbers = 2 ** 17;

export function freshPoints(
  distribution: OrthogonalClusters,
  count: number,
  against: readonly Matrix[],
  random: Random,
): FreshPoints {
  const labels = new Int8Array(count);
  const clusters = new Int32Array(count);
  const products = against.map((vectors) => matrix(count, vectors.rows));
  const { dimension, centres, classes, noise } = distribution;
  const using = kernel();
  const buffers = new Buffers(using);
  try {
    // Rows of an even length, as the kernel reads them: points of one chunk after another, centres, vectors.
    const stride = dimension + (dimension & 1);
    const resident = ({ rows, columns, data }: Matrix): Float64Array => {
      const copy = buffers.floats(rows * stride);
      for (let i = 0; i < rows; i++) copy.set(data.subarray(i * columns, (i + 1) * columns), i * stride);
      return copy;
    };
    const chunk = Math.min(count, Math.max(1, Math.floor(chunkNumbers / dimension)));
    const points = buffers.floats(chunk * stride);
    const middles = resident(centres);
    const seenBy = against.map(resident);
    const seen = against.map(({ rows }) => buffers.floats(chunk * rows));
    for (let from = 0; from < count; from += chunk) {
      const rows = Math.min(chunk, count - from);
      const key = random.at(from);
      const drawn = assignClusters(distribution, rows, key.stream('clusters'));
      clusters.set(drawn, from);
      const lines = Array.from({ length: rows }, (_, i) =>
        points.subarray(i * stride, i * stride + dimension),
      );
      key.stream('noise').gaussianPieces(lines, noise);
      lines.forEach((line, i) => {
        const j = drawn[i]!;
        labels[from + i] = classes[j]!;
        using.addScaled(line, middles.subarray(j * stride, j * stride + dimension), 1, dimension);
      });
      against.forEach((vectors, a) => {
        const into = seen[a]!.fill(0);
        const x = { data: points, rows, stride };
        const w = { data: seenBy[a]!, rows: vectors.rows, stride };
        using.product(x, w, dimension, into, vectors.rows, 1);
        products[a]!.data.set(into.subarray(0, rows * vectors.rows), from * vectors.rows);
      });
    }
  } finally {
    buffers.end();
  }
  return { labels, clusters, products };
}

/**
 * The same in law. Vectors may have more coordinates than the centres (see `cluster-law`), or as many. `factored`: the
 * factor of the products of all vectors with one another, where it is known.
 */
export function freshPointsInLaw(
  distribution: OrthogonalClusters,
  count: number,
  against: readonly Matrix[],
  random: Random,
  factored?: PivotedFactor,
): FreshPoints {
  const vectors = against.length === 1 ? against[0]! : stacked(against);
  factored ??= pivotedCholesky(gram(vectors));
  const { centres, noise, classes } = distribution;
  const means = timesTransposed(centres, leading(vectors, centres.columns));
  const clusters = assignClusters(distribution, count, random.stream('clusters'));
  const rank = factored.factor.columns;
  const normals = random.stream('noise').gaussians(new Float64Array(count * rank), noise);
  const noises = timesFactor(matrix(count, rank, normals), factored);
  const products = against.map(({ rows }) => matrix(count, rows));
  for (let i = 0; i < count; i++) {
    const mean = row(means, clusters[i]!);
    const seen = row(noises, i);
    let at = 0;
    for (const product of products) {
      const line = row(product, i);
      for (let r = 0; r < line.length; r++, at++) line[r] = mean[at]! + seen[at]!;
    }
  }
  return { labels: Int8Array.from(clusters, (j) => classes[j]!), clusters, products };
}

/** Fresh points of the data of a run, drawn as its training points were. */
export function freshPointsOf(
  { distribution, law }: Pick<ClusterData, 'distribution' | 'law'>,
  count: number,
  against: readonly Matrix[],
  random: Random,
): FreshPoints {
  return (law ? freshPointsInLaw : freshPoints)(distribution, count, against, random);
}

/** All rows below one another, the shorter ones with zeros behind. */
function stacked(parts: readonly Matrix[]): Matrix {
  const columns = Math.max(...parts.map((part) => part.columns));
  const whole = matrix(
    parts.reduce((sum, part) => sum + part.rows, 0),
    columns,
  );
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < part.rows; i++) row(whole, at++).set(row(part, i));
  }
  return whole;
}
