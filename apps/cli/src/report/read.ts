/** A folder of results as a page sees it: its runs, its claims judged, what failed, whence it comes. */
import { BadInput } from '@marginalia/core';
import { expectationOf, type Claim, type VerdictKind } from '@marginalia/theory';
import type { JournalRecord, SweepIdentity, Verdict } from '@marginalia/sweep';
import type { FigureSource } from '../figure/figure.js';
import { judged, settled } from '../figure/judged.js';
import { sourceOf } from '../figure/sources.js';
import { storedIdentity } from '../sweep/stored.js';
import { alpha, inBibliographyOrder } from '../sweep/summary.js';
import { cellsOf, type ClaimCell, type Witnesses } from './claim-cells.js';
import { journalHash } from '../journal-hash.js';

export interface ReportedClaim {
  readonly claim: Claim;
  readonly verdict: Verdict;
  readonly expected: VerdictKind;
  readonly cells: readonly ClaimCell[];
  readonly witnesses: Witnesses;
}

export interface ReportedSweep {
  readonly folder: string;
  readonly identity: SweepIdentity;
  readonly source: FigureSource;
  readonly failures: readonly JournalRecord[];
  /** Of the plan last executed; undefined where the folder does not say how many runs it had. */
  readonly planned: number | undefined;
  readonly corrupted: number;
  readonly setAside: number;
  /** Every planned run is there, and how many there are was fixed beforehand: judged as `run` does, once. */
  readonly anytime: boolean;
  readonly alpha: number;
  readonly claims: readonly ReportedClaim[];
  readonly journal: string;
}

/** Throws BadInput for a folder without results, without a measured run, or of another version. */
export async function readSweep(
  folder: string,
  command: string,
  { anytime: looking = false }: { readonly anytime?: boolean } = {},
): Promise<ReportedSweep> {
  await storedIdentity(folder, command);
  const { failedRuns, readResults, standingVerdict } = await import('@marginalia/sweep');
  const results = readResults(folder);
  const { identity, failures, records } = results;
  const read = await sourceOf(results, folder, { where: {} });
  if (read.undefinedBecause !== undefined)
    throw new BadInput({ expected: `the sweep of ${folder}`, got: read.undefinedBecause });
  const { cells, replicates, mostReplicates } = identity;
  const planned = identity.planned ?? (cells === undefined ? undefined : cells * replicates);
  // A watch ends with the verdict of `run`, but looks before: one rule from the first look to the last.
  const anytime =
    looking ||
    mostReplicates !== undefined ||
    planned === undefined ||
    records.length + failures.length < planned;
  const missing = failedRuns(failures, identity);
  const source = { ...read, judging: { alpha, anytime, missing } };
  const ended = [...records, ...failures];
  const claims: ReportedClaim[] = [];
  for (const claim of await inBibliographyOrder(source.claims)) {
    // What may still grow is judged by balanced cells; its figures show the same verdicts as its table.
    const verdict = anytime
      ? settled(claim, source, standingVerdict(claim, ended, identity, alpha))
      : judged(claim, source);
    claims.push({
      claim,
      verdict,
      expected: expectationOf(claim),
      ...cellsOf(claim, source.runs, identity.axisNames),
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    folder,
    identity,
    source,
    failures,
    planned,
    corrupted: results.corrupted,
    setAside: results.setAside,
    anytime,
    alpha,
    claims,
    journal: journalHash(folder, identity),
  };
}

/** What a reader must not miss comes first; within a kind, what was not expected. */
export const verdictOrder: readonly VerdictKind[] = ['refuted', 'vacuous', 'inconclusive', 'supported'];

export const byUrgency = (
  a: Pick<ReportedClaim, 'verdict' | 'expected'>,
  b: Pick<ReportedClaim, 'verdict' | 'expected'>,
): number =>
  verdictOrder.indexOf(a.verdict.verdict) - verdictOrder.indexOf(b.verdict.verdict) ||
  Number(a.verdict.verdict === a.expected) - Number(b.verdict.verdict === b.expected);
