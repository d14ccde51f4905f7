/** What a check came to: a row a claim and sweep, and how each stands to what is expected of it. */
import type { Claim } from '@marginalia/theory';
import { exitCode } from '../exit-code.js';
import { inBibliographyOrder, type JudgedClaim, type Summary } from '../sweep/summary.js';
import type { Comparison } from './comparison.js';

/**
 * `as-expected`; `contradicted`: decided, and otherwise than expected; `undecided`: vacuous or inconclusive where
 * something else is expected.
 */
export type Standing = 'as-expected' | 'contradicted' | 'undecided';

export interface Row extends JudgedClaim {
  readonly sweep: string;
  readonly preset: string;
  /** The folder of the sweep's results. */
  readonly out: string;
  readonly relation: Claim['relation']['kind'];
  readonly standing: Standing;
}

const standingOf = ({ verdict, expected }: JudgedClaim): Standing => {
  if (verdict === expected) return 'as-expected';
  return verdict === 'supported' || verdict === 'refuted' ? 'contradicted' : 'undecided';
};

/** Claims in bibliography order; one that several sweeps judge has a row each, in the order of the sweeps. */
export async function rowsOf(
  judged: readonly { readonly summary: Summary; readonly claims: readonly Claim[] }[],
): Promise<readonly Row[]> {
  const rows = judged.flatMap(({ summary: { sweep, preset, out, verdicts }, claims }) =>
    verdicts.map((verdict) => ({
      id: verdict.claim,
      row: {
        ...verdict,
        sweep,
        preset,
        out,
        relation: (claims.find(({ id }) => id === verdict.claim) as Claim).relation.kind,
        standing: standingOf(verdict),
      },
    })),
  );
  return (await inBibliographyOrder(rows)).map(({ row }) => row);
}

/** A contradiction, and a regression, outrank what is undecided; a failed run leaves every verdict in doubt. */
export function exitCodeOfCheck(
  rows: readonly Row[],
  failures: number,
  comparison: Comparison | undefined,
): number {
  if (rows.some(({ standing }) => standing === 'contradicted')) return exitCode.refuted;
  if (comparison && comparison.regressions.length > 0) return exitCode.refuted;
  if (failures > 0 || rows.length === 0 || rows.some(({ standing }) => standing === 'undecided'))
    return exitCode.undecided;
  return exitCode.supported;
}
