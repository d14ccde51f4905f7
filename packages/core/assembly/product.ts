/**
 * Matrix products as inner products of rows. Long ones are summed in strips of `strip` entries: within a strip even
 * places in one lane and odd ones in the other, their sum added to the entry of the result. Tiles and packing change
 * which inner products are formed together, never the order of a sum.
 */
const strip: i32 = 512;

/** Eight sums of a strip: four rows of X against two of B, X rows at x0 … x3. Results through `add`. */
// @ts-ignore: decorator
@inline
function add(at: usize, pair: v128): void {
  store<f64>(at, load<f64>(at) + (f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1)));
}

/**
 * C_ij += ⟨x_i, b_j⟩, entries of C `down` bytes apart along i and `across` along j. Row i of X has `extents[i]` entries
 * that count, at most `depth`, zeros behind them up to the longest of its four; `extents` 0: all have `depth`. Rows and
 * depth are even in memory: an odd last entry has a zero behind it, in X or in B.
 */
export function product(
  x: usize, strideX: usize, rowsX: i32, extents: usize,
  b: usize, strideB: usize, rowsB: i32, depth: i32,
  c: usize, down: usize, across: usize,
): void {
  for (let i = 0; i < rowsX; i += 4) {
    const tall = min(4, rowsX - i);
    const x0 = x + <usize>i * strideX;
    const x1 = x0 + (tall > 1 ? strideX : 0);
    const x2 = x1 + (tall > 2 ? strideX : 0);
    const x3 = x2 + (tall > 3 ? strideX : 0);
    const reach = extents ? load<i32>(extents + ((<usize>(i + tall - 1)) << 2)) : depth;
    for (let from = 0; from < reach; from += strip) {
      const skip = (<usize>from) << 3;
      const length = (<usize>((min(strip, reach - from) + 1) & ~1)) << 3;
      for (let j = 0; j < rowsB; j += 2) {
        const wide = j + 1 < rowsB;
        let v0 = b + <usize>j * strideB + skip;
        let v1 = v0 + (wide ? strideB : 0);
        let a0 = x0 + skip, a1 = x1 + skip, a2 = x2 + skip, a3 = x3 + skip;
        let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        const end = a0 + length;
        while (a0 < end) {
          const u = v128.load(v0);
          const v = v128.load(v1);
          let p = v128.load(a0);
          s00 = f64x2.add(s00, f64x2.mul(p, u));
          s01 = f64x2.add(s01, f64x2.mul(p, v));
          p = v128.load(a1);
          s10 = f64x2.add(s10, f64x2.mul(p, u));
          s11 = f64x2.add(s11, f64x2.mul(p, v));
          p = v128.load(a2);
          s20 = f64x2.add(s20, f64x2.mul(p, u));
          s21 = f64x2.add(s21, f64x2.mul(p, v));
          p = v128.load(a3);
          s30 = f64x2.add(s30, f64x2.mul(p, u));
          s31 = f64x2.add(s31, f64x2.mul(p, v));
          a0 += 16; a1 += 16; a2 += 16; a3 += 16; v0 += 16; v1 += 16;
        }
        let at = c + <usize>i * down + <usize>j * across;
        add(at, s00);
        if (wide) add(at + across, s01);
        if (tall > 1) {
          at += down;
          add(at, s10);
          if (wide) add(at + across, s11);
        }
        if (tall > 2) {
          at += down;
          add(at, s20);
          if (wide) add(at + across, s21);
        }
        if (tall > 3) {
          at += down;
          add(at, s30);
          if (wide) add(at + across, s31);
        }
      }
    }
  }
}

/**
 * Panels of three rows, two entries of each in turn: what `packedProduct` reads in one stream. `entries` of each row
 * from byte `skip` on; an odd last entry and missing rows become zeros. A panel takes 3 · (entries rounded up) numbers.
 */
export function packRows(x: usize, stride: usize, rows: i32, skip: usize, entries: i32, into: usize): void {
  const pairs = (entries + 1) >> 1;
  const whole = entries >> 1;
  const zero = f64x2.splat(0);
  for (let i = 0; i < rows; i += 3) {
    for (let r = 0; r < 3; r++) {
      let to = into + ((<usize>r) << 4);
      if (i + r < rows) {
        let from = x + <usize>(i + r) * stride + skip;
        for (let l = 0; l < whole; l++, to += 48, from += 16) v128.store(to, v128.load(from));
        if (entries & 1) v128.store(to, f64x2.replace_lane(zero, 0, load<f64>(from)));
      } else {
        for (let l = 0; l < pairs; l++, to += 48) v128.store(to, zero);
      }
    }
    into += <usize>pairs * 48;
  }
}

const sums: usize = memory.data(144, 16);

/**
 * One tile of nine sums. A function of its own, and exported so that the compiler leaves it one: inlined into loops its
 * accumulators do not stay in registers, which halves the speed.
 */
export function tile(x: usize, end: usize, y: usize, at: usize, strideC: usize, tall: i32, wide: i32): void {
  let s00 = f64x2.splat(0), s01 = s00, s02 = s00, s10 = s00, s11 = s00, s12 = s00, s20 = s00, s21 = s00, s22 = s00;
  while (x < end) {
    const u = v128.load(y);
    const v = v128.load(y, 16);
    const w = v128.load(y, 32);
    let p = v128.load(x);
    s00 = f64x2.add(s00, f64x2.mul(p, u));
    s01 = f64x2.add(s01, f64x2.mul(p, v));
    s02 = f64x2.add(s02, f64x2.mul(p, w));
    p = v128.load(x, 16);
    s10 = f64x2.add(s10, f64x2.mul(p, u));
    s11 = f64x2.add(s11, f64x2.mul(p, v));
    s12 = f64x2.add(s12, f64x2.mul(p, w));
    p = v128.load(x, 32);
    s20 = f64x2.add(s20, f64x2.mul(p, u));
    s21 = f64x2.add(s21, f64x2.mul(p, v));
    s22 = f64x2.add(s22, f64x2.mul(p, w));
    x += 48;
    y += 48;
  }
  // To memory, before any branch: sums that live across one would not stay in registers within the loop either.
  v128.store(sums, s00);
  v128.store(sums, s01, 16);
  v128.store(sums, s02, 32);
  v128.store(sums, s10, 48);
  v128.store(sums, s11, 64);
  v128.store(sums, s12, 80);
  v128.store(sums, s20, 96);
  v128.store(sums, s21, 112);
  v128.store(sums, s22, 128);
  for (let i = 0; i < min(3, tall); i++, at += strideC) {
    for (let j = 0; j < min(3, wide); j++) {
      add(at + ((<usize>j) << 3), v128.load(sums + ((<usize>(3 * i + j)) << 4)));
    }
  }
}

/**
 * C_ij += ⟨a_i, b_j⟩ over one strip, from packed panels of `pairs` pairs. `panelsA` and `panelsB` hold how many of the
 * pairs of each panel count (32-bit), rows beyond being zero. `lower`: only panels of B up to the panel of A.
 * Panels of A are taken in blocks that stay in the cache while those of B pass.
 */
export function packedProduct(
  a: usize, rowsA: i32, panelsA: usize, b: usize, rowsB: i32, panelsB: usize, pairs: i32,
  c: usize, strideC: usize, lower: bool,
): void {
  const size = <usize>pairs * 48;
  const countA = (rowsA + 2) / 3;
  const countB = (rowsB + 2) / 3;
  const block = 32;
  for (let first = 0; first < countA; first += block) {
    const lastOfBlock = min(first + block, countA);
    const endB = lower ? lastOfBlock : countB;
    for (let j = 0; j < endB; j++) {
      const fullB = load<i32>(panelsB + ((<usize>j) << 2));
      for (let i = lower ? max(first, j) : first; i < lastOfBlock; i++) {
        const count = min(fullB, load<i32>(panelsA + ((<usize>i) << 2)));
        if (count == 0) continue;
        const x = a + <usize>i * size;
        const at = c + <usize>(3 * i) * strideC + ((<usize>(3 * j)) << 3);
        tile(x, x + <usize>count * 48, b + <usize>j * size, at, strideC, rowsA - 3 * i, rowsB - 3 * j);
      }
    }
  }
}

/**
 * U_r += Σ_i V_ri x_i over the rows [from, to) of X, for `count` rows of V and U. Four rows of X at a time:
 * u + ((v₀x₀ + v₁x₁) + (v₂x₂ + v₃x₃)), the last few one by one.
 */
export function transposedProduct(
  x: usize, strideX: usize, from: i32, to: i32, extents: usize, depth: i32,
  v: usize, strideV: usize, u: usize, strideU: usize, count: i32,
): void {
  let i = from;
  for (; i + 3 < to; i += 4) {
    const x0 = x + <usize>i * strideX;
    const reach = extents ? load<i32>(extents + ((<usize>(i + 3)) << 2)) : depth;
    const length = (<usize>((reach + 1) & ~1)) << 3;
    for (let r = 0; r < count; r++) {
      const at = v + <usize>r * strideV + ((<usize>i) << 3);
      const v0 = v128.load64_splat(at);
      const v1 = v128.load64_splat(at, 8);
      const v2 = v128.load64_splat(at, 16);
      const v3 = v128.load64_splat(at, 24);
      let a0 = x0, a1 = x0 + strideX, a2 = a1 + strideX, a3 = a2 + strideX;
      let into = u + <usize>r * strideU;
      const end = into + length;
      while (into < end) {
        const first = f64x2.add(f64x2.mul(v0, v128.load(a0)), f64x2.mul(v1, v128.load(a1)));
        const second = f64x2.add(f64x2.mul(v2, v128.load(a2)), f64x2.mul(v3, v128.load(a3)));
        v128.store(into, f64x2.add(v128.load(into), f64x2.add(first, second)));
        a0 += 16; a1 += 16; a2 += 16; a3 += 16; into += 16;
      }
    }
  }
  for (; i < to; i++) {
    const reach = extents ? load<i32>(extents + ((<usize>i) << 2)) : depth;
    const length = (<usize>((reach + 1) & ~1)) << 3;
    for (let r = 0; r < count; r++) {
      const s = v128.load64_splat(v + <usize>r * strideV + ((<usize>i) << 3));
      let a = x + <usize>i * strideX;
      let into = u + <usize>r * strideU;
      const end = into + length;
      while (into < end) {
        v128.store(into, f64x2.add(v128.load(into), f64x2.mul(s, v128.load(a))));
        a += 16;
        into += 16;
      }
    }
  }
}
