/** How many points of each cluster a neuron sees at initialisation. */
import { matrix, type Matrix, type Random } from '@marginalia/core';

export interface InitialCounts {
  /** M × k: points of cluster j with positive pre-activation at neuron r. */
  readonly counts: Matrix;
  /** n_j. */
  readonly sizes: Int32Array;
}

/** From the pre-activations P_0 (n × M). */
export function initialCounts(preactivations: Matrix, clusters: Int32Array, count: number): InitialCounts {
  const width = preactivations.columns;
  const counts = matrix(width, count);
  const sizes = new Int32Array(count);
  for (let i = 0; i < preactivations.rows; i++) {
    sizes[clusters[i]!]!++;
    for (let r = 0; r < width; r++) {
      if (preactivations.data[i * width + r]! > 0) counts.data[r * count + clusters[i]!]!++;
    }
  }
  return { counts, sizes };
}

/** (count + U)/(n_j + 1), U uniform: uniform on [0, 1] exactly when the counts are uniform on {0, …, n_j}. */
export function countRanks({ counts, sizes }: InitialCounts, random: Random): number[] {
  return Array.from(
    counts.data,
    (count, at) => (count + random.uniform()) / (sizes[at % counts.columns]! + 1),
  );
}
