/** The standard normal law, without a libm. */
import { exp } from '@marginalia/core';

/** φ(x) = e^{−x²/2}/√(2π). */
export const normalDensity = (x: number): number => exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/**
 * Φ(x), to a few units of the last place of the smaller tail: the series ½ + φ(x) Σ x^{2i+1}/(2i+1)!! of positive terms for
 * |x| ≤ 3, Laplace’s continued fraction of φ(x)/(1 − Φ(x)) beyond (Abramowitz & Stegun 26.2.11, 26.2.14).
 */
export function normalCumulative(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size <= 3) {
    let term = x;
    let sum = x;
    for (let i = 3; Math.abs(term) > 1e-18; i += 2) {
      term *= (x * x) / i;
      sum += term;
    }
    return 0.5 + normalDensity(x) * sum;
  }
  let fraction = size;
  for (let i = 160; i >= 1; i--) fraction = size + i / fraction;
  const tail = size > 37 ? 0 : normalDensity(size) / fraction;
  return x < 0 ? tail : 1 - tail;
}

/** E max(m + sZ, 0) = mΦ(m/s) + sφ(m/s), for Z standard normal and s > 0. */
export const meanPositivePart = (mean: number, deviation: number): number =>
  mean * normalCumulative(mean / deviation) + deviation * normalDensity(mean / deviation);
