/** One claim judged where one may stop at any look: nothing is decided by an interval that is not made for that. */
import type { Claim, Evidence } from '@marginalia/theory';
import { type Verdict, verdictOf } from '../verdict/verdict.js';

/** A verdict at level alpha that holds however often one looks; what only an ordinary interval decides is inconclusive. */
export function judgeAnytime(claim: Claim, evidence: readonly Evidence[], alpha: number): Verdict {
  const verdict = verdictOf(claim, evidence, { alpha, anytime: true });
  const decided = verdict.verdict === 'supported' || verdict.verdict === 'refuted';
  return decided && verdict.validity === 'fixed'
    ? {
        ...verdict,
        verdict: 'inconclusive',
        reason: `${verdict.reason}; its interval is valid at one look only`,
      }
    : verdict;
}
