/** The Gaussian mixture of `meanInterval` as e-values: exact for Gaussian values of any deviation. */
import { effectPrecision, halfWidthFactor, meanInterval, spread } from './confidence-sequence.js';
import type { Method } from './method.js';

/**
 * log M_n of `confidence-sequence.ts` at a hypothesised mean, n values of this mean and biased deviation, which is
 * above 0.
 */
function logMartingale(count: number, distance: number, deviation: number): number {
  const shrink = effectPrecision / (count + effectPrecision);
  const [square, variance] = [distance * distance, deviation * deviation];
  if (square === 0) return Math.log(shrink) / 2;
  return (Math.log(shrink) - count * Math.log((variance + square * shrink) / (variance + square))) / 2;
}

/** Values that differ by no more than this share of their mean differ by rounding. */
const rounding = 8 * Number.EPSILON;

/**
 * The e-value of a one-sided hypothesis is the least over its means: at its edge, or at the mean of the values itself. Equal
 * values are none of a Gaussian, and weigh nothing: rare events that have not come yet would look like certainty.
 */
const oneSided =
  (sign: 1 | -1): Method['above'] =>
  (values, at, times = 1) => {
    if (values.length * times < 2) return 0;
    const { mean, deviation } = spread(values);
    if (!(deviation > rounding * Math.abs(mean))) return 0;
    return logMartingale(values.length * times, Math.max(0, sign * (mean - at)), deviation);
  };

export const gaussianMean: Method = {
  name: 'gaussian',
  target: 'the mean',
  assumes: 'Gaussian values; of others, many',
  validity: 'asymptotic',
  ordered: false,
  sides: 'joint',
  above: oneSided(1),
  below: oneSided(-1),
  // Equal values are a point for `meanInterval`, from two on; here from where values of any spread would be bounded.
  interval: (values, alpha) =>
    (Number.isFinite(halfWidthFactor(values.length, alpha)) ? meanInterval(values, alpha) : undefined) ?? [
      -Infinity,
      Infinity,
    ],
};
