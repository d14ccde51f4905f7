/** A folder of results as a paper cites it: its claims judged as `run` judges them, and what its cells measured. */
import type { Claim } from '@marginalia/theory';
import type { JournalRecord, SweepIdentity, Verdict } from '@marginalia/sweep';
import { symbolIn } from '../table/symbols.js';
import { findQuestion } from '../sweep/question.js';
import { runCommand } from '../sweep/run-command.js';
import { alpha, inBibliographyOrder } from '../sweep/summary.js';
import { storedIdentity } from '../sweep/stored.js';
import { journalHash } from '../journal-hash.js';

export interface Source {
  readonly folder: string;
  readonly identity: SweepIdentity;
  readonly records: readonly JournalRecord[];
  readonly failures: number;
  readonly judged: readonly { readonly claim: Claim; readonly verdict: Verdict }[];
  /** The symbols of the axes: `dimension` → `d`. */
  readonly symbols: Readonly<Record<string, string>>;
  readonly journal: string;
  readonly command: string;
}

/**
 * At the level of `run`, 0.05 a claim; where cells were extended until their claims were decided, by intervals that allow
 * for it, at 0.001 split over the claims. Throws BadInput where the folder holds no sweep, or its sweep cannot be found.
 */
export async function sourceOf(folder: string): Promise<Source> {
  const { defaultAlpha, evidenceOf, failedRuns, readResults, verdictOf } = await import('@marginalia/sweep');
  await storedIdentity(folder, 'paper');
  const { identity, records, failures } = readResults(folder);
  const { definition } = await findQuestion(identity.reference, 'paper');
  const claims = await inBibliographyOrder(definition.presets[identity.preset]?.claims ?? definition.claims);
  const extended = identity.mostReplicates !== undefined;
  const judging = {
    alpha: extended ? defaultAlpha / claims.length : alpha,
    anytime: extended,
    missing: failedRuns(failures, identity),
  };
  const evidence = evidenceOf(records, identity);
  return {
    folder,
    identity,
    records,
    failures: failures.length,
    judged: claims.map((claim) => ({ claim, verdict: verdictOf(claim, evidence, judging) })),
    symbols: Object.fromEntries(
      Object.entries(definition.axes).flatMap(([name, { meaning }]) => {
        const symbol = symbolIn(meaning);
        return symbol === undefined ? [] : [[name, symbol]];
      }),
    ),
    journal: journalHash(folder, identity),
    command: runCommand(identity.reference, identity, { out: folder }),
  };
}
