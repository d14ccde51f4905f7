/** The runs of a folder by cell, as a grid is judged while there may be more of it. */
import type { Claim } from '@marginalia/theory';
import { evidenceOf } from '../evidence.js';
import { unitOf } from '../identity.js';
import type { JournalRecord } from '../journal/record.js';
import { failedRuns } from '../verdict/missing.js';
import type { Verdict } from '../verdict/verdict.js';
import { balance } from './balance.js';
import { judgeAnytime, type Outcomes } from './judge.js';

interface Axes {
  readonly axisNames: readonly string[];
  readonly keyingAxes?: readonly string[];
}

/** By the place of the cell, in the order in which cells first appear; failures among the records are what is missing. */
export function cellsOf(
  records: readonly JournalRecord[],
  { axisNames, keyingAxes }: Axes,
): ReadonlyMap<string, Outcomes> {
  const cells = new Map<string, JournalRecord[]>();
  for (const record of records) {
    const place = unitOf(axisNames, { ...record, replicate: 0 });
    const cell = cells.get(place);
    if (cell) cell.push(record);
    else cells.set(place, [record]);
  }
  const keying = keyingAxes === undefined ? {} : { keyingAxes };
  return new Map(
    [...cells].map(([place, own]) => [
      place,
      { runs: evidenceOf(own, keying), missing: failedRuns(own, keying) },
    ]),
  );
}

/** What a claim may be judged by: an identity by every run, all others by as many replicates of every cell as every cell has. */
export function judgedBy(claim: Claim, cells: readonly Outcomes[]): Outcomes {
  return claim.relation.kind === 'exactly'
    ? { runs: cells.flatMap(({ runs }) => runs), missing: cells.flatMap(({ missing }) => missing) }
    : balance(claim, cells);
}

/**
 * A claim as it stands in a folder that may still grow. While some of the planned cells have no run yet, it is judged by none but
 * an identity's: which cells came first is no draw from the grid.
 */
export function standingVerdict(
  claim: Claim,
  records: readonly JournalRecord[],
  identity: Axes & { readonly cells?: number },
  alpha: number,
): Verdict {
  const cells = [...cellsOf(records, identity).values()];
  const begun = identity.cells === undefined || cells.length >= identity.cells;
  const nothing: Outcomes = { runs: [], missing: [] };
  return judgeAnytime(
    claim,
    begun || claim.relation.kind === 'exactly' ? judgedBy(claim, cells) : nothing,
    alpha,
  );
}
