/**
 * Projected gradient descent, δ ← Π(δ − α · steepest(∂loss/∂x)), from a uniform start in the ball.
 * Source: Madry, Makelov, Schmidt, Tsipras & Vladu, ICLR 2018 (arXiv 1706.06083); step size α = 2.5 ε / steps.
 * Attacks the margin y f itself unless told otherwise, whose gradient does not vanish on confident points.
 */
import type { Attack } from './attack.js';
import { checkLoss, lossAt, type LossOptions } from './attack-loss.js';
import { confine } from './box.js';
import { Lowest, startOf, type Warm } from './descent-start.js';

export interface ProjectedGradientOptions extends LossOptions {
  readonly steps?: number;
  /** Independent uniform starts; the best iterate over all of them is proposed. */
  readonly restarts?: number;
  /** Step size as a multiple of radius / steps. */
  readonly stepScale?: number;
  /** Starts before the uniform ones. */
  readonly warm?: Warm;
  readonly name?: string;
}

export function projectedGradient({
  steps = 40,
  restarts = 1,
  stepScale = 2.5,
  warm,
  name = 'projected-gradient',
  ...loss
}: ProjectedGradientOptions = {}): Attack {
  return {
    name,
    balls: ['l2', 'linf', 'l1'],
    propose(target, ball, radius, random) {
      checkLoss(target, loss);
      const dimension = target.input.length;
      const alpha = (stepScale * radius) / steps;
      const gradient = new Float64Array(dimension);
      const lowest = new Lowest(dimension);
      const given = warm?.(target, ball, radius, random.stream('warm')) ?? [];
      for (let start = 0; start < given.length + restarts; start++) {
        const delta = startOf(target, ball, radius, given, random, start);
        for (let step = 0; step <= steps; step++) {
          const { margin } = lossAt(target, delta, loss, gradient);
          if (lowest.offer(margin, delta)) return lowest.delta;
          if (step === steps) break;
          ball.steepest(gradient);
          for (let l = 0; l < dimension; l++) delta[l]! -= alpha * gradient[l]!;
          confine(target, ball, delta, radius);
        }
      }
      return lowest.delta;
    },
  };
}
