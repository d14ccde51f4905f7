/**
 * Where the margin of a linear read-out first reaches zero along a ray, to within the kinks that are left to look at.
 * f(t) = A(t) − B(t), A the sum of the terms c_r φ(p_r + t s_r) with c_r > 0 and B that of the others: both convex. On [a, b]
 * A lies above its tangent at a and B below its chord, so that
 *   f(t) ≥ f(a) + (ℓ − f(a)) (t − a)/(b − a),   ℓ = A(a) + A′(a) (b − a) − B(b):
 * where ℓ > 0 nothing is crossed up to b, and otherwise nothing up to where this line is. On averaged nets all own neurons
 * are on up to the flip, f is concave, and Newton's steps from beyond end in the segment of the flip after three sums over
 * the neurons; a sort of all kinks and a sum at each would cost O(M²).
 */
import type { AttackKernel } from './kernel/index.js';

/** Sums over all neurons for one bracket; three are usual. */
const rounds = 32;
/** A bracket this narrow holds few kinks, if any. */
const narrow = 1e-6;
/** Sums of M products round by less than this part of their terms, M below a million. */
const rounding = 1e-9;

/** One ray at a time, in a kernel's memory. */
export class Ray {
  readonly #kernel: AttackKernel;
  /** y a_r, p, s: M numbers, and a zero behind where M is odd. */
  readonly outputs: Float64Array;
  readonly start: Float64Array;
  readonly slope: Float64Array;
  readonly #sums: Float64Array;

  constructor(kernel: AttackKernel, width: number) {
    const stride = width + (width & 1);
    this.#kernel = kernel;
    this.outputs = kernel.floats(stride);
    this.start = kernel.floats(stride);
    this.slope = kernel.floats(stride);
    this.#sums = kernel.floats(4);
  }

  /** Give back the kernel's memory. */
  end(): void {
    for (const array of [this.outputs, this.start, this.slope, this.#sums]) this.#kernel.free(array);
  }

  /**
   * Segments that follow one another from the kink `from`, or 0, the margin above zero up to there, the first of those
   * where it may reach zero among them. Undefined where that is not found within the rounds, or nowhere.
   */
  bracket(): { readonly from: number; readonly ends: readonly number[] } | undefined {
    const found = this.#search();
    if (!found) return undefined;
    const { start, slope } = this;
    const inside = this.#kernel.kinksAround(start, slope, found.clear, found.reach, this.#sums);
    const ends = [this.#sums[1]!];
    if (inside === 0) return { from: this.#sums[0]!, ends };
    for (let r = 0; ends.length <= inside; r++) {
      const kink = -start[r]! / slope[r]!;
      if (kink > found.clear && kink <= found.reach) ends.push(kink);
    }
    return { from: this.#sums[0]!, ends: ends.sort((a, b) => a - b) };
  }

  /** The margin is above zero on [0, clear], and no longer at `reach`. */
  #search(): { readonly clear: number; readonly reach: number } | undefined {
    const { outputs, start, slope } = this;
    const sums = this.#sums;
    let high = 0;
    let fast = 0;
    for (let r = 0; r < start.length; r++) {
      const output = Math.abs(outputs[r]!);
      high += output * Math.abs(start[r]!);
      fast += output * Math.abs(slope[r]!);
    }
    const measure = (t: number): number => {
      this.#kernel.alongRay(outputs, start, slope, t, sums);
      return sums[0]! - sums[2]!;
    };

    // The tangent to A at `from`, where the margin is `value`.
    let from = 0;
    let value = measure(0);
    let [own, ownRate, , rivalRate] = sums as unknown as readonly [number, number, number, number];
    if (!(value > rounding * high)) return undefined;
    let clear = 0;
    let reach = Infinity;
    let at = value / (rivalRate - ownRate);
    // Where the margin rises at first, as far as a typical kink.
    if (!(at > 0 && at < Infinity)) at = high / fast;
    for (let round = 0; round < rounds && at < Infinity; round++) {
      const here = measure(at);
      const least = own + ownRate * (at - from) - sums[2]! - rounding * (high + at * fast);
      // A little beyond the zero of its line, so that rounding does not leave it short of the flip.
      const newton = (at + here / (sums[3]! - sums[1]!)) * (1 + narrow / 4);
      let next: number;
      if (least > 0) {
        [from, value, own, ownRate, clear] = [at, here, sums[0]!, sums[1]!, at];
        next = newton > at ? newton : 2 * at;
      } else {
        clear = Math.max(clear, from + ((at - from) * value) / (value - least) - rounding * at);
        if (here <= 0) {
          reach = Math.min(reach, at);
          next = newton > clear ? newton : reach;
        } else if (clear > from) {
          // The tangent at `from` is too low here: nearer there may be a better one.
          next = clear;
        } else break;
      }
      if (reach < Infinity && reach - clear <= narrow * reach) break;
      at = next < reach ? next : (clear + reach) / 2;
    }
    return reach < Infinity ? { clear, reach } : undefined;
  }
}
