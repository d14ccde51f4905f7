/**
 * Coefficients of trained weights, recovered from the weights alone: whichever trainer made them, and whether or not
 * they obey the theory.
 */
import {
  addProduct,
  Cholesky,
  dot,
  leading,
  matrix,
  norm,
  row,
  timesTransposed,
  Triangle,
  type Matrix,
} from '@marginalia/core';

/** C (M × n) with ΔW = C X, and how far ΔW is from the span of the samples. */
export interface Decomposition {
  readonly coefficients: Matrix;
  /** max |ΔW − C X| / max |ΔW|: zero to rounding when every update lay in the span of the inputs. */
  readonly residual: number;
  /** Condition number of what was solved: how much of the rounding of ΔW (and of X Xᵀ) the coefficients may show. */
  readonly condition: number;
}

/**
 * C = ΔW Xᵀ (X Xᵀ)^{-1} for several ΔW; undefined when the samples are dependent (n > d) and C is not unique. Columns of
 * ΔW beyond those of X are coordinates that no input has, where ΔW must be zero.
 */
export function decompose(inputs: Matrix, moves: readonly Matrix[]): Decomposition[] | undefined {
  const factor = Cholesky.ofGram(inputs);
  if (!factor) return undefined;
  const condition = factor.condition();
  const found = moves.map((move) => {
    const coefficients = timesTransposed(leading(move, inputs.columns), inputs);
    for (let r = 0; r < move.rows; r++) factor.solve(row(coefficients, r));
    return { coefficients, residual: residualOf(inputs, move, coefficients), condition };
  });
  factor.end();
  return found;
}

/**
 * The same for inputs [B L] whose last n columns are lower-triangular (see `cluster-law`): C = ΔW_L L^{-1} there, and the
 * columns of B, as well as those beyond, are what ΔW = C X is checked on.
 */
export function decomposeTriangular(inputs: Matrix, moves: readonly Matrix[]): Decomposition[] {
  const n = inputs.rows;
  const before = inputs.columns - n;
  const factor = Triangle.of(inputs, before);
  const condition = factor.condition();
  const found = moves.map((move) => {
    const coefficients = matrix(move.rows, n);
    for (let r = 0; r < move.rows; r++) {
      row(coefficients, r).set(row(move, r).subarray(before, before + n));
      factor.solveBackward(row(coefficients, r));
    }
    return { coefficients, residual: residualOf(inputs, move, coefficients), condition };
  });
  factor.end();
  return found;
}

function residualOf(inputs: Matrix, move: Matrix, coefficients: Matrix): number {
  const explained = matrix(move.rows, inputs.columns);
  addProduct(explained, coefficients, inputs);
  let worst = 0;
  let largest = 0;
  for (let r = 0; r < move.rows; r++) {
    const line = row(move, r);
    for (let l = 0; l < move.columns; l++) {
      const value = line[l]!;
      const owed = l < inputs.columns ? explained.data[r * inputs.columns + l]! : 0;
      worst = Math.max(worst, Math.abs(owed - value));
      largest = Math.max(largest, Math.abs(value));
    }
  }
  return largest === 0 ? 0 : worst / largest;
}

/** λ_{r,j} = d · Σ_{i ∈ I_j} c_{r,i} (M × k): the coefficient of μ_j in units of 1/‖μ_j‖². */
export function clusterCoefficients(
  coefficients: Matrix,
  clusters: Int32Array,
  count: number,
  dimension: number,
): Matrix {
  const sums = matrix(coefficients.rows, count);
  for (let r = 0; r < coefficients.rows; r++) {
    for (let i = 0; i < coefficients.columns; i++) {
      sums.data[r * count + clusters[i]!]! += dimension * coefficients.data[r * coefficients.columns + i]!;
    }
  }
  return sums;
}

/** max_r |Δb_r − Σ_i c_{r,i}| / max_r |Δb_r|. */
export function biasIdentityError(coefficients: Matrix, biasMoves: Float64Array): number {
  let worst = 0;
  let largest = 0;
  for (let r = 0; r < coefficients.rows; r++) {
    const sum = row(coefficients, r).reduce((total, value) => total + value, 0);
    worst = Math.max(worst, Math.abs(sum - biasMoves[r]!));
    largest = Math.max(largest, Math.abs(biasMoves[r]!));
  }
  return largest > 0 ? worst / largest : worst;
}

/** max over (r, i) of the part of c_{r,i} with the wrong sign, over max |c|; `sign(r, i)` is the sign owed. */
export function wrongSign(coefficients: Matrix, sign: (neuron: number, sample: number) => number): number {
  let worst = 0;
  let largest = 0;
  for (let r = 0; r < coefficients.rows; r++) {
    for (let i = 0; i < coefficients.columns; i++) {
      const value = coefficients.data[r * coefficients.columns + i]!;
      worst = Math.max(worst, -sign(r, i) * value);
      largest = Math.max(largest, Math.abs(value));
    }
  }
  return largest === 0 ? 0 : worst / largest;
}

/** max |c_{r,i}|. */
export function largestCoefficient(coefficients: Matrix): number {
  return coefficients.data.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
}

/** cos(w_r, μ_j), M × k; NaN for a zero weight. */
export function cosines(weights: Matrix, centres: Matrix): Matrix {
  const products = timesTransposed(leading(weights, centres.columns), centres);
  const lengths = Array.from({ length: centres.rows }, (_, j) => norm(row(centres, j)));
  for (let r = 0; r < weights.rows; r++) {
    const size = Math.sqrt(dot(row(weights, r), row(weights, r)));
    for (let j = 0; j < centres.rows; j++) products.data[r * centres.rows + j]! /= size * lengths[j]!;
  }
  return products;
}

/** Entries of an M × k table split by whether neuron r belongs to the class (or cluster) of column j. */
export function split(
  table: Matrix,
  same: (neuron: number, cluster: number) => boolean,
): { same: number[]; other: number[] } {
  const parts: { same: number[]; other: number[] } = { same: [], other: [] };
  for (let r = 0; r < table.rows; r++) {
    for (let j = 0; j < table.columns; j++) {
      (same(r, j) ? parts.same : parts.other).push(table.data[r * table.columns + j]!);
    }
  }
  return parts;
}
