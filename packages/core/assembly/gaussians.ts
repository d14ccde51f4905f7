/**
 * Standard normals by the Box–Muller transform on four interleaved xoshiro128++ generators (Blackman & Vigna 2021).
 * A round draws four words of each generator and makes eight normals: 52 bits for the radius, 52 for the angle.
 */
import { constant, logarithm } from './elementary';

// @ts-ignore: decorator
@inline
function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

/** Uniform on [1, 2): the low 20 bits of `high` and all of `low`, as a mantissa. */
// @ts-ignore: decorator
@inline
function mantissa(bits: v128): v128 {
  return v128.or(v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3ff0000000000000));
}

// @ts-ignore: decorator
@inline
function sine(x: v128, z: v128): v128 {
  let p = f64x2.add(f64x2.mul(z, constant(1.58969099521155010221e-10)), constant(-2.50507602534068634195e-8));
  p = f64x2.add(f64x2.mul(z, p), constant(2.75573137070700676789e-6));
  p = f64x2.add(f64x2.mul(z, p), constant(-1.98412698298579493134e-4));
  p = f64x2.add(f64x2.mul(z, p), constant(8.33333333332248946124e-3));
  p = f64x2.add(f64x2.mul(z, p), constant(-1.66666666666666324348e-1));
  return f64x2.add(x, f64x2.mul(x, f64x2.mul(z, p)));
}

// @ts-ignore: decorator
@inline
function cosine(z: v128): v128 {
  let p = f64x2.add(f64x2.mul(z, constant(-1.13596475577881948265e-11)), constant(2.08757232129817482790e-9));
  p = f64x2.add(f64x2.mul(z, p), constant(-2.75573143513906633035e-7));
  p = f64x2.add(f64x2.mul(z, p), constant(2.48015872894767294178e-5));
  p = f64x2.add(f64x2.mul(z, p), constant(-1.38888888888741095749e-3));
  p = f64x2.add(f64x2.mul(z, p), constant(4.16666666666666019037e-2));
  return f64x2.add(f64x2.sub(constant(1), f64x2.mul(constant(0.5), z)), f64x2.mul(f64x2.mul(z, z), p));
}

/** Two radii and two angles into four normals: r cos, r cos at `out`, r sin, r sin behind them. */
// @ts-ignore: decorator
@inline
function transform(radiusBits: v128, angleBits: v128, deviation: v128, out: usize): void {
  // 2 − [1, 2) is never 0, so its logarithm is finite.
  const u = f64x2.sub(constant(2), mantissa(radiusBits));
  const radius = f64x2.sqrt(f64x2.mul(constant(-2), logarithm(u)));
  const turn = f64x2.sub(mantissa(angleBits), constant(1));
  const quarter = f64x2.nearest(f64x2.mul(turn, constant(4)));
  const x = f64x2.mul(f64x2.sub(turn, f64x2.mul(quarter, constant(0.25))), constant(6.283185307179586477));
  const z = f64x2.mul(x, x);
  const s = sine(x, z);
  const c = cosine(z);
  const q = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(quarter));
  const swap = i64x2.neg(v128.and(q, i64x2.splat(1)));
  const cosSign = i64x2.shl(v128.and(i64x2.add(q, i64x2.splat(1)), i64x2.splat(2)), 62);
  const sinSign = i64x2.shl(v128.and(q, i64x2.splat(2)), 62);
  const cos = v128.xor(v128.bitselect(s, c, swap), cosSign);
  const sin = v128.xor(v128.bitselect(c, s, swap), sinSign);
  v128.store(out, f64x2.mul(deviation, f64x2.mul(radius, cos)));
  v128.store(out, f64x2.mul(deviation, f64x2.mul(radius, sin)), 16);
}

/**
 * N(0, deviation²) into `count` numbers at `out`, a multiple of eight; `state` is 4 × 4 words, word w of generator l at
 * 16 w + 4 l bytes, and is left where the next fill goes on.
 */
export function gaussians(state: usize, out: usize, count: i32, deviation: f64): void {
  let a = v128.load(state);
  let b = v128.load(state, 16);
  let c = v128.load(state, 32);
  let d = v128.load(state, 48);
  const scale = constant(deviation);
  const end = out + ((<usize>count) << 3);
  while (out < end) {
    const w0 = i32x4.add(rotate(i32x4.add(a, d), 7), a);
    let t = i32x4.shl(b, 9);
    c = v128.xor(c, a); d = v128.xor(d, b); b = v128.xor(b, c); a = v128.xor(a, d); c = v128.xor(c, t); d = rotate(d, 11);
    const w1 = i32x4.add(rotate(i32x4.add(a, d), 7), a);
    t = i32x4.shl(b, 9);
    c = v128.xor(c, a); d = v128.xor(d, b); b = v128.xor(b, c); a = v128.xor(a, d); c = v128.xor(c, t); d = rotate(d, 11);
    const w2 = i32x4.add(rotate(i32x4.add(a, d), 7), a);
    t = i32x4.shl(b, 9);
    c = v128.xor(c, a); d = v128.xor(d, b); b = v128.xor(b, c); a = v128.xor(a, d); c = v128.xor(c, t); d = rotate(d, 11);
    const w3 = i32x4.add(rotate(i32x4.add(a, d), 7), a);
    t = i32x4.shl(b, 9);
    c = v128.xor(c, a); d = v128.xor(d, b); b = v128.xor(b, c); a = v128.xor(a, d); c = v128.xor(c, t); d = rotate(d, 11);
    transform(i32x4.shuffle(w1, w0, 0, 4, 1, 5), i32x4.shuffle(w3, w2, 0, 4, 1, 5), scale, out);
    transform(i32x4.shuffle(w1, w0, 2, 6, 3, 7), i32x4.shuffle(w3, w2, 2, 6, 3, 7), scale, out + 32);
    out += 64;
  }
  v128.store(state, a);
  v128.store(state, b, 16);
  v128.store(state, c, 32);
  v128.store(state, d, 48);
}
