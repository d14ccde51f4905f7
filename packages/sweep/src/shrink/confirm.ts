/** Does one setting refute a claim? Asked of fresh runs, as few as decide it. */
import type { Claim } from '@marginalia/theory';
import type { SweepDefinition } from '../define-sweep.js';
import { evidenceOf } from '../evidence.js';
import type { JournalRecord } from '../journal/record.js';
import type { Plan } from '../plan.js';
import { performRun } from '../run.js';
import { judgeAnytime } from '../until/judge.js';
import { failedRuns } from '../verdict/missing.js';
import type { Verdict } from '../verdict/verdict.js';

export interface Answer {
  readonly verdict: Verdict['verdict'];
  /** Fresh runs that it took; the first so many replicates of the setting. */
  readonly runs: number;
  readonly reason: string;
  /** False where only the runs had an end. */
  readonly settled: boolean;
}

/** Of so many runs all vacuous few more would say anything: one in three would have in 96 % of settings. */
const silentRuns = 8;

/**
 * Replicates of a plan of one cell, one after another, judged at level alpha after each, until the claim is refuted or
 * supported there or the runs of the plan end. An identity is refuted by the first run that violates it. Runs in this
 * process: what is asked next depends on what this comes to.
 */
export async function confirm(
  definition: SweepDefinition,
  claim: Claim,
  plan: Plan,
  alpha: number,
): Promise<Answer> {
  const records: JournalRecord[] = [];
  let verdict: Verdict | undefined;
  let done = false;
  for (const run of plan.runs) {
    records.push(await performRun(definition, plan, run));
    verdict = judgeAnytime(
      claim,
      { runs: evidenceOf(records, plan), missing: failedRuns(records, plan) },
      alpha,
    );
    done = settled(claim, verdict, records.length);
    if (done) break;
  }
  return {
    verdict: verdict?.verdict ?? 'inconclusive',
    runs: records.length,
    reason: verdict?.reason ?? 'no run',
    settled: done,
  };
}

function settled({ relation }: Claim, { verdict }: Verdict, runs: number): boolean {
  if (verdict === 'refuted') return true;
  // An identity that held so far may fail in the next run.
  if (verdict === 'supported') return relation.kind !== 'exactly';
  return verdict === 'vacuous' && runs >= silentRuns;
}
