/** One claim judged where one may stop at any look: nothing is decided by an interval that is not made for that. */
import type { Claim } from '@marginalia/theory';
import type { MeasuredRun } from '../evidence.js';
import type { MissingRun } from '../verdict/missing.js';
import { type Verdict, verdictOf } from '../verdict/verdict.js';

/** What a cell came to, or several together. */
export interface Outcomes {
  readonly runs: readonly MeasuredRun[];
  /** Runs that failed. */
  readonly missing: readonly MissingRun[];
}

/** A verdict at level alpha that holds however often one looks; what an interval for one look decides is inconclusive. */
export function judgeAnytime(claim: Claim, { runs, missing }: Outcomes, alpha: number): Verdict {
  const verdict = verdictOf(claim, runs, { alpha, anytime: true, missing });
  const decided = verdict.verdict === 'supported' || verdict.verdict === 'refuted';
  return decided && verdict.validity === 'fixed'
    ? {
        ...verdict,
        verdict: 'inconclusive',
        reason: `${verdict.reason}; its interval is valid at one look only`,
      }
    : verdict;
}
