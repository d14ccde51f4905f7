/**
 * The Gram matrix in single precision: formed from rows rounded to float32, and multiplied, four entries at a time. What is added to
 * pre-activations is float64 again. The order of sums: within a strip places modulo four, then (0 + 1) + (2 + 3).
 */

// @ts-ignore: decorator
@inline
function total(s: v128): f32 {
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
}

// @ts-ignore: decorator
@inline
function add(at: usize, s: v128): void {
  store<f32>(at, load<f32>(at) + total(s));
}

/** Panels of three rows, four entries of each in turn, rounded to float32; zeros behind the last and for missing rows. */
export function packRows32(x: usize, stride: usize, rows: i32, skip: usize, entries: i32, into: usize): void {
  const quads = (entries + 3) >> 2;
  for (let i = 0; i < rows; i += 3) {
    for (let r = 0; r < 3; r++) {
      const from = x + <usize>(i + r) * stride + skip;
      let to = into + ((<usize>r) << 4);
      for (let l = 0; l < quads; l++, to += 48) {
        const at = from + ((<usize>l) << 5);
        if (i + r < rows && 4 * l + 4 <= entries) {
          const low = f32x4.demote_f64x2_zero(v128.load(at));
          const high = f32x4.demote_f64x2_zero(v128.load(at, 16));
          v128.store(to, i8x16.shuffle(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
          continue;
        }
        for (let e = 0; e < 4; e++) {
          const there = i + r < rows && 4 * l + e < entries;
          store<f32>(to + ((<usize>e) << 2), there ? <f32>load<f64>(at + ((<usize>e) << 3)) : 0);
        }
      }
    }
    into += <usize>quads * 48;
  }
}

const sums: usize = memory.data(144, 16);

/** One tile of nine sums: a function of its own for the reason that `tile` gives. */
export function tile32(x: usize, end: usize, y: usize, at: usize, strideC: usize, tall: i32, wide: i32): void {
  let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s10 = s00, s11 = s00, s12 = s00, s20 = s00, s21 = s00, s22 = s00;
  while (x < end) {
    const u = v128.load(y);
    const v = v128.load(y, 16);
    const w = v128.load(y, 32);
    let p = v128.load(x);
    s00 = f32x4.add(s00, f32x4.mul(p, u));
    s01 = f32x4.add(s01, f32x4.mul(p, v));
    s02 = f32x4.add(s02, f32x4.mul(p, w));
    p = v128.load(x, 16);
    s10 = f32x4.add(s10, f32x4.mul(p, u));
    s11 = f32x4.add(s11, f32x4.mul(p, v));
    s12 = f32x4.add(s12, f32x4.mul(p, w));
    p = v128.load(x, 32);
    s20 = f32x4.add(s20, f32x4.mul(p, u));
    s21 = f32x4.add(s21, f32x4.mul(p, v));
    s22 = f32x4.add(s22, f32x4.mul(p, w));
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
      add(at + ((<usize>j) << 2), v128.load(sums + ((<usize>(3 * i + j)) << 4)));
    }
  }
}

/** C_ij += ⟨a_i, b_j⟩ over one strip, on and below the diagonal panels; `panels`: quads that count in each. */
export function packedProduct32(a: usize, rows: i32, panels: usize, quads: i32, c: usize, strideC: usize): void {
  const size = <usize>quads * 48;
  const count = (rows + 2) / 3;
  const block = 32;
  for (let first = 0; first < count; first += block) {
    const lastOfBlock = min(first + block, count);
    for (let j = 0; j < lastOfBlock; j++) {
      const full = load<i32>(panels + ((<usize>j) << 2));
      for (let i = max(first, j); i < lastOfBlock; i++) {
        const length = min(full, load<i32>(panels + ((<usize>i) << 2)));
        if (length == 0) continue;
        const x = a + <usize>i * size;
        const at = c + <usize>(3 * i) * strideC + ((<usize>(3 * j)) << 2);
        tile32(x, x + <usize>length * 48, a + <usize>j * size, at, strideC, rows - 3 * i, rows - 3 * j);
      }
    }
  }
}

/** The upper half of a square matrix from its lower one. */
export function mirror32(data: usize, rows: i32, stride: usize): void {
  const tile = 16;
  for (let top = 0; top < rows; top += tile) {
    for (let left = 0; left <= top; left += tile) {
      const bottom = min(rows, top + tile);
      for (let i = top; i < bottom; i++) {
        const right = min(i, left + tile);
        let from = data + <usize>i * stride + ((<usize>left) << 2);
        let to = data + <usize>left * stride + ((<usize>i) << 2);
        for (let j = left; j < right; j++, from += 4, to += stride) store<f32>(to, load<f32>(from));
      }
    }
  }
}

/** y += s x, for y in float64 and x in float32. */
export function addScaled32(y: usize, x: usize, s: f64, count: i32): void {
  const scale = f64x2.splat(s);
  const end = y + ((<usize>(count & ~3)) << 3);
  while (y < end) {
    const four = v128.load(x);
    const low = f64x2.promote_low_f32x4(four);
    const high = f64x2.promote_low_f32x4(i64x2.shuffle(four, four, 1, 1));
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(scale, low)));
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(scale, high)), 16);
    y += 32;
    x += 16;
  }
  for (let i = 0; i < (count & 3); i++) {
    const at = (<usize>i) << 3;
    store<f64>(y + at, load<f64>(y + at) + s * <f64>load<f32>(x + (at >> 1)));
  }
}

/** y += Σ_j s_j r_j for rows of single precision, one after another: see `addRows`. */
export function addRows32(
  y: usize, count: i32, table: usize, stride: usize, indices: usize, scales: usize, rows: i32,
): void {
  for (let j = 0; j < rows; j++) {
    const row = table + <usize>load<i32>(indices + ((<usize>j) << 2)) * stride;
    addScaled32(y, row, load<f64>(scales + ((<usize>j) << 3)), count);
  }
}

/** As `symmetricProduct`, in single precision: segments of other lengths than a multiple of four end entry by entry. */
export function symmetricProduct32(
  k: usize, stride: usize, v: usize, bounds: usize, blocks: i32, out: usize, strideOut: usize,
): void {
  for (let mine = 0; mine < blocks; mine++) {
    const start = load<i32>(bounds + ((<usize>mine) << 2));
    const stop = load<i32>(bounds + ((<usize>(mine + 1)) << 2));
    const outMine = out + <usize>mine * strideOut;
    let i = start;
    for (; i + 3 < stop; i += 4) {
      const at = (<usize>i) << 2;
      const k0 = k + <usize>i * stride;
      const v0 = v128.load32_splat(v + at);
      const v1 = v128.load32_splat(v + at, 4);
      const v2 = v128.load32_splat(v + at, 8);
      const v3 = v128.load32_splat(v + at, 12);
      for (let other = 0; other <= mine; other++) {
        const from = load<i32>(bounds + ((<usize>other) << 2));
        const to = other == mine ? i : load<i32>(bounds + ((<usize>(other + 1)) << 2));
        const outOther = out + <usize>other * strideOut;
        let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
        let a0 = k0 + ((<usize>from) << 2);
        let a1 = a0 + stride;
        let a2 = a1 + stride;
        let a3 = a2 + stride;
        let w = v + ((<usize>from) << 2);
        let back = outMine + ((<usize>from) << 2);
        const end = a0 + ((<usize>((to - from) & ~3)) << 2);
        while (a0 < end) {
          const x = v128.load(w);
          const p0 = v128.load(a0);
          const p1 = v128.load(a1);
          const p2 = v128.load(a2);
          const p3 = v128.load(a3);
          s0 = f32x4.add(s0, f32x4.mul(p0, x));
          s1 = f32x4.add(s1, f32x4.mul(p1, x));
          s2 = f32x4.add(s2, f32x4.mul(p2, x));
          s3 = f32x4.add(s3, f32x4.mul(p3, x));
          const first = f32x4.add(f32x4.mul(p0, v0), f32x4.mul(p1, v1));
          const second = f32x4.add(f32x4.mul(p2, v2), f32x4.mul(p3, v3));
          v128.store(back, f32x4.add(v128.load(back), f32x4.add(first, second)));
          a0 += 16; a1 += 16; a2 += 16; a3 += 16; w += 16; back += 16;
        }
        let t0 = total(s0), t1 = total(s1), t2 = total(s2), t3 = total(s3);
        for (let rest = 0; rest < ((to - from) & 3); rest++) {
          const x = load<f32>(w);
          const p0 = load<f32>(a0), p1 = load<f32>(a1), p2 = load<f32>(a2), p3 = load<f32>(a3);
          t0 += p0 * x;
          t1 += p1 * x;
          t2 += p2 * x;
          t3 += p3 * x;
          const first = p0 * f32x4.extract_lane(v0, 0) + p1 * f32x4.extract_lane(v1, 0);
          const second = p2 * f32x4.extract_lane(v2, 0) + p3 * f32x4.extract_lane(v3, 0);
          store<f32>(back, load<f32>(back) + (first + second));
          a0 += 4; a1 += 4; a2 += 4; a3 += 4; w += 4; back += 4;
        }
        const sum = outOther + at;
        store<f32>(sum, load<f32>(sum) + t0);
        store<f32>(sum, load<f32>(sum, 4) + t1, 4);
        store<f32>(sum, load<f32>(sum, 8) + t2, 8);
        store<f32>(sum, load<f32>(sum, 12) + t3, 12);
      }
      for (let row = 0; row < 4; row++) corner(k + <usize>(i + row) * stride, v, outMine, i + row, i);
    }
    for (; i < stop; i++) {
      const line = k + <usize>i * stride;
      for (let other = 0; other <= mine; other++) {
        const from = load<i32>(bounds + ((<usize>other) << 2));
        const to = other == mine ? i : load<i32>(bounds + ((<usize>(other + 1)) << 2));
        single(line, v, out + <usize>other * strideOut, outMine, i, from, to);
      }
      corner(line, v, outMine, i, i);
    }
  }
}

function corner(line: usize, v: usize, out: usize, i: i32, from: i32): void {
  const at = (<usize>i) << 2;
  const mine = load<f32>(v + at);
  for (let j = from; j < i; j++) {
    const there = (<usize>j) << 2;
    const entry = load<f32>(line + there);
    store<f32>(out + at, load<f32>(out + at) + entry * load<f32>(v + there));
    store<f32>(out + there, load<f32>(out + there) + entry * mine);
  }
  store<f32>(out + at, load<f32>(out + at) + load<f32>(line + at) * mine);
}

function single(line: usize, v: usize, outOther: usize, outMine: usize, i: i32, from: i32, to: i32): void {
  const at = (<usize>i) << 2;
  const mine = load<f32>(v + at);
  let sum: f32 = 0;
  for (let j = from; j < to; j++) {
    const there = (<usize>j) << 2;
    const entry = load<f32>(line + there);
    sum += entry * load<f32>(v + there);
    store<f32>(outMine + there, load<f32>(outMine + there) + entry * mine);
  }
  store<f32>(outOther + at, load<f32>(outOther + at) + sum);
}
