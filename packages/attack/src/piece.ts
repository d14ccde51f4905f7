/**
 * A piece of a contest: which of its neurons are on, off, or held at their kink. What depends on the pattern and not on
 * the point is computed once, since nearly all points of a class share a few patterns.
 */
import { cholesky, matrix, solveCholesky, type Matrix } from '@marginalia/core';
import type { Contest } from './contest.js';

/** A neuron's state. At its kink (own neurons only) z_r = 0, and it counts with a share 0 ≤ θ_r ≤ 1. */
export const off = 0;
export const on = 1;
export const kink = 2;

export interface Piece {
  /** One a neuron. */
  readonly states: Uint8Array;
  /** How many are on, and how many of them are own neurons. */
  readonly lit: number;
  readonly ownsLit: number;
  /** ±1 of the neurons that are on, 0 of the others. */
  readonly signs: Float64Array;
  /** h = Ĝ signs: the products of every ŵ_r with v₀ = Σ signs_r ŵ_r. */
  readonly pull: Float64Array;
  /** Σ ‖ŵ_r‖ over the neurons whose products went into `pull`, and those at their kink: what its rounding is relative to. */
  readonly gross: number;
  /** ‖v₀‖² */
  readonly squared: number;
  /** The neurons at their kink, K. */
  readonly kinks: Int32Array;
  /** L Lᵀ = Ĝ_KK; absent where it is singular. */
  readonly factor: Matrix | undefined;
  /** Ĝ_KK⁻¹ h_K */
  readonly shed: Float64Array;
  /** ‖v₀‖² less its share in the span of the kinks' ŵ. */
  readonly free: number;
  /** v₀, once it has been asked for. */
  direction?: Float64Array;
}

/** Pieces that are kept. When there are more, all are forgotten: no answer depends on what is remembered. */
const kept = 4096;
/** Entries of `pull` and of `signs` that are kept, 64 MB. */
const keptEntries = 2 ** 23;

export class Pieces {
  readonly #contest: Contest;
  readonly #known = new Map<number, Piece>();
  readonly #most: number;

  constructor(contest: Contest) {
    this.#contest = contest;
    this.#most = Math.max(1, Math.min(kept, Math.floor(keptEntries / (2 * contest.sides.length + 1))));
  }

  of(states: Uint8Array): Piece {
    const key = hashOf(states);
    const known = this.#known.get(key);
    if (known !== undefined && same(known.states, states)) return known;
    const piece = pieceOf(this.#contest, states);
    if (this.#known.size >= this.#most) this.#known.clear();
    this.#known.set(key, piece);
    return piece;
  }
}

function hashOf(states: Uint8Array): number {
  let hash = 0x811c9dc5 | 0;
  for (let r = 0; r < states.length; r++) hash = Math.imul(hash ^ states[r]!, 0x01000193);
  return hash;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  for (let r = 0; r < a.length; r++) if (a[r] !== b[r]) return false;
  return true;
}

function pieceOf({ sides, gram, sizes, gross: whole, pull: all }: Contest, given: Uint8Array): Piece {
  const states = given.slice();
  const n = states.length;
  const signs = new Float64Array(n);
  let count = 0;
  let owns = 0;
  let held = 0;
  for (let r = 0; r < n; r++) {
    if (states[r] === on) {
      signs[r] = sides[r]!;
      count++;
      if (sides[r]! > 0) owns++;
    } else if (states[r] === kink) held++;
  }
  const pull = new Float64Array(n);
  // The fewer of the rows that are on, and of those that are not.
  const most = 2 * count > n;
  if (most) pull.set(all);
  for (let s = 0; s < n; s++) {
    if ((states[s] === on) === most) continue;
    const sign = most ? -sides[s]! : sides[s]!;
    const from = s * n;
    for (let r = 0; r < n; r++) pull[r]! += sign * gram[from + r]!;
  }
  let gross = most ? whole : 0;
  let squared = 0;
  for (let r = 0; r < n; r++) if (states[r] === kink || (!most && states[r] === on)) gross += sizes[r]!;
  for (let r = 0; r < n; r++) squared += signs[r]! * pull[r]!;

  const kinks = new Int32Array(held);
  for (let r = 0, k = 0; r < n; r++) if (states[r] === kink) kinks[k++] = r;
  const products = matrix(held, held);
  const shed = new Float64Array(held);
  kinks.forEach((r, i) => {
    shed[i] = pull[r]!;
    kinks.forEach((s, j) => (products.data[i * held + j] = gram[r * n + s]!));
  });
  const factor = cholesky(products);
  let free = squared;
  if (factor) {
    solveCholesky(factor, shed);
    for (let i = 0; i < held; i++) free -= pull[kinks[i]!]! * shed[i]!;
  }
  return { states, lit: count, ownsLit: owns, signs, pull, gross, squared, kinks, factor, shed, free };
}

/** v₀ = Σ ±ŵ_r over the neurons that are on. */
export function directionOf(piece: Piece, { vectors }: Contest): Float64Array {
  if (piece.direction) return piece.direction;
  const dimension = vectors.columns;
  const direction = new Float64Array(dimension);
  for (let r = 0; r < piece.signs.length; r++) {
    const sign = piece.signs[r]!;
    if (sign === 0) continue;
    for (let l = 0; l < dimension; l++) direction[l]! += sign * vectors.data[r * dimension + l]!;
  }
  piece.direction = direction;
  return direction;
}
