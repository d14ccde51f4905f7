/** Verdicts at the level of all figures, each found once: several figures ask the same, and a hundred thousand runs take seconds. */
import type { Claim } from '@marginalia/theory';
import { verdictOf, type MeasuredRun, type Verdict } from '@marginalia/sweep';

const known = new WeakMap<readonly MeasuredRun[], Map<Claim, Verdict>>();

/** As `verdictOf(claim, runs)`, of runs that nobody changes. */
export function judged(claim: Claim, runs: readonly MeasuredRun[]): Verdict {
  const verdicts = known.get(runs) ?? new Map<Claim, Verdict>();
  known.set(runs, verdicts);
  const verdict = verdicts.get(claim) ?? verdictOf(claim, runs);
  verdicts.set(claim, verdict);
  return verdict;
}
