/**
 * The frame: an attack proposes a displacement, one function projects it into the ball, re-evaluates the net and
 * decides. No attack grades itself, and `withstood` is not `robust`: only an exact radius or a certificate says that.
 */
import { BadInput, type Random } from '@marginalia/core';
import type { Ball } from './ball.js';
import { marginAt, type Target } from './target.js';

export interface Attack {
  readonly name: string;
  readonly balls: readonly Ball['name'][];
  /** A displacement to try, of any size; the judge projects it. Pure in (target, ball, radius, random's key). */
  readonly propose: (target: Target, ball: Ball, radius: number, random: Random) => Float64Array;
}

export type Judged =
  /** y f(x + δ) ≤ 0 with ‖δ‖ ≤ radius: δ is a proof. At δ = 0 also a margin that is not a number. */
  | { readonly kind: 'flipped'; readonly delta: Float64Array; readonly size: number; readonly margin: number }
  /** This attack found nothing; says nothing of robustness. */
  | { readonly kind: 'withstood'; readonly margin: number };

/** Run one attack at one radius ≥ 0. A point that is misclassified, or scored by NaN, is flipped by δ = 0. */
export function runAttack(
  attack: Attack,
  target: Target,
  ball: Ball,
  radius: number,
  random: Random,
): Judged {
  if (!(radius >= 0 && Number.isFinite(radius))) {
    throw new BadInput({ expected: 'a finite radius ≥ 0', got: String(radius), try: 'radius 1' });
  }
  const still = new Float64Array(target.input.length);
  const clean = judge(target, ball, radius, still);
  if (Number.isNaN(clean.margin)) return { kind: 'flipped', delta: still, size: 0, margin: clean.margin };
  if (clean.kind === 'flipped' || radius === 0) return clean;
  const attacked = judge(target, ball, radius, attack.propose(target, ball, radius, random));
  // Never worse than doing nothing.
  return attacked.kind === 'withstood' && !(attacked.margin <= clean.margin) ? clean : attacked;
}

export function judge(target: Target, ball: Ball, radius: number, proposed: Float64Array): Judged {
  const delta = ball.project(proposed.slice(), radius);
  const margin = marginAt(target, delta);
  return margin <= 0
    ? { kind: 'flipped', delta, size: ball.size(delta), margin }
    : { kind: 'withstood', margin };
}

export type AttackRadius =
  /** The smallest flip that the search found. */
  | { readonly kind: 'flipped'; readonly radius: number; readonly delta: Float64Array }
  /** Withstood up to this radius. */
  | { readonly kind: 'withstood'; readonly radius: number };

/** Growth of the bracket while the attack fails. */
export const growth = 1.25;

/**
 * The smallest radius at which the attack flips the point: geometric growth from `from`, then bisection to a relative
 * `tolerance`. `from` > 0 should be a radius below which nothing can succeed (a certificate, the exact radius).
 */
export function attackRadius(
  attack: Attack,
  target: Target,
  ball: Ball,
  search: { readonly from: number; readonly to: number; readonly tolerance?: number },
  random: Random,
): AttackRadius {
  const { from, to, tolerance = 1 / 256 } = search;
  if (!(from > 0 && to >= from)) {
    throw new BadInput({ expected: 'a bracket 0 < from ≤ to', got: `${from} … ${to}` });
  }
  let below = 0;
  let trial = 0;
  const attempt = (radius: number): Judged => runAttack(attack, target, ball, radius, random.stream(trial++));

  let best = attempt(from);
  for (let radius = from; best.kind === 'withstood';) {
    if (radius >= to) return { kind: 'withstood', radius: to };
    below = radius;
    radius = Math.min(radius * growth, to);
    best = attempt(radius);
  }
  while (best.size - below > tolerance * best.size) {
    const middle = (below + best.size) / 2;
    const judged = attempt(middle);
    if (judged.kind === 'flipped') best = judged;
    else below = middle;
  }
  return { kind: 'flipped', radius: best.size, delta: best.delta };
}
