/**
 * The reference max-margin classifier through the origin: ŵ = argmin ‖w‖ with Zw ≥ 1, γ* = 1/‖ŵ‖, ŵ = Σ α_i Z_i, α ≥ 0.
 *
 * Solved as a least-distance problem, which has a solution whether or not the data are separable:
 *   γ* = min ‖Zᵀp‖ over the simplex, by NNLS on H = Z Zᵀ + s11ᵀ, c = s1 (s = max ‖Z_i‖²).
 * At its solution β the slack r = s(1 − Σβ) > 0 gives α = β/r; where r vanishes, p = β proves that no w separates.
 * Source: Lawson & Hanson, Solving Least Squares Problems (1974), chapter 23, Algorithms NNLS and LDP.
 */
import { cholesky, solveCholesky } from '../cholesky.js';
import { dot, gram, matrix, norm, type Matrix } from '../matrix.js';
import { combine, linearMargins } from './signed-samples.js';

export type HardMargin = Separable | Inseparable | Undecided;

export interface Separable {
  readonly kind: 'separable';
  /** ŵ (d), with min_i ⟨ŵ, Z_i⟩ = 1. */
  readonly weights: Float64Array;
  /** γ* = 1/‖ŵ‖. */
  readonly margin: number;
  /** α (n), zero off the support. Not unique where support vectors are linearly dependent. */
  readonly multipliers: Float64Array;
  /**
   * Lower and upper bound of γ*, proved by weak duality whatever the solver did: the margin of ŵ, and ‖Zᵀp‖ at
   * p = α/Σα. Up to the rounding of these two evaluations.
   */
  readonly bracket: readonly [number, number];
  /** The largest breach of Zŵ ≥ 1, α ≥ 0, α_i(⟨ŵ, Z_i⟩ − 1) = 0 (over Σα) and ŵ = Zᵀα (over ‖ŵ‖). */
  readonly residual: number;
}

/** No w has Zw > 0: Σ p_i Z_i = 0 for a p on the simplex (Gordan). */
export interface Inseparable {
  readonly kind: 'inseparable';
  /** p (n): nonnegative, of sum 1. */
  readonly shares: Float64Array;
  /** ‖Zᵀp‖ / max_i ‖Z_i‖: zero to rounding. */
  readonly residual: number;
}

/** γ* is below what float64 can tell from 0, or the active set cycled: nothing is claimed. */
export interface Undecided {
  readonly kind: 'undecided';
  readonly bracket: readonly [number, number];
}

/** A γ* below this part of max‖Z_i‖ is not told from 0: the squares in H have then lost all but a digit or two. */
const leastMargin = 1e-7;
/** How far the bracket of γ* may be open, relatively, where separability is claimed. */
const gapAllowed = 1e-8;

export function hardMargin(signed: Matrix): HardMargin {
  const n = signed.rows;
  const products = gram(signed);
  let size = 0;
  for (let i = 0; i < n; i++) size = Math.max(size, products.data[i * n + i]!);
  if (!(size > 0 && Number.isFinite(size))) return trivial(n, size);
  const { shares, support } = nonnegativeShares(products, size);

  // On the support of a least distance > 0 the rows are independent, and K_SS α = 1 solves for α itself:
  // β/r would divide by a slack that has cancelled.
  const multipliers = onSupport(products, support) ?? shares;
  const weights = combine(signed, multipliers, new Float64Array(signed.columns));
  const margins = linearMargins(signed, weights, new Float64Array(n));
  const least = margins.reduce((low, q) => Math.min(low, q), Infinity);
  const total = multipliers.reduce((sum, value) => sum + value, 0);
  const length = norm(weights);
  const lower = length > 0 ? least / length : 0;
  const valid = total > 0 && multipliers.every((value) => value >= 0);
  const upper = valid ? length / total : Math.sqrt(size);
  const scale = Math.sqrt(size);
  if (valid && lower > leastMargin * scale && upper - lower <= gapAllowed * upper) {
    const exact = weights.map((value) => value / least);
    const scaled = multipliers.map((value) => value / least);
    let residual = 0;
    for (let i = 0; i < n; i++)
      residual = Math.max(residual, (scaled[i]! * Math.abs(margins[i]! / least - 1)) / (total / least));
    return {
      kind: 'separable',
      weights: exact,
      margin: lower,
      multipliers: scaled,
      bracket: [lower, upper],
      residual,
    };
  }
  const mass = shares.reduce((sum, value) => sum + value, 0);
  const onSimplex = shares.map((value) => value / mass);
  const distance = norm(combine(signed, onSimplex, new Float64Array(signed.columns)));
  return distance <= leastMargin * scale
    ? { kind: 'inseparable', shares: onSimplex, residual: distance / scale }
    : { kind: 'undecided', bracket: [Math.max(0, lower), Math.min(upper, distance)] };
}

function trivial(n: number, size: number): HardMargin {
  return size === 0 && n > 0
    ? { kind: 'inseparable', shares: new Float64Array(n).fill(1 / n), residual: 0 }
    : { kind: 'undecided', bracket: [0, Infinity] };
}

/** argmin ½βᵀHβ − s1ᵀβ, β ≥ 0, by Lawson and Hanson’s active sets. */
function nonnegativeShares(
  products: Matrix,
  size: number,
): { shares: Float64Array; support: readonly number[] } {
  const n = products.rows;
  const entry = (i: number, j: number): number => products.data[i * n + j]! + size;
  let shares = new Float64Array(n);
  let support: number[] = [];
  // Rows that are dependent on the support now: they may enter once it has changed.
  const blocked = new Set<number>();
  // Enters per row: finite in exact arithmetic; a cap for rounding that cycles.
  for (let round = 0; round < 30 * n; round++) {
    let entering = -1;
    let steepest = 1e-13 * size;
    for (let i = 0; i < n; i++) {
      if (blocked.has(i) || support.includes(i)) continue;
      let pull = size;
      for (const j of support) pull -= entry(i, j) * shares[j]!;
      if (pull > steepest) {
        steepest = pull;
        entering = i;
      }
    }
    if (entering < 0) break;
    const before = support;
    support = [...support, entering].sort((a, b) => a - b);
    const descended = withinBounds(shares, support, entry, size);
    // A row that leaves again at once, or has no independent part, moves nothing.
    if (!descended || !descended.support.includes(entering)) {
      blocked.add(entering);
      support = before;
      continue;
    }
    ({ shares, support } = descended);
    blocked.clear();
  }
  return { shares, support };
}

/** From feasible β towards the minimiser on the support, dropping what reaches 0 on the way. */
function withinBounds(
  from: Float64Array,
  on: readonly number[],
  entry: (i: number, j: number) => number,
  size: number,
): { shares: Float64Array<ArrayBuffer>; support: number[] } | undefined {
  const shares = Float64Array.from(from);
  let support = [...on];
  for (;;) {
    const here = support;
    const part = matrix(here.length, here.length);
    here.forEach((i, a) => here.forEach((j, b) => (part.data[a * here.length + b] = entry(i, j))));
    const factor = cholesky(part);
    if (!factor) return undefined;
    const target = solveCholesky(factor, new Float64Array(here.length).fill(size));
    if (target.every((value) => value > 0)) {
      here.forEach((i, a) => (shares[i] = target[a]!));
      return { shares, support };
    }
    // Step to the first bound; a target of −1e-17 is a bound as well, though the step to it rounds to 1.
    let [reach, binding] = [Infinity, -1];
    here.forEach((i, a) => {
      if (target[a]! > 0) return;
      const own = shares[i]! / (shares[i]! - target[a]!);
      if (!(own >= reach)) [reach, binding] = [Number.isNaN(own) ? 0 : own, i];
    });
    here.forEach((i, a) => (shares[i] = Math.max(0, shares[i]! + reach * (target[a]! - shares[i]!))));
    shares[binding] = 0;
    support = here.filter((i) => shares[i]! > 0);
    for (const i of here) if (!support.includes(i)) shares[i] = 0;
    if (support.length === 0) return undefined;
  }
}

/** K_SS α = 1, refined once; undefined where the rows are dependent or some α is negative. */
function onSupport(products: Matrix, support: readonly number[]): Float64Array | undefined {
  const n = products.rows;
  const count = support.length;
  const part = matrix(count, count);
  support.forEach((i, a) =>
    support.forEach((j, b) => (part.data[a * count + b] = products.data[i * n + j]!)),
  );
  const factor = count > 0 ? cholesky(part) : undefined;
  if (!factor) return undefined;
  const solved = solveCholesky(factor, new Float64Array(count).fill(1));
  const left = solved.map((_, a) => 1 - dot(part.data.subarray(a * count, (a + 1) * count), solved));
  solveCholesky(factor, left).forEach((value, a) => (solved[a]! += value));
  if (!solved.every((value) => value >= 0)) return undefined;
  const multipliers = new Float64Array(n);
  support.forEach((i, a) => (multipliers[i] = solved[a]!));
  return multipliers;
}
