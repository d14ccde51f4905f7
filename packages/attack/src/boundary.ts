/**
 * The nearest of the linear boundaries seen from x + δ: of each rival, its margin m and gradient g there; the plane
 * m + ⟨g, δ' − δ⟩ = 0 is |m| / ‖g‖_* away, and nearest at δ − (m/‖g‖_*) steepest(g), in every norm without a box.
 */
import { dot } from '@marginalia/core';
import type { Ball } from './ball.js';
import { lossAt } from './attack-loss.js';
import { aimedAt, type Target } from './target.js';

export interface Boundary {
  /** y f(x + δ): all rivals together. */
  readonly margin: number;
  /** Of the rival whose plane is nearest; a zero vector where no plane is seen. */
  readonly gap: number;
  readonly gradient: Float64Array;
}

export function nearestBoundary(target: Target, ball: Ball, delta: Float64Array, leak = 0): Boundary {
  const { readout } = target.network;
  const gradient = new Float64Array(delta.length);
  const { margin } = lossAt(target, delta, { leak }, gradient);
  let best = { gap: margin, gradient };
  if (readout.kind !== 'argmax' || readout.outputs.rows === 2) return { margin, ...best };
  for (let rival = 0; rival < readout.outputs.rows; rival++) {
    if (rival === readout.own) continue;
    const slope = new Float64Array(delta.length);
    const { margin: gap } = lossAt(aimedAt(target, rival), delta, { leak }, slope);
    const [size, least] = [ball.dual(slope), ball.dual(best.gradient)];
    if (size > 0 && !(Math.abs(gap) / size >= Math.abs(best.gap) / least)) best = { gap, gradient: slope };
  }
  return { margin, ...best };
}

/** steps(δ): the move from δ to the plane, and the move from 0 to it; undefined where no plane is seen. */
export function movesTo(
  { gap, gradient }: Boundary,
  ball: Ball,
  delta: Float64Array,
): { readonly near: Float64Array; readonly origin: Float64Array } | undefined {
  const size = ball.dual(gradient);
  if (!(size > 0 && Number.isFinite(size))) return undefined;
  const steepest = ball.steepest(gradient.slice());
  const far = (gap - dot(gradient, delta)) / size;
  return {
    near: steepest.map((value) => (-gap / size) * value),
    origin: steepest.map((value) => -far * value),
  };
}
