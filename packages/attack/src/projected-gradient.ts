/**
 * Projected gradient descent on the margin, δ ← Π(δ − α · steepest(∂(y f)/∂x)), from a uniform start in the ball.
 * Source: Madry, Makelov, Schmidt, Tsipras & Vladu, ICLR 2018 (arXiv 1706.06083); step size α = 2.5 ε / steps.
 * Attacks the margin y f itself, whose gradient does not vanish on confident points.
 */
import type { Attack } from './attack.js';
import { marginGradient } from './target.js';

export interface ProjectedGradientOptions {
  readonly steps?: number;
  /** Independent uniform starts; the best iterate over all of them is proposed. */
  readonly restarts?: number;
  /** Step size as a multiple of radius / steps. */
  readonly stepScale?: number;
}

export function projectedGradient({
  steps = 40,
  restarts = 1,
  stepScale = 2.5,
}: ProjectedGradientOptions = {}): Attack {
  return {
    name: 'projected-gradient',
    balls: ['l2', 'linf'],
    propose(target, ball, radius, random) {
      const dimension = target.input.length;
      const alpha = (stepScale * radius) / steps;
      const gradient = new Float64Array(dimension);
      let best = new Float64Array(dimension);
      let lowest = Infinity;
      for (let start = 0; start < restarts; start++) {
        const delta = ball.draw(new Float64Array(dimension), radius, target.ambient, random.stream(start));
        for (let step = 0; step <= steps; step++) {
          const margin = marginGradient(target, delta, gradient);
          if (margin < lowest) {
            lowest = margin;
            best = delta.slice();
            if (margin <= 0) return best;
          }
          if (step === steps) break;
          ball.steepest(gradient);
          for (let l = 0; l < dimension; l++) delta[l]! -= alpha * gradient[l]!;
          ball.project(delta, radius);
        }
      }
      return best;
    },
  };
}
