/**
 * The mean of values in a known range, by betting (Waudby-Smith & Ramdas, "Estimating means of bounded random variables by
 * betting", JRSS B 86, 2024; arXiv 2010.09686, §4 and the grid of their appendix B). Against "mean ≤ m" for values ≥ a, the
 * wealth of a gambler who stakes the share c of it in every round:
 *
 *   W_c = Π_i (1 + c ((x_i − a)/(m − a) − 1)),    E = mean of W_c over the stakes below.
 *
 * Each factor is ≥ 0 with mean ≤ 1 where the hypothesis holds, whatever the law of the values. One end of the range is
 * enough for one side: of values that are ≥ 0 and no more, the mean is bounded from below, and from above by nothing.
 */
import { BadInput } from '@marginalia/core';
import { lastWhere, logMean, type Method } from './method.js';

/**
 * Equal weights. The best stake is about the effect over its variance in units of m − a: 1 for values that vary little
 * against their range, 1/64 for an effect of an eighth of a deviation at a deviation of m − a. Between neighbours a
 * stake loses at most an eighth of the growth of the best.
 */
const stakes = [1, 0.97, 0.9, 0.75, 0.5, 0.35, 0.25, 0.177, 0.125, 0.0884, 0.0625, 0.0312, 0.0156] as const;

/** Log of the mean wealth where gains ≥ 0 have a mean ≤ `at` under the hypothesis. */
function logWealth(gains: readonly number[], at: number, times: number): number {
  return logMean(
    stakes.map((stake) => {
      let log = 0;
      let product = 1;
      const scale = stake / at;
      for (let i = 0; i < gains.length; i++) {
        product *= 1 - stake + scale * (gains[i] as number);
        // Logarithms are slow; between them the product must neither overflow nor lose digits below the smallest normal.
        if (product > 1e200 || product < 1e-200) {
          log += Math.log(product);
          product = 1;
        }
      }
      return times * (log + Math.log(product));
    }),
  );
}

export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Throws BadInput for a value outside the range. */
export function bettingMean({ least, most }: Range): Method {
  /** Against "mean of gains ≤ at" for gains ≥ 0. */
  const wager = (gains: readonly number[], at: number, times: number): number => {
    if (at < 0) return Infinity;
    if (at === 0) return gains.some((gain) => gain > 0) ? Infinity : 0;
    return logWealth(gains, at, times);
  };
  const check = (values: readonly number[]): void => {
    const outside = values.find((value) => !(value >= least && value <= most));
    if (outside !== undefined) {
      throw new BadInput({ expected: `values from ${least} to ${most}`, got: String(outside) });
    }
  };
  const above: Method['above'] = (values, at, times = 1) => {
    check(values);
    if (least === -Infinity || at === Infinity) return 0;
    return wager(
      values.map((value) => value - least),
      at - least,
      times,
    );
  };
  const below: Method['below'] = (values, at, times = 1) => {
    check(values);
    if (most === Infinity || at === -Infinity) return 0;
    return wager(
      values.map((value) => most - value),
      most - at,
      times,
    );
  };
  return {
    name: 'betting',
    target: 'the mean',
    assumes: 'a known range; one end of it for one side',
    validity: 'anytime',
    ordered: false,
    sides: 'split',
    above,
    below,
    interval: (values, alpha) => {
      check(values);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const limit = -Math.log(alpha / 2);
      if (values.length === 0) return [least, most];
      return [
        least === -Infinity ? least : lastWhere(mean, least, (at) => above(values, at) < limit),
        most === Infinity ? most : lastWhere(mean, most, (at) => below(values, at) < limit),
      ];
    },
  };
}
