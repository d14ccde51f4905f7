/** The best multiple of a displacement: flips are pulled back along their ray to where the margin first reaches zero. */
import type { Attack } from './attack.js';
import { confine } from './box.js';
import { firstCrossing } from './ray.js';
import { marginAt, type Target } from './target.js';

/** Halvings of a factor in (0, 1]: all its digits. */
const halvings = 53;

/**
 * t δ for the smallest t in [0, 1] whose margin is ≤ 0, as `marginAt` says it, not as the line does: rounding may ask for a
 * few units more. Where the line sees no crossing, since the margin comes down to zero and stays there, the factor is
 * bisected. δ itself where no multiple flips.
 */
export function shortened(target: Target, delta: Float64Array): Float64Array {
  const times = (factor: number): Float64Array => delta.map((value) => factor * value);
  const flips = (factor: number): boolean => marginAt(target, times(factor)) <= 0;
  const t = firstCrossing(target, delta);
  for (let ulps = 0; t <= 1 && ulps <= 2 ** 24; ulps = 2 * ulps + 1) {
    const factor = Math.min(1, t * (1 + ulps * 2 ** -52));
    if (flips(factor)) return times(factor);
  }
  if (!flips(1)) return delta;
  let [short, far] = [0, 1];
  for (let i = 0; i < halvings; i++) {
    const middle = (short + far) / 2;
    if (flips(middle)) far = middle;
    else short = middle;
  }
  return times(far);
}

/** The attack with the best step length along the direction that it proposes: where it passes over a flip, that flip. */
export function withLineSearch(attack: Attack): Attack {
  return {
    ...attack,
    propose: (target, ball, radius, random) => {
      const proposed = confine(target, ball, attack.propose(target, ball, radius, random), radius);
      return shortened(target, proposed);
    },
  };
}
