/** Inequalities that a mean must meet, and a share of runs with it: at most, at least, about. */
import type { About, AtLeast, AtMost } from '@marginalia/theory';
import { countFor, meanInterval, spread } from '../sequential/confidence-sequence.js';
import { evidenceAgainstRate } from '../sequential/rate-process.js';
import { count, type Decision, digits } from './decision.js';
import type { Findings, JudgedRun } from './gather.js';
import { unitsOf } from './units.js';

/** What is averaged, and the range in which the claim wants the mean. */
interface Averaged {
  readonly of: (run: JudgedRun) => number;
  readonly bound: number;
  readonly least: number;
  readonly most: number;
  /** In words: `quantity`, or what it became where the bounds of the runs differ. */
  readonly what: string;
}

/** The mean of each unit, and what it takes to say more of it. */
interface Sample {
  /** One a unit: runs that share their random numbers are averaged first, for they are no independent evidence. */
  readonly values: readonly number[];
  readonly mean: number;
  readonly deviation: number;
  readonly bounded: boolean;
  readonly runs: number;
}

/**
 * Supported: the anytime-valid interval of the mean lies wholly inside, and at least `rate` of the runs hold.
 * Refuted: it lies wholly outside, or the e-value against the rate exceeds 1/alpha. Two ways to err at alpha each.
 * Mean and e-value are over units, the counts in the words over runs.
 */
export function decideAverage(
  relation: AtMost | AtLeast | About,
  findings: Findings,
  alpha: number,
): Decision {
  const { judged, held } = findings;
  const averaged = average(relation, judged);
  const { bound, least, most, what } = averaged;
  const units = unitsOf(judged);
  const values = units.map((unit) => meanOver(unit, averaged.of));
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
    validity: 'asymptotic' as const,
    evidence: null,
    detectable: null,
    moreUnits: null,
  };
  const shares = units.map((unit) => meanOver(unit, ({ slack }) => (slack >= 0 ? 1 : 0)));
  const evidence = evidenceAgainstRate(shares, relation.rate);
  const shared = units.length < judged.length ? ` (in ${count(units.length, 'unit')})` : '';
  const share = `${held} of ${count(judged.length, 'run')}${shared} hold`;
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
    ...(interval && inside
      ? []
      : [
          meanDoubt(
            averaged,
            { values, mean, deviation, bounded: interval !== null, runs: judged.length },
            alpha,
          ),
        ]),
    ...(enough
      ? []
      : [
          `${share}, fewer than ${wanted} yet no evidence against it (e-value ${digits(evidence)} ≤ ${digits(1 / alpha)})`,
        ]),
  ];
  return { ...standing, verdict: 'inconclusive', reason: doubts.join('; ') };
}

/** Of equal values that value, to the bit: a mean without spread is known as a point. */
function meanOver(unit: readonly JudgedRun[], of: (run: JudgedRun) => number): number {
  const values = unit.map(of);
  const [first = Number.NaN] = values;
  return values.every((value) => value === first)
    ? first
    : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function average(relation: AtMost | AtLeast | About, judged: readonly JudgedRun[]): Averaged {
  const ratio = ({ quantity, bound }: JudgedRun): number => quantity / bound;
  if (relation.kind === 'about') {
    return {
      of: ratio,
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
    return { of: ({ quantity }) => quantity, ...edges(first), what: 'quantity' };
  }
  if (judged.every(({ bound }) => bound > 0)) {
    return { of: ratio, ...edges(1), what: 'quantity / bound (the bounds of the runs differ)' };
  }
  return {
    of: ({ quantity, bound }) => quantity - bound,
    ...edges(0),
    what: 'quantity − bound (the bounds of the runs differ, not all positive)',
  };
}

/** How far the mean is from being settled, in runs where that can be said. */
function meanDoubt(
  { least, most, what }: Averaged,
  { values, mean, deviation, bounded, runs }: Sample,
  alpha: number,
): string {
  if (!values.every(Number.isFinite)) return `the mean ${what} is not finite`;
  const units = values.length;
  const few = units < runs ? `${count(runs, 'run')} in ${count(units, 'unit')}` : count(units, 'run');
  if (units < 2)
    return `${runs === 1 ? 'one run gives' : `${few} give`} no interval for the mean ${what}; try --replicates`;
  const gap = Math.min(Math.abs(mean - least), Math.abs(mean - most));
  const more = Math.max(1, countFor(gap, deviation, alpha) - units);
  const asMany = count(Math.ceil((more * runs) / units), 'more run');
  const need = Number.isFinite(more)
    ? `about ${asMany}${units < runs ? `, in ${count(more, 'more unit')},` : ''} would settle it at today's spread`
    : 'the mean lies on the edge';
  return bounded
    ? `the interval of the mean ${what} crosses the edge; ${need}`
    : `${few} do not bound the mean ${what} yet; ${need}`;
}
