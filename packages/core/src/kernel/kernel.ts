/**
 * The numeric inner loops, as an interface of two implementations with the same bits: `wasm` (WebAssembly with 128-bit
 * SIMD, from assembly/) and `plain` (TypeScript: the oracle in tests, and the fallback where SIMD is missing).
 * Arrays come from `floats` and `integers` of the same kernel (see `Buffers`); sub-arrays of them may be passed.
 * Sums of inner products run in strips of 512: even places, odd places, and their sum is added to the result.
 */

/** Rows in memory: row i begins at entry i · stride. */
export interface Rows {
  readonly data: Float64Array;
  readonly rows: number;
  /** In numbers, even. */
  readonly stride: number;
  /** Entries of row i that count; those behind are zero up to the longest of four rows. All `depth` when absent. */
  readonly extents?: Int32Array;
}

/** Rows of a strip as the packed product reads them. */
export interface Packed {
  readonly data: Float64Array;
  readonly rows: number;
  /** For each panel of three rows, how many of its pairs of entries count. */
  readonly panels: Int32Array;
}

/** Rows of single precision. */
export interface Rows32 {
  readonly data: Float32Array;
  readonly rows: number;
  readonly stride: number;
}

/** Any array that a kernel lends. */
export type Lent = Float64Array | Float32Array | Int32Array;

export interface Kernel {
  readonly name: 'wasm' | 'plain';
  /** Bytes that can be lent in all: 4 GiB at most under WebAssembly. */
  readonly room: number;
  /** Zeros; BadInput where there is no room. */
  readonly floats: (length: number) => Float64Array;
  /** Whatever was there before. */
  readonly scratch: (length: number) => Float64Array;
  readonly integers: (length: number) => Int32Array;
  readonly singles: (length: number) => Float32Array;
  /** Give back what `floats` or `integers` lent. */
  readonly free: (array: Lent) => void;

  /** N(0, deviation²) into a multiple of eight numbers; `state` holds word w of generator l at 4 w + l. */
  readonly gaussians: (state: Int32Array, into: Float64Array, deviation: number) => void;

  /** f_i += Σ_r outputs_r max(P_ri, 0) for `count` (even) samples. */
  readonly scores: (
    p: Float64Array,
    stride: number,
    outputs: Float64Array,
    into: Float64Array,
    count: number,
  ) => void;
  /** Scores and labels ±1 into margins q = y f and pulls y |ℓ′(q)|; returns Σ log(1 + e^{−q}). */
  readonly binaryBackward: (
    f: Float64Array,
    labels: Float64Array,
    margins: Float64Array,
    pulls: Float64Array,
    count: number,
  ) => number;
  /** Class scores (classes × samples) into 1[j = target] − softmax_j in place, and margins; returns Σ cross-entropy. */
  readonly softmaxBackward: (
    f: Float64Array,
    stride: number,
    classes: number,
    targets: Float64Array,
    margins: Float64Array,
    count: number,
  ) => number;

  /** y += s x. */
  readonly addScaled: (y: Float64Array, x: Float64Array, s: number, count: number) => void;
  /** y += Σ_j scales_j · row indices_j of a table, for the first `rows` of both lists; an odd last entry has zeros behind it. */
  readonly addRows: (
    y: Float64Array,
    count: number,
    table: Rows,
    indices: Int32Array,
    scales: Float64Array,
    rows: number,
  ) => void;
  /** ⟨x, y⟩ */
  readonly dotProduct: (x: Float64Array, y: Float64Array, count: number) => number;
  /** Samples in [from, to) that are not above 0, and those elsewhere above `bar`, in order, while there is room; returns how many. */
  readonly deviations: (
    p: Float64Array,
    count: number,
    from: number,
    to: number,
    bar: number,
    into: Int32Array,
  ) => number;
  /** Solve Lᵀ x = b in place, L lower-triangular. */
  readonly solveBackward: (l: Rows, x: Float64Array) => void;
  /** Solve L x = b in place. */
  readonly solveForward: (l: Rows, x: Float64Array) => void;

  /** C_ij += ⟨x_i, b_j⟩, entry (i, j) of C at i · down + j · across. An odd last entry has a zero behind it in X or B. */
  readonly product: (x: Rows, b: Rows, depth: number, c: Float64Array, down: number, across: number) => void;
  /** Panels of three rows, pairs of entries in turn: 3 · 2⌈entries/2⌉ numbers a panel. */
  readonly packRows: (x: Rows, skip: number, entries: number, into: Float64Array) => void;
  /** C_ij += ⟨a_i, b_j⟩ over one strip of `pairs` pairs; `lower`: panels of B up to the panel of A alone. */
  readonly packedProduct: (
    a: Packed,
    b: Packed,
    pairs: number,
    c: Float64Array,
    stride: number,
    lower: boolean,
  ) => void;
  /** The upper half of a square matrix from its lower one. */
  readonly mirror: (data: Float64Array, rows: number, stride: number) => void;
  /** U_r += Σ_{i ∈ [from, to)} V_ri x_i. */
  readonly transposedProduct: (x: Rows, from: number, to: number, depth: number, v: Rows, u: Rows) => void;
  /** Panels of four rows of the lower half of K for `symmetricProduct`: see `panelEntries` for their size. */
  readonly packPanels: (k: Rows, bounds: Int32Array, into: Float64Array) => void;
  /** out_β += K restricted to the columns of block β, times v; only the panels and the lower half of K are read. */
  readonly symmetricProduct: (
    panels: Float64Array,
    k: Rows,
    v: Float64Array,
    bounds: Int32Array,
    out: Rows,
    /** `near`: only the entries of out_β that lie in block β. */
    which?: 'all' | 'near',
  ) => void;
  /** out_i += ⟨k_i, v⟩ over the columns [from, to), for the first `count` rows i of a list. */
  readonly rowProducts: (
    k: Rows,
    list: Int32Array,
    count: number,
    from: number,
    to: number,
    v: Float64Array,
    out: Float64Array,
  ) => void;

  /** The same in single precision: panels of three rows, four entries of each in turn, 3 · 4⌈entries/4⌉ numbers a panel. */
  readonly packRows32: (x: Rows, skip: number, entries: number, into: Float32Array) => void;
  /** C_ij += ⟨a_i, a_j⟩ over one strip of `quads` quads, panels up to that of row i; panels count quads. */
  readonly packedProduct32: (
    a: { readonly data: Float32Array; readonly rows: number; readonly panels: Int32Array },
    quads: number,
    c: Float32Array,
    stride: number,
  ) => void;
  readonly mirror32: (data: Float32Array, rows: number, stride: number) => void;
  /** y += s x, y in float64. */
  readonly addScaled32: (y: Float64Array, x: Float32Array, s: number, count: number) => void;
  readonly addRows32: (
    y: Float64Array,
    count: number,
    table: Rows32,
    indices: Int32Array,
    scales: Float64Array,
    rows: number,
  ) => void;
  readonly symmetricProduct32: (k: Rows32, v: Float32Array, bounds: Int32Array, out: Rows32) => void;
}

/** Entries of an inner product that are summed before they are added to the result. */
export const strip = 512;

/** Numbers that the panels of a matrix with these blocks take. */
export function panelEntries(bounds: Int32Array): number {
  let entries = 0;
  for (let mine = 0; mine + 1 < bounds.length; mine++) {
    for (let i = bounds[mine]!; i + 3 < bounds[mine + 1]!; i += 4) {
      for (let other = 0; other <= mine; other++) {
        const to = other === mine ? i : bounds[other + 1]!;
        entries += 8 * ((to - bounds[other]! + 1) >> 1);
      }
    }
  }
  return entries;
}
