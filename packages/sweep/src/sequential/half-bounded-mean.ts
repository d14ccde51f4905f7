/** The mean of values that are bounded on one side: betting where that side allows it, the Gaussian mixture on the other. */
import { bettingMean, type Range } from './betting-mean.js';
import { gaussianMean } from './gaussian-mean.js';
import type { Method } from './method.js';

/**
 * Of values that are ≥ 0 and no more, no method bounds the mean from above (Bahadur & Savage 1956): that end is as
 * asymptotic as the Gaussian one, while the other holds at every look. Throws BadInput for a value outside the range.
 */
export function halfBoundedMean(range: Range): Method {
  const betting = bettingMean(range);
  const [over, under] = range.least > -Infinity ? [betting, gaussianMean] : [gaussianMean, betting];
  return {
    name: 'betting-gaussian',
    target: 'the mean',
    assumes: 'one end of a range; towards the other, Gaussian values, or many',
    validity: 'asymptotic',
    ordered: false,
    sides: 'split',
    above: over.above,
    below: under.below,
    // Each end at α/2: betting halves its α itself, the Gaussian mixture spends it on both sides.
    interval: (values, alpha) => [
      over.interval(values, over === betting ? alpha : alpha / 2)[0],
      under.interval(values, under === betting ? alpha : alpha / 2)[1],
    ],
  };
}
