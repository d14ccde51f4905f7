/** Lower-triangular factors of the size of a sample, in the kernel's memory: n² / 2 multiply-adds a solve. */
import { Buffers, kernel, type Rows } from './kernel/index.js';
import { lowerProduct } from './kernel/multiply.js';
import { even, residentRows } from './kernel/resident.js';
import { norm, row, type Matrix } from './matrix.js';

/** Rounds of power iteration: the largest eigenvalue from below, to some ten per cent. */
const rounds = 8;

/** A lower-triangular L (n × n). Solves are in place. */
export class Triangle {
  protected readonly buffers: Buffers;
  protected readonly rows: Rows;
  readonly #vector: Float64Array;
  readonly #image: Float64Array;

  protected constructor(buffers: Buffers, rows: Rows) {
    this.buffers = buffers;
    this.rows = rows;
    this.#vector = buffers.floats(rows.stride);
    this.#image = buffers.floats(rows.stride);
  }

  /** The n columns of A (n × D) from `from` on, whose upper half is zero. */
  static of(a: Matrix, from: number): Triangle {
    const buffers = new Buffers(kernel());
    const n = a.rows;
    const stride = even(n);
    const data = buffers.floats(n * stride);
    for (let i = 0; i < n; i++) data.set(row(a, i).subarray(from, from + i + 1), i * stride);
    return new Triangle(buffers, { data, rows: n, stride });
  }

  /** L x = b. */
  solveForward(b: Float64Array): Float64Array {
    return this.#through(b, (x) => kernel().solveForward(this.rows, x));
  }

  /** Lᵀ x = b, that is x L = b for a row. */
  solveBackward(b: Float64Array): Float64Array {
    return this.#through(b, (x) => kernel().solveBackward(this.rows, x));
  }

  /** An estimate of ‖L‖ ‖L⁻¹‖, from below, to some ten per cent. */
  condition(): number {
    const n = this.rows.rows;
    const largest = largestEigenvalue(n, (x) => this.#times(x));
    const smallest = largestEigenvalue(n, (x) => this.solveBackward(this.solveForward(x)));
    return Math.sqrt(largest * smallest);
  }

  /** Gives the memory back. */
  end(): void {
    this.buffers.end();
  }

  /** L Lᵀ x, in place. */
  #times(x: Float64Array): Float64Array {
    const { data, rows: n, stride } = this.rows;
    const using = kernel();
    const v = this.#vector;
    v.set(x);
    const through = this.#image;
    through.fill(0);
    const single = (values: Float64Array): Rows => ({ data: values, rows: 1, stride });
    using.transposedProduct(this.rows, 0, n, n, single(v), single(through));
    v.fill(0);
    using.product({ data, rows: n, stride }, single(through), n, v, 1, stride);
    x.set(v.subarray(0, n));
    return x;
  }

  #through(b: Float64Array, solve: (x: Float64Array) => void): Float64Array {
    const x = this.#vector.subarray(0, b.length);
    x.set(b);
    solve(x);
    b.set(x);
    return b;
  }
}

/** Columns of a block of the factorisation. */
const block = 48;

/** L with L Lᵀ = A Aᵀ, by blocks of rows: all but the diagonal blocks is products of matrices. */
export class Cholesky extends Triangle {
  /** Undefined where A Aᵀ (n × n) is singular to working precision: more rows than columns, or equal ones. */
  static ofGram(a: Matrix): Cholesky | undefined {
    const n = a.rows;
    if (n > a.columns) return undefined;
    const buffers = new Buffers(kernel());
    const stride = even(n);
    const data = buffers.floats(n * stride);
    const scratch = new Buffers(kernel());
    lowerProduct(residentRows(scratch, a), a.columns, data, stride);
    scratch.end();
    if (factorise(data, n, stride)) return new Cholesky(buffers, { data, rows: n, stride });
    buffers.end();
    return undefined;
  }

  /** L Lᵀ x = b. */
  solve(b: Float64Array): Float64Array {
    return this.solveBackward(this.solveForward(b));
  }

  /** Of A Aᵀ. */
  override condition(): number {
    return super.condition() ** 2;
  }
}

/** In place; false where a pivot has lost all its digits. */
function factorise(data: Float64Array, n: number, stride: number): boolean {
  const using = kernel();
  const buffers = new Buffers(using);
  try {
    const update = buffers.floats(n * block);
    for (let from = 0; from < n; from += block) {
      const width = Math.min(block, n - from);
      const below: Rows = { data: data.subarray(from * stride), rows: n - from, stride };
      if (from > 0) {
        // What earlier columns explain of this block of columns, for all rows from the block on.
        update.fill(0);
        using.product(below, { data: below.data, rows: width, stride }, from, update, width, 1);
      }
      for (let i = from; i < n; i++) {
        const line = data.subarray(i * stride, i * stride + Math.min(i + 1, from + width));
        for (let j = from; j < Math.min(i + 1, from + width); j++) {
          let sum = line[j]! - update[(i - from) * width + (j - from)]!;
          const other = j * stride;
          for (let q = from; q < j; q++) sum -= line[q]! * data[other + q]!;
          if (j < i) line[j] = sum / data[other + j]!;
          else {
            if (!(sum > 1e-13 * line[i]!)) return false;
            line[i] = Math.sqrt(sum);
          }
        }
      }
    }
    // The product also left its mark above the diagonal: nothing reads it, but a triangle has zeros there.
    for (let i = 0; i < n; i++) data.fill(0, i * stride + i + 1, (i + 1) * stride);
    return true;
  } finally {
    buffers.end();
  }
}

/** By power iteration from a fixed start, in which no eigenvector is likely to be missing. */
function largestEigenvalue(size: number, apply: (vector: Float64Array) => Float64Array): number {
  let vector: Float64Array = Float64Array.from({ length: size }, (_, i) => ((i * 7919) % 1009) - 504);
  let value = 0;
  for (let round = 0; round < rounds; round++) {
    const length = norm(vector);
    vector = apply(vector.map((entry) => entry / length));
    value = norm(vector);
  }
  return value;
}
