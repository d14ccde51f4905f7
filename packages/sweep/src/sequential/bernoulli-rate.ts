/**
 * The probability p of a yes: the beta mixture (Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon, Ann. Statist. 49, 2021, §5)
 *
 *   M(p) = ∫ q^h (1 − q)^v dBeta(½, ½)(q) / (p^h (1 − p)^v) = B(h + ½, v + ½) / (B(½, ½) p^h (1 − p)^v)
 *
 * of h yes and v no: a martingale under p, and its two sides one. A value between 0 and 1 counts as that much of a yes; the
 * power mean of its factors is at most their mean, so that the level holds for shares too.
 */
import { logBeta } from './log-gamma.js';
import { lastWhere, type Method } from './method.js';

const prior = 0.5;

interface Counts {
  readonly yes: number;
  readonly no: number;
}

const countsOf = (values: readonly number[], times = 1): Counts => {
  const yes = times * values.reduce((sum, value) => sum + value, 0);
  return { yes, no: times * values.length - yes };
};

/** 0 · log 0 = 0: no yes says nothing against p = 0. */
const power = (base: number, exponent: number): number => (exponent === 0 ? 0 : exponent * Math.log(base));

function logMartingale({ yes, no }: Counts, at: number): number {
  return logBeta(yes + prior, no + prior) - logBeta(prior, prior) - power(at, yes) - power(1 - at, no);
}

/** Log e-value of the counts against "p ≤ at": the least of log M over those p. */
export function aboveRate(counts: Counts, at: number): number {
  if (at < 0) return Infinity;
  const seen = counts.yes + counts.no;
  return seen === 0 ? 0 : logMartingale(counts, Math.min(at, counts.yes / seen));
}

/** Log e-value of the counts against "p ≥ at". */
export const belowRate = ({ yes, no }: Counts, at: number): number => aboveRate({ yes: no, no: yes }, 1 - at);

export const bernoulliRate: Method = {
  name: 'bernoulli',
  target: 'the probability',
  assumes: 'values that are 0 or 1, or shares between',
  validity: 'anytime',
  ordered: false,
  sides: 'joint',
  above: (values, at, times) => aboveRate(countsOf(values, times), at),
  below: (values, at, times) => belowRate(countsOf(values, times), at),
  interval: (values, alpha) => {
    if (values.length === 0) return [0, 1];
    const counts = countsOf(values);
    const centre = counts.yes / values.length;
    const limit = -Math.log(alpha);
    return [
      lastWhere(centre, 0, (at) => logMartingale(counts, at) < limit),
      lastWhere(centre, 1, (at) => logMartingale(counts, at) < limit),
    ];
  },
};
