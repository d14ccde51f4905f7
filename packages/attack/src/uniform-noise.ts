/**
 * The baseline that no attack may lose to: displacements drawn from the ball without looking at the net, the one of the
 * lowest margin proposed. On a linear score it is far worse than any attack; where it is better, gradients mislead.
 * Not among the registered attacks, which must solve linear nets. Source: Athalye, Carlini & Wagner, ICML 2018, §3.1.
 */
import type { Attack } from './attack.js';
import { marginAt } from './target.js';

/** `draws` uniform draws, each pushed out to the sphere of the radius: nothing nearer can be more than a shorter copy. */
export function uniformNoise({ draws = 30 }: { readonly draws?: number } = {}): Attack {
  return {
    name: 'uniform-noise',
    balls: ['l2', 'linf', 'l1'],
    propose(target, ball, radius, random) {
      let best: Float64Array = new Float64Array(target.input.length);
      let lowest = Infinity;
      for (let draw = 0; draw < draws; draw++) {
        const delta = ball.draw(
          new Float64Array(target.input.length),
          radius,
          target.ambient,
          random.stream(draw),
        );
        const outwards = radius / ball.size(delta);
        if (Number.isFinite(outwards)) for (let l = 0; l < delta.length; l++) delta[l]! *= outwards;
        const margin = marginAt(target, ball.project(delta, radius));
        if (margin < lowest) {
          lowest = margin;
          best = delta;
          if (margin <= 0) break;
        }
      }
      return best;
    },
  };
}
