/**
 * One step of the whole radius against the gradient at the point, δ = −ε · steepest(∂(y f)/∂x): the sign for ℓ∞, g/‖g‖ for
 * ℓ2, one coordinate for ℓ1. Source: Goodfellow, Shlens & Szegedy, ICLR 2015 (arXiv 1412.6572), §4. On the margin.
 */
import type { Attack } from './attack.js';
import { checkLoss, lossAt, type LossOptions } from './attack-loss.js';
import { confine } from './box.js';

export function fastGradient(loss: LossOptions = {}): Attack {
  return {
    name: 'fast-gradient',
    balls: ['l2', 'linf', 'l1'],
    propose(target, ball, radius) {
      checkLoss(target, loss);
      const gradient = new Float64Array(target.input.length);
      lossAt(target, new Float64Array(target.input.length), loss, gradient);
      const delta = ball.steepest(gradient);
      for (let l = 0; l < delta.length; l++) delta[l]! *= -radius;
      return confine(target, ball, delta, radius);
    },
  };
}
