/**
 * A contest: the neurons that hold a label up against those that pull it down, their weights in the score absorbed,
 * ŵ_r = c_r w_r and p̂_r = c_r p_r with c_r > 0. The point is flipped where Σ_own φ(p̂_r + ⟨ŵ_r, δ⟩) ≤ Σ_rivals φ(…) + level.
 * A linear read-out is one contest for each label, a max read-out one for each own and rival group, all of level 0.
 */
import type { Matrix } from '@marginalia/core';

export interface Contest {
  /** ŵ_r, n × d. */
  readonly vectors: Matrix;
  /** Ĝ_rs = ⟨ŵ_r, ŵ_s⟩, n × n. */
  readonly gram: Float64Array;
  /** +1 for an own neuron, −1 for a rival. */
  readonly sides: Float64Array;
  /** ‖ŵ_r‖ */
  readonly sizes: Float64Array;
  /** Σ_r ‖ŵ_r‖ */
  readonly gross: number;
  /** Σ_s ±Ĝ_rs over all neurons, + for own ones. */
  readonly pull: Float64Array;
  /** Σ_{s rival} |Ĝ_rs| */
  readonly crowding: Float64Array;
  /** At least 0. */
  readonly level: number;
  /** What rounding of a sum of products over all neurons and coordinates is relative to its terms, at its worst. */
  readonly unit: number;
}

export function contestOf(vectors: Matrix, gram: Float64Array, sides: Float64Array, level = 0): Contest {
  const n = sides.length;
  const sizes = new Float64Array(n);
  const pull = new Float64Array(n);
  const crowding = new Float64Array(n);
  let gross = 0;
  for (let s = 0; s < n; s++) {
    const from = s * n;
    sizes[s] = Math.sqrt(gram[from + s]!);
    gross += sizes[s]!;
    const sign = sides[s]!;
    for (let r = 0; r < n; r++) pull[r]! += sign * gram[from + r]!;
    if (sign < 0) for (let r = 0; r < n; r++) crowding[r]! += Math.abs(gram[from + r]!);
  }
  // One unit roundoff a product or sum, and a few to spare.
  const unit = (n + vectors.columns + 8) * 2 ** -53;
  return { vectors, gram, sides, sizes, gross, pull, crowding, level, unit };
}
