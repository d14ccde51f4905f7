/**
 * w_λ = argmin (1/n) Σ ℓ(⟨w, Z_i⟩) + (λ/2)‖w‖², for falling λ: Newton on w = Zᵀs(w), s_i = −ℓ'(q_i)/(nλ), each λ started
 * where the last one ended. Slopes are divided by λ in the log domain, so that λ = 1e-12 is as easy as 1.
 */
import { BadInput } from '../bad-input.js';
import { cholesky, solveCholesky } from '../cholesky.js';
import { exp, log } from '../elementary.js';
import { matrix, norm, row, type Matrix } from '../matrix.js';
import type { MarginLoss } from './margin-loss.js';
import { combine, linearMargins } from './signed-samples.js';

export interface PathPoint {
  /** λ */
  readonly penalty: number;
  /** w_λ (d). */
  readonly weights: Float64Array;
  /** Zw_λ (n). */
  readonly margins: Float64Array;
  /** s (n): w_λ = Σ s_i Z_i at the minimum. */
  readonly shares: Float64Array;
  /** ‖w − Zᵀs‖/‖w‖: the gradient over λ‖w‖. */
  readonly residual: number;
}

/** Newton ends at this residual; where rounding forbids it, at the smallest one reached. */
const settled = 1e-13;

export function regularisedPath(signed: Matrix, loss: MarginLoss, penalties: readonly number[]): PathPoint[] {
  let weights = new Float64Array(signed.columns);
  return penalties.map((penalty, at) => {
    const above = penalties[at - 1] ?? Infinity;
    if (!(penalty > 0 && penalty < above)) {
      throw new BadInput({
        expected: 'penalties λ > 0 that fall',
        got: penalties.join(', '),
        try: '1e-2, 1e-4',
      });
    }
    const point = minimise(signed, loss, penalty, weights);
    weights = Float64Array.from(point.weights);
    return point;
  });
}

interface Standing {
  readonly weights: Float64Array;
  readonly margins: Float64Array;
  readonly shares: Float64Array;
  /** w − Zᵀs. */
  readonly gradient: Float64Array;
  /** The objective over λ. */
  readonly value: number;
  readonly residual: number;
}

function minimise(signed: Matrix, loss: MarginLoss, penalty: number, start: Float64Array): PathPoint {
  const logScale = log(signed.rows * penalty);
  const at = (weights: Float64Array): Standing => {
    const margins = linearMargins(signed, weights, new Float64Array(signed.rows));
    const bounded = (power: number): number => exp(Math.min(700, power));
    const shares = margins.map((q) => bounded(loss.logSlope(q) - logScale));
    const gradient = combine(signed, shares, new Float64Array(signed.columns)).map(
      (sum, l) => weights[l]! - sum,
    );
    const square = weights.reduce((sum, value) => sum + value * value, 0);
    const value = margins.reduce((sum, q) => sum + bounded(loss.logValue(q) - logScale), square / 2);
    return {
      weights,
      margins,
      shares,
      gradient,
      value,
      residual: norm(gradient) / Math.max(norm(weights), 1e-300),
    };
  };
  let here = at(start);
  let best = here;
  let idle = 0;
  for (let round = 0; round < 1000 && best.residual > settled && idle < 5; round++) {
    const step = newtonStep(signed, loss, here);
    const slope = here.gradient.reduce((sum, value, l) => sum + value * step[l]!, 0);
    let next = here;
    for (let size = 1; size > 1e-9; size /= 2) {
      next = at(here.weights.map((value, l) => value - size * step[l]!));
      // A tenth of the promised descent, or as good as no change where values have met rounding.
      if (next.value <= here.value - 0.1 * size * slope + 1e-15 * Math.abs(here.value)) break;
    }
    here = next;
    idle = here.residual < best.residual ? 0 : idle + 1;
    if (here.residual < best.residual) best = here;
    // Far from the minimum a damped step may raise the gradient while the objective falls.
    if (here.residual > 1e-6) idle = 0;
  }
  const { weights, margins, shares, residual } = best;
  return { penalty, weights, margins, shares, residual };
}

/** (I + Zᵀ diag(h) Z)^{-1} times the gradient, h_i = ℓ''(q_i)/(nλ). */
function newtonStep(signed: Matrix, loss: MarginLoss, { margins, shares, gradient }: Standing): Float64Array {
  const d = signed.columns;
  const hessian = matrix(d, d);
  const h = hessian.data;
  for (let i = 0; i < signed.rows; i++) {
    const z = row(signed, i);
    const weight = shares[i]! * loss.bend(margins[i]!);
    for (let a = 0; a < d; a++) {
      const factor = weight * z[a]!;
      for (let b = 0; b <= a; b++) h[a * d + b]! += factor * z[b]!;
    }
  }
  for (let a = 0; a < d; a++) {
    h[a * d + a]! += 1;
    for (let b = 0; b < a; b++) h[b * d + a] = h[a * d + b]!;
  }
  const factor = cholesky(hessian);
  // Lost to rounding far from the minimum: a gradient step, which the line search shortens.
  return factor ? solveCholesky(factor, Float64Array.from(gradient)) : Float64Array.from(gradient);
}
