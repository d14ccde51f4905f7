/** Inequalities that a mean must meet, and a share of runs with it: at most, at least, about. */
import { countFor, meanInterval } from '../sequential/confidence-sequence.js';
import { detectableFactor } from '../sequential/detectable.js';
import { aboveRate, belowRate } from '../sequential/bernoulli-rate.js';
import { against, inside, logMean, type Method } from '../sequential/method.js';
import { logEvidenceAgainstRate } from '../sequential/rate-process.js';
import { type Averaged, averagedOf, type Inequality } from './averaged.js';
import { completions, type Entry, rateCompletions } from './completion.js';
import { count, type Decision, digits, evidenceOf } from './decision.js';
import type { Findings } from './gather.js';
import { type Judging, missedInWords } from './judging.js';
import { leastUnits } from './least-units.js';
import { methodFor, type Sample, sampleOf, sharesOf } from './sample.js';

/**
 * Refuted: the interval of the mean lies wholly outside, or the e-value against the rate exceeds 1/alpha, two ways to err at
 * alpha each; at any time: the mean of the e-values against the mean and against the rate reaches 1/alpha, one way.
 * Supported: the interval lies wholly inside, and at least `rate` of the runs hold; at any time: both e-values against its
 * being false reach 1/alpha. Mean and e-values are over units, the counts in the words over runs.
 *
 * What is missing is filled in by the worst of its range, each way; a mean without range has no bounds then.
 */
export function decideAverage(
  relation: Inequality,
  range: readonly [number, number] | undefined,
  findings: Findings,
  judging: Judging,
): Decision {
  const averaged = averagedOf(relation, findings.judged, range);
  const method = methodFor(averaged.range, judging.anytime);
  const entries = findings.judged.map((one): Entry => ({
    run: one.run,
    value: averaged.of(one),
    held: one.slack >= 0,
  }));
  const full = weigh(relation, averaged, method, entries, judging);
  if (judging.missing.length === 0) return full;
  const alone = weigh(relation, averaged, method, entries, { ...judging, missing: [] });
  if (full.verdict !== 'inconclusive' || alone.verdict === 'inconclusive') return full;
  return {
    ...full,
    reason: `${missedInWords(judging.missing)} might have decided otherwise; of the others ${alone.reason}`,
  };
}

function weigh(
  relation: Inequality,
  averaged: Averaged,
  method: Method,
  entries: readonly Entry[],
  judging: Judging,
): Decision {
  const { alpha, anytime, missing } = judging;
  const { bound, least, most, what } = averaged;
  const { rate } = relation;
  const claimed = [least, most] as const;
  const seen = sampleOf(entries);
  const finite = seen.values.every(Number.isFinite);
  const filled = finite ? completions(entries, missing, averaged.range)?.map(sampleOf) : undefined;
  const { worst, best } = rateCompletions(entries, missing);
  const [worstShares, bestShares] = [sharesOf(worst), sharesOf(best)];

  const level = anytime ? alpha / 2 : alpha;
  const interval = filled
    ? hull(filled.map(({ values }) => intervalOf(method, values, level, anytime)))
    : null;
  const logs = {
    mean: weakest(filled, ({ values }) => against(method, values, claimed)),
    meanFor: weakest(filled, ({ values }) => inside(method, values, claimed)),
    rate: logEvidenceAgainstRate(bestShares, rate),
    rateFor: logEvidenceAgainstRate(
      worstShares.map((share) => 1 - share),
      1 - rate,
    ),
  };
  const evidence = {
    against: evidenceOf(logMean([logs.mean, logs.rate])),
    for: evidenceOf(Math.min(logs.meanFor, logs.rateFor)),
  };
  const rateEvidence = Math.exp(logs.rate);
  const estimate = estimateOf(seen, filled, missing.length);
  const [low, high] = interval ?? [seen.mean, seen.mean];
  const within = low >= least && high <= most;
  const outside = low > most || high < least;
  const slack = Number.isNaN(seen.mean)
    ? null
    : outside
      ? -Math.max(low - most, least - high)
      : Math.min(low - least, most - high);
  const held = entries.filter((entry) => entry.held).length;
  const shared = worstShares.length < worst.length ? ` (in ${count(worstShares.length, 'unit')})` : '';
  const share = `${held} of ${count(worst.length, 'run')}${shared} hold`;
  const wanted = `${digits(100 * rate)} %`;
  const standing = {
    estimate,
    interval,
    slack: missing.length > 0 && interval === null ? null : slack,
    bound,
    validity: method.validity,
    evidence,
    detectable: missing.length > 0 ? null : detectableBy(relation, seen, interval),
  };
  const settled = (verdict: 'supported' | 'refuted', reason: string): Decision => ({
    ...standing,
    verdict,
    reason,
    moreUnits: null,
  });
  const enough = held >= rate * worst.length;
  const limit = 1 / alpha;

  if (rateEvidence > (anytime ? 2 * limit : limit)) {
    return settled(
      'refuted',
      `only ${share}, where at least ${wanted} should (e-value ${digits(rateEvidence)} > ${digits(anytime ? 2 * limit : limit)})`,
    );
  }
  if (anytime ? evidence.against >= limit : interval && outside) {
    return settled(
      'refuted',
      interval && outside
        ? `the mean ${what} lies outside by ${digits(-(slack ?? 0))}; ${share}`
        : `mean ${what} and share together speak against it (e-value ${digits(evidence.against)} ≥ ${digits(limit)}); ${share}`,
    );
  }
  if (anytime ? evidence.for >= limit : interval && within && enough) {
    return settled('supported', `the mean ${what} lies inside with ${digits(slack ?? 0)} to spare; ${share}`);
  }
  const more =
    missing.length > 0 || !finite ? null : moreUnits(averaged, method, seen, worstShares, rate, judging);
  const meanOpen = anytime ? Math.exp(logs.meanFor) < limit : !(interval && within);
  const doubts = [
    ...(missing.length > 0 && !filled && finite
      ? [`${missedInWords(missing)} may have measured any ${what}`]
      : meanOpen
        ? [
            meanDoubt(
              averaged,
              seen,
              interval !== null,
              entries.length,
              anytime ? more : forMean(averaged, seen, alpha),
            ),
          ]
        : []),
    ...(enough
      ? anytime && Math.exp(logs.rateFor) < limit
        ? [
            `${share}, not yet evidence for ${wanted} (e-value ${digits(Math.exp(logs.rateFor))} < ${digits(limit)})`,
          ]
        : []
      : [
          `${share}, fewer than ${wanted} yet no evidence against it (e-value ${digits(rateEvidence)} ≤ ${digits(anytime ? 2 * limit : limit)})`,
        ]),
  ];
  return {
    ...standing,
    verdict: 'inconclusive',
    reason: doubts.join('; '),
    moreUnits: more,
  };
}

/** Of the interval that the method has; of equal values a point, once any interval of so many would be bounded. */
function intervalOf(
  method: Method,
  values: readonly number[],
  alpha: number,
  anytime: boolean,
): readonly [number, number] | null {
  if (!anytime) return meanInterval(values, alpha) ?? null;
  const interval = method.interval(values, alpha);
  return interval.every((end) => Math.abs(end) === Infinity) ? null : interval;
}

/** The smallest interval that holds all of them; null where one is unbounded. */
function hull(intervals: readonly (readonly [number, number] | null)[]): readonly [number, number] | null {
  const known = intervals.flatMap((interval) => (interval ? [interval] : []));
  if (known.length < intervals.length || known.length === 0) return null;
  return [Math.min(...known.map(([low]) => low)), Math.max(...known.map(([, high]) => high))];
}

/** The least evidence of any completion; none where a missing run may have measured anything. */
const weakest = (filled: readonly Sample[] | undefined, of: (sample: Sample) => number): number =>
  filled ? Math.min(...filled.map(of)) : -Infinity;

/** The mean; with runs missing the middle of what it may be, and null where nothing bounds that. */
function estimateOf(seen: Sample, filled: readonly Sample[] | undefined, missing: number): number | null {
  if (missing === 0) return Number.isNaN(seen.mean) ? null : seen.mean;
  if (!filled) return null;
  const means = filled.map(({ mean }) => mean);
  return (Math.min(...means) + Math.max(...means)) / 2;
}

/** By how much the mean of the next sweep of this size would have to lie beyond the edge: see `detectableFactor`. */
function detectableBy(
  relation: Inequality,
  { values, mean, deviation }: Sample,
  interval: readonly [number, number] | null,
): number | null {
  if (!interval || values.length < 2) return null;
  const error = deviation / Math.sqrt(values.length - 1);
  // Equal values say nothing of how the next ones would differ.
  if (error === 0) return null;
  const [below, above] = [mean - interval[0], interval[1] - mean];
  // What refutes "at most" is the lower end, what refutes "at least" the upper one.
  const half =
    relation.kind === 'at-most' ? below : relation.kind === 'at-least' ? above : Math.max(below, above);
  const factor = detectableFactor(half / error, values.length - 1);
  return factor === null ? null : factor * error;
}

/** Units beyond today's that would settle it, were they like today's. */
function moreUnits(
  averaged: Averaged,
  method: Method,
  sample: Sample,
  shares: readonly number[],
  rate: number,
  { alpha, anytime }: Judging,
): number | null {
  const { least, most } = averaged;
  const { values, mean } = sample;
  const units = values.length;
  const share = shares.reduce((sum, one) => sum + one, 0) / shares.length;
  const limit = Math.log(1 / alpha);
  // By the beta mixture, which is quick, and within a factor of the decisive one.
  const counts = (total: number) => ({ yes: share * total, no: (1 - share) * total });
  if (anytime) {
    return leastUnits(units, (total) => {
      const times = total / units;
      const meanLog = against(method, values, [least, most], times);
      if (logMean([meanLog, belowRate(counts(total), rate)]) >= limit) return true;
      return inside(method, values, [least, most], times) >= limit && aboveRate(counts(total), rate) >= limit;
    });
  }
  const isInside = mean >= least && mean <= most;
  if (!isInside || share >= rate) return forMean(averaged, sample, alpha);
  const toRefute = leastUnits(units, (total) => belowRate(counts(total), rate) > limit);
  return toRefute;
}

/** Units beyond today's that would settle the mean, its share apart, at a fixed size; null where it lies on the edge. */
function forMean(
  { least, most }: Averaged,
  { values, mean, deviation }: Sample,
  alpha: number,
): number | null {
  const gap = Math.min(Math.abs(mean - least), Math.abs(mean - most));
  const more = Math.max(1, countFor(gap, deviation, alpha) - values.length);
  return Number.isFinite(more) ? more : null;
}

/** How far the mean is from being settled, in runs where that can be said; `more`: in units. */
function meanDoubt(
  { what }: Averaged,
  { values }: Sample,
  bounded: boolean,
  runs: number,
  more: number | null,
): string {
  if (!values.every(Number.isFinite)) return `the mean ${what} is not finite`;
  const units = values.length;
  const few = units < runs ? `${count(runs, 'run')} in ${count(units, 'unit')}` : count(units, 'run');
  if (units < 2)
    return `${runs === 1 ? 'one run gives' : `${few} give`} no interval for the mean ${what}; try --replicates`;
  const need =
    more === null
      ? 'the mean lies on the edge'
      : `about ${count(Math.ceil((more * runs) / units), 'more run')}${units < runs ? `, in ${count(more, 'more unit')},` : ''} would settle it at today's spread`;
  return bounded
    ? `the interval of the mean ${what} crosses the edge; ${need}`
    : `${few} do not bound the mean ${what} yet; ${need}`;
}
