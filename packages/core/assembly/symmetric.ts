/** A symmetric matrix times a vector, block by block, each entry of the lower half read once and used twice. */

/**
 * Panels of four rows of the lower half of K, for samples in `blocks` consecutive blocks (bounds: 32-bit, blocks + 1 of them,
 * ending in n): for each panel of each block, for each block up to its own (of its own, the columns before the panel),
 * two columns of the four rows in turn; an odd last column has zeros beside it. One stream is read twice as fast as
 * four rows. The last rows of a block that make no panel are left out.
 */
export function packPanels(k: usize, stride: usize, bounds: usize, blocks: i32, into: usize): void {
  for (let mine = 0; mine < blocks; mine++) {
    const stop = load<i32>(bounds + ((<usize>(mine + 1)) << 2));
    for (let i = load<i32>(bounds + ((<usize>mine) << 2)); i + 3 < stop; i += 4) {
      for (let other = 0; other <= mine; other++) {
        const from = load<i32>(bounds + ((<usize>other) << 2));
        const to = other == mine ? i : load<i32>(bounds + ((<usize>(other + 1)) << 2));
        let row = k + <usize>i * stride + ((<usize>from) << 3);
        for (let j = from; j < to; j += 2, row += 16, into += 64) {
          const whole = j + 1 < to;
          for (let r = 0; r < 4; r++) {
            const at = row + <usize>r * stride;
            const pair = whole ? v128.load(at) : f64x2.replace_lane(f64x2.splat(0), 0, load<f64>(at));
            v128.store(into + ((<usize>r) << 4), pair);
          }
        }
      }
    }
  }
}

/**
 * out_β (n entries, rows `strideOut` bytes apart) += K restricted to the columns of block β, times v (n, and any finite
 * number behind it). `panels` as above, for the same bounds; what they leave out is read from the lower half of K.
 * `near`: only the entries of out_β that lie in block β.
 */
export function symmetricProduct(
  panels: usize, k: usize, stride: usize, v: usize, bounds: usize, blocks: i32, out: usize, strideOut: usize, near: bool,
): void {
  for (let mine = 0; mine < blocks; mine++) {
    const start = load<i32>(bounds + ((<usize>mine) << 2));
    const stop = load<i32>(bounds + ((<usize>(mine + 1)) << 2));
    const outMine = out + <usize>mine * strideOut;
    let i = start;
    for (; i + 3 < stop; i += 4) {
      const at = (<usize>i) << 3;
      for (let other = 0; other <= mine; other++) {
        const from = load<i32>(bounds + ((<usize>other) << 2));
        const to = other == mine ? i : load<i32>(bounds + ((<usize>(other + 1)) << 2));
        const begin = (<usize>from) << 3;
        const end = panels + ((<usize>((to - from + 1) >> 1)) << 6);
        if (!near || other == mine) segment(panels, end, v + begin, outMine + begin, v + at, out + <usize>other * strideOut + at);
        panels = end;
      }
      for (let row = 0; row < 4; row++) corner(k + <usize>(i + row) * stride, v, outMine, i + row, i);
    }
    for (; i < stop; i++) {
      for (let other = 0; other <= mine; other++) {
        const from = load<i32>(bounds + ((<usize>other) << 2));
        const to = other == mine ? i : load<i32>(bounds + ((<usize>(other + 1)) << 2));
        if (!near || other == mine) single(k + <usize>i * stride, v, out + <usize>other * strideOut, outMine, i, from, to);
      }
      corner(k + <usize>i * stride, v, outMine, i, i);
    }
  }
}

/** out_i += ⟨k_i, v⟩ over the columns [from, to), for the rows i that a list of 32-bit integers names. */
export function rowProducts(
  k: usize, stride: usize, list: usize, count: i32, from: i32, to: i32, v: usize, out: usize,
): void {
  const begin = (<usize>from) << 3;
  const end = v + ((<usize>(from + ((to - from) & ~1))) << 3);
  let j = 0;
  for (; j + 3 < count; j += 4) {
    const index = list + ((<usize>j) << 2);
    const i0 = <usize>load<i32>(index), i1 = <usize>load<i32>(index, 4), i2 = <usize>load<i32>(index, 8), i3 = <usize>load<i32>(index, 12);
    let a0 = k + i0 * stride + begin, a1 = k + i1 * stride + begin, a2 = k + i2 * stride + begin, a3 = k + i3 * stride + begin;
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let w = v + begin;
    while (w < end) {
      const x = v128.load(w);
      s0 = f64x2.add(s0, f64x2.mul(v128.load(a0), x));
      s1 = f64x2.add(s1, f64x2.mul(v128.load(a1), x));
      s2 = f64x2.add(s2, f64x2.mul(v128.load(a2), x));
      s3 = f64x2.add(s3, f64x2.mul(v128.load(a3), x));
      a0 += 16; a1 += 16; a2 += 16; a3 += 16; w += 16;
    }
    const odd = (to - from) & 1 ? load<f64>(w) : 0;
    const t0 = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1) + ((to - from) & 1 ? load<f64>(a0) * odd : 0);
    const t1 = f64x2.extract_lane(s1, 0) + f64x2.extract_lane(s1, 1) + ((to - from) & 1 ? load<f64>(a1) * odd : 0);
    const t2 = f64x2.extract_lane(s2, 0) + f64x2.extract_lane(s2, 1) + ((to - from) & 1 ? load<f64>(a2) * odd : 0);
    const t3 = f64x2.extract_lane(s3, 0) + f64x2.extract_lane(s3, 1) + ((to - from) & 1 ? load<f64>(a3) * odd : 0);
    store<f64>(out + (i0 << 3), load<f64>(out + (i0 << 3)) + t0);
    store<f64>(out + (i1 << 3), load<f64>(out + (i1 << 3)) + t1);
    store<f64>(out + (i2 << 3), load<f64>(out + (i2 << 3)) + t2);
    store<f64>(out + (i3 << 3), load<f64>(out + (i3 << 3)) + t3);
  }
  for (; j < count; j++) {
    const i = <usize>load<i32>(list + ((<usize>j) << 2));
    let a = k + i * stride + begin;
    let s = f64x2.splat(0);
    let w = v + begin;
    for (; w < end; w += 16, a += 16) s = f64x2.add(s, f64x2.mul(v128.load(a), v128.load(w)));
    const tail = (to - from) & 1 ? load<f64>(a) * load<f64>(w) : 0;
    store<f64>(out + (i << 3), load<f64>(out + (i << 3)) + (f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1) + tail));
  }
}

/** One segment of one panel: four sums into `sums`, and a multiple of each row added along `back`. Exported: see `tile`. */
export function segment(panel: usize, end: usize, w: usize, back: usize, mine: usize, sums: usize): void {
  const v0 = v128.load64_splat(mine);
  const v1 = v128.load64_splat(mine, 8);
  const v2 = v128.load64_splat(mine, 16);
  const v3 = v128.load64_splat(mine, 24);
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
  while (panel < end) {
    const x = v128.load(w);
    let p = v128.load(panel);
    s0 = f64x2.add(s0, f64x2.mul(p, x));
    let first = f64x2.mul(p, v0);
    p = v128.load(panel, 16);
    s1 = f64x2.add(s1, f64x2.mul(p, x));
    first = f64x2.add(first, f64x2.mul(p, v1));
    p = v128.load(panel, 32);
    s2 = f64x2.add(s2, f64x2.mul(p, x));
    let second = f64x2.mul(p, v2);
    p = v128.load(panel, 48);
    s3 = f64x2.add(s3, f64x2.mul(p, x));
    second = f64x2.add(second, f64x2.mul(p, v3));
    v128.store(back, f64x2.add(v128.load(back), f64x2.add(first, second)));
    panel += 64;
    w += 16;
    back += 16;
  }
  store<f64>(sums, load<f64>(sums) + (f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1)));
  store<f64>(sums, load<f64>(sums, 8) + (f64x2.extract_lane(s1, 0) + f64x2.extract_lane(s1, 1)), 8);
  store<f64>(sums, load<f64>(sums, 16) + (f64x2.extract_lane(s2, 0) + f64x2.extract_lane(s2, 1)), 16);
  store<f64>(sums, load<f64>(sums, 24) + (f64x2.extract_lane(s3, 0) + f64x2.extract_lane(s3, 1)), 24);
}

/** Row `i` from column `from` up to its diagonal, one entry after another. */
function corner(line: usize, v: usize, out: usize, i: i32, from: i32): void {
  const at = (<usize>i) << 3;
  const mine = load<f64>(v + at);
  for (let j = from; j < i; j++) {
    const there = (<usize>j) << 3;
    const entry = load<f64>(line + there);
    store<f64>(out + at, load<f64>(out + at) + entry * load<f64>(v + there));
    store<f64>(out + there, load<f64>(out + there) + entry * mine);
  }
  store<f64>(out + at, load<f64>(out + at) + load<f64>(line + at) * mine);
}

/** Row `i` against the columns [from, to) of another block, one entry after another. */
function single(line: usize, v: usize, outOther: usize, outMine: usize, i: i32, from: i32, to: i32): void {
  const at = (<usize>i) << 3;
  const mine = load<f64>(v + at);
  let sum: f64 = 0;
  for (let j = from; j < to; j++) {
    const there = (<usize>j) << 3;
    const entry = load<f64>(line + there);
    sum += entry * load<f64>(v + there);
    store<f64>(outMine + there, load<f64>(outMine + there) + entry * mine);
  }
  store<f64>(outOther + at, load<f64>(outOther + at) + sum);
}

/** The upper half of a square matrix from its lower one, in tiles that stay in the cache. */
export function mirror(data: usize, rows: i32, stride: usize): void {
  const tile = 16;
  for (let top = 0; top < rows; top += tile) {
    for (let left = 0; left <= top; left += tile) {
      const bottom = min(rows, top + tile);
      for (let i = top; i < bottom; i++) {
        const right = min(i, left + tile);
        let from = data + <usize>i * stride + ((<usize>left) << 3);
        let to = data + <usize>left * stride + ((<usize>i) << 3);
        for (let j = left; j < right; j++, from += 8, to += stride) store<f64>(to, load<f64>(from));
      }
    }
  }
}
