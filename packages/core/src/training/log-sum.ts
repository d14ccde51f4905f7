/** Sums of numbers that are known by their logarithms. */
import { exp, log, log1p } from '../elementary.js';

/** log(e^a + e^b); −∞ is the logarithm of nothing. */
export function logAddExp(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return low === -Infinity || high === Infinity ? high : high + log1p(exp(low - high));
}

/** log Σ e^{v_i}, from the largest down in the order given; −∞ of none. NaN where one is. */
export function logSumExp(values: Float64Array): number {
  let top = -Infinity;
  for (const value of values) {
    if (Number.isNaN(value)) return value;
    if (value > top) top = value;
  }
  if (top === -Infinity || top === Infinity) return top;
  let sum = 0;
  for (const value of values) sum += exp(value - top);
  return top + log(sum);
}
