/**
 * DeepFool: to the nearest linear boundary, again and again, δ ← δ − (m/‖g‖_*) steepest(g), looked at with an overshoot of
 * 2 %, at most 50 times. Source: Moosavi-Dezfooli, Fawzi & Frossard, CVPR 2016 (arXiv 1511.04599), Algorithms 1 and 2;
 * ℓ∞ by their generalisation to other norms. A search of radii pulls its flip back along its ray, which undoes the overshoot.
 */
import { nearestFlip, type Attack } from './attack.js';
import { movesTo, nearestBoundary } from './boundary.js';
import { confine } from './box.js';

export interface DeepFoolOptions {
  readonly steps?: number;
  readonly overshoot?: number;
}

export function deepFool({ steps = 50, overshoot = 0.02 }: DeepFoolOptions = {}): Attack {
  return nearestFlip('deep-fool', ['l2', 'linf'], (target, ball) => {
    const total = new Float64Array(target.input.length);
    let seen: Float64Array = new Float64Array(target.input.length);
    for (let step = 0; step < steps; step++) {
      const boundary = nearestBoundary(target, ball, seen);
      if (boundary.margin <= 0) break;
      const moves = movesTo(boundary, ball, seen);
      if (!moves) break;
      for (let l = 0; l < total.length; l++) total[l]! += moves.near[l]!;
      seen = confine(
        target,
        ball,
        total.map((value) => (1 + overshoot) * value),
        Infinity,
      );
    }
    return seen;
  });
}
