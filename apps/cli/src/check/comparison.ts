/** What has changed since the baseline was recorded. */
import type { Entries, Entry } from './baseline.js';
import type { Row } from './outcome.js';
import type { Scope } from './scope.js';

/** A verdict that changed, or an estimate that left what was recorded as its interval. */
export interface Regression {
  readonly kind: 'verdict-changed' | 'estimate-moved';
  readonly claim: string;
  readonly sweep: string;
  readonly was: Entry;
  readonly is: Pick<Row, 'verdict' | 'expected' | 'estimate' | 'interval' | 'bound'>;
  /** The interval within which the estimate may move; null where none was recorded. */
  readonly tolerated: readonly [number, number] | null;
}

export interface Pair {
  readonly claim: string;
  readonly sweep: string;
}

export interface Comparison {
  readonly file: string;
  /** Rows that the baseline knows. */
  readonly compared: number;
  readonly regressions: readonly Regression[];
  readonly added: readonly Pair[];
  readonly gone: readonly Pair[];
}

/** `covers`: which entries of the baseline were asked for, so that the others are not gone. */
export function compareWith(
  entries: Entries,
  file: string,
  rows: readonly Row[],
  covers: Scope['covers'],
): Comparison {
  const known = rows.flatMap((row) => {
    const was = entryFor(entries, row);
    return was ? [{ row, was }] : [];
  });
  const here = new Set(rows.map(({ claim, sweep }) => `${claim} ${sweep}`));
  return {
    file,
    compared: known.length,
    regressions: known.flatMap(({ row, was }) => regressionOf(row, was) ?? []),
    added: rows.filter((row) => !entryFor(entries, row)).map(({ claim, sweep }) => ({ claim, sweep })),
    gone: Object.entries(entries)
      .flatMap(([claim, sweeps]) => Object.keys(sweeps).map((sweep) => ({ claim, sweep })))
      .filter(({ claim, sweep }) => covers(claim, sweep) && !here.has(`${claim} ${sweep}`)),
  };
}

const entryFor = (entries: Entries, { claim, sweep }: Pair): Entry | undefined =>
  Object.hasOwn(entries, claim) && Object.hasOwn(entries[claim] ?? {}, sweep)
    ? entries[claim]?.[sweep]
    : undefined;

function regressionOf(row: Row, was: Entry): Regression | undefined {
  const { claim, sweep, verdict, expected, estimate, interval, bound, relation } = row;
  const tolerated = toleratedBy(was, relation);
  const found = { claim, sweep, was, is: { verdict, expected, estimate, interval, bound }, tolerated };
  if (verdict !== was.verdict) return { kind: 'verdict-changed', ...found };
  if (!tolerated) return undefined;
  const [low, high] = tolerated;
  // Not `estimate < low || estimate > high`: an estimate that is gone has left its interval.
  return estimate !== null && low <= estimate && estimate <= high
    ? undefined
    : { kind: 'estimate-moved', ...found };
}

/** The part of its remaining slack that an identity or a sure bound may lose unnoticed. */
const slackLost = 0.01;

/**
 * The recorded interval, which for a mean or an exponent is what chance and legitimate change may do. Of an identity it is
 * the range of its rounding errors, which another order of summation leaves: less error is no regression, and
 * more is one from a hundredth of the slack on.
 */
function toleratedBy(
  { interval, bound }: Entry,
  relation: Row['relation'],
): readonly [number, number] | null {
  if (!interval || relation !== 'exactly' || bound === null) return interval;
  const [, high] = interval;
  return [-Infinity, high + slackLost * Math.max(0, bound - high)];
}

/** The entries with these rows recorded anew; of the entries asked for, those that no row has are dropped. */
export function updated(
  entries: Entries,
  rows: readonly Row[],
  recordOf: (row: Row) => Entry,
  covers: Scope['covers'],
): Entries {
  const kept = Object.entries(entries).flatMap(([claim, sweeps]) =>
    Object.entries(sweeps)
      .filter(([sweep]) => !covers(claim, sweep))
      .map(([sweep, entry]) => ({ claim, sweep, entry })),
  );
  const all = [...kept, ...rows.map((row) => ({ claim: row.claim, sweep: row.sweep, entry: recordOf(row) }))];
  const found: Record<string, Record<string, Entry>> = {};
  for (const { claim, sweep, entry } of all) (found[claim] ??= {})[sweep] = entry;
  return found;
}
