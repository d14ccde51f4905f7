/** Cholesky factors: plain for positive definite matrices, pivoted for semi-definite ones. */
import { Buffers, kernel } from './kernel/index.js';
import { even } from './kernel/resident.js';
import { leading, matrix, row, type Matrix } from './matrix.js';

/** Lower-triangular L with L Lᵀ = S, or undefined when S is not numerically positive definite. */
export function cholesky(s: Matrix): Matrix | undefined {
  const n = s.rows;
  const factor = matrix(n, n);
  const l = factor.data;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = s.data[i * n + j]!;
      const ri = i * n;
      const rj = j * n;
      for (let q = 0; q < j; q++) sum -= l[ri + q]! * l[rj + q]!;
      if (i === j) {
        // The pivot has lost all its digits: S is singular to working precision.
        if (!(sum > 1e-13 * s.data[i * n + i]!)) return undefined;
        l[ri + i] = Math.sqrt(sum);
      } else {
        l[ri + j] = sum / l[rj + j]!;
      }
    }
  }
  return factor;
}

/** Solve L Lᵀ x = b in place, for L lower-triangular. */
export function solveCholesky(factor: Matrix, b: Float64Array): Float64Array {
  const n = factor.rows;
  const l = factor.data;
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let j = 0; j < i; j++) sum -= l[i * n + j]! * b[j]!;
    b[i] = sum / l[i * n + i]!;
  }
  // Column sweeps keep the reads of L along its rows.
  for (let i = n - 1; i >= 0; i--) {
    const value = b[i]! / l[i * n + i]!;
    b[i] = value;
    for (let j = 0; j < i; j++) b[j]! -= l[i * n + j]! * value;
  }
  return b;
}

/** L (`n × rank`) with L Lᵀ = S up to rounding, and the pivots: rows of L at which it is triangular. */
export interface PivotedFactor {
  readonly factor: Matrix;
  readonly pivots: readonly number[];
}

/**
 * Pivoted Cholesky of a positive semi-definite S; directions below `tolerance` of the largest pivot are dropped.
 * Where S is not finite, neither is its factor: one column of NaN.
 */
export function pivotedCholesky(s: Matrix, tolerance = 1e-12): PivotedFactor {
  const n = s.rows;
  const residual = Float64Array.from({ length: n }, (_, i) => s.data[i * n + i]!);
  const largest = residual.reduce((a, b) => Math.max(a, b), 0);
  if (!Number.isFinite(largest))
    return { factor: matrix(n, 1, new Float64Array(n).fill(Number.NaN)), pivots: [0] };
  const l = matrix(n, n);
  const pivots: number[] = [];
  const used = new Uint8Array(n);
  const explained = n < worthAKernel ? explainedPlainly(l) : explainedByKernel(l);
  for (;;) {
    let pivot = -1;
    let best = tolerance * largest;
    for (let i = 0; i < n; i++) {
      if (used[i] === 0 && residual[i]! > best) {
        best = residual[i]!;
        pivot = i;
      }
    }
    if (pivot < 0) break;
    const rank = pivots.length;
    const scale = Math.sqrt(residual[pivot]!);
    used[pivot] = 1;
    const known = explained.of(pivot, rank);
    for (let i = 0; i < n; i++) {
      if (used[i] !== 0) continue;
      const entry = (s.data[i * n + pivot]! - known[i]!) / scale;
      l.data[i * n + rank] = entry;
      residual[i]! -= entry * entry;
    }
    l.data[pivot * n + rank] = scale;
    explained.learn(rank);
    pivots.push(pivot);
  }
  explained.end();
  return { factor: leading(l, pivots.length), pivots };
}

/** Rows from which on inner products with all of them go through the kernel. */
const worthAKernel = 48;

/** What the columns of L found so far explain of column `pivot` of S: Σ_{q < rank} L_iq L_pq for every row i. */
interface Explained {
  readonly of: (pivot: number, rank: number) => Float64Array;
  /** Column `rank` of L has been found. */
  readonly learn: (rank: number) => void;
  readonly end: () => void;
}

function explainedPlainly(l: Matrix): Explained {
  const n = l.rows;
  const sums = new Float64Array(n);
  return {
    of(pivot, rank) {
      const line = row(l, pivot);
      for (let i = 0; i < n; i++) {
        const other = row(l, i);
        let sum = 0;
        for (let q = 0; q < rank; q++) sum += other[q]! * line[q]!;
        sums[i] = sum;
      }
      return sums;
    },
    learn: () => undefined,
    end: () => undefined,
  };
}

function explainedByKernel(l: Matrix): Explained {
  const n = l.rows;
  const using = kernel();
  const buffers = new Buffers(using);
  const stride = even(n);
  const rows = { data: buffers.floats(n * stride), rows: n, stride };
  const sums = buffers.floats(n);
  return {
    of(pivot, rank) {
      const line = { data: rows.data.subarray(pivot * stride), rows: 1, stride };
      sums.fill(0);
      using.product(rows, line, rank, sums, 1, n);
      return sums;
    },
    learn(rank) {
      for (let i = 0; i < n; i++) rows.data[i * stride + rank] = l.data[i * n + rank]!;
    },
    end: () => buffers.end(),
  };
}
