/** Losses of a margin, and of class scores, safe at any size of margin. */
import { exp, log, log1p } from './elementary.js';

/** ℓ(q) and −ℓ'(q) of a margin q. Both are finite for every finite q. */
export interface Loss {
  readonly name: string;
  readonly value: (margin: number) => number;
  /** −ℓ'(q) ≥ 0. */
  readonly slope: (margin: number) => number;
}

/** ℓ(q) = log(1 + e^{−q}). */
export const logistic: Loss = {
  name: 'logistic',
  value: (q) => Math.max(0, -q) + log1p(exp(-Math.abs(q))),
  slope: (q) => {
    const small = exp(-Math.abs(q));
    return q >= 0 ? small / (1 + small) : 1 / (1 + small);
  },
};

export const losses: readonly Loss[] = [logistic];

/**
 * Softmax cross-entropy of scores f ∈ R^k on class j: −f_j + log Σ_i e^{f_i}. Fills `residual` with
 * 1[i = j] − softmax_i(f), the negative gradient; its entry j is summed from the others, so that it keeps its digits
 * when p_j → 1.
 */
export function crossEntropy(scores: Float64Array, target: number, residual: Float64Array): number {
  let top = -Infinity;
  for (const value of scores) top = Math.max(top, value);
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const weight = exp(scores[i]! - top);
    residual[i] = weight;
    total += weight;
  }
  let others = 0;
  for (let i = 0; i < scores.length; i++) {
    if (i === target) continue;
    const share = residual[i]! / total;
    residual[i] = -share;
    others += share;
  }
  residual[target] = others;
  // log(1 + Σ_{i≠j} e^{f_i − f_j}), through log1p where the target leads.
  if (scores[target] === top) {
    let rest = 0;
    for (let i = 0; i < scores.length; i++) if (i !== target) rest += exp(scores[i]! - top);
    return log1p(rest);
  }
  return top - scores[target]! + log(total);
}
