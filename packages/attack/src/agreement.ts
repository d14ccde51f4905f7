/**
 * The search for agreement in a contest: a pattern of its neurons, and the displacement δ = −ρ v/‖v‖ that draws level in it,
 * such that ẑ = p̂ + Ŵδ is ≥ 0 for the neurons that are on, ≤ 0 for those that are off, and 0 for own neurons at their kink.
 */
import type { Contest } from './contest.js';
import { kink, off, on, Pieces, type Piece } from './piece.js';

/** Rounds of the search for agreement; a dozen is usual where few neurons agree at the start. */
const rounds = 200;
/** Rounds in which all own neurons that disagree move at once. Where they cycle they climb, one by one. */
const atOnce = 20;
/** Own neurons at their kinks at once. */
export const mostKinks = 256;
export type Agreed =
  | 'agreed'
  /** The neurons come to no agreement. */
  | 'cycles'
  /** The direction v, or what is left of it beside the kinks, vanishes: nothing flips, or a pointed set does. */
  | 'degenerate';

export class Agreement {
  /** One a neuron: where the search starts from, and where it is. */
  readonly states: Uint8Array;
  /** θ of the kinks of `piece`, in their order. */
  readonly shares = new Float64Array(mostKinks);
  piece!: Piece;
  /** Ŵ v */
  pull!: Float64Array;
  /** ‖v‖² */
  squared = 0;
  /** Σ_own θ_r p̂_r − Σ_T p̂_r − level; ρ = num/‖v‖. */
  num = 0;
  /** Convex programs solved so far. */
  programs = 0;

  readonly contest: Contest;
  readonly #pieces: Pieces;
  readonly #turns: Uint8Array;
  readonly #mixed: Float64Array;
  // Where the climb stands: u of the kinks, and μ.
  readonly #heights: Float64Array;
  #height = 0;

  constructor(contest: Contest) {
    const n = contest.sides.length;
    this.contest = contest;
    this.#pieces = new Pieces(contest);
    this.states = new Uint8Array(n);
    this.#turns = new Uint8Array(n);
    this.#mixed = new Float64Array(n);
    this.#heights = new Float64Array(n);
  }

  sharesHold(): boolean {
    for (let k = 0; k < this.piece.kinks.length; k++) {
      if (!(this.shares[k]! >= 0 && this.shares[k]! <= 1)) return false;
    }
    return true;
  }

  /**
   * Exchange what disagrees, own neurons first, until none does. With a radius `enough` rivals stay as they are, and
   * shares that hold them off as far as that will do.
   */
  seek(p: Float64Array, enough: number): Agreed {
    const { sides, sizes, unit } = this.contest;
    const states = this.states;
    const turns = this.#turns.fill(0);
    let silent = this.#silence(p);
    for (let round = 0, since = 0; round < rounds; round++, since++) {
      const fault = this.measure(p);
      if (fault !== 'agreed') return fault;
      if (this.num >= enough * Math.sqrt(this.squared) && this.sharesHold()) return 'agreed';
      const scale = this.num / this.squared;
      const pull = this.pull;
      const blurred = unit * scale * this.piece.gross;
      const lit = this.piece.ownsLit;
      const climbing = !silent && since >= atOnce;
      let moved = climbing && this.#climb(p, since === atOnce);
      let rivals = false;
      let loudest = -1;
      let excess = 0;
      for (let r = 0, k = 0; r < p.length; r++) {
        const state = states[r];
        if (sides[r]! > 0 && climbing) continue;
        if (state === kink) {
          const share = this.shares[k++]!;
          if (share >= 0 && share <= 1) continue;
          states[r] = share < 0 ? off : on;
          moved = true;
          continue;
        }
        const z = p[r]! - scale * pull[r]!;
        if (sides[r]! < 0) {
          // A rival that rounding cannot tell from zero is off: the set without it holds δ as well.
          if (z > blurred * sizes[r]! + unit * Math.abs(p[r]!) !== (state === on)) rivals = true;
          continue;
        }
        if (state === on ? z >= 0 : z <= 0) continue;
        if (silent) {
          if (z > excess * sizes[r]!) {
            excess = z / sizes[r]!;
            loudest = r;
          }
          continue;
        }
        // On it is pushed below zero, off it is above: what turns twice stays at its kink, and so does the last one.
        turns[r]!++;
        states[r] = turns[r]! > 1 || (state === on && lit === 1) ? kink : state === on ? off : on;
        moved = true;
      }
      if (moved) continue;
      if (loudest >= 0) {
        states[loudest] = kink;
        continue;
      }
      this.programs++;
      if (!rivals || enough < Infinity) return 'agreed';
      for (let r = 0; r < p.length; r++) {
        if (sides[r]! > 0) continue;
        const z = p[r]! - scale * pull[r]!;
        states[r] = z > blurred * sizes[r]! + unit * Math.abs(p[r]!) ? on : off;
      }
      turns.fill(0);
      silent = this.#silence(p);
      since = -1;
    }
    return 'cycles';
  }

  /**
   * One exchange of the active-set method on the dual, max ⟨u, p̂⟩ − ½‖Ŵᵀu‖² over u_T = −μ, 0 ≤ u_own ≤ μ, which climbs
   * and so does not cycle: towards the optimum of the pattern at hand, up to where an own neuron's u reaches a bound; and
   * where none does, the neuron that disagrees most is freed. False where none disagrees by more than rounding.
   */
  #climb(p: Float64Array, first: boolean): boolean {
    const { sides, sizes, unit } = this.contest;
    const { kinks, gross } = this.piece;
    const states = this.states;
    const heights = this.#heights;
    const scale = this.num / this.squared;
    if (first) {
      this.#height = scale;
      kinks.forEach((r, k) => (heights[r] = scale * Math.min(1, Math.max(0, this.shares[k]!))));
    }
    let step = 1;
    let blocked = -1;
    let bound: number = off;
    for (let k = 0; k < kinks.length; k++) {
      const height = heights[kinks[k]!]!;
      const goal = scale * this.shares[k]!;
      const room = this.#height - height;
      const reach = goal < 0 ? height / (height - goal) : goal > scale ? room / (room + goal - scale) : 1;
      if (reach >= step) continue;
      step = reach;
      blocked = kinks[k]!;
      bound = goal < 0 ? off : on;
    }
    this.#height += step * (scale - this.#height);
    kinks.forEach((r, k) => (heights[r]! += step * (scale * this.shares[k]! - heights[r]!)));
    if (blocked >= 0) {
      states[blocked] = bound;
      return true;
    }
    let worst = 0;
    let freed = -1;
    for (let r = 0; r < p.length; r++) {
      if (sides[r]! < 0 || states[r] === kink) continue;
      const z = p[r]! - scale * this.pull[r]!;
      const fault = (states[r] === on ? -z : z) - unit * (Math.abs(p[r]!) + scale * gross * sizes[r]!);
      if (fault <= worst * sizes[r]!) continue;
      worst = fault / sizes[r]!;
      freed = r;
    }
    if (freed < 0) return false;
    heights[freed] = states[freed] === on ? this.#height : 0;
    states[freed] = kink;
    return true;
  }

  /**
   * Without a rival the label falls where all own neurons are off, at level 0: the nearest point of {ẑ_own ≤ 0}. Kinks
   * come one by one then, the neuron that stands furthest out first; there are none that are on.
   */
  #silence(p: Float64Array): boolean {
    const { sides, sizes, level } = this.contest;
    if (level > 0) return false;
    const states = this.states;
    let furthest = -1;
    let reach = 0;
    for (let r = 0; r < p.length; r++) {
      if (sides[r]! < 0) {
        if (states[r] === on) return false;
      } else if (p[r]! > reach * sizes[r]!) {
        reach = p[r]! / sizes[r]!;
        furthest = r;
      }
    }
    for (let r = 0; r < p.length; r++) if (sides[r]! > 0) states[r] = r === furthest ? kink : off;
    return true;
  }

  /** The pattern's v for this point: kinks take the shares that put them at zero. */
  measure(p: Float64Array): Agreed {
    const piece = this.#pieces.of(this.states);
    this.piece = piece;
    const { signs, kinks, pull, shed } = piece;
    const level = this.contest.level;
    const n = p.length;
    let num = 0;
    for (let r = 0; r < n; r++) num += signs[r]! * p[r]!;
    num -= level;
    this.pull = pull;
    this.num = num;
    this.squared = piece.squared;
    const count = kinks.length;
    if (count > 0) {
      // p̂_K − μ h_K − Ĝ_KK β = 0 and num₀ − μ ‖v₀‖² − ⟨h_K, β⟩ = 0 for δ = −(μ v₀ + Σ β_k ŵ_k), θ = β/μ.
      if (count > mostKinks || piece.factor === undefined) return 'degenerate';
      const shares = this.shares;
      for (let k = 0; k < count; k++) shares[k] = p[kinks[k]!]!;
      solveInPlace(piece.factor.data, shares, count);
      let rate = 0;
      if (piece.lit === 0) {
        // With all at their kinks or off the flipped set's inside is reached, unless it has none.
        if (level > 0) return 'degenerate';
        // Only the ratios of the shares matter: the largest is 1.
        for (let k = 0; k < count; k++) rate = Math.max(rate, shares[k]!);
      } else {
        let rest = num;
        for (let k = 0; k < count; k++) rest -= pull[kinks[k]!]! * shares[k]!;
        rate = rest / piece.free;
      }
      if (!(rate > 0 && rate < Infinity)) return 'degenerate';
      const mixed = this.#mixed;
      mixed.set(pull);
      const gram = this.contest.gram;
      for (let k = 0; k < count; k++) {
        const share = shares[k]! / rate - shed[k]!;
        shares[k] = share;
        const from = kinks[k]! * n;
        for (let r = 0; r < n; r++) mixed[r]! += share * gram[from + r]!;
      }
      for (let k = 0; k < count; k++) {
        const r = kinks[k]!;
        this.num += shares[k]! * p[r]!;
        this.squared += shares[k]! * (pull[r]! + mixed[r]!);
      }
      this.pull = mixed;
    }
    return this.num > 0 && this.squared > 0 && this.squared < Infinity ? 'agreed' : 'degenerate';
  }
}

/** L Lᵀ x = b in place, for the first `count` entries of b. */
function solveInPlace(factor: Float64Array, b: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) {
    let sum = b[i]!;
    for (let j = 0; j < i; j++) sum -= factor[i * count + j]! * b[j]!;
    b[i] = sum / factor[i * count + i]!;
  }
  for (let i = count - 1; i >= 0; i--) {
    const value = b[i]! / factor[i * count + i]!;
    b[i] = value;
    for (let j = 0; j < i; j++) b[j]! -= factor[i * count + j]! * value;
  }
}
