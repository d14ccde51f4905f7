/**
 * Ball ∩ box: displacements of at most a radius that leave every coordinate of x + δ in [low, high]. A box is off unless
 * a target carries one: Gaussian data have no pixel range, and attacks that clamp to one do not see all of their ball.
 */
import { BadInput } from '@marginalia/core';
import type { Ball } from './ball.js';
import type { Target } from './target.js';

export interface Box {
  readonly low: number;
  readonly high: number;
}

/** Halvings until neighbouring float64 numbers: the mantissa and the exponents a threshold may span. */
const halvings = 80;

/**
 * The nearest point, in the Euclidean sense, of ball ∩ box, in place; of the ball alone where the target has no box.
 * ℓ∞: both are boxes. ℓ2: clip(s δ), ℓ1: clip(soft(δ, θ)), with the one number s or θ that fits the radius, since by
 * Lagrange the multiplier of the ball acts on all coordinates alike. Never outside of either.
 */
export function confine(target: Target, ball: Ball, delta: Float64Array, radius: number): Float64Array {
  const { box } = target;
  if (!box) return ball.project(delta, radius);
  if (ball.name === 'linf') return clip(target, box, ball.project(delta, radius));
  const asked = delta.slice();
  clip(target, box, delta);
  if (ball.size(delta) <= radius) return delta;
  const family =
    ball.name === 'l2'
      ? { inner: 0, outer: 1, at: (s: number) => (value: number) => s * value }
      : {
          inner: asked.reduce((top, value) => Math.max(top, Math.abs(value)), 0),
          outer: 0,
          at: (theta: number) => (value: number) => Math.sign(value) * Math.max(0, Math.abs(value) - theta),
        };
  let { inner, outer } = family;
  for (let i = 0; i < halvings; i++) {
    const middle = (inner + outer) / 2;
    if (middle === inner || middle === outer) break;
    if (ball.size(clip(target, box, asked.map(family.at(middle)))) <= radius) inner = middle;
    else outer = middle;
  }
  delta.set(clip(target, box, asked.map(family.at(inner))));
  return delta;
}

/** A point outside its box has no displacement of size 0 in it. */
export function checkBox({ input, box }: Target): void {
  if (!box || (box.low <= box.high && input.every((value) => value >= box.low && value <= box.high))) return;
  throw new BadInput({
    expected: `a point in its box [${box.low}, ${box.high}]`,
    got: `coordinates from ${input.reduce((a, b) => Math.min(a, b))} to ${input.reduce((a, b) => Math.max(a, b))}`,
    try: 'a wider box, or none',
  });
}

function clip({ input }: Target, { low, high }: Box, delta: Float64Array): Float64Array {
  for (let l = 0; l < delta.length; l++) {
    const x = input[l]!;
    if (x + delta[l]! > high) delta[l] = reaching(x, high);
    else if (x + delta[l]! < low) delta[l] = reaching(x, low);
  }
  return delta;
}

/** The displacement from x to a bound, short of it by rounding rather than past it. */
function reaching(x: number, bound: number): number {
  const step = bound - x;
  const past = step > 0 ? x + step > bound : x + step < bound;
  return past ? step * (1 - 2 ** -52) : step;
}
