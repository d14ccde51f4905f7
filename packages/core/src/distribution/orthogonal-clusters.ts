/**
 * D_binary and D_multiple: x = μ_j + ξ, ξ ~ N(0, σ² I_d), j uniform on k orthogonal centres of norm √d.
 * Binary label +1 on the positive clusters; fine label j.
 * Source: Li, Pan, Lyu & Li, "Feature Averaging", ICLR 2025 (arXiv 2410.10322), Definition 3.1, Assumptions 3.2 and 3.3.
 */
import { BadInput } from '../bad-input.js';
import { dot, matrix, norm, row, type Matrix } from '../matrix.js';
import type { Random } from '../random/random.js';

/** `random`: orthonormalised Gaussians; `axis`: √d e_j; `hadamard`: rows of Sylvester's ±1 matrix (d a power of two). */
export type Frame = 'random' | 'axis' | 'hadamard';
export const frames: readonly Frame[] = ['random', 'axis', 'hadamard'];

/** `iid`: each point draws its cluster; `balanced`: cluster sizes differ by at most one, in shuffled order. */
export type Assignment = 'iid' | 'balanced';
export const assignments: readonly Assignment[] = ['iid', 'balanced'];

export interface OrthogonalClusters {
  /** d */
  readonly dimension: number;
  /** k × d, rows of norm √d; k × D in the reduced coordinates of `cluster-law`. */
  readonly centres: Matrix;
  /** y_j ∈ {−1, +1}: the class of cluster j. */
  readonly classes: Int8Array;
  /** σ, standard deviation of the noise in each coordinate. */
  readonly noise: number;
  readonly assignment: Assignment;
}

/** Points with both their labels. */
export interface LabelledPoints {
  /** n × d; n × D in the reduced coordinates of `cluster-law`. */
  readonly inputs: Matrix;
  /** j_i ∈ {0, …, k − 1}: the fine label. */
  readonly clusters: Int32Array;
  /** y_i ∈ {−1, +1}. */
  readonly labels: Int8Array;
}

export interface ClusterOptions {
  /** d */
  readonly dimension: number;
  /** k */
  readonly clusters: number;
  /** Number of positive clusters, the first ones; k/2 when absent, which k must then allow. */
  readonly positive?: number;
  readonly frame?: Frame;
  /** σ; 1 in the paper. */
  readonly noise?: number;
  readonly assignment?: Assignment;
}

/** Throws BadInput for d < k, an odd k without an explicit split, an empty class, or a frame that d does not allow. */
export function checkClusters(options: ClusterOptions): void {
  const { dimension, clusters, positive = clusters / 2, frame = 'random', noise = 1 } = options;
  if (!(Number.isSafeInteger(dimension) && Number.isSafeInteger(clusters))) {
    throw new BadInput({
      expected: 'whole numbers for dimension and clusters',
      got: `dimension ${dimension}, clusters ${clusters}`,
      try: 'dimension 1024, clusters 4',
    });
  }
  if (dimension < clusters) {
    throw new BadInput({
      expected: 'dimension ≥ clusters, room for k orthogonal centres',
      got: `dimension ${dimension}, clusters ${clusters}`,
      try: `dimension ${clusters} or more`,
    });
  }
  if (!Number.isInteger(positive)) {
    throw new BadInput({
      expected: 'an even number of clusters, half of them in each class',
      got: `clusters ${clusters}`,
      try: `clusters ${clusters - 1} or ${clusters + 1}, or state positiveClusters`,
    });
  }
  if (positive < 1 || positive >= clusters) {
    throw new BadInput({
      expected: 'at least one cluster in each class',
      got: `${positive} positive of ${clusters}`,
      try: `${Math.max(1, Math.floor(clusters / 2))} positive of ${Math.max(2, clusters)}`,
    });
  }
  if (frame === 'hadamard' && (dimension & (dimension - 1)) !== 0) {
    throw new BadInput({
      expected: 'a dimension that is a power of two for the hadamard frame',
      got: `dimension ${dimension}`,
      try: `dimension ${2 ** Math.round(Math.log2(dimension))}, or frame random`,
    });
  }
  if (!(noise >= 0 && Number.isFinite(noise))) {
    throw new BadInput({ expected: 'a finite noise ≥ 0', got: `noise ${noise}`, try: 'noise 1' });
  }
}

export function orthogonalClusters(options: ClusterOptions, random: Random): OrthogonalClusters {
  checkClusters(options);
  const {
    dimension,
    clusters,
    positive = clusters / 2,
    frame = 'random',
    noise = 1,
    assignment = 'iid',
  } = options;
  return {
    dimension,
    centres: orthogonalFrame(frame, clusters, dimension, random.stream('centres')),
    classes: Int8Array.from({ length: clusters }, (_, j) => (j < positive ? 1 : -1)),
    noise,
    assignment,
  };
}

function orthogonalFrame(frame: Frame, count: number, dimension: number, random: Random): Matrix {
  const centres = matrix(count, dimension);
  const length = Math.sqrt(dimension);
  for (let j = 0; j < count; j++) {
    const centre = row(centres, j);
    switch (frame) {
      case 'axis':
        centre[j] = length;
        break;
      case 'hadamard':
        for (let l = 0; l < dimension; l++) centre[l] = evenParity(j & l) ? 1 : -1;
        break;
      case 'random': {
        random.gaussians(centre);
        // Gram–Schmidt twice is orthogonal to rounding (Giraud, Langou & Rozložník 2005).
        for (let pass = 0; pass < 2; pass++) {
          for (let earlier = 0; earlier < j; earlier++) {
            const other = row(centres, earlier);
            const share = dot(centre, other) / dimension;
            for (let l = 0; l < dimension; l++) centre[l]! -= share * other[l]!;
          }
        }
        const scale = length / norm(centre);
        for (let l = 0; l < dimension; l++) centre[l]! *= scale;
        break;
      }
    }
  }
  return centres;
}

function evenParity(bits: number): boolean {
  let parity = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) parity ^= 1;
  return parity === 0;
}

/** `as-drawn`: fewer points are the first of more. `by-cluster`: listed cluster by cluster, as training likes them. */
export type Order = 'as-drawn' | 'by-cluster';

/** Draw `count` points; the same stream gives the same points. Cluster draws and noise have streams of their own. */
export function samplePoints(
  from: OrthogonalClusters,
  count: number,
  random: Random,
  order: Order = 'as-drawn',
): LabelledPoints {
  const clusters = assignClusters(from, count, random.stream('clusters'));
  if (order === 'by-cluster') clusters.sort();
  const inputs = matrix(count, from.dimension);
  random.stream('noise').gaussians(inputs.data, from.noise);
  const labels = new Int8Array(count);
  for (let i = 0; i < count; i++) {
    const j = clusters[i]!;
    labels[i] = from.classes[j]!;
    const point = row(inputs, i);
    const centre = row(from.centres, j);
    for (let l = 0; l < point.length; l++) point[l]! += centre[l]!;
  }
  return { inputs, clusters, labels };
}

/** j_i: i.i.d. draws, or sizes that differ by at most one, in shuffled order. */
export function assignClusters(from: OrthogonalClusters, count: number, random: Random): Int32Array {
  const k = from.centres.rows;
  const clusters = Int32Array.from({ length: count }, (_, i) =>
    from.assignment === 'iid' ? random.integer(k) : i % k,
  );
  return from.assignment === 'iid' ? clusters : random.shuffle(clusters);
}
