/**
 * A quantile of any law, by the Bernoulli process on which side of it the values fall (Howard & Ramdas, "Sequential estimation
 * of quantiles", Bernoulli 28, 2022): the p-quantile is ≤ m only if P(X ≤ m) ≥ p, and ≥ m only if P(X < m) ≤ p. Nothing
 * is assumed of the law; ties and infinite values are values like others. Its interval ends at values that were seen.
 */
import { aboveRate, belowRate } from './bernoulli-rate.js';
import type { Method } from './method.js';

/** The `share`-quantile, 0 < share < 1; ½ is the median. */
export function quantile(share: number): Method {
  const side = (
    values: readonly number[],
    falls: (value: number) => boolean,
    times: number,
  ): { readonly yes: number; readonly no: number } => {
    const yes = values.filter(falls).length;
    return { yes: times * yes, no: times * (values.length - yes) };
  };
  return {
    name: `quantile-${share}`,
    target: `the ${share}-quantile`,
    assumes: 'nothing',
    validity: 'anytime',
    ordered: false,
    sides: 'split',
    above: (values, at, times = 1) =>
      belowRate(
        side(values, (value) => value <= at, times),
        share,
      ),
    below: (values, at, times = 1) =>
      aboveRate(
        side(values, (value) => value < at, times),
        share,
      ),
    interval: (values, alpha) => {
      const sorted = [...values].sort((a, b) => a - b);
      const [count, limit] = [sorted.length, -Math.log(alpha / 2)];
      const open = (yes: number, test: typeof aboveRate): boolean =>
        test({ yes, no: count - yes }, share) < limit;
      // Below the value of rank r lie r − 1; at or below it, r. The first that enough values do not lie above, and its mirror.
      const low = open(0, belowRate) ? -Infinity : sorted.find((_, rank) => open(rank + 1, belowRate));
      const high = open(count, aboveRate) ? Infinity : sorted.findLast((_, rank) => open(rank, aboveRate));
      return [low ?? -Infinity, high ?? Infinity];
    },
  };
}
