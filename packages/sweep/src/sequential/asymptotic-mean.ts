/**
 * The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and
 * asymptotic confidence sequences" (arXiv 2103.06476), Theorem 2.2: with σ̂² the variance of n values,
 *
 *   |x̄ − μ| < σ̂ √( 2 (nρ² + 1)/(n²ρ²) · log(√(nρ² + 1)/α) ),    log M_n = n²ρ²(x̄ − μ)²/(2σ̂²(nρ² + 1)) − ½ log(nρ² + 1).
 *
 * Its level is a limit, of looks that begin late. It says nothing before `first` values.
 */
import { spread } from './confidence-sequence.js';
import type { Method } from './method.js';

/** ρ² at which the interval is narrowest near n = 100 at α = 0.05 (their eq. 82: (−2 log α + log(1 − 2 log α))/n). */
const priorVariance = (-2 * Math.log(0.05) + Math.log(1 - 2 * Math.log(0.05))) / 100;

/** The first look: see the table of measured levels in the package README. */
const first = 50;

const scaled = (count: number): number => count * priorVariance + 1;

const oneSided =
  (sign: 1 | -1): Method['above'] =>
  (values, at, times = 1) => {
    const count = values.length * times;
    if (count < first) return 0;
    const { mean, deviation } = unbiased(values);
    if (deviation === 0) return 0;
    const effect = Math.max(0, sign * (mean - at)) / deviation;
    return (
      (count * count * priorVariance * effect * effect) / (2 * scaled(count)) - Math.log(scaled(count)) / 2
    );
  };

export const asymptoticMean: Method = {
  name: 'asymptotic',
  target: 'the mean',
  assumes: `a finite variance, and many values (it is silent before ${first})`,
  validity: 'asymptotic',
  ordered: false,
  sides: 'joint',
  above: oneSided(1),
  below: oneSided(-1),
  interval: (values, alpha) => {
    const count = values.length;
    const { mean, deviation } = unbiased(values);
    if (count < first || deviation === 0) return [-Infinity, Infinity];
    const factor =
      ((2 * scaled(count)) / (count * count * priorVariance)) * Math.log(Math.sqrt(scaled(count)) / alpha);
    const half = deviation * Math.sqrt(factor);
    return [mean - half, mean + half];
  },
};

function unbiased(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const { mean, deviation } = spread(values);
  return { mean, deviation: deviation * Math.sqrt(values.length / (values.length - 1)) };
}
