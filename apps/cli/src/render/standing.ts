/** What does not stand, and why: refuted claims, claims that say nothing yet, and the runs that said nothing. */
import type { Verdict } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import type { JudgedClaim } from '../sweep/summary.js';
import { plural } from './number.js';
import type { Paint } from './terminal.js';
import { paragraph } from './wrap.js';

/** Every refuted claim with what refuted it, and how to look at its worst run. */
export function refutations(
  verdicts: readonly JudgedClaim[],
  out: string,
  width: number,
  paint: Paint,
): string {
  const refuted = verdicts.filter(({ verdict }) => verdict === 'refuted');
  if (refuted.length === 0) return '';
  return [
    paint(
      'bad',
      `${refuted.length} of ${plural(verdicts.length, 'claim')} ${refuted.length === 1 ? 'is' : 'are'} refuted:`,
    ),
    ...refuted.flatMap(({ title, reason, violatedBy, expected }) => [
      paint(
        'bad',
        paragraph(
          `refuted${expected === 'refuted' ? ', as expected' : ''}: ${title}. ${sentence(reason)}`,
          width,
          2,
        ),
      ),
      // Never wrapped: a command is copied as a line.
      ...(violatedBy === null ? [] : [`    its worst run: ${replay(violatedBy, out)}`]),
    ]),
  ].join('\n');
}

/** Enough of an id to be the only one among millions of runs. */
export const replay = (run: string, out: string, ...more: readonly string[]): string =>
  commandLine('replay', run.slice(0, 10), '--out', out, ...more);

export interface Remedies {
  readonly replicates: number;
  /** The least judged units of which an interval bounds a mean, at the level of the verdicts. */
  readonly leastRuns: number;
  /** What to try where claims are inconclusive, where it is not more replicates. */
  readonly remedy?: string;
}

/** Why claims say nothing, a paragraph a reason, and what to try, once for each kind. */
export function unsettled(
  verdicts: readonly Verdict[],
  { replicates, leastRuns, remedy }: Remedies,
  width: number,
  paint: Paint,
): string {
  const open = verdicts.filter(({ verdict }) => verdict === 'vacuous' || verdict === 'inconclusive');
  if (open.length === 0) return '';
  const inconclusive = open.filter(({ verdict }) => verdict === 'inconclusive');
  const enough = replicatesFor(inconclusive, { replicates, leastRuns });
  const remedies = [
    open.length > inconclusive.length
      ? 'vacuous: other axis values (--set) or a bigger preset, so that the assumptions are met'
      : '',
    inconclusive.length === 0
      ? ''
      : (remedy ??
        `inconclusive: more replicates (--replicates ${enough}), more axis values (--set) or a bigger preset`),
  ].filter(Boolean);
  const groups = groupBy(open, (verdict) => `${verdict.verdict}: ${why(verdict, leastRuns)}`);
  return [
    paint(
      'strong',
      `${open.length} of ${plural(verdicts.length, 'claim')} ${open.length === 1 ? 'says' : 'say'} nothing yet:`,
    ),
    ...[...groups.values()].map((alike) => {
      const [first] = alike as [Verdict];
      const titles = alike.map(({ title }) => title).join('; ');
      return paint(
        'warn',
        paragraph(`${first.verdict}: ${titles}. ${sentence(why(first, leastRuns))}`, width, 2),
      );
    }),
    'What to try:',
    ...remedies.map((remedy) => paragraph(remedy, width, 2)),
  ].join('\n');
}

/** There is a mean, but too few runs to bound it: one reason for all such claims, whatever their quantity. */
const tooFew = ({ verdict, estimate, interval, units }: Verdict, leastRuns: number): boolean =>
  verdict === 'inconclusive' &&
  interval === null &&
  Number.isFinite(estimate ?? Number.NaN) &&
  units < leastRuns;

function why(verdict: Verdict, leastRuns: number): string {
  if (verdict.verdict === 'vacuous' && verdict.vacuous > 0)
    return `No run met all assumptions; unmet: ${unmetRuns(verdict)}`;
  if (tooFew(verdict, leastRuns))
    return verdict.units < verdict.runs
      ? `${plural(verdict.runs, 'judged run')} in ${plural(verdict.units, 'unit')} do not bound a mean, ${leastRuns} units can`
      : `${plural(verdict.runs, 'judged run')} ${verdict.runs === 1 ? 'does' : 'do'} not bound a mean, ${leastRuns} can`;
  return verdict.reason || 'No reason was given';
}

/**
 * Replicates that would do for every claim, as far as is known: one more than the least where the mean has no interval
 * yet, what the reason works out from today's spread where it has one; otherwise twice as many as now.
 */
function replicatesFor(open: readonly Verdict[], { replicates, leastRuns }: Remedies): number {
  const needed = open.map((verdict) => {
    const [, more] = /about (\d+) more runs?\b/.exec(verdict.reason) ?? [];
    const times = Math.max(
      (verdict.runs + Number(more ?? 0)) / verdict.runs,
      tooFew(verdict, leastRuns) ? (leastRuns + 1) / verdict.units : 0,
    );
    // Not of a product of floats: 36 runs of 12 replicates must not become 13.
    return times > 1 ? Math.ceil(times * replicates - 1e-9) : 2 * replicates;
  });
  return Math.max(...needed, leastRuns + 1);
}

/** Of claims that were judged on some runs only: which assumptions the other runs did not meet. */
export function vacuousRuns(verdicts: readonly Verdict[], width: number): string {
  const partial = verdicts.filter(({ verdict, vacuous }) => vacuous > 0 && verdict !== 'vacuous');
  if (partial.length === 0) return '';
  const groups = [...groupBy(partial, unmetRuns)];
  if (groups.length === 1) return paragraph(`vacuous runs: ${groups[0]?.[0]}.`, width, 0);
  return [
    'vacuous runs:',
    ...groups.map(([unmet, claims]) =>
      paragraph(
        `${unmet}: ${claims.map(({ claim }) => claim.slice(claim.lastIndexOf('/') + 1)).join(', ')}`,
        width,
        2,
      ),
    ),
  ].join('\n');
}

/** `small-initialisation unmet in 5, fitted-data in 4`. */
const unmetRuns = ({ unmetRuns: runs }: Verdict): string =>
  Object.entries(runs)
    .map(([name, count], i) => `${name} ${i === 0 ? 'unmet in' : 'in'} ${count}`)
    .join(', ');

function groupBy<Value>(
  values: readonly Value[],
  key: (value: Value) => string,
): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return groups;
}

export const sentence = (text: string): string => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);
