/** Inequalities that a mean must meet, and a share of runs with it: at most, at least, about. */
import type { About, AtLeast, AtMost } from '@marginalia/theory';
import { countFor, meanInterval, spread } from '../sequential/confidence-sequence.js';
import { evidenceAgainstRate } from '../sequential/rate-process.js';
import { count, type Decision, digits } from './decision.js';
import type { Findings, JudgedRun } from './gather.js';

/** What is averaged, and the range in which the claim wants the mean. */
interface Averaged {
  readonly values: readonly number[];
  readonly bound: number;
  readonly least: number;
  readonly most: number;
  /** In words: `quantity`, or what it became where the bounds of the runs differ. */
  readonly what: string;
}

/**
 * Supported: the anytime-valid interval of the mean lies wholly inside, and at least `rate` of the runs hold.
 * Refuted: it lies wholly outside, or the e-value against the rate exceeds 1/alpha. Two ways to err at alpha each.
 */
export function decideAverage(
  relation: AtMost | AtLeast | About,
  findings: Findings,
  alpha: number,
): Decision {
  const { judged, held, violated } = findings;
  const averaged = average(relation, judged);
  const { values, bound, least, most, what } = averaged;
  const { mean, deviation } = spread(values);
  const interval = meanInterval(values, alpha) ?? null;
  const [low, high] = interval ?? [mean, mean];
  const inside = low >= least && high <= most;
  const outside = low > most || high < least;
  const standing = {
    estimate: Number.isNaN(mean) ? null : mean,
    interval,
    slack: Number.isNaN(mean)
      ? null
      : outside
        ? -Math.max(low - most, least - high)
        : Math.min(low - least, most - high),
    bound,
  };
  const evidence = evidenceAgainstRate(held, violated, relation.rate);
  const share = `${held} of ${count(judged.length, 'run')} hold`;
  const wanted = `${digits(100 * relation.rate)} %`;
  if (evidence > 1 / alpha) {
    return {
      ...standing,
      verdict: 'refuted',
      reason: `only ${share}, where at least ${wanted} should (e-value ${digits(evidence)} > ${digits(1 / alpha)})`,
    };
  }
  if (interval && outside) {
    return {
      ...standing,
      verdict: 'refuted',
      reason: `the mean ${what} lies outside by ${digits(-(standing.slack ?? 0))}; ${share}`,
    };
  }
  const enough = held >= relation.rate * judged.length;
  if (interval && inside && enough) {
    return {
      ...standing,
      verdict: 'supported',
      reason: `the mean ${what} lies inside with ${digits(standing.slack ?? 0)} to spare; ${share}`,
    };
  }
  const doubts = [
    ...(interval && inside ? [] : [meanDoubt(averaged, mean, deviation, interval !== null, alpha)]),
    ...(enough
      ? []
      : [
          `${share}, fewer than ${wanted} yet no evidence against it (e-value ${digits(evidence)} ≤ ${digits(1 / alpha)})`,
        ]),
  ];
  return { ...standing, verdict: 'inconclusive', reason: doubts.join('; ') };
}

function average(relation: AtMost | AtLeast | About, judged: readonly JudgedRun[]): Averaged {
  const ratios = judged.map(({ quantity, bound }) => quantity / bound);
  if (relation.kind === 'about') {
    return {
      values: ratios,
      bound: 1,
      least: 1 - relation.within,
      most: 1 + relation.within,
      what: 'quantity / bound',
    };
  }
  const edges = (bound: number): Pick<Averaged, 'bound' | 'least' | 'most'> =>
    relation.kind === 'at-most'
      ? { bound, least: -Infinity, most: bound }
      : { bound, least: bound, most: Infinity };
  const first = judged[0]?.bound ?? Number.NaN;
  if (judged.every(({ bound }) => bound === first)) {
    return { values: judged.map(({ quantity }) => quantity), ...edges(first), what: 'quantity' };
  }
  if (judged.every(({ bound }) => bound > 0)) {
    return { values: ratios, ...edges(1), what: 'quantity / bound (the bounds of the runs differ)' };
  }
  const differences = judged.map(({ quantity, bound }) => quantity - bound);
  return {
    values: differences,
    ...edges(0),
    what: 'quantity − bound (the bounds of the runs differ, not all positive)',
  };
}

/** How far the mean is from being settled, in runs where that can be said. */
function meanDoubt(
  { values, least, most, what }: Averaged,
  mean: number,
  deviation: number,
  bounded: boolean,
  alpha: number,
): string {
  if (!values.every(Number.isFinite)) return `the mean ${what} is not finite`;
  if (values.length < 2) return `one run gives no interval for the mean ${what}; try --replicates`;
  const gap = Math.min(Math.abs(mean - least), Math.abs(mean - most));
  const more = Math.max(1, countFor(gap, deviation, alpha) - values.length);
  const need = Number.isFinite(more)
    ? `about ${count(more, 'more run')} would settle it at today's spread`
    : 'the mean lies on the edge';
  return bounded
    ? `the interval of the mean ${what} crosses the edge; ${need}`
    : `${count(values.length, 'run')} do not bound the mean ${what} yet; ${need}`;
}
