/** The ways in which missing runs might have come out: what a verdict must survive. */
import type { Missed } from './judging.js';
import { unitsOf } from './units.js';

/** A run as an average sees it. */
export interface Entry {
  readonly run: { readonly unit?: string };
  readonly value: number;
  readonly held: boolean;
}

/** So many mixtures are tried: of more missing runs not each number at the low end, but this many evenly spread ones. */
const mixtures = 32;

/**
 * The entries, and for each number of missing runs at the low end of the range, the others at its high end, unit by unit, the
 * entries with these: an interval and an e-value reach furthest there, for what missing values do to them is concave or convex
 * in each. Without the missing ones too, for these might have met no assumption. Undefined where the range lacks an end.
 */
export function completions(
  entries: readonly Entry[],
  missing: readonly Missed[],
  [low, high]: readonly [number, number],
): readonly (readonly Entry[])[] | undefined {
  if (missing.length === 0) return [entries];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return undefined;
  const byUnit = unitsOf(missing.map((run) => ({ run }))).flat();
  const step = Math.ceil(missing.length / mixtures);
  const lows = Array.from({ length: Math.ceil(missing.length / step) }, (_, at) => at * step);
  const completed = [...lows, missing.length].map((many) => [
    ...entries,
    ...byUnit.map(({ run }, at): Entry => ({ run, value: at < many ? low : high, held: at < many })),
  ]);
  return [entries, ...completed];
}

/** The same of the share that holds: none of the missing runs, or all of them. */
export function rateCompletions(
  entries: readonly Entry[],
  missing: readonly Missed[],
): { readonly worst: readonly Entry[]; readonly best: readonly Entry[] } {
  const filled = (held: boolean): readonly Entry[] =>
    missing.length === 0
      ? entries
      : [...entries, ...missing.map((run) => ({ run, value: Number.NaN, held }))];
  return { worst: filled(false), best: filled(true) };
}
