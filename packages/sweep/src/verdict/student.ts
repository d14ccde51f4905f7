/** Student's t: the two-sided quantile that a regression interval needs. */
import { logGamma } from '../sequential/log-gamma.js';

/** The t with P(|T| > t) = alpha for `degrees` > 0 degrees of freedom, to twelve digits by bisection. */
export function studentQuantile(alpha: number, degrees: number): number {
  let below = 0;
  let above = 1;
  while (twoSidedTail(above, degrees) > alpha) above *= 2;
  for (let i = 0; i < 100 && above - below > 1e-12 * above; i++) {
    const middle = (below + above) / 2;
    if (twoSidedTail(middle, degrees) > alpha) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}

/** P(|T| > t) = I_x(ν/2, 1/2) at x = ν/(ν + t²). */
function twoSidedTail(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** Regularised incomplete beta function by its continued fraction (DLMF 8.17.22), on the side where it converges fast. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front =
    Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  const tiny = 1e-300;
  const off0 = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / off0(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / off0(1 + even * d);
    c = off0(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / off0(1 + odd * d);
    c = off0(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return front * fraction;
}
