/** A symmetric matrix times a vector, block by block, each entry of the lower half read once and used twice. */

/**
 * For samples in `blocks` consecutive blocks (bounds: 32-bit, blocks + 1 of them, ending in n):
 * out_β (n entries, rows `strideOut` bytes apart) = K restricted to the columns of block β, times v. Only entries of K on and below the
 * diagonal are read. Rows are taken four at a time from the beginning of their block. The result must be zeroed before.
 */
export function symmetricProduct(
  k: usize,
  stride: usize,
  v: usize,
  bounds: usize,
  blocks: i32,
  out: usize,
  strideOut: usize,
): void {
  for (let mine = 0; mine < blocks; mine++) {
    const start = load<i32>(bounds + ((<usize>mine) << 2));
    const stop = load<i32>(bounds + ((<usize>(mine + 1)) << 2));
    const outMine = out + <usize>mine * strideOut;
    let i = start;
    for (; i + 3 < stop; i += 4) {
      const at = (<usize>i) << 3;
      const k0 = k + <usize>i * stride;
      const k1 = k0 + stride;
      const k2 = k1 + stride;
      const k3 = k2 + stride;
      const v0 = v128.load64_splat(v + at);
      const v1 = v128.load64_splat(v + at, 8);
      const v2 = v128.load64_splat(v + at, 16);
      const v3 = v128.load64_splat(v + at, 24);
      for (let other = 0; other <= mine; other++) {
        const from = load<i32>(bounds + ((<usize>other) << 2));
        const to = other == mine ? i : load<i32>(bounds + ((<usize>(other + 1)) << 2));
        const outOther = out + <usize>other * strideOut;
        let s0 = f64x2.splat(0),
          s1 = s0,
          s2 = s0,
          s3 = s0;
        let a0 = k0 + ((<usize>from) << 3);
        let a1 = k1 + ((<usize>from) << 3);
        let a2 = k2 + ((<usize>from) << 3);
        let a3 = k3 + ((<usize>from) << 3);
        let w = v + ((<usize>from) << 3);
        let back = outMine + ((<usize>from) << 3);
        const end = a0 + ((<usize>((to - from) & ~1)) << 3);
        while (a0 < end) {
          const x = v128.load(w);
          const p0 = v128.load(a0);
          const p1 = v128.load(a1);
          const p2 = v128.load(a2);
          const p3 = v128.load(a3);
          s0 = f64x2.add(s0, f64x2.mul(p0, x));
          s1 = f64x2.add(s1, f64x2.mul(p1, x));
          s2 = f64x2.add(s2, f64x2.mul(p2, x));
          s3 = f64x2.add(s3, f64x2.mul(p3, x));
          const first = f64x2.add(f64x2.mul(p0, v0), f64x2.mul(p1, v1));
          const second = f64x2.add(f64x2.mul(p2, v2), f64x2.mul(p3, v3));
          v128.store(back, f64x2.add(v128.load(back), f64x2.add(first, second)));
          a0 += 16;
          a1 += 16;
          a2 += 16;
          a3 += 16;
          w += 16;
          back += 16;
        }
        let t0 = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
        let t1 = f64x2.extract_lane(s1, 0) + f64x2.extract_lane(s1, 1);
        let t2 = f64x2.extract_lane(s2, 0) + f64x2.extract_lane(s2, 1);
        let t3 = f64x2.extract_lane(s3, 0) + f64x2.extract_lane(s3, 1);
        if ((to - from) & 1) {
          const x = load<f64>(w);
          t0 += load<f64>(a0) * x;
          t1 += load<f64>(a1) * x;
          t2 += load<f64>(a2) * x;
          t3 += load<f64>(a3) * x;
          const first = load<f64>(a0) * f64x2.extract_lane(v0, 0) + load<f64>(a1) * f64x2.extract_lane(v1, 0);
          const second =
            load<f64>(a2) * f64x2.extract_lane(v2, 0) + load<f64>(a3) * f64x2.extract_lane(v3, 0);
          store<f64>(back, load<f64>(back) + (first + second));
        }
        const sum = outOther + at;
        store<f64>(sum, load<f64>(sum) + t0);
        store<f64>(sum, load<f64>(sum, 8) + t1, 8);
        store<f64>(sum, load<f64>(sum, 16) + t2, 16);
        store<f64>(sum, load<f64>(sum, 24) + t3, 24);
      }
      for (let row = 0; row < 4; row++) corner(k + <usize>(i + row) * stride, v, outMine, i + row, i);
    }
    for (; i < stop; i++) {
      for (let other = 0; other <= mine; other++) {
        const from = load<i32>(bounds + ((<usize>other) << 2));
        const to = other == mine ? i : load<i32>(bounds + ((<usize>(other + 1)) << 2));
        single(k + <usize>i * stride, v, out + <usize>other * strideOut, outMine, i, from, to);
      }
      corner(k + <usize>i * stride, v, outMine, i, i);
    }
  }
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
