/** Dense row-major matrices of float64 and the few products that training needs. Sums run in a fixed order. */
import { multiplyByRows, multiplyByRowsSmall, symmetricByRows } from './kernel/multiply.js';
import { accumulateRows, accumulateRowsSmall } from './kernel/accumulate.js';

/** `rows × columns`, row-major: entry (i, j) is `data[i · columns + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
  /** Row i is zero from column extents[i] on, which products make use of. Ascending; absent where nothing is known. */
  readonly extents?: Int32Array;
}

export function matrix(
  rows: number,
  columns: number,
  data: Float64Array = new Float64Array(rows * columns),
  extents?: Int32Array,
): Matrix {
  if (data.length !== rows * columns) {
    throw new RangeError(`a ${rows} × ${columns} matrix has ${rows * columns} entries, not ${data.length}`);
  }
  return { rows, columns, data, ...(extents && { extents }) };
}

/** Row i, as a view. */
export function row(of: Matrix, i: number): Float64Array {
  return of.data.subarray(i * of.columns, (i + 1) * of.columns);
}

/** The first `columns` columns: a copy, unless they are all. */
export function leading(of: Matrix, columns: number): Matrix {
  if (of.columns === columns) return of;
  if (columns > of.columns) throw new RangeError(`${of.columns} columns have no first ${columns}`);
  const part = matrix(of.rows, columns);
  for (let i = 0; i < of.rows; i++) row(part, i).set(row(of, i).subarray(0, columns));
  return part;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** Multiply-adds below which a product is not worth the way into the kernel's memory. */
const small = 2048;

/** A Bᵀ, for A `n × d` and B `m × d`: a `n × m` matrix. Sums in strips of 512: even places, odd places, their sum. */
export function timesTransposed(a: Matrix, b: Matrix): Matrix {
  if (b.columns !== a.columns) throw new RangeError(`A has ${a.columns} columns and B has ${b.columns}`);
  const product = matrix(a.rows, b.rows);
  const multiply = a.rows * b.rows * a.columns < small ? multiplyByRowsSmall : multiplyByRows;
  multiply(a, b, product.data);
  return product;
}

/** A Aᵀ, symmetric to the bit: the lower half is computed and mirrored. */
export function gram(a: Matrix): Matrix {
  const product = matrix(a.rows, a.rows);
  symmetricByRows(a, product.data);
  return product;
}

/** into += A B, for A `m × n` and B `n × d`: four rows of B at a time. */
export function addProduct(into: Matrix, a: Matrix, b: Matrix): void {
  if (a.columns !== b.rows) throw new RangeError(`A has ${a.columns} columns and B has ${b.rows} rows`);
  const accumulate = a.rows * a.columns * b.columns < small ? accumulateRowsSmall : accumulateRows;
  accumulate(into, a, b);
}
