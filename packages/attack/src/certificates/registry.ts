/**
 * Every certificate of the house: radii r(x) such that no ‖δ‖ ≤ r flips x. Registering one is what gives it its tests.
 * None claims more than 1 − 1e-9 of what it proves, the width at which an exact radius counts as proved, so that no
 * certificate stands above the lower end of one. Rounding is accounted for (`form`): what is certified is so for the
 * function that the numbers of the net define in real arithmetic. A point that is misclassified, or not a number, has 0.
 */
import { balls, type Ball } from '../ball.js';
import { marginAt, type Target } from '../target.js';
import { boundedAt, holdings, type Bound } from './form.js';
import { largestRadius } from './largest-radius.js';
import { intervalBound, linearBound } from './linear-bounds.js';
import { halfSumBound, localBound, productBound, spectralBound } from './lipschitz.js';

export interface Certificate {
  readonly name: string;
  readonly norms: readonly Ball['name'][];
  /** One line: what bounds what, and whence. */
  readonly about: string;
  /** No ‖δ‖ ≤ radius flips the target. Every read-out; on `max`, of the label's groups the top one at x stands alone. */
  readonly radius: (target: Target, ball: Ball) => number;
}

/** What is given away of a radius. */
const modesty = 1 - 1e-9;

const every = balls.map(({ name }) => name);

function certificate(name: string, norms: Certificate['norms'], about: string, bound: Bound): Certificate {
  return {
    name,
    norms,
    about,
    radius(target, ball) {
      if (!(marginAt(target, new Float64Array(target.input.length)) > 0)) return 0;
      const layer = boundedAt(target, ball);
      const largest = layer.sizes.reduce((most, size) => Math.max(most, size), 0);
      const farthest = layer.p.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      // A radius of the order at which neurons switch; any start leads to the same bracket.
      const start = largest > 0 && farthest > 0 ? farthest / largest : 1;
      if (!Number.isFinite(start)) return 0;
      let radius = Infinity;
      for (const holds of holdings(target, layer, bound)) {
        if (radius < Infinity && holds(radius)) continue;
        radius = Math.min(radius, largestRadius(holds, start));
        if (radius === 0) break;
      }
      return radius * modesty;
    },
  };
}

/** From the loosest to the tightest, as far as they compare. */
export const certificates: readonly Certificate[] = [
  certificate('product', every, 'margin over Σ |a_r| ‖w_r‖_*', productBound),
  certificate('spectral', ['l2'], 'margin over ‖a‖ σ_max(W)', spectralBound),
  certificate('half-sum', every, 'margin over ½‖Σ a_r w_r‖_* + ½ max_± ‖Σ ±a_r w_r‖_*', halfSumBound),
  certificate(
    'local',
    every,
    'r = margin / β(r), β(r) from the neurons that can switch within r',
    localBound,
  ),
  certificate('interval', every, 'bounds of each neuron over the ball (Gowal et al. 2018)', intervalBound),
  certificate(
    'linear',
    every,
    'linear bounds of each neuron over the ball (CROWN, Zhang et al. 2018)',
    linearBound,
  ),
];
