/**
 * Full-batch first-order methods on a linear model, from w_0 = 0 and in the log domain. With p_i the pulls of the samples,
 *   gradient       w ← w + η Σ_i −ℓ'(q_i) Z_i                      (the sum of the losses, not their mean)
 *   normalised     w ← w + η_t Σ_i p_i Z_i, p = softmax(−q)         (gradient of −log Σ e^{−q_i})
 *   accelerated    g ← β_t (g + Σ_i p_i Z_i), w ← w + θ(g + Σ_i p_i Z_i), β_t = t/(t + 1)
 * Sources: Soudry et al., JMLR 2018; Nacson et al., AISTATS 2019; Ji, Srebro & Telgarsky, ICML 2021, Algorithm 1.
 */
import { BadInput } from '../bad-input.js';
import { exp } from '../elementary.js';
import type { Matrix } from '../matrix.js';
import type { MarginLoss } from './margin-loss.js';
import { logSumExp } from '../training/log-sum.js';
import { combine, linearMargins } from './signed-samples.js';

export type LinearMethod =
  | { readonly kind: 'gradient'; readonly loss: MarginLoss; readonly stepSize: number }
  | { readonly kind: 'normalised'; readonly stepSize: (step: number) => number }
  | { readonly kind: 'accelerated'; readonly stepSize: number };

/** w_t as a watcher sees it, before step t + 1; arrays are reused. */
export interface LinearMoment {
  /** t */
  readonly step: number;
  readonly weights: Float64Array;
  /** Zw_t. */
  readonly margins: Float64Array;
  /** Σ_i p_i Z_i. */
  readonly pull: Float64Array;
  /** log Σ_i −ℓ'(q_i) for `gradient`, ψ(w_t) = log Σ_i e^{−q_i} for the others. */
  readonly logPulls: number;
  /** η_t; η of the next step. */
  readonly stepSize: number;
}

/** Calls `watch` at t = 0 … T. */
export function descendLinear(
  signed: Matrix,
  method: LinearMethod,
  steps: number,
  watch: (moment: LinearMoment) => void,
): void {
  if (!(Number.isInteger(steps) && steps >= 0)) {
    throw new BadInput({ expected: 'a whole number of steps T ≥ 0', got: String(steps), try: 'steps 1000' });
  }
  const { rows: n, columns: d } = signed;
  const weights = new Float64Array(d);
  const momentum = new Float64Array(d);
  const pull = new Float64Array(d);
  const margins = new Float64Array(n);
  const logs = new Float64Array(n);
  const shares = new Float64Array(n);
  const constant = method.kind === 'normalised' ? undefined : method.stepSize;
  for (let step = 0; ; step++) {
    linearMargins(signed, weights, margins);
    for (let i = 0; i < n; i++) {
      logs[i] = method.kind === 'gradient' ? method.loss.logSlope(margins[i]!) : -margins[i]!;
    }
    const logPulls = logSumExp(logs);
    const shift = method.kind === 'gradient' ? 0 : logPulls;
    for (let i = 0; i < n; i++) shares[i] = exp(logs[i]! - shift);
    combine(signed, shares, pull);
    const stepSize = constant ?? (method as Extract<LinearMethod, { kind: 'normalised' }>).stepSize(step);
    watch({ step, weights, margins, pull, logPulls, stepSize });
    if (step === steps) return;
    const keep = method.kind === 'accelerated' ? step / (step + 1) : 0;
    for (let l = 0; l < d; l++) {
      momentum[l] = keep * (momentum[l]! + pull[l]!);
      weights[l]! += stepSize * (momentum[l]! + pull[l]!);
    }
  }
}
