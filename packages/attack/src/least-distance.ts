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
  /** Its norm, or a proved lower bound of it that differs by rounding. */
  readonly distance: number;
  /** Cut by ⟨normal, δ⟩ ≥ offset, an inequality that `point` breaks; false when no point is left. */
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

/** Pivots below this, for unit normals, mean that a normal depends on the active ones. */
const dependent = 1e-11;

export class LeastDistance implements NearestPoint {
  readonly point: Float64Array;
  readonly #active: HalfSpace[] = [];
  #multipliers: number[] = [];

  constructor(dimension: number) {
    this.point = new Float64Array(dimension);
  }

  get distance(): number {
    return norm(this.point);
  }

  end(): void {
    // Nothing outside the heap.
  }

  add(normal: Float64Array, offset: number): boolean {
    const length = norm(normal);
    if (length === 0) return offset <= 0;
    const cut: HalfSpace = { normal: normal.map((value) => value / length), offset: offset / length };
    let multiplier = 0;
    // Each round either drops a constraint or ends: at most one round a constraint, and one more.
    for (let round = this.#active.length; round >= 0; round--) {
      const violation = cut.offset - dot(cut.normal, this.point);
      if (violation <= 0) break;
      const shares = this.#solve(this.#active.map((one) => dot(one.normal, cut.normal)));
      const free = cut.normal.slice();
      this.#active.forEach((one, i) => {
        for (let l = 0; l < free.length; l++) free[l]! -= shares[i]! * one.normal[l]!;
      });
      const slope = dot(free, free);
      const full = slope > dependent ? violation / slope : Infinity;
      let blocking = -1;
      let partial = Infinity;
      shares.forEach((share, i) => {
        if (share > dependent && this.#multipliers[i]! / share < partial) {
          partial = this.#multipliers[i]! / share;
          blocking = i;
        }
      });
      const step = Math.min(full, partial);
      if (step === Infinity) return false;
      this.#multipliers = this.#multipliers.map((value, i) => value - step * shares[i]!);
      multiplier += step;
      if (full <= partial) {
        this.#active.push(cut);
        this.#multipliers.push(multiplier);
        break;
      }
      this.#active.splice(blocking, 1);
      this.#multipliers.splice(blocking, 1);
      this.#place([...this.#active, cut], [...this.#multipliers, multiplier]);
    }
    // Fresh multipliers from the active set's equations keep rounding from piling up.
    const exact = this.#solve(this.#active.map((one) => one.offset));
    if (exact.every((value) => value >= 0)) this.#multipliers = exact;
    this.#place(this.#active, this.#multipliers);
    return true;
  }

  #place(cuts: readonly HalfSpace[], multipliers: readonly number[]): void {
    this.point.fill(0);
    cuts.forEach((cut, i) => {
      for (let l = 0; l < this.point.length; l++) this.point[l]! += multipliers[i]! * cut.normal[l]!;
    });
  }

  /** (N Nᵀ)^{-1} b for the active normals N, by Cholesky. */
  #solve(right: readonly number[]): number[] {
    const size = this.#active.length;
    const factor: number[][] = [];
    const solution = right.slice();
    for (let i = 0; i < size; i++) {
      const line: number[] = [];
      for (let j = 0; j <= i; j++) {
        let sum = dot(this.#active[i]!.normal, this.#active[j]!.normal);
        for (let l = 0; l < j; l++) sum -= line[l]! * (j === i ? line[l]! : factor[j]![l]!);
        line.push(i === j ? Math.sqrt(Math.max(sum, dependent * dependent)) : sum / factor[j]![j]!);
      }
      factor.push(line);
      let value = solution[i]!;
      for (let j = 0; j < i; j++) value -= line[j]! * solution[j]!;
      solution[i] = value / line[i]!;
    }
    for (let i = size - 1; i >= 0; i--) {
      let value = solution[i]!;
      for (let j = i + 1; j < size; j++) value -= factor[j]![i]! * solution[j]!;
      solution[i] = value / factor[i]![i]!;
    }
    return solution;
  }
}
