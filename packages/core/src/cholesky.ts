/** Cholesky factors: plain for positive definite matrices, pivoted for semi-definite ones. */
import { Buffers, kernel } from './kernel/index.js';
import { matrix, row, timesTransposed, type Matrix } from './matrix.js';

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
  // Column by column: what is written and read together lies together.
  const columns = new Float64Array(n * n);
  const pivots: number[] = [];
  const used = new Uint8Array(n);
  const explained = n < worthAKernel ? explainedPlainly(columns, n) : explainedByKernel(columns, n);
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
    const column = columns.subarray(rank * n, (rank + 1) * n);
    const given = row(s, pivot);
    for (let i = 0; i < n; i++) {
      if (used[i] !== 0) continue;
      const entry = (given[i]! - known[i]!) / scale;
      column[i] = entry;
      residual[i]! -= entry * entry;
    }
    column[pivot] = scale;
    explained.learn(rank);
    pivots.push(pivot);
  }
  explained.end();
  return { factor: transposed(columns, pivots.length, n), pivots };
}

/**
 * X Lᵀ, for X with as many columns as L. Of L in the order of its pivots half is zero, which a wide product passes over.
 */
export function timesFactor(x: Matrix, { factor, pivots }: PivotedFactor): Matrix {
  const n = factor.rows;
  if (n < worthAKernel) return timesTransposed(x, factor);
  const order = new Set(pivots);
  for (let r = 0; r < n; r++) order.add(r);
  const ordered = matrix(
    n,
    factor.columns,
    undefined,
    Int32Array.from({ length: n }, (_, at) => Math.min(at + 1, pivots.length)),
  );
  const places = Int32Array.from(order);
  places.forEach((r, at) => row(ordered, at).set(row(factor, r)));
  const product = timesTransposed(x, ordered);
  const line = new Float64Array(n);
  for (let i = 0; i < x.rows; i++) {
    line.set(row(product, i));
    for (let at = 0; at < n; at++) product.data[i * n + places[at]!] = line[at]!;
  }
  return product;
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

function explainedPlainly(columns: Float64Array, n: number): Explained {
  const sums = new Float64Array(n);
  return {
    of(pivot, rank) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let q = 0; q < rank; q++) sum += columns[q * n + i]! * columns[q * n + pivot]!;
        sums[i] = sum;
      }
      return sums;
    },
    learn: () => undefined,
    end: () => undefined,
  };
}

/** Rows of a square tile that is transposed at once, so that its lines stay in the cache. */
const tile = 32;

/** n × count, from `count` columns of n numbers. */
function transposed(columns: Float64Array, count: number, n: number): Matrix {
  const whole = matrix(n, count);
  for (let from = 0; from < n; from += tile) {
    for (let first = 0; first < count; first += tile) {
      const end = Math.min(n, from + tile);
      const last = Math.min(count, first + tile);
      for (let i = from; i < end; i++) {
        for (let q = first; q < last; q++) whole.data[i * count + q] = columns[q * n + i]!;
      }
    }
  }
  return whole;
}

/** Columns that are taken into account one by one; then they are, all at once, in what is explained of the rows left. */
const block = 64;

function explainedByKernel(columnsOfL: Float64Array, n: number): Explained {
  const using = kernel();
  const buffers = new Buffers(using);
  const sums = buffers.floats(n);
  const used = new Uint8Array(n);
  // What whole blocks explain of the rows that were left after them, and the columns of L since then at these rows.
  const known = buffers.floats(n * n);
  const since = { data: buffers.floats(n * block), rows: n, stride: block };
  const packed = { data: buffers.floats(3 * block * Math.ceil(n / 3)), rows: n };
  let left = Int32Array.from({ length: n }, (_, i) => i);
  const places = left.slice();
  let columns = 0;
  const found = buffers.floats(n);
  return {
    of(pivot) {
      const count = left.length;
      const place = places[pivot]!;
      used[pivot] = 1;
      found.set(known.subarray(place * count, (place + 1) * count));
      const line = { data: since.data.subarray(place * block), rows: 1, stride: block };
      using.product({ ...since, rows: count }, line, columns, found, 1, count);
      for (let at = 0; at < count; at++) sums[left[at]!] = found[at]!;
      return sums;
    },
    learn(rank) {
      const column = columnsOfL.subarray(rank * n, (rank + 1) * n);
      for (let at = 0; at < left.length; at++) since.data[at * block + columns] = column[left[at]!]!;
      if (++columns < block) return;
      columns = 0;
      const before = left;
      left = before.filter((i) => used[i] === 0);
      const count = left.length;
      // Rows and entries that are used fall out: what stays moves to the front.
      for (let at = 0; at < count; at++) {
        const from = places[left[at]!]!;
        since.data.copyWithin(at * block, from * block, (from + 1) * block);
        for (let b = 0; b < count; b++) {
          known[at * count + b] = known[from * before.length + places[left[b]!]!]!;
        }
      }
      left.forEach((i, at) => (places[i] = at));
      const panels = buffers.integers(Math.ceil(count / 3)).fill(block / 2);
      using.packRows({ ...since, rows: count }, 0, block, packed.data);
      const factors = { ...packed, rows: count, panels };
      using.packedProduct(factors, factors, block / 2, known, count, false);
      since.data.fill(0);
    },
    end: () => buffers.end(),
  };
}
