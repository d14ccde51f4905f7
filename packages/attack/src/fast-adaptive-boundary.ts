/**
 * FAB: from the current point to the boundary's linear model, biased towards the point itself,
 *   δ ← (1 − α)(δ + η d) + α η d₀,  α = min(‖d‖/(‖d‖ + ‖d₀‖), α_max),
 * with d the move from δ to the plane and d₀ the move from 0 to it; on a flip, half-way back δ ← (1 − β) δ. α_max = 0.1,
 * η = 1.05, β = 0.9, 100 iterations. Flips are pulled back
 * along their ray exactly, where three halvings of a segment are published.
 * Source: Croce & Hein, ICML 2020 (arXiv 1907.02044), Algorithm 1. Untargeted: with two classes there is one boundary; of
 * an argmax net the nearest is taken. Planes are met without the box; iterates are confined to it.
 */
import { nearestFlip, type Attack } from './attack.js';
import { movesTo, nearestBoundary } from './boundary.js';
import { confine } from './box.js';
import { shortened } from './shorten.js';

export interface FabOptions {
  readonly steps?: number;
  /** The first from the point itself, the others from draws within half of the nearest flip so far. */
  readonly restarts?: number;
  readonly mostBias?: number;
  readonly extrapolation?: number;
  readonly back?: number;
  /** φ' of neurons that are off, in the backward pass. */
  readonly leak?: number;
}

export function fastAdaptiveBoundary({
  steps = 100,
  restarts = 1,
  mostBias = 0.1,
  extrapolation = 1.05,
  back = 0.9,
  leak = 0,
}: FabOptions = {}): Attack {
  return nearestFlip('fast-adaptive-boundary', ['l2', 'linf', 'l1'], (target, ball, radius, random) => {
    const dimension = target.input.length;
    let best: Float64Array | undefined;
    let least = Infinity;
    let delta: Float64Array = new Float64Array(dimension);
    for (let start = 0; start < restarts; start++) {
      const within = Math.min(radius, least) / 2;
      delta =
        start === 0
          ? new Float64Array(dimension)
          : ball.draw(new Float64Array(dimension), within, target.ambient, random.stream(start));
      confine(target, ball, delta, within);
      for (let step = 0; step <= steps; step++) {
        const boundary = nearestBoundary(target, ball, delta, leak);
        if (boundary.margin <= 0) {
          const flip = shortened(target, delta);
          const size = ball.size(flip);
          if (size < least) [best, least] = [flip, size];
          delta = delta.map((value) => (1 - back) * value);
          continue;
        }
        const moves = movesTo(boundary, ball, delta);
        if (!moves || step === steps) break;
        const [near, far] = [ball.size(moves.near), ball.size(moves.origin)];
        const bias = near + far > 0 ? Math.min(near / (near + far), mostBias) : 0;
        for (let l = 0; l < dimension; l++) {
          delta[l] =
            (1 - bias) * (delta[l]! + extrapolation * moves.near[l]!) +
            bias * extrapolation * moves.origin[l]!;
        }
        confine(target, ball, delta, Infinity);
      }
    }
    return best ?? delta;
  });
}
