/**
 * The frame: an attack proposes a displacement, one function projects it into the ball, re-evaluates the net and
 * decides. No attack grades itself, and `withstood` is not `robust`: only an exact radius or a certificate says that.
 */
import { BadInput, type Random } from '@marginalia/core';
import type { Ball } from './ball.js';
import { checkBox, confine } from './box.js';
import { shortened } from './shorten.js';
import { marginAt, type Target } from './target.js';

export interface Attack {
  readonly name: string;
  readonly balls: readonly Ball['name'][];
  /** A displacement to try, of any size; the judge projects it. Pure in (target, ball, radius, random's key). */
  readonly propose: (target: Target, ball: Ball, radius: number, random: Random) => Float64Array;
  /**
   * Of an attack that seeks the nearest flip rather than any within a radius: the smallest that it finds, or its last
   * iterate, of any size. `radius` is where it may look for a start.
   */
  readonly nearest?: (target: Target, ball: Ball, radius: number, random: Random) => Float64Array;
}

/** An attack that seeks the nearest flip; at a given radius it proposes what of it fits. */
export function nearestFlip(
  name: string,
  balls: Attack['balls'],
  nearest: NonNullable<Attack['nearest']>,
): Attack {
  return {
    name,
    balls,
    nearest,
    propose: (target, ball, radius, random) =>
      confine(target, ball, nearest(target, ball, radius, random).slice(), radius),
  };
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
  checkAsked(attack, target, ball);
  const still = new Float64Array(target.input.length);
  const clean = judge(target, ball, radius, still);
  if (Number.isNaN(clean.margin)) return { kind: 'flipped', delta: still, size: 0, margin: clean.margin };
  if (clean.kind === 'flipped' || radius === 0) return clean;
  const attacked = judge(target, ball, radius, attack.propose(target, ball, radius, random));
  // Never worse than doing nothing.
  return attacked.kind === 'withstood' && !(attacked.margin <= clean.margin) ? clean : attacked;
}

/** Many points, in order: each as if it were alone, under the key of its place. */
export function attackAll(
  attack: Attack,
  targets: readonly Target[],
  ball: Ball,
  radius: number,
  random: Random,
): Judged[] {
  return targets.map((target, i) => runAttack(attack, target, ball, radius, random.at(i)));
}

/** What an attack does not know, and what has no meaning in reduced coordinates, is refused. */
function checkAsked({ name, balls }: Attack, target: Target, ball: Ball): void {
  if (!balls.includes(ball.name)) {
    throw new BadInput({
      expected: `one of the balls of ${name}: ${balls.join(', ')}`,
      got: ball.name,
      try: 'another attack',
    });
  }
  if (target.ambient !== target.input.length && (ball.name !== 'l2' || target.box)) {
    throw new BadInput({
      expected: `a point in the coordinates of its data for ${target.box ? 'a box' : `the norm ${ball.name}`}`,
      got: `${target.input.length} span coordinates of R^${target.ambient}`,
      try: 'the norm l2 without a box, or the net itself',
    });
  }
  checkBox(target);
}

/** The one word on every proposal: what of it fits into the ball (and the box), and what the net says there. */
export function judge(target: Target, ball: Ball, radius: number, proposed: Float64Array): Judged {
  const delta = confine(target, ball, proposed.slice(), radius);
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
 * An attack that seeks the nearest flip is asked once, and its flip pulled back along its ray.
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
  if (attack.nearest) return nearestRadius(attack, target, ball, to, random);
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
    // Among subnormal numbers there is nothing between, however wide the bracket.
    if (middle === below || middle === best.size) break;
    const judged = attempt(middle);
    if (judged.kind === 'flipped') best = judged;
    else below = middle;
  }
  return { kind: 'flipped', radius: best.size, delta: best.delta };
}

function nearestRadius(attack: Attack, target: Target, ball: Ball, to: number, random: Random): AttackRadius {
  const still = runAttack(
    { ...attack, propose: ({ input }) => input.map(() => 0) },
    target,
    ball,
    to,
    random,
  );
  if (still.kind === 'flipped') return { kind: 'flipped', radius: still.size, delta: still.delta };
  const found = shortened(target, attack.nearest!(target, ball, to, random));
  const judged = judge(target, ball, to, found);
  return judged.kind === 'flipped'
    ? { kind: 'flipped', radius: judged.size, delta: judged.delta }
    : { kind: 'withstood', radius: to };
}
