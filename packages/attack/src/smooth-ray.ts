/**
 * Where the margin of a log-sum-exp read-out first reaches zero along a ray on which no neuron switches. The scores are
 * lines f_j + t s_j there, and m(t) = o(t) − v(t) is a difference of convex functions, o = log Σ_own e^{f_j + t s_j} and v
 * the same over the rivals. On [a, b]
 *   o ≥ its tangents at a and at b, v ≤ its chord:   m ≥ L = max(two lines), which may prove that m > 0;
 *   o ≤ its chord, v ≥ its tangents:                 m ≤ U = min(two lines), which may prove that m ≤ 0 somewhere.
 * Both are off by O((b − a)²), so an interval shrinks to one of that width about the zero; or it is cut in two, the left
 * half first. No zero is passed over but dips below what rounding can tell.
 */
import { exp, log, type GroupReadout } from '@marginalia/core';

/** m at t, and o and v with their slopes. */
interface Place {
  readonly t: number;
  readonly margin: number;
  readonly own: number;
  readonly ownSlope: number;
  readonly rival: number;
  readonly rivalSlope: number;
}

/** Relative width at which a zero counts as found, and share of the scores that rounding of a margin may be. */
const width = 2 ** -44;
const noise = 2 ** -46;
/** A limit of m at infinity of less than rounding may be approached for ever. */
const doublings = 64;

export class SmoothRay {
  readonly #readout: GroupReadout;
  readonly #label: number;
  /** f_j, s_j and e^{f_j + t s_j − top} */
  readonly #heights: Float64Array;
  readonly #speeds: Float64Array;
  readonly #shares: Float64Array;
  #from = 0;

  constructor(readout: GroupReadout, label: number) {
    const groups = readout.classes.length;
    this.#readout = readout;
    this.#label = label;
    this.#heights = new Float64Array(groups);
    this.#speeds = new Float64Array(groups);
    this.#shares = new Float64Array(groups);
  }

  /**
   * The smallest 0 ≤ t ≤ length with m(t) ≤ 0, or Infinity, for activations `value` and their `rate` by neuron. The ray began
   * `from` before.
   */
  zero(value: Float64Array, rate: Float64Array, from: number, length: number): number {
    const { size } = this.#readout;
    this.#from = from;
    for (let j = 0; j < this.#heights.length; j++) {
      let height = 0;
      let speed = 0;
      for (let r = j * size; r < (j + 1) * size; r++) {
        height += value[r]!;
        speed += rate[r]!;
      }
      this.#heights[j] = height / size;
      this.#speeds[j] = speed / size;
    }
    if (length < Infinity && this.#clear(length)) return Infinity;
    const start = this.#at(0);
    if (!(start.margin > 0)) return 0;
    return length < Infinity ? this.#within(start, this.#at(length)) : this.#beyond(start);
  }

  /** One own score stays above all rivals' by the most that a sum of so many adds: no exp is needed. */
  #clear(length: number): boolean {
    const { classes } = this.#readout;
    let top = 0;
    let end = 0;
    let rivals = 0;
    for (let j = 0; j < classes.length; j++) {
      if (classes[j] === this.#label) continue;
      rivals++;
      top = Math.max(top, this.#heights[j]!);
      end = Math.max(end, this.#heights[j]! + length * this.#speeds[j]!);
    }
    const more = log(rivals) + 1e-9;
    for (let j = 0; j < classes.length; j++) {
      if (classes[j] !== this.#label) continue;
      const height = this.#heights[j]!;
      const reach = height + length * this.#speeds[j]!;
      if (height * (1 - 1e-9) > top + more && reach * (1 - 1e-9) > end + more) return true;
    }
    return false;
  }

  /** The first zero between two places, of which m > 0 at the first. */
  #within(first: Place, last: Place): number {
    let [a, b] = [first, last];
    for (;;) {
      const span = b.t - a.t;
      const flips = b.margin <= 0;
      if (!(span > width * (this.#from + b.t))) return flips ? b.t : Infinity;
      const { from, to } = bounds(a, b);
      if (!(from <= to)) return flips ? b.t : Infinity;
      // Where U says that m ≤ 0, and a little further, so that m says so too.
      const until = flips ? Math.min(b.t, to + noise * (this.#from + to)) : to;
      if (from > a.t) {
        a = this.#at(from);
        if (!(a.margin > 0)) return from;
      }
      if (until < b.t) {
        const place = this.#at(until);
        if (place.margin <= 0 || !flips) b = place;
      }
      if (b.t - a.t < span / 2) continue;
      const middle = this.#at((a.t + b.t) / 2);
      if (middle.margin <= 0) b = middle;
      else {
        const left = this.#within(a, middle);
        if (left < Infinity) return left;
        a = middle;
      }
    }
  }

  /** The first zero on the rest of the ray. */
  #beyond(first: Place): number {
    const { classes } = this.#readout;
    let fastest = 0;
    let highest = 1;
    let ownRate = -Infinity;
    let rivalRate = -Infinity;
    for (let j = 0; j < classes.length; j++) {
      const speed = this.#speeds[j]!;
      fastest = Math.max(fastest, Math.abs(speed));
      highest = Math.max(highest, this.#heights[j]!);
      if (classes[j] === this.#label) ownRate = Math.max(ownRate, speed);
      else rivalRate = Math.max(rivalRate, speed);
    }
    if (!(fastest > 0 && fastest < Infinity)) return Infinity;
    // As fast but for rounding counts as as fast.
    const keepsUp = ownRate - rivalRate >= -(2 ** -50) * fastest;
    let a = first;
    let step = highest / fastest;
    for (let round = 0; round < doublings; round++, step *= 2) {
      // o' grows, and v' stays below the fastest rival's rate.
      if (a.ownSlope >= rivalRate) return Infinity;
      // o is at least what its fastest terms come to, and v falls behind that from here on.
      if (keepsUp && this.#fastest(a.t, ownRate) > a.rival) return Infinity;
      const b = this.#at(a.t + step);
      const found = this.#within(a, b);
      if (found < Infinity) return found;
      a = b;
    }
    return Infinity;
  }

  /** log Σ e^{f_j + t s_j} over the own groups of this rate. */
  #fastest(t: number, rate: number): number {
    const { classes } = this.#readout;
    let top = -Infinity;
    let sum = 0;
    for (let j = 0; j < classes.length; j++) {
      if (classes[j] !== this.#label || this.#speeds[j] !== rate) continue;
      const height = this.#heights[j]! + t * rate;
      sum = height > top ? 1 + sum * exp(top - height) : sum + exp(height - top);
      top = Math.max(top, height);
    }
    return top + log(sum);
  }

  #at(t: number): Place {
    const { classes } = this.#readout;
    const shares = this.#shares;
    let ownTop = -Infinity;
    let rivalTop = -Infinity;
    for (let j = 0; j < classes.length; j++) {
      const height = this.#heights[j]! + t * this.#speeds[j]!;
      shares[j] = height;
      if (classes[j] === this.#label) ownTop = height > ownTop ? height : ownTop;
      else rivalTop = height > rivalTop ? height : rivalTop;
    }
    let own = 0;
    let rival = 0;
    let ownSlope = 0;
    let rivalSlope = 0;
    for (let j = 0; j < classes.length; j++) {
      if (classes[j] === this.#label) {
        const share = exp(shares[j]! - ownTop);
        own += share;
        ownSlope += share * this.#speeds[j]!;
      } else {
        const share = exp(shares[j]! - rivalTop);
        rival += share;
        rivalSlope += share * this.#speeds[j]!;
      }
    }
    const high = ownTop + log(own);
    const threat = rivalTop + log(rival);
    return {
      t,
      margin: high - threat,
      own: high,
      ownSlope: ownSlope / own,
      rival: threat,
      rivalSlope: rivalSlope / rival,
    };
  }
}

/**
 * From where to where L ≤ 0 (from > to where it is nowhere so); where m ≤ 0 at b, up to where U first is.
 */
function bounds(a: Place, b: Place): { from: number; to: number } {
  const span = b.t - a.t;
  const climb = (b.rival - a.rival) / span;
  const fall = climb - a.ownSlope;
  const rise = b.ownSlope - climb;
  const none = { from: Infinity, to: 0 };
  if (b.margin > 0) {
    // The tangent at a never comes down, or that at b never goes up.
    if (fall <= 0 || rise <= 0) return none;
    const meet = (a.margin - b.margin + rise * span) / (rise + fall);
    const slack = noise * (1 + Math.abs(a.own) + Math.abs(b.own));
    if (a.margin - fall * meet > -slack) return none;
    return { from: a.t + a.margin / fall, to: b.t - b.margin / rise };
  }
  // Either tangent may be the one that holds the zero off; where rounding crosses the two ends, U has the word.
  const from = Math.max(fall > 0 ? a.t + a.margin / fall : a.t, rise < 0 ? b.t - b.margin / rise : a.t);
  const chord = (b.own - a.own) / span;
  const soon = a.rivalSlope - chord;
  const late = b.rivalSlope - chord;
  const first = soon > 0 ? a.t + a.margin / soon : b.t;
  const second = late > 0 ? b.t + b.margin / late : b.t;
  const to = Math.min(b.t, first, second);
  return { from: Math.min(to, Math.max(a.t, from)), to };
}
