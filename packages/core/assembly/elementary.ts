/**
 * exp and log of two numbers at once, within one unit in the last place. Argument reduction and coefficients: Sun
 * Microsystems' fdlibm (e_exp.c, e_log.c), the published minimax approximations.
 */
const ln2High: f64 = 6.93147180369123816490e-1;
const ln2Low: f64 = 1.90821492927058770002e-10;

// @ts-ignore: decorator
@inline
export function constant(value: f64): v128 {
  return f64x2.splat(value);
}

/** e^x for x ≤ 709; 0 below −708; NaN for NaN. */
// @ts-ignore: decorator
@inline
export function exponential(given: v128): v128 {
  const x = f64x2.max(given, constant(-708));
  const k = f64x2.nearest(f64x2.mul(x, constant(1.44269504088896338700)));
  const high = f64x2.sub(x, f64x2.mul(k, constant(ln2High)));
  const low = f64x2.mul(k, constant(ln2Low));
  const r = f64x2.sub(high, low);
  const t = f64x2.mul(r, r);
  let p = f64x2.add(f64x2.mul(t, constant(4.13813679705723846039e-8)), constant(-1.65339022054652515390e-6));
  p = f64x2.add(f64x2.mul(t, p), constant(6.61375632143793436117e-5));
  p = f64x2.add(f64x2.mul(t, p), constant(-2.77777777770155933842e-3));
  p = f64x2.add(f64x2.mul(t, p), constant(1.66666666666666019037e-1));
  const c = f64x2.sub(r, f64x2.mul(t, p));
  const quotient = f64x2.div(f64x2.mul(r, c), f64x2.sub(constant(2), c));
  const y = f64x2.add(constant(1), f64x2.add(f64x2.sub(quotient, low), high));
  const exponent = i64x2.shl(i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(k)), 52);
  const scaled = i64x2.add(y, exponent);
  return v128.andnot(scaled, f64x2.lt(given, constant(-708)));
}

/** log x for finite normal x > 0; NaN for NaN. */
// @ts-ignore: decorator
@inline
export function logarithm(x: v128): v128 {
  // x = 2^k m with m in [√½, √2): one half is added to the exponent where m would exceed √2.
  const shifted = i64x2.add(x, i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e667f3bcd));
  const k64 = i64x2.sub(i64x2.shr_s(shifted, 52), i64x2.splat(0x3ff));
  const m = i64x2.sub(x, i64x2.shl(k64, 52));
  const k = f64x2.convert_low_i32x4_s(i32x4.shuffle(k64, k64, 0, 2, 0, 2));
  const f = f64x2.sub(m, constant(1));
  const s = f64x2.div(f, f64x2.add(constant(2), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  let even = f64x2.add(f64x2.mul(w, constant(1.531383769920937332e-1)), constant(2.222219843214978396e-1));
  even = f64x2.add(f64x2.mul(w, even), constant(3.999999999940941908e-1));
  even = f64x2.mul(w, even);
  let odd = f64x2.add(f64x2.mul(w, constant(1.479819860511658591e-1)), constant(1.818357216161805012e-1));
  odd = f64x2.add(f64x2.mul(w, odd), constant(2.857142874366239149e-1));
  odd = f64x2.add(f64x2.mul(w, odd), constant(6.666666666666735130e-1));
  odd = f64x2.mul(z, odd);
  const half = f64x2.mul(constant(0.5), f64x2.mul(f, f));
  const tail = f64x2.add(
    f64x2.mul(s, f64x2.add(half, f64x2.add(even, odd))),
    f64x2.mul(k, constant(ln2Low)),
  );
  return f64x2.sub(f64x2.mul(k, constant(ln2High)), f64x2.sub(f64x2.sub(half, tail), f));
}

/** log(1 + x) for x ≥ 0, small x in full. */
// @ts-ignore: decorator
@inline
export function logarithmOnePlus(x: v128): v128 {
  const u = f64x2.add(constant(1), x);
  const lost = f64x2.sub(x, f64x2.sub(u, constant(1)));
  return f64x2.add(logarithm(u), f64x2.div(lost, u));
}
