/**
 * K = X Xᵀ + 11ᵀ as descent in sample space needs it: blocks of it times a vector, single columns, and all of it times a
 * few vectors. Two forms: `formed` holds K beside X (8 n² bytes); `factored` holds X alone and applies it twice, K's
 * columns as they are asked for. Both compute the same products in other orders of summation, so they agree to rounding.
 */
import { Buffers, kernel, panelEntries, type Rows, type Rows32 } from '../kernel/index.js';
import { lowerProduct, lowerProduct32 } from '../kernel/multiply.js';
import { addCombinations, addProducts } from '../kernel/wide.js';
import { even, residentRows } from '../kernel/resident.js';
import type { Matrix } from '../matrix.js';

/** `formed32`: K in float32, and its products; what they are added to stays float64. */
export type KernelForm = 'formed' | 'factored' | 'formed32';

export interface SampleKernel {
  readonly form: KernelForm;
  /** What it was made of, so that a caller can tell whether it fits. */
  readonly inputs: Matrix;
  /** X in the kernel's memory. */
  readonly x: Rows;
  /** out_β (rows of `out`, zeroed here) = K restricted to the columns of block β, times v (n). */
  readonly apply: (v: Float64Array, bounds: Int32Array, out: Rows) => void;
  /** The parts of `apply`, where they can be had one by one: see `deferred`. */
  readonly parts?: KernelParts;
  /** Where columns of K cost n D each. */
  readonly lazy?: LazyColumns;
  /** line (n) += Σ_j scales_j · column samples_j of K, for the first `count` of both lists; lazy ones must be known. */
  readonly addColumns: (line: Float64Array, samples: Int32Array, scales: Float64Array, count: number) => void;
  /** into (rows of G × n) += G K. */
  readonly applyAll: (g: Rows, into: Rows) => void;
  /** Memory is given back at once, or else when the object is collected. */
  readonly end: () => void;
}

/** Sparse vectors: entries [starts_r, ends_r) of both lists make row r. */
export interface SparseRows {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly samples: Int32Array;
  readonly values: Float64Array;
}

export interface LazyColumns {
  /**
   * As `apply`, of vectors that have the entries of `sparse` besides: row β of `out` for block β, the rows behind for the sparse
   * rows alone. An entry costs D, each row n D.
   */
  readonly applyWith: (v: Float64Array, bounds: Int32Array, sparse: SparseRows, out: Rows) => void;
  readonly knows: (column: number) => boolean;
  /** Computes columns for `addColumns`. */
  readonly prepare: (columns: readonly number[]) => void;
}

/** K by blocks: what a block does to its own samples, and to those of others. */
export interface KernelParts {
  /** The largest |K_ij| of samples i and j in different blocks. */
  readonly largestAcross: (bounds: Int32Array) => number;
  /** As `apply`, for the entries of out_β that lie in block β alone. */
  readonly applyNear: (v: Float64Array, bounds: Int32Array, out: Rows) => void;
  /** out_i += ⟨K_i, v⟩ over the columns [from, to), for the first `count` samples i of a list. */
  readonly addRowsOf: (
    list: Int32Array,
    count: number,
    from: number,
    to: number,
    v: Float64Array,
    out: Float64Array,
  ) => void;
  /** out_β = K v_β on the samples beyond block β, v_β (a row each) being zero there. */
  readonly applyFar: (v: Rows, bounds: Int32Array, out: Rows) => void;
}

export function sampleKernel(inputs: Matrix, form: KernelForm): SampleKernel {
  if (form === 'formed32') return singleKernel(inputs);
  return form === 'formed' ? formedKernel(inputs) : factoredKernel(inputs);
}

function formedKernel(inputs: Matrix): SampleKernel {
  const using = kernel();
  const buffers = new Buffers(using);
  const n = inputs.rows;
  // Zeros behind every row: a block that begins at an odd sample and ends with the last one is read one entry further.
  const stride = even(n) + 2;
  const x = residentRows(buffers, inputs);
  const data = buffers.scratch(n * stride);
  data.fill(1);
  lowerProduct(x, inputs.columns, data, stride);
  using.mirror(data, n, stride);
  const rows: Rows = { data, rows: n, stride };
  for (let i = 0; i < n; i++) data.fill(0, i * stride + n, (i + 1) * stride);
  /** Panels for the blocks last asked for: two labels, or k classes. */
  let panels = buffers.floats(0);
  let packedFor: readonly number[] = [];
  const pack = (bounds: Int32Array): void => {
    if (bounds.length === packedFor.length && packedFor.every((bound, at) => bound === bounds[at])) return;
    const entries = panelEntries(bounds);
    if (entries > panels.length) panels = buffers.scratch(entries);
    using.packPanels(rows, bounds, panels);
    packedFor = Array.from(bounds);
  };
  return {
    form: 'formed',
    inputs,
    x,
    apply(v, bounds, out) {
      pack(bounds);
      out.data.fill(0);
      using.symmetricProduct(panels, rows, v, bounds, out);
    },
    parts: {
      largestAcross(bounds) {
        let most = 0;
        for (let block = 0; block + 1 < bounds.length; block++) {
          for (let i = bounds[block]!; i < bounds[block + 1]!; i++) {
            for (let j = 0; j < bounds[block]!; j++) most = Math.max(most, Math.abs(data[i * stride + j]!));
          }
        }
        return most;
      },
      applyNear(v, bounds, out) {
        pack(bounds);
        out.data.fill(0);
        using.symmetricProduct(panels, rows, v, bounds, out, 'near');
      },
      addRowsOf: (list, count, from, to, v, out) => using.rowProducts(rows, list, count, from, to, v, out),
      applyFar(v, bounds, out) {
        out.data.fill(0);
        for (let block = 0; block + 1 < bounds.length; block++) {
          const [from, to] = [bounds[block]!, bounds[block + 1]!];
          const vector = { data: v.data.subarray(block * v.stride + from), rows: 1, stride: v.stride };
          for (const [first, last] of [
            [0, from],
            [to, n],
          ] as const) {
            const part = { data: data.subarray(first * stride + from), rows: last - first, stride };
            using.product(
              part,
              vector,
              to - from,
              out.data.subarray(block * out.stride + first),
              1,
              out.stride,
            );
          }
        }
      },
    },
    addColumns: (line, samples, scales, count) => using.addRows(line, n, rows, samples, scales, count),
    applyAll: (g, into) => addProducts(rows, g, n, into.data, into.stride),
    end: () => buffers.end(),
  };
}

function singleKernel(inputs: Matrix): SampleKernel {
  const using = kernel();
  const buffers = new Buffers(using);
  const n = inputs.rows;
  const stride = (n + 3) & ~3;
  const x = residentRows(buffers, inputs);
  const data = buffers.singles(n * stride).fill(1);
  lowerProduct32(x, inputs.columns, data, stride);
  using.mirror32(data, n, stride);
  const rows: Rows32 = { data, rows: n, stride };
  const rounded = buffers.singles(stride);
  const whole = buffers.integers(2);
  whole[1] = n;
  let products: Rows32 | undefined;
  const apply = (v: Float64Array, bounds: Int32Array): Rows32 => {
    const blocks = bounds.length - 1;
    if (!products || products.rows < blocks) {
      products = { data: buffers.singles(blocks * stride), rows: blocks, stride };
    }
    products.data.fill(0);
    for (let i = 0; i < n; i++) rounded[i] = v[i]!;
    using.symmetricProduct32(rows, rounded, bounds, products);
    return products;
  };
  return {
    form: 'formed32',
    inputs,
    x,
    apply(v, bounds, out) {
      const found = apply(v, bounds);
      for (let block = 0; block < out.rows; block++) {
        out.data.set(found.data.subarray(block * stride, block * stride + n), block * out.stride);
      }
    },
    addColumns: (line, samples, scales, count) => using.addRows32(line, n, rows, samples, scales, count),
    applyAll(g, into) {
      for (let r = 0; r < g.rows; r++) {
        const found = apply(g.data.subarray(r * g.stride), whole);
        const line = into.data.subarray(r * into.stride, (r + 1) * into.stride);
        using.addScaled32(line, found.data, 1, n);
      }
    },
    end: () => buffers.end(),
  };
}

function factoredKernel(inputs: Matrix): SampleKernel {
  const using = kernel();
  const buffers = new Buffers(using);
  const { rows: n, columns: d } = inputs;
  const stride = even(n);
  const x = residentRows(buffers, inputs);
  /** Where column i of K stands in the table; −1 before it was asked for. */
  const slots = new Int32Array(n).fill(-1);
  const places = buffers.integers(n);
  /** The columns asked for so far, in the order in which they were. */
  let table: Rows = { data: buffers.floats(0), rows: 0, stride };
  let used = 0;
  let through: Rows | undefined;
  /** `count` zeroed vectors of R^d. */
  const inSpace = (count: number): Rows => {
    if (!through || through.rows < count) {
      through = { data: buffers.floats(count * x.stride), rows: count, stride: x.stride };
    } else through.data.fill(0, 0, count * x.stride);
    return { ...through, rows: count };
  };
  const addSum = (values: Float64Array, from: number, to: number, into: Float64Array, at: number): void => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i]!;
    for (let i = 0; i < n; i++) into[at + i]! += sum;
  };
  const apply = (v: Float64Array, bounds: Int32Array, out: Rows, sparse?: SparseRows): void => {
    const blocks = bounds.length - 1;
    out.data.fill(0, 0, out.rows * out.stride);
    const u = inSpace(out.rows);
    const vector = { data: v, rows: 1, stride };
    for (let row = 0; row < out.rows; row++) {
      const image = { data: u.data.subarray(row * u.stride), rows: 1, stride: u.stride };
      if (row < blocks) using.transposedProduct(x, bounds[row]!, bounds[row + 1]!, d, vector, image);
      if (!sparse) continue;
      const [from, to] = [sparse.starts[row]!, sparse.ends[row]!];
      const [samples, values] = [sparse.samples.subarray(from, to), sparse.values.subarray(from, to)];
      using.addRows(image.data, d, x, samples, values, to - from);
    }
    addProducts(x, u, d, out.data, out.stride);
    for (let row = 0; row < out.rows; row++) {
      const at = row * out.stride;
      if (row < blocks) addSum(v, bounds[row]!, bounds[row + 1]!, out.data, at);
      if (sparse) addSum(sparse.values, sparse.starts[row]!, sparse.ends[row]!, out.data, at);
    }
  };
  return {
    form: 'factored',
    inputs,
    x,
    apply,
    lazy: {
      applyWith: (v, bounds, sparse, out) => apply(v, bounds, out, sparse),
      knows: (i) => slots[i]! >= 0,
      prepare(wanted) {
        const missing = wanted.filter((i) => slots[i]! < 0);
        if (missing.length === 0) return;
        if (used + missing.length > table.rows) {
          const rows = Math.min(n, 2 * (used + missing.length));
          const data = buffers.floats(rows * stride);
          data.set(table.data.subarray(0, used * stride));
          table = { data, rows, stride };
        }
        const b = inSpace(missing.length);
        missing.forEach((i, at) =>
          b.data.set(x.data.subarray(i * x.stride, (i + 1) * x.stride), at * x.stride),
        );
        const found = table.data.subarray(used * stride);
        for (let at = 0; at < missing.length; at++) found.fill(1, at * stride, at * stride + n);
        addProducts(x, b, d, found, stride);
        for (const i of missing) slots[i] = used++;
      },
    },
    addColumns(line, samples, scales, count) {
      for (let at = 0; at < count; at++) places[at] = slots[samples[at]!]!;
      using.addRows(line, n, table, places, scales, count);
    },
    applyAll(g, into) {
      const u = inSpace(g.rows);
      addCombinations(x, 0, n, d, g, u);
      addProducts(x, u, d, into.data, into.stride);
      for (let r = 0; r < g.rows; r++) {
        addSum(g.data.subarray(r * g.stride), 0, n, into.data, r * into.stride);
      }
    },
    end: () => buffers.end(),
  };
}
