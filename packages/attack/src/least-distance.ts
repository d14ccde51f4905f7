/**
 * The ℓ2-nearest point to the origin in an intersection of half-spaces ⟨n, δ⟩ ≥ b that are handed over one by one.
 * Goldfarb & Idnani's dual active-set method (Mathematical Programming 27, 1983) with the identity for Hessian: every
 * iterate is the least-distance point of the half-spaces seen so far, so its norm is a lower bound at any time.
 */
import { dot, norm } from '@marginalia/core';

/** The nearest point to the origin, in some norm, of half-spaces added one by one. */
export interface NearestPoint {
  /** The nearest point of all half-spaces added so far. */
  readonly point: Float64Array;
  /** Its norm, or a lower bound of it that differs by rounding; never falls. */
  readonly distance: number;
  /**
   * Cut by ⟨normal, δ⟩ ≥ offset, an inequality that `point` breaks. False when no point within reach of floating point
   * satisfies it and those before: `distance` then is a proved lower bound, and `point` means nothing.
   */
  readonly add: (normal: Float64Array, offset: number) => boolean;
  /** Free what the solver holds outside the heap. */
  readonly end: () => void;
}

interface HalfSpace {
  /** Unit normal n. */
  readonly normal: Float64Array;
  /** b. */
  readonly offset: number;
}

/** A unit normal whose share outside the span of the active ones is shorter than this counts as dependent on them. */
const dependent = 1e-10;
/** Rounding left in a share that is zero. */
const roundingOfShare = 1e-15;

export class LeastDistance implements NearestPoint {
  readonly point: Float64Array;
  distance = 0;
  readonly #active: HalfSpace[] = [];
  #multipliers: number[] = [];
  /** Orthonormal rows q_j and lower-triangular L with active normals n_i = Σ_{j ≤ i} L_ij q_j. */
  readonly #basis: Float64Array[] = [];
  readonly #factor: number[][] = [];

  constructor(dimension: number) {
    this.point = new Float64Array(dimension);
  }

  end(): void {
    // Nothing outside the heap.
  }

  add(normal: Float64Array, offset: number): boolean {
    const length = norm(normal);
    if (length === 0) {
      if (offset > 0) this.distance = Infinity;
      return offset <= 0;
    }
    const cut: HalfSpace = { normal: normal.map((value) => value / length), offset: offset / length };
    let multiplier = 0;
    // Each round either drops a constraint or ends: at most one round a constraint, and one more.
    for (let round = this.#active.length; round >= 0; round--) {
      const violation = Math.max(0, cut.offset - dot(cut.normal, this.point));
      // Once it bears a share of the point it must end among the active, however little of the violation rounding left.
      if (violation === 0 && multiplier === 0) break;
      const { along, free } = this.#split(cut.normal);
      const shares = this.#backward(along);
      const beyond = norm(free);
      const full = beyond > dependent ? violation / (beyond * beyond) : Infinity;
      let blocking = -1;
      let partial = Infinity;
      shares.forEach((share, i) => {
        if (share > dependent && this.#multipliers[i]! / share < partial) {
          partial = this.#multipliers[i]! / share;
          blocking = i;
        }
      });
      const step = Math.min(full, partial);
      if (step === Infinity) {
        // n = Σ shares · active + free with shares ≤ 0 (Farkas): ⟨free, δ⟩ ≥ violation + ⟨free, point⟩ on all of them.
        const reach = (violation + dot(free, this.point)) / Math.max(beyond, roundingOfShare);
        this.distance = Math.max(this.distance, reach);
        return false;
      }
      this.#multipliers = this.#multipliers.map((value, i) => value - step * shares[i]!);
      multiplier += step;
      if (full <= partial) {
        this.#active.push(cut);
        this.#multipliers.push(multiplier);
        this.#extend(along, free, beyond);
        break;
      }
      for (let l = 0; l < free.length; l++) this.point[l]! += step * free[l]!;
      this.#active.splice(blocking, 1);
      this.#multipliers.splice(blocking, 1);
      this.#refactor(blocking);
    }
    // The point and its multipliers afresh from the active set's equations: rounding does not pile up.
    const heights: number[] = [];
    this.#active.forEach(({ offset: height }, i) => {
      const line = this.#factor[i]!;
      const rest = heights.reduce((sum, value, j) => sum - line[j]! * value, height);
      heights.push(rest / line[i]!);
    });
    this.point.fill(0);
    heights.forEach((height, j) => {
      const axis = this.#basis[j]!;
      for (let l = 0; l < axis.length; l++) this.point[l]! += height * axis[l]!;
    });
    const exact = this.#backward(heights);
    if (exact.every((value) => value >= 0)) this.distance = Math.max(this.distance, norm(this.point));
    // A negative multiplier is one of rounding: without it the others still bound, by weak duality.
    else this.distance = Math.max(this.distance, this.#dual(exact));
    this.#multipliers = exact.map((value) => Math.max(0, value));
    return true;
  }

  /** Σ α b / ‖Σ α n‖ over the positive α, less what rounding of the two sums can add: a bound, whatever they are. */
  #dual(multipliers: readonly number[]): number {
    const sum = new Float64Array(this.point.length);
    let reach = 0;
    let gross = 0;
    let weight = 0;
    this.#active.forEach(({ normal, offset }, i) => {
      const multiplier = multipliers[i]!;
      if (!(multiplier > 0)) return;
      reach += multiplier * offset;
      gross += multiplier * Math.abs(offset);
      weight += multiplier;
      for (let l = 0; l < sum.length; l++) sum[l]! += multiplier * normal[l]!;
    });
    const unit = (this.#active.length + sum.length + 8) * 2 ** -53;
    return weight > 0 ? (reach - unit * gross) / (norm(sum) + unit * weight) : 0;
  }

  /** v = Σ along_j q_j + free, orthogonalised twice. */
  #split(v: Float64Array): { along: number[]; free: Float64Array } {
    const free = v.slice();
    const along = this.#basis.map(() => 0);
    for (let pass = 0; pass < 2; pass++) {
      this.#basis.forEach((axis, j) => {
        const share = dot(axis, free);
        along[j]! += share;
        for (let l = 0; l < free.length; l++) free[l]! -= share * axis[l]!;
      });
    }
    return { along, free };
  }

  #extend(along: readonly number[], free: Float64Array, beyond: number): void {
    this.#basis.push(free.map((value) => value / beyond));
    this.#factor.push([...along, beyond]);
  }

  /** The basis again from the active normal `from` on, after one was dropped there. */
  #refactor(from: number): void {
    this.#basis.length = from;
    this.#factor.length = from;
    for (const { normal } of this.#active.slice(from)) {
      const { along, free } = this.#split(normal);
      this.#extend(along, free, norm(free));
    }
  }

  /** Solve Lᵀ α = y: the coefficients by active normals of what has coordinates y in the basis. */
  #backward(coordinates: readonly number[]): number[] {
    const solution = coordinates.slice();
    for (let i = solution.length - 1; i >= 0; i--) {
      let value = solution[i]!;
      for (let j = i + 1; j < solution.length; j++) value -= this.#factor[j]![i]! * solution[j]!;
      solution[i] = value / this.#factor[i]![i]!;
    }
    return solution;
  }
}
