/**
 * The worst of several attacks on each point: the smallest flip, and whose it is. Every flip is pulled back along its ray,
 * and every attack after the first has only what is nearer to look for. Cheap attacks come first, so that the costly ones
 * are mostly asked one question. Idea: Croce & Hein, ICML 2020 (AutoAttack), per-point worst case.
 */
import type { Random } from '@marginalia/core';
import { attackRadius, judge, runAttack, type Attack, type AttackRadius, type Judged } from './attack.js';
import type { Ball } from './ball.js';
import { shortened } from './shorten.js';
import type { Target } from './target.js';

/** A flip must be nearer by this share to be looked for: the tolerance of a search of radii. */
const nearer = 1 / 256;
/** Rounds of looking nearer with one attack; each gains `nearer` at least. */
const rounds = 32;

export type EnsembleRadius = AttackRadius & {
  /** The attack whose flip it is; '' where none flips. */
  readonly attack: string;
};

/** At one radius: the first that flips, or the lowest margin. */
export function ensembleAt(
  members: readonly Attack[],
  target: Target,
  ball: Ball,
  radius: number,
  random: Random,
): Judged & { readonly attack: string } {
  let best: (Judged & { readonly attack: string }) | undefined;
  for (const attack of members) {
    if (!attack.balls.includes(ball.name)) continue;
    const judged = {
      ...runAttack(attack, target, ball, radius, random.stream(attack.name)),
      attack: attack.name,
    };
    if (judged.kind === 'flipped') return judged;
    if (!best || judged.margin < best.margin) best = judged;
  }
  return (
    best ?? {
      ...judge(
        target,
        ball,
        0,
        target.input.map(() => 0),
      ),
      attack: '',
    }
  );
}

/** The smallest flip within `to` that any of them finds. */
export function ensembleRadius(
  members: readonly Attack[],
  target: Target,
  ball: Ball,
  { from, to }: { readonly from: number; readonly to: number },
  random: Random,
): EnsembleRadius {
  let best: EnsembleRadius = { kind: 'withstood', radius: to, attack: '' };
  for (const attack of members) {
    if (!attack.balls.includes(ball.name)) continue;
    const own = random.stream(attack.name);
    if (best.kind === 'withstood' || attack.nearest) {
      const found = attackRadius(attack, target, ball, { from: Math.min(from, best.radius), to }, own);
      if (found.kind === 'flipped' && !(best.kind === 'flipped' && best.radius <= found.radius)) {
        best = pulledBack(target, ball, found, attack);
      }
    }
    if (best.kind === 'flipped' && best.radius === 0) return best;
    for (let round = 0; round < rounds && best.kind === 'flipped' && !attack.nearest; round++) {
      const radius: number = best.radius * (1 - nearer);
      if (!(radius >= from)) break;
      const judged = runAttack(attack, target, ball, radius, own.stream('nearer', round));
      if (judged.kind === 'withstood') break;
      best = pulledBack(target, ball, { kind: 'flipped', radius: judged.size, delta: judged.delta }, attack);
    }
  }
  return best;
}

function pulledBack(
  target: Target,
  ball: Ball,
  found: AttackRadius & { readonly kind: 'flipped' },
  { name }: Attack,
): EnsembleRadius {
  const judged = judge(target, ball, found.radius, shortened(target, found.delta));
  return judged.kind === 'flipped'
    ? { kind: 'flipped', radius: judged.size, delta: judged.delta, attack: name }
    : { ...found, attack: name };
}

/** The ensemble as one attack. */
export function ensemble(members: readonly Attack[]): Attack {
  const known = members.flatMap(({ balls }) => balls);
  return {
    name: 'ensemble',
    balls: (['l2', 'linf', 'l1'] as const).filter((name) => known.includes(name)),
    propose(target, ball, radius, random) {
      const judged = ensembleAt(members, target, ball, radius, random);
      if (judged.kind === 'flipped') return judged.delta;
      const last = members.find(({ name }) => name === judged.attack)!;
      return last.propose(target, ball, radius, random.stream(last.name));
    },
    nearest(target, ball, radius, random) {
      // What is nearer than a thousandth of where one may look is found by those that seek the nearest.
      const found = ensembleRadius(members, target, ball, { from: radius / 1024, to: radius }, random);
      return found.kind === 'flipped' ? found.delta : new Float64Array(target.input.length);
    },
  };
}
