/** Verdicts of the runs of a source, each found once: several figures ask the same, and a hundred thousand runs take seconds. */
import type { Claim } from '@marginalia/theory';
import { type MeasuredRun, type Verdict, verdictOf } from '@marginalia/sweep';
import type { FigureSource } from './figure.js';

type Judged = Pick<FigureSource, 'runs' | 'judging'>;

const known = new WeakMap<readonly MeasuredRun[], Map<Claim, Verdict>>();

const verdictsOf = (runs: readonly MeasuredRun[]): Map<Claim, Verdict> => {
  const verdicts = known.get(runs) ?? new Map<Claim, Verdict>();
  known.set(runs, verdicts);
  return verdicts;
};

/** As `verdictOf`, of runs that nobody changes and that are judged in one way. */
export function judged(claim: Claim, { runs, judging }: Judged): Verdict {
  const verdicts = verdictsOf(runs);
  const verdict = verdicts.get(claim) ?? verdictOf(claim, runs, judging);
  verdicts.set(claim, verdict);
  return verdict;
}

/** The verdict on a claim, found otherwise: whoever asks for it later is told this one. */
export function settled(claim: Claim, { runs }: Judged, verdict: Verdict): Verdict {
  verdictsOf(runs).set(claim, verdict);
  return verdict;
}
