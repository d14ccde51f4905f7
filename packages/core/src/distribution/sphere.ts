/**
 * n points of length √d with labels ±1 that have nothing to do with them: uniform on the sphere, or orthogonal to each
 * other in a uniformly random frame.
 * Source: Vardi, Yehudai & Shamir, NeurIPS 2022 (arXiv 2202.04347), nearly orthogonal data.
 */
import { BadInput } from '../bad-input.js';
import { dot, matrix, norm, row, type Matrix } from '../matrix.js';
import type { Random } from '../random/random.js';
import { orthogonalClusters } from './orthogonal-clusters.js';

/** `sphere`: i.i.d. uniform on √d S^{d−1}. `orthogonal`: ⟨x_i, x_j⟩ = 0. */
export type Placement = 'sphere' | 'orthogonal';
export const placements: readonly Placement[] = ['sphere', 'orthogonal'];

export interface SpherePoints {
  /** n × d, rows of length √d, those of label +1 first. */
  readonly inputs: Matrix;
  /** y_i ∈ {−1, +1}, n: half of them positive, to within one. */
  readonly labels: Int8Array;
}

/** Throws BadInput for fewer than two points, or more orthogonal ones than there are dimensions. */
export function spherePoints(
  {
    dimension,
    samples,
    placement,
  }: { readonly dimension: number; readonly samples: number; readonly placement: Placement },
  random: Random,
): SpherePoints {
  if (!(Number.isSafeInteger(dimension) && Number.isSafeInteger(samples) && dimension >= 1 && samples >= 2)) {
    throw new BadInput({
      expected: 'whole numbers, dimension ≥ 1 and samples ≥ 2',
      got: `dimension ${dimension}, samples ${samples}`,
    });
  }
  if (placement === 'orthogonal' && samples > dimension) {
    throw new BadInput({
      expected: 'at most d orthogonal points in R^d',
      got: `${samples} points, dimension ${dimension}`,
      try: `--set samples=${dimension}`,
    });
  }
  const labels = Int8Array.from({ length: samples }, (_, i) => (i < samples / 2 ? 1 : -1));
  if (placement === 'orthogonal') {
    const { centres } = orthogonalClusters(
      { dimension, clusters: samples, positive: Math.ceil(samples / 2) },
      random.stream('frame'),
    );
    return { inputs: centres, labels };
  }
  const inputs = matrix(
    samples,
    dimension,
    random.stream('points').gaussians(new Float64Array(samples * dimension)),
  );
  for (let i = 0; i < samples; i++) {
    const point = row(inputs, i);
    const scale = Math.sqrt(dimension) / norm(point);
    for (let l = 0; l < dimension; l++) point[l]! *= scale;
  }
  return { inputs, labels };
}

/** p = max_{i ≠ j} |⟨x_i, x_j⟩|. */
export function largestOverlap({ inputs }: SpherePoints): number {
  let most = 0;
  for (let i = 0; i < inputs.rows; i++) {
    for (let j = 0; j < i; j++) most = Math.max(most, Math.abs(dot(row(inputs, i), row(inputs, j))));
  }
  return most;
}
