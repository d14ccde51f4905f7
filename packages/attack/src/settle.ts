/**
 * The exact ℓ2 radius of a contest by settling: find a displacement on which the neurons agree, then prove it nearest.
 *
 * For a set T of rivals, C_T = {Σ_own φ(ẑ_r) ≤ Σ_T ẑ_r}, ẑ = p̂ + Ŵδ, is convex, and the flipped set is the union over T.
 * For shares θ ∈ [0,1] of the own neurons, φ(ẑ_r) ≥ θ_r ẑ_r, so that C_T lies in a half-space and at a distance
 *   R_T ≥ num(θ,T) / ‖v(θ,T)‖,   num = Σ_own θ_r p̂_r − Σ_T p̂_r,   v = Σ_own θ_r ŵ_r − Σ_T ŵ_r,
 * num less the level where the contest has one, which changes nothing below.
 * **Agreement.** Where δ = −ρ v/‖v‖, ρ = num/‖v‖, has ẑ_r ≥ 0 exactly for the neurons that count (θ_r = 1, r ∈ T), and
 * ẑ_r = 0 where 0 < θ_r < 1, the margin at δ is num − ρ‖v‖ = 0: δ flips, and R_T = ρ. A set T that lacks a rival with
 * ẑ_r > 0, or has one with ẑ_r < 0, is exchanged for {ẑ_r > 0}, whose set is no farther: the search descends.
 * **Proof.** Let T be any set, D its difference from the S found, σ_r = 1 for what T adds and −1 for what it lacks. Since
 * ‖u‖ ≤ ½ (‖u‖²/γ + γ) for every γ > 0, with γ = ‖v‖ and δ = −ρ v/γ
 *   num(θ,T) − ρ ‖v(θ,T)‖ ≥ num − ρ‖v‖ + Σ_D −σ_r ẑ_r − (ρ/2γ) Σ_{r,s∈D} σ_r σ_s Ĝ_rs ≥ num − ρ‖v‖ + Σ_D gain_r,
 *   gain_r = −σ_r ẑ_r − (ρ/2γ) Σ_{s ∈ rivals} |Ĝ_rs|,   and −σ_r ẑ_r = |ẑ_r| where the neurons agree.
 * If no gain is negative, all R_T ≥ ρ: 2^|N| convex programs settled in O(M). Where some are, branch on the most negative
 * one: T takes it as S does, or not, and the rest is bounded anew, each with the |Ĝ_rs| of what is still free.
 */
import { Agreement, mostKinks, type Agreed } from './agreement.js';
import type { Contest } from './contest.js';
import { directionOf, kink, off, on, type Piece } from './piece.js';

/** `settled`: proved. Otherwise why not, which is for another method to decide. */
export type Settlement =
  | 'settled'
  | Exclude<Agreed, 'agreed'>
  /** Too many sets of rivals are nearly as near. */
  | 'ambiguous'
  /** Terms cancel until rounding decides. */
  | 'rounding';

/**
 * Relative widths below and above ρ that rounding may use up: ρ (1 − below) is what is proved, ρ (1 + above) what is
 * shown to flip. Together they stay within the 1e-9 at which an exact radius counts as proved.
 */
const below = 5e-10;
const above = 4e-10;

/** Sets of rivals bounded one by one for one point. */
const mostNodes = 4096;
/** How often a nearer set of rivals may be found: lazy nets of a hundred neurons take up to forty steps. */
const restarts = 64;

export class Settling {
  /** ρ, at the end of the search. */
  radius = 0;
  /** δ = −scale · v, a little beyond ρ: it flips with what rounding can take. */
  scale = 0;
  /** Σ ‖ŵ_r‖ that rounding of v is relative to. */
  gross = 0;

  readonly contest: Contest;
  readonly #agreement: Agreement;
  // The nearest agreement found.
  #best!: Piece;
  readonly #bestShares = new Float64Array(mostKinks);
  // Branching, made when first needed: a row a depth.
  #depths = 0;
  #pulls = new Float64Array();
  #crowds = new Float64Array();
  readonly #free: Uint8Array;
  #nodes = 0;
  #flips = false;
  #fuzz = 0;
  #spare = 0;
  #floor = 0;

  constructor(contest: Contest) {
    this.contest = contest;
    this.#agreement = new Agreement(contest);
    this.#free = new Uint8Array(contest.sides.length);
  }

  /** For p̂ (n, finite) with a margin above the level. The fields then say what was found. */
  settle(p: Float64Array): Settlement {
    // All rivals together are the nearest set for averaged nets; those that are on at the point, for neurons apart.
    const together = this.#from(p, 'all rivals');
    return together === 'cycles' || together === 'degenerate' ? this.#from(p, 'active rivals') : together;
  }

  #from(p: Float64Array, first: 'all rivals' | 'active rivals'): Settlement {
    const { sides } = this.contest;
    const states = this.#agreement.states;
    for (let r = 0; r < p.length; r++) {
      states[r] = p[r]! > 0 || (sides[r]! < 0 && first === 'all rivals') ? on : off;
    }
    this.#agreement.programs = 0;
    this.#flips = false;
    for (let start = 0; start < restarts; start++) {
      const found = this.#agreement.seek(p, Infinity);
      if (found !== 'agreed') return found;
      const proved = this.#prove(p);
      if (proved !== 'nearer') return proved;
    }
    return 'ambiguous';
  }

  /**
   * After a settlement that failed: a radius that all sets of rivals keep, by the bound that could not prove ρ, when δ
   * at least was found to flip; undefined otherwise. `lower` and `displace` then are the two ends of an interval.
   */
  bracket(p: Float64Array): number | undefined {
    if (!this.#flips) return undefined;
    const states = this.#agreement.states;
    let lower = 0;
    // Near the flip its own rivals bound best, near the point those that are on there.
    for (const reference of ['flip', 'point'] as const) {
      if (reference === 'flip') states.set(this.#best.states);
      else for (let r = 0; r < p.length; r++) states[r] = p[r]! > 0 ? on : off;
      if (this.#agreement.measure(p) !== 'agreed' || !this.#agreement.sharesHold()) continue;
      this.#prepare();
      let high = this.lower;
      // As many digits as an interval can use.
      for (let round = 0; round < 30; round++) {
        const middle = (lower + high) / 2;
        const { total } = this.#bound(
          p,
          middle,
          0,
          this.#agreement.num,
          this.#agreement.squared,
          this.#agreement.piece.gross,
        );
        if (total >= 0) lower = middle;
        else high = middle;
      }
    }
    return lower;
  }

  /** Convex programs solved for the point. */
  get programs(): number {
    return this.#agreement.programs;
  }

  /** What of ρ is proved. */
  get lower(): number {
    return this.radius * (1 - below);
  }

  /** θ_r ± of neuron r at the end, the coefficient of ŵ_r in v. */
  coefficient(r: number): number {
    if (this.#best.states[r] !== kink) return this.#best.signs[r]!;
    return this.#bestShares[this.#best.kinks.indexOf(r)]!;
  }

  /** δ into an array of length d. */
  displace(into: Float64Array): Float64Array {
    const direction = directionOf(this.#best, this.contest);
    const { kinks } = this.#best;
    const vectors = this.contest.vectors.data;
    const scale = -this.scale;
    for (let l = 0; l < into.length; l++) into[l] = scale * direction[l]!;
    for (let k = 0; k < kinks.length; k++) {
      const share = scale * this.#bestShares[k]!;
      const from = kinks[k]! * into.length;
      for (let l = 0; l < into.length; l++) into[l]! += share * vectors[from + l]!;
    }
    return into;
  }

  /** That δ flips, and that nothing nearer does; or `nearer`, with the states of a set of rivals that is. */
  #prove(p: Float64Array): Settlement | 'nearer' {
    const { sides, sizes, crowding, level, unit } = this.contest;
    const pull = this.#agreement.pull;
    const { gross, kinks } = this.#agreement.piece;
    const num = this.#agreement.num;
    const n = p.length;
    const length = Math.sqrt(this.#agreement.squared);
    const radius = num / length;
    const claimed = radius * (1 - below);
    const rate = claimed / length;
    const bend = rate / 2;
    const blur = unit * rate * gross;
    let all = 0;
    let smeared = 0;
    let total = 0;
    for (let r = 0; r < n; r++) {
      const size = Math.abs(p[r]!);
      const error = unit * size + blur * sizes[r]!;
      const z = p[r]! - rate * pull[r]!;
      all += size;
      if (z + error > 0) smeared += error;
      if (sides[r]! > 0) continue;
      const gain = (this.#agreement.states[r] === on ? z : -z) - error - bend * crowding[r]!;
      if (gain < 0) total += gain;
    }

    // Along δ the margin falls by at least half of num a unit; it must fall by more than rounding.
    const beyond = (4 * smeared) / num;
    if (!(beyond <= above)) return 'rounding';
    const scale = (radius / length) * (1 + beyond);
    let margin = 0;
    for (let r = 0; r < n; r++) {
      const z = p[r]! - scale * pull[r]!;
      const error = unit * Math.abs(p[r]!) + unit * scale * gross * sizes[r]!;
      if (sides[r]! > 0) {
        if (z + error > 0) margin += z + error;
      } else if (z - error > 0) margin -= z - error;
    }
    if (!(margin <= level)) return 'rounding';
    this.radius = radius;
    this.scale = scale;
    this.#best = this.#agreement.piece;
    this.gross = gross;
    this.#flips = true;
    for (let k = 0; k < kinks.length; k++) this.#bestShares[k] = this.#agreement.shares[k]!;

    this.#fuzz = unit * all + blur * gross;
    // Below it no γ falls, where sets of rivals cancel the others: the bound holds for every γ.
    this.#floor = length / 1000;
    const spare = num - claimed * length - this.#fuzz;
    if (!(spare >= 0)) return 'rounding';
    if (spare + total >= 0) return 'settled';

    this.#prepare();
    this.#nodes = 0;
    return this.#explore(p, claimed, 0, num, this.#agreement.squared, gross);
  }

  /** All rivals free. What two of them have in common counts by its sign from here on. */
  #prepare(): void {
    const { sides, gram } = this.contest;
    const states = this.#agreement.states;
    const n = states.length;
    this.#reserve(1);
    this.#pulls.set(this.#agreement.pull);
    for (let r = 0; r < n; r++) {
      this.#free[r] = sides[r]! < 0 ? 1 : 0;
      if (sides[r]! > 0) continue;
      let crowd = 0;
      for (let s = 0; s < n; s++) {
        if (sides[s]! > 0) continue;
        const product = states[r] === states[s] ? gram[r * n + s]! : -gram[r * n + s]!;
        if (product > 0) crowd += product;
      }
      this.#crowds[r] = crowd;
    }
  }

  /** All sets of rivals that take the decided ones as the states do: are they at least `claimed` away? */
  #explore(
    p: Float64Array,
    claimed: number,
    depth: number,
    num: number,
    squared: number,
    gross: number,
  ): Settlement | 'nearer' {
    if (++this.#nodes > mostNodes) return 'ambiguous';
    const { gram, sizes } = this.contest;
    const states = this.#agreement.states;
    const n = p.length;
    const row = depth * n;
    let { least, total } = this.#bound(p, claimed, depth, num, squared, gross);
    if (total >= 0) return 'settled';
    if (this.#spare < 0) {
      // These shares θ do not hold this set off: those of its own nearest point do, or it is nearer.
      const found = this.#agreement.seek(p, claimed * (1 + below / 2));
      if (found !== 'agreed') return found;
      num = this.#agreement.num;
      squared = this.#agreement.squared;
      gross = this.#agreement.piece.gross;
      if (num < claimed * Math.sqrt(squared)) return 'nearer';
      this.#pulls.set(this.#agreement.pull, row);
      ({ least, total } = this.#bound(p, claimed, depth, num, squared, gross));
      if (total >= 0) return 'settled';
      if (this.#spare < 0 || least < 0) return 'rounding';
    }

    this.#reserve(depth + 2);
    const next = row + n;
    this.#free[least] = 0;
    const fork = (): void => {
      for (let s = 0; s < n; s++) {
        this.#pulls[next + s] = this.#pulls[row + s]!;
        if (this.#free[s] === 0) continue;
        const product = states[least] === states[s] ? gram[least * n + s]! : -gram[least * n + s]!;
        this.#crowds[next + s] = this.#crowds[row + s]! - Math.max(0, product);
      }
    };
    fork();
    const kept = this.#explore(p, claimed, depth + 1, num, squared, gross);
    if (kept !== 'settled') return kept;

    // The other way: v changes by −σ ŵ.
    const sign = states[least] === on ? -1 : 1;
    fork();
    for (let s = 0; s < n; s++) this.#pulls[next + s]! -= sign * gram[least * n + s]!;
    const changed = squared - 2 * sign * this.#pulls[row + least]! + gram[least * n + least]!;
    states[least] = sign > 0 ? on : off;
    const wider = gross + sizes[least]!;
    const turned = this.#explore(p, claimed, depth + 1, num - sign * p[least]!, changed, wider);
    if (turned !== 'settled') return turned;
    states[least] = sign > 0 ? off : on;
    this.#free[least] = 1;
    return 'settled';
  }

  /** `total`: a lower bound of num(θ,T) − claimed ‖v(θ,T)‖ over the sets at hand; `least`: the rival that lowers it most. */
  #bound(
    p: Float64Array,
    claimed: number,
    depth: number,
    num: number,
    squared: number,
    gross: number,
  ): { least: number; total: number } {
    const { sizes, unit } = this.contest;
    const n = p.length;
    const row = depth * n;
    const length = Math.max(Math.sqrt(Math.max(0, squared)), this.#floor);
    const rate = claimed / length;
    const blur = unit * rate * gross;
    this.#spare = num - (claimed * (squared / length + length)) / 2 - this.#fuzz - blur * gross;
    let total = this.#spare;
    let least = -1;
    let lowest = 0;
    for (let r = 0; r < n; r++) {
      if (this.#free[r] === 0) continue;
      const z = p[r]! - rate * this.#pulls[row + r]!;
      const crowd = (rate / 2) * Math.max(0, this.#crowds[row + r]!);
      const gain =
        (this.#agreement.states[r] === on ? z : -z) - unit * Math.abs(p[r]!) - blur * sizes[r]! - crowd;
      if (gain >= 0) continue;
      total += gain;
      if (gain < lowest) {
        lowest = gain;
        least = r;
      }
    }
    return { least, total };
  }

  #reserve(depths: number): void {
    if (depths <= this.#depths) return;
    const n = this.#agreement.states.length;
    const size = 2 * depths;
    const pulls = new Float64Array(size * n);
    const crowds = new Float64Array(size * n);
    pulls.set(this.#pulls);
    crowds.set(this.#crowds);
    this.#pulls = pulls;
    this.#crowds = crowds;
    this.#depths = size;
  }
}
