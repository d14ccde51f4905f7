/**
 * exp, log and log1p in additions, multiplications, divisions and a table of bits alone, so that no engine's libm
 * decides a bit of a result. Within one unit in the last place; bit for bit what assembly/elementary.ts computes.
 * Argument reduction and coefficients: Sun Microsystems' fdlibm (e_exp.c, e_log.c).
 */
const float = new Float64Array(1);
/** The halves of `float`: words[1] holds sign, exponent and the upper 20 bits of the mantissa (little endian). */
const words = new Int32Array(float.buffer);

const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;

/** The nearest whole number, ties to even, for |x| < 2⁵¹. */
export function nearestEven(x: number): number {
  return x + 6755399441055744 - 6755399441055744;
}

/** e^x for x ≤ 709; 0 below −708; NaN for NaN. */
export function exp(given: number): number {
  if (given < -708) return 0;
  const k = nearestEven(given * Math.LOG2E);
  const high = given - k * ln2High;
  const low = k * ln2Low;
  const r = high - low;
  const t = r * r;
  let p = t * 4.13813679705723846039e-8 + -1.6533902205465251539e-6;
  p = t * p + 6.61375632143793436117e-5;
  p = t * p + -2.77777777770155933842e-3;
  p = t * p + 1.66666666666666019037e-1;
  const c = r - t * p;
  const quotient = (r * c) / (2 - c);
  float[0] = 1 + (quotient - low + high);
  words[1]! += (k | 0) << 20;
  return float[0];
}

/** log x for finite normal x > 0; NaN for NaN. */
export function log(x: number): number {
  if (Number.isNaN(x)) return x;
  float[0] = x;
  // x = 2^k m with m in [√½, √2).
  const high = words[1]!;
  const low = words[0]! >>> 0;
  // Adding bits(1) − bits(√2) carries into the exponent exactly where m would be √2 or more.
  const carry = low + 0x9980c433 > 0xffffffff ? 1 : 0;
  const k = ((high + 0x00095f61 + carry) >> 20) - 0x3ff;
  words[1] = high - (k << 20);
  const f = float[0] - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  let even = w * 1.531383769920937332e-1 + 2.222219843214978396e-1;
  even = w * even + 3.999999999940941908e-1;
  even = w * even;
  let odd = w * 1.479819860511658591e-1 + 1.818357216161805012e-1;
  odd = w * odd + 2.857142874366239149e-1;
  odd = w * odd + 6.66666666666673513e-1;
  odd = z * odd;
  const half = 0.5 * (f * f);
  const tail = s * (half + (even + odd)) + k * ln2Low;
  return k * ln2High - (half - tail - f);
}

/** log(1 + x) for x ≥ 0, small x in full. */
export function log1p(x: number): number {
  const u = 1 + x;
  return log(u) + (x - (u - 1)) / u;
}

/** sin x and cos x for |x| ≤ π/4. */
export function sine(x: number): number {
  const z = x * x;
  let p = z * 1.58969099521155010221e-10 + -2.50507602534068634195e-8;
  p = z * p + 2.75573137070700676789e-6;
  p = z * p + -1.98412698298579493134e-4;
  p = z * p + 8.33333333332248946124e-3;
  p = z * p + -1.66666666666666324348e-1;
  return x + x * (z * p);
}

export function cosine(x: number): number {
  const z = x * x;
  let p = z * -1.13596475577881948265e-11 + 2.0875723212981748279e-9;
  p = z * p + -2.75573143513906633035e-7;
  p = z * p + 2.48015872894767294178e-5;
  p = z * p + -1.38888888888741095749e-3;
  p = z * p + 4.16666666666666019037e-2;
  return 1 - 0.5 * z + z * z * p;
}
