/** The ways in which missing runs might have come out: what a verdict must survive. */
import type { Missed } from './judging.js';

/** A run as an average sees it. */
export interface Entry {
  readonly run: { readonly unit?: string };
  readonly value: number;
  readonly held: boolean;
}

/**
 * The entries, and for each number of missing runs at the low end of the range, the others at its high end, the entries with
 * these: values and verdicts in which an interval or an e-value reaches furthest, for its ends are concave or convex in each
 * value. Without the missing ones too, for these might have met no assumption. Undefined where the range has no ends.
 */
export function completions(
  entries: readonly Entry[],
  missing: readonly Missed[],
  [low, high]: readonly [number, number],
): readonly (readonly Entry[])[] | undefined {
  if (missing.length === 0) return [entries];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return undefined;
  const completed = Array.from({ length: missing.length + 1 }, (_, lows) => [
    ...entries,
    ...missing.map((run, at): Entry => ({ run, value: at < lows ? low : high, held: at < lows })),
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
