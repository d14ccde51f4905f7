/** Vectors: sums of two numbers at a time, even entries in one lane and odd ones in the other. */

/** y += s x. */
export function addScaled(y: usize, x: usize, s: f64, count: i32): void {
  const scale = f64x2.splat(s);
  const pairs = y + ((<usize>(count & ~1)) << 3);
  const four = y + ((<usize>(count & ~7)) << 3);
  while (y < four) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(scale, v128.load(x))));
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(scale, v128.load(x, 16))), 16);
    v128.store(y, f64x2.add(v128.load(y, 32), f64x2.mul(scale, v128.load(x, 32))), 32);
    v128.store(y, f64x2.add(v128.load(y, 48), f64x2.mul(scale, v128.load(x, 48))), 48);
    y += 64;
    x += 64;
  }
  while (y < pairs) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(scale, v128.load(x))));
    y += 16;
    x += 16;
  }
  if (count & 1) store<f64>(y, load<f64>(y) + s * load<f64>(x));
}

/**
 * y += Σ_j s_j r_j for rows r_j of a table, `stride` bytes apart, named by 32-bit indices: four at a time as
 * y + ((s₀r₀ + s₁r₁) + (s₂r₂ + s₃r₃)), the last few one by one.
 */
export function addRows(
  y: usize, count: i32, table: usize, stride: usize, indices: usize, scales: usize, rows: i32,
): void {
  const end = y + ((<usize>(count + 1) >> 1) << 4);
  let j = 0;
  for (; j + 3 < rows; j += 4) {
    const index = indices + ((<usize>j) << 2);
    const scale = scales + ((<usize>j) << 3);
    let r0 = table + <usize>load<i32>(index) * stride;
    let r1 = table + <usize>load<i32>(index, 4) * stride;
    let r2 = table + <usize>load<i32>(index, 8) * stride;
    let r3 = table + <usize>load<i32>(index, 12) * stride;
    const s0 = v128.load64_splat(scale);
    const s1 = v128.load64_splat(scale, 8);
    const s2 = v128.load64_splat(scale, 16);
    const s3 = v128.load64_splat(scale, 24);
    for (let at = y; at < end; at += 16) {
      const first = f64x2.add(f64x2.mul(s0, v128.load(r0)), f64x2.mul(s1, v128.load(r1)));
      const second = f64x2.add(f64x2.mul(s2, v128.load(r2)), f64x2.mul(s3, v128.load(r3)));
      v128.store(at, f64x2.add(v128.load(at), f64x2.add(first, second)));
      r0 += 16; r1 += 16; r2 += 16; r3 += 16;
    }
  }
  for (; j < rows; j++) {
    const s = v128.load64_splat(scales + ((<usize>j) << 3));
    let r = table + <usize>load<i32>(indices + ((<usize>j) << 2)) * stride;
    for (let at = y; at < end; at += 16, r += 16) {
      v128.store(at, f64x2.add(v128.load(at), f64x2.mul(s, v128.load(r))));
    }
  }
}

/** ⟨x, y⟩: four sums by the place of an entry modulo four, then (0 + 2) + (1 + 3); an odd last entry is added after. */
export function dotProduct(x: usize, y: usize, count: i32): f64 {
  let s = f64x2.splat(0);
  let t = f64x2.splat(0);
  const four = x + ((<usize>(count & ~3)) << 3);
  while (x < four) {
    s = f64x2.add(s, f64x2.mul(v128.load(x), v128.load(y)));
    t = f64x2.add(t, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    x += 32;
    y += 32;
  }
  if (count & 2) {
    s = f64x2.add(s, f64x2.mul(v128.load(x), v128.load(y)));
    x += 16;
    y += 16;
  }
  s = f64x2.add(s, t);
  const sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
  return count & 1 ? sum + load<f64>(x) * load<f64>(y) : sum;
}

/**
 * Where the activity of a neuron differs from `own`: samples in [from, to) that are not above zero, and those elsewhere
 * that are above `bar`. Places are written as 32-bit integers while there is `room`; returns how many there are.
 */
export function deviations(p: usize, count: i32, from: i32, to: i32, bar: f64, into: usize, room: i32): i32 {
  let found = segment(p, 0, from, false, bar, into, room, 0);
  found = segment(p, from, to, true, 0, into, room, found);
  return segment(p, to, count, false, bar, into, room, found);
}

function segment(
  p: usize, from: i32, to: i32, expected: bool, bar: f64, into: usize, room: i32, found: i32,
): i32 {
  const level = f64x2.splat(bar);
  let i = from;
  while (i < to) {
    if (i + 8 <= to) {
      const at = p + ((<usize>i) << 3);
      const a = f64x2.gt(v128.load(at), level);
      const b = f64x2.gt(v128.load(at, 16), level);
      const c = f64x2.gt(v128.load(at, 32), level);
      const d = f64x2.gt(v128.load(at, 48), level);
      const quiet = expected
        ? i64x2.all_true(v128.and(v128.and(a, b), v128.and(c, d)))
        : !v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)));
      if (quiet) {
        i += 8;
        continue;
      }
    }
    const stop = min(i + 8, to);
    for (; i < stop; i++) {
      if (load<f64>(p + ((<usize>i) << 3)) > bar != expected) {
        if (found < room) store<i32>(into + ((<usize>found) << 2), i);
        found++;
      }
    }
  }
  return found;
}

/** Solve Lᵀ x = b in place for L lower-triangular (rows `stride` bytes apart), from the last row on. */
export function solveBackward(l: usize, stride: usize, x: usize, count: i32): void {
  for (let i = count - 1; i >= 0; i--) {
    const line = l + <usize>i * stride;
    const at = x + ((<usize>i) << 3);
    const c = load<f64>(at) / load<f64>(line + ((<usize>i) << 3));
    store<f64>(at, c);
    addScaled(x, line, -c, i);
  }
}

/** Solve L x = b in place for L lower-triangular. */
export function solveForward(l: usize, stride: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const line = l + <usize>i * stride;
    const at = x + ((<usize>i) << 3);
    store<f64>(at, (load<f64>(at) - dotProduct(line, x, i)) / load<f64>(line + ((<usize>i) << 3)));
  }
}
