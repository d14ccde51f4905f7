/**
 * A coefficient of a linear model at every look (Lindon, Ham, Tingley & Bojinov, "Anytime-valid linear models and regression
 * adjusted causal inference in randomized experiments", arXiv 2210.08589, Theorem 2 for one coefficient): the t statistic of n
 * units with ν degrees of freedom, its effect weighed by N(0, 1/c²) as in `confidence-sequence.ts`, has
 *
 *   E = √r · ((1 + t²/ν) / (1 + r t²/ν))^((ν+1)/2),    r = c²/(n + c²),
 *
 * and E < 1/α for |t| < √(ν (Q − 1)/(1 − Q r)), Q = (α √r)^(−2/(ν+1)). For a mean, ν = n − 1, it is that sequence.
 *
 * With the ordinary standard error, Gaussian errors of one deviation and a design whose cells recur in proportion, E is a
 * martingale. With the jackknife over units (`least-squares.ts`), which unequal spread and shared random numbers call for, the
 * level is asymptotic in the number of units: the package README has what was measured.
 */
import { effectPrecision } from './confidence-sequence.js';

export interface Estimated {
  /** Independent units. */
  readonly units: number;
  readonly degrees: number;
  readonly error: number;
}

/** Log e-value against a coefficient at this distance from the estimate. */
export function coefficientEvidence({ units, degrees, error }: Estimated, distance: number): number {
  const r = effectPrecision / (units + effectPrecision);
  if (distance === 0) return Math.log(r) / 2;
  const square = error === 0 ? Infinity : (distance / error) ** 2 / degrees;
  const ratio = square === Infinity ? 1 / r : (1 + square) / (1 + r * square);
  return (Math.log(r) + (degrees + 1) * Math.log(ratio)) / 2;
}

/** Half the width of the interval; Infinity while nothing bounds the coefficient. */
export function coefficientHalfWidth({ units, degrees, error }: Estimated, alpha: number): number {
  const r = effectPrecision / (units + effectPrecision);
  const q = (alpha * Math.sqrt(r)) ** (-2 / (degrees + 1));
  if (q * r >= 1) return Infinity;
  return error * Math.sqrt((degrees * (q - 1)) / (1 - q * r));
}
