/** Losses with an exponential tail, by their logarithms: a loss of 1e-1000 and beyond keeps all its digits. */
import { exp, log, log1p } from '../elementary.js';

/**
 * log ℓ(q) and log|ℓ′(q)| of a margin. With C outputs q = −log Σ_{j≠y} e^{s_j − s_y}, so that `logistic` is
 * softmax cross-entropy: log(1 + e^{−q}) = −log softmax_y(s).
 */
export interface LogLoss {
  readonly name: 'logistic' | 'exponential';
  readonly logValue: (margin: number) => number;
  readonly logSlope: (margin: number) => number;
}

/** Where log log(1 + e^{−q}) = −q − e^{−q}/2 to the last bit: the next term is below e^{−2q}. */
const far = 30;

/** ℓ(q) = log(1 + e^{−q}). */
export const logisticLog: LogLoss = {
  name: 'logistic',
  logValue: (q) => (q >= far ? -q - exp(-q) / 2 : log(Math.max(0, -q) + log1p(exp(-Math.abs(q))))),
  logSlope: (q) => -(Math.max(0, q) + log1p(exp(-Math.abs(q)))),
};

/** ℓ(q) = e^{−q}. */
export const exponentialLog: LogLoss = { name: 'exponential', logValue: (q) => -q, logSlope: (q) => -q };

export const logLosses = { logistic: logisticLog, exponential: exponentialLog } as const;
