/** The largest radius at which a question was answered with yes. */
import type { Holds } from './form.js';

/** Halvings of the bracket, relative 2^−40 of it. */
const halvings = 40;
/** Doublings and halvings until there is a bracket: the exponents of float64. */
const most = 1074;

/**
 * By doubling, then bisection from `start` > 0; 0 where no radius is certified, and never more than was asked about:
 * where the answer is yes at every radius, the last one that floating point allows.
 */
export function largestRadius(holds: Holds, start: number): number {
  if (!holds(0)) return 0;
  let low = start;
  let round = 0;
  for (; round < most && !holds(low); round++) low /= 2;
  if (round === most) return 0;
  if (round === 0) {
    for (; round < most && Number.isFinite(2 * low) && holds(2 * low); round++) low *= 2;
    if (round === most || !Number.isFinite(2 * low)) return low;
  }
  let high = 2 * low;
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
