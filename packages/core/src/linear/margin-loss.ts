/** Losses of a linear margin in the log domain: far out, where e^{−q} underflows, their logarithms are plain numbers. */
import { exp, log, log1p } from '../elementary.js';

export interface MarginLoss {
  readonly name: 'logistic' | 'exponential';
  /** log ℓ(q). */
  readonly logValue: (margin: number) => number;
  /** log(−ℓ'(q)). */
  readonly logSlope: (margin: number) => number;
  /** ℓ''(q)/(−ℓ'(q)) ∈ (0, 1]. */
  readonly bend: (margin: number) => number;
  /** ℓ^{-1} of a value given by its logarithm. */
  readonly inverse: (logValue: number) => number;
  /** sup ℓ'' over margins q ≥ 0. */
  readonly smoothness: number;
}

/** log(1 + e^{−q}) where q ≥ 0 is large: e^{−q}(1 − e^{−q}/2 + …), whose logarithm is −q − e^{−q}/2 to full precision. */
const far = 20;

export const logisticMargin: MarginLoss = {
  name: 'logistic',
  logValue: (q) => (q > far ? -q - exp(-q) / 2 : log(Math.max(0, -q) + log1p(exp(-Math.abs(q))))),
  logSlope: (q) => (q >= 0 ? -q - log1p(exp(-q)) : -log1p(exp(q))),
  bend: (q) => (q >= 0 ? 1 / (1 + exp(-q)) : exp(q) / (1 + exp(q))),
  // log(1 + e^{−q}) = v ⇔ q = −log(e^v − 1).
  inverse(logValue) {
    if (logValue < -far) return -logValue - exp(logValue) / 2;
    const v = exp(logValue);
    // e^v − 1 by its series where it cancels: the first term left out is v⁸/9!.
    if (v < 0.05) {
      const tail =
        1 +
        (v / 2) * (1 + (v / 3) * (1 + (v / 4) * (1 + (v / 5) * (1 + (v / 6) * (1 + (v / 7) * (1 + v / 8))))));
      return -logValue - log(tail);
    }
    return v > 40 ? -v + exp(-v) : -log(exp(v) - 1);
  },
  smoothness: 1 / 4,
};

export const exponentialMargin: MarginLoss = {
  name: 'exponential',
  logValue: (q) => -q,
  logSlope: (q) => -q,
  bend: () => 1,
  inverse: (logValue) => -logValue,
  smoothness: 1,
};

export const marginLosses: readonly MarginLoss[] = [logisticMargin, exponentialMargin];

/** log Σ_i e^{v_i}, around the largest. */
export function logSumExp(values: Float64Array): number {
  let top = -Infinity;
  for (const value of values) top = Math.max(top, value);
  if (!Number.isFinite(top)) return top;
  let total = 0;
  for (const value of values) total += exp(value - top);
  return top + log(total);
}
