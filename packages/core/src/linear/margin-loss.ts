/** Losses of a linear margin in the log domain: far out, where e^{−q} underflows, their logarithms are plain numbers. */
import { exp, log } from '../elementary.js';
import { exponentialLog, logisticLog, type LogLoss } from '../training/log-loss.js';

export interface MarginLoss extends LogLoss {
  /** ℓ''(q)/(−ℓ'(q)) ∈ (0, 1]. */
  readonly bend: (margin: number) => number;
  /** ℓ^{-1} of a value given by its logarithm. */
  readonly inverse: (logValue: number) => number;
  /** sup ℓ'' over margins q ≥ 0. */
  readonly smoothness: number;
}

/** Beyond it ℓ^{-1} is its first two terms, to full precision. */
const far = 20;

export const logisticMargin: MarginLoss = {
  ...logisticLog,
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
  ...exponentialLog,
  bend: () => 1,
  inverse: (logValue) => -logValue,
  smoothness: 1,
};

export const marginLosses: readonly MarginLoss[] = [logisticMargin, exponentialMargin];
