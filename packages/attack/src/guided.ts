/**
 * Descent that begins where another method found its nearest flip, cut to the radius: from there a descent need not find
 * the way around dead neurons, only shorten it. By default the flip of FAB and of the structured attack; by the exact
 * radius where a radius is to be explained rather than estimated.
 */
import type { Attack } from './attack.js';
import { autoPgd, type AutoPgdOptions } from './auto-pgd.js';
import type { Warm } from './descent-start.js';
import { exactRadius } from './exact-radius.js';
import { fastAdaptiveBoundary } from './fast-adaptive-boundary.js';
import { geometryOf } from './geometry.js';
import type { Ball } from './ball.js';
import { structured } from './structured.js';

export interface GuidedOptions extends Omit<AutoPgdOptions, 'warm' | 'name'> {
  readonly by?: Warm;
}

export function guidedDescent({ by, restarts = 0, ...options }: GuidedOptions = {}): Attack {
  return autoPgd({
    ...options,
    restarts,
    name: 'guided-descent',
    warm: by ?? flipsOf([structured(), fastAdaptiveBoundary()]),
  });
}

/** The nearest flips of attacks that seek them. */
export function flipsOf(attacks: readonly Attack[]): Warm {
  return (target, ball, radius, random) =>
    attacks
      .filter(({ nearest, balls }) => nearest && balls.includes(ball.name))
      .map((attack, i) => attack.nearest!(target, ball, radius, random.stream(i)));
}

/** The nearest flip that is proved, or the best known where its interval is open. */
export async function exactFlips(norm: Ball['name']): Promise<Warm> {
  const geometry = await geometryOf(norm);
  return (target) => {
    const { delta } = exactRadius(target, { geometry });
    return delta ? [delta] : [];
  };
}
