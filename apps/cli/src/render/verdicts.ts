/** The verdicts of a sweep as a table, the claims in bibliography order. */
import type { Verdict } from '@marginalia/sweep';
import { verdictKinds, type VerdictKind } from '@marginalia/theory';
import { type Column, figureTable } from './figure-table.js';
import { interval, plural, short } from './number.js';
import type { Paint, Tone } from './terminal.js';

const tones: Readonly<Record<VerdictKind, Tone>> = {
  supported: 'good',
  refuted: 'bad',
  vacuous: 'warn',
  inconclusive: 'warn',
};

export const decidedTone = (verdict: VerdictKind): Tone => tones[verdict];

/** A verdict, beside the one that is expected where that is known. */
export interface Shown extends Verdict {
  readonly expected?: VerdictKind;
}

/** What is measured and what it is compared with. */
export const measured: readonly Column<Shown>[] = [
  { head: 'estimate', side: 'right', cell: ({ estimate }) => short(estimate, 3) },
  { head: 'interval', side: 'left', cell: (verdict) => interval(verdict.interval) },
  { head: 'bound', side: 'right', cell: ({ bound }) => short(bound, 3) },
];
export const decided: Column<Shown> = {
  head: 'verdict',
  side: 'left',
  cell: ({ verdict }) => verdict,
  tone: ({ verdict, expected }) => (verdict === expected ? 'good' : tones[verdict]),
};
const runs: readonly Column<Shown>[] = [
  { head: 'slack', side: 'right', cell: ({ slack }) => short(slack, 3) },
  { head: 'held', side: 'right', cell: (verdict) => `${verdict.held}/${verdict.runs}` },
  { head: 'vacuous', side: 'right', cell: ({ vacuous }) => String(vacuous) },
];
const expectation: Column<Shown> = {
  head: 'expected',
  side: 'left',
  cell: ({ verdict, expected }) => (expected === undefined || expected === verdict ? '' : expected),
};

/** What is expected stands there only where some verdict differs from it. */
export function verdictTable(verdicts: readonly Shown[], width: number, paint: Paint): string {
  const surprises = verdicts.some((verdict) => expectation.cell(verdict) !== '');
  const columns = [...measured, ...runs, decided, ...(surprises ? [expectation] : [])];
  return figureTable(verdicts, { of: 'claim', title: ({ title }) => title, columns }, width, paint);
}

/** `3 supported, 1 refuted of 4 claims`. */
export function tally(verdicts: readonly Verdict[], noun = 'claim'): string {
  const counts = verdictKinds
    .map((kind) => [kind, verdicts.filter(({ verdict }) => verdict === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  return `${plural(verdicts.length, noun)}: ${counts.join(', ')}`;
}
