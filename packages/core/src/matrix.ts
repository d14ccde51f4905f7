/** Dense row-major matrices of float64 and the few products that training needs. Sums run in a fixed order. */

/** `rows × columns`, row-major: entry (i, j) is `data[i · columns + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

export function matrix(
  rows: number,
  columns: number,
  data: Float64Array = new Float64Array(rows * columns),
): Matrix {
  if (data.length !== rows * columns) {
    throw new RangeError(`a ${rows} × ${columns} matrix has ${rows * columns} entries, not ${data.length}`);
  }
  return { rows, columns, data };
}

/** Row i, as a view. */
export function row(of: Matrix, i: number): Float64Array {
  return of.data.subarray(i * of.columns, (i + 1) * of.columns);
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** Depth of the strips in which long dot products are summed: four plus two rows of a strip fit the L1 cache. */
const strip = 512;

/**
 * A Bᵀ, for A `n × d` and B `m × d`: a `n × m` matrix. Tiles of 4 × 2 accumulators stay in registers.
 * `lowerOnly` fills only entries with column ≤ row (+ the rest of the tile), for symmetric products.
 */
export function timesTransposed(a: Matrix, b: Matrix, lowerOnly = false): Matrix {
  const depth = a.columns;
  if (b.columns !== depth) throw new RangeError(`A has ${depth} columns and B has ${b.columns}`);
  const n = a.rows;
  const m = b.rows;
  const x = a.data;
  const y = b.data;
  const product = new Float64Array(n * m);
  for (let start = 0; start < depth; start += strip) {
    const width = Math.min(strip, depth - start);
    for (let i = 0; i < n; i += 4) {
      const tall = Math.min(4, n - i);
      // Rows beyond the edge repeat the last one; their sums are not stored.
      const a0 = i * depth + start;
      const a1 = (i + Math.min(1, tall - 1)) * depth + start;
      const a2 = (i + Math.min(2, tall - 1)) * depth + start;
      const a3 = (i + Math.min(3, tall - 1)) * depth + start;
      const last = lowerOnly ? Math.min(m, i + 4) : m;
      for (let j = 0; j < last; j += 2) {
        const b0 = j * depth + start;
        const b1 = (j + 1 < m ? j + 1 : j) * depth + start;
        let s00 = 0;
        let s01 = 0;
        let s10 = 0;
        let s11 = 0;
        let s20 = 0;
        let s21 = 0;
        let s30 = 0;
        let s31 = 0;
        for (let l = 0; l < width; l++) {
          const u = y[b0 + l]!;
          const v = y[b1 + l]!;
          const p = x[a0 + l]!;
          s00 += p * u;
          s01 += p * v;
          const q = x[a1 + l]!;
          s10 += q * u;
          s11 += q * v;
          const r = x[a2 + l]!;
          s20 += r * u;
          s21 += r * v;
          const s = x[a3 + l]!;
          s30 += s * u;
          s31 += s * v;
        }
        const at = i * m + j;
        const wide = j + 1 < m;
        product[at]! += s00;
        if (wide) product[at + 1]! += s01;
        if (tall > 1) {
          product[at + m]! += s10;
          if (wide) product[at + m + 1]! += s11;
        }
        if (tall > 2) {
          product[at + 2 * m]! += s20;
          if (wide) product[at + 2 * m + 1]! += s21;
        }
        if (tall > 3) {
          product[at + 3 * m]! += s30;
          if (wide) product[at + 3 * m + 1]! += s31;
        }
      }
    }
  }
  return matrix(n, m, product);
}

/** A Aᵀ, symmetric to the bit: the lower half is computed and mirrored. */
export function gram(a: Matrix): Matrix {
  const product = timesTransposed(a, a, true);
  const n = product.rows;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) product.data[i * n + j] = product.data[j * n + i]!;
  }
  return product;
}

/** into += A B, for A `m × n` and B `n × d`. Rows of B are streamed once for every four rows of A. */
export function addProduct(into: Matrix, a: Matrix, b: Matrix): void {
  const n = a.columns;
  const d = b.columns;
  const out = into.data;
  const x = a.data;
  const y = b.data;
  for (let r = 0; r < a.rows; r += 4) {
    const tall = Math.min(4, a.rows - r);
    for (let i = 0; i < n; i++) {
      const from = i * d;
      const c0 = x[r * n + i]!;
      const c1 = tall > 1 ? x[(r + 1) * n + i]! : 0;
      const c2 = tall > 2 ? x[(r + 2) * n + i]! : 0;
      const c3 = tall > 3 ? x[(r + 3) * n + i]! : 0;
      if (c0 === 0 && c1 === 0 && c2 === 0 && c3 === 0) continue;
      const o0 = r * d;
      if (tall === 4) {
        const o1 = o0 + d;
        const o2 = o1 + d;
        const o3 = o2 + d;
        for (let l = 0; l < d; l++) {
          const v = y[from + l]!;
          out[o0 + l]! += c0 * v;
          out[o1 + l]! += c1 * v;
          out[o2 + l]! += c2 * v;
          out[o3 + l]! += c3 * v;
        }
      } else {
        for (let s = 0; s < tall; s++) {
          const c = s === 0 ? c0 : s === 1 ? c1 : c2;
          if (c === 0) continue;
          const o = o0 + s * d;
          for (let l = 0; l < d; l++) out[o + l]! += c * y[from + l]!;
        }
      }
    }
  }
}
