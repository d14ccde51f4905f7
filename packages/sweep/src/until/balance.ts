/** The runs of a sweep that a claim over its grid may be judged by: as many of each cell as every cell has. */
import type { Claim } from '@marginalia/theory';
import { gather } from '../verdict/gather.js';
import type { Outcomes } from './judge.js';

export interface Balanced extends Outcomes {
  /** Cells in which the claim says something, by their place. */
  readonly bearing: readonly number[];
  /** Replicates of each of them that are judged. */
  readonly replicates: number;
}

/**
 * A cell bears on a claim where some run of it was judged, or might have been had it not failed. Of the bearing cells the
 * first replicates, as many as the one with fewest has: how many more there are may depend on what was measured, and a mean
 * or an exponent over cells that were extended at will would be none of the grid.
 */
export function balance(claim: Claim, cells: readonly Outcomes[]): Balanced {
  const bearing = cells.flatMap((cell, at) => (bears(claim, cell) ? [at] : []));
  const replicates = Math.min(...bearing.map((at) => replicatesOf(cells[at])));
  const first = <Of extends { readonly replicate: number }>(all: readonly Of[]): readonly Of[] =>
    // Where no cell bears, what is vacuous stays: it is why.
    bearing.length === 0 ? all : all.filter(({ replicate }) => replicate < replicates);
  return {
    bearing,
    replicates: bearing.length === 0 ? 0 : replicates,
    runs: cells.flatMap(({ runs }) => first(runs)),
    missing: cells.flatMap(({ missing }) => first(missing)),
  };
}

function bears(claim: Claim, { runs, missing }: Outcomes): boolean {
  const { judged, vacuous, diverged } = gather(claim, runs);
  return judged.length > 0 || (vacuous === 0 && missing.length + diverged.length > 0);
}

const replicatesOf = (cell: Outcomes | undefined): number =>
  [...(cell?.runs ?? []), ...(cell?.missing ?? [])].reduce(
    (most, { replicate }) => Math.max(most, replicate + 1),
    0,
  );
