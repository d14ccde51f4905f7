/** Every method, in the order of the package README; the law suite runs over all of them. */
import { asymptoticMean } from './asymptotic-mean.js';
import { bernoulliRate } from './bernoulli-rate.js';
import { bettingMean, type Range } from './betting-mean.js';
import { empiricalBernsteinMean } from './empirical-bernstein-mean.js';
import { gaussianMean } from './gaussian-mean.js';
import type { Method } from './method.js';
import { quantile } from './quantile.js';
import { shareRate } from './rate-process.js';

/** For values in this range, and for this quantile. */
export const sequentialMethods = (range: Range, share: number): readonly Method[] => [
  bernoulliRate,
  shareRate,
  bettingMean(range),
  empiricalBernsteinMean(range),
  quantile(share),
  gaussianMean,
  asymptoticMean,
];
