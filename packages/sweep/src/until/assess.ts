/** Where each claim of a sweep stands: decided, or open in which cells. */
import type { Claim } from '@marginalia/theory';
import type { Verdict } from '../verdict/verdict.js';
import { balance } from './balance.js';
import { judgeAnytime, type Outcomes } from './judge.js';

/** A claim over the cells of a sweep, at a level that is that of the sweep divided by its claims. */
export interface Assessment extends Verdict {
  /** Cells that need more runs for it to be decided, in grid order: none once it is, or where no more would help. */
  readonly open: readonly number[];
}

/** What each cell came to, in grid order, replicate by replicate. */
export type Measured = readonly Outcomes[];

/**
 * Every claim over the grid at level alpha / claims, so that a sweep decides any of them falsely with probability ≤ alpha.
 * Cells in which a claim is vacuous after the first round bear on it no more, and are asked for nothing. What `before`
 * decided stays decided, at the look that did: the evidence of a later look may be less. An identity is never settled, for
 * one violation refutes it, whenever it comes.
 */
export function assess(
  claims: readonly Claim[],
  measured: Measured,
  alpha: number,
  before: readonly Assessment[] = [],
): readonly Assessment[] {
  return claims.map((claim, at) => {
    const earlier = before[at];
    const settled = earlier?.verdict === 'supported' || earlier?.verdict === 'refuted';
    return settled && claim.relation.kind !== 'exactly'
      ? earlier
      : assessment(claim, measured, alpha / claims.length);
  });
}

function assessment(claim: Claim, measured: Measured, alpha: number): Assessment {
  if (claim.relation.kind === 'exactly') {
    const runs = measured.flatMap((cell) => cell.runs);
    const missing = measured.flatMap((cell) => cell.missing);
    return { ...judgeAnytime(claim, { runs, missing }, alpha), open: [] };
  }
  const balanced = balance(claim, measured);
  const verdict = judgeAnytime(claim, balanced, alpha);
  const isOpen = verdict.verdict === 'inconclusive' && !hopeless(verdict);
  return { ...verdict, open: isOpen ? balanced.bearing : [] };
}

/** Of fewer units an estimate that lies on the edge, or a drift that covers it, may be a matter of chance. */
const tellingUnits = 64;

/** No number of runs would decide it, as far as can be told. */
const hopeless = ({ more, runs, units }: Verdict): boolean =>
  runs === 0 || (more === null && units >= tellingUnits);
