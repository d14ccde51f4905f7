/** A claim judged over a sweep. */
import type { Claim, Evidence } from '@marginalia/theory';
import { decideAverage } from './average.js';
import { count, type Decision, type Validity, type Weight } from './decision.js';
import { decideExactly } from './exactly.js';
import { decideExponent } from './exponent.js';
import { type Findings, gather, type JudgedRun } from './gather.js';
import { type Judging, type Missed, missedInWords } from './judging.js';
import { depends, type MissingKind, type MissingRun } from './missing.js';
import { unitsOf } from './units.js';

export interface Verdict {
  readonly claim: string;
  readonly title: string;
  readonly verdict: 'supported' | 'refuted' | 'vacuous' | 'inconclusive';
  /** In the relation's own terms: worst quantity, mean, mean ratio, or exponent; null where there is none. */
  readonly estimate: number | null;
  readonly interval: readonly [number, number] | null;
  /** Signed distance of the nearest interval end (of the estimate without one) to the edge of what is claimed. */
  readonly slack: number | null;
  /** What the estimate is compared with. */
  readonly bound: number | null;
  /** Judged runs: held + violated. Vacuous and inconclusive runs never count as judged. */
  readonly runs: number;
  /** Independent units among the judged runs: fewer than `runs` where some share their random numbers. */
  readonly units: number;
  readonly held: number;
  readonly violated: number;
  readonly vacuous: number;
  readonly inconclusive: number;
  /** Assumptions that some run did not meet. */
  readonly unmet: readonly string[];
  /** Vacuous runs by the first assumption that each did not meet: `{ 'fitted-data': 4 }`; they sum to `vacuous`. */
  readonly unmetRuns: Readonly<Record<string, number>>;
  /** One sentence: what decided it, or what is missing. */
  readonly reason: string;
  /** The level: how often a claim that is true may be refuted. */
  readonly alpha: number;
  /** At which looks interval and evidence hold. */
  readonly validity: Validity;
  /** E-values against the claim and for it (against its being false); null where nothing is estimated. */
  readonly evidence: Weight | null;
  /**
   * The least discrepancy that these units would find with probability 90 %: how far beyond the edge a mean or an exponent
   * would have to lie, in their own terms; for an identity, in which share of units it would have to fail. Null where none
   * can be stated.
   */
  readonly detectable: number | null;
  /** Further replicates of each cell that would settle it at today's estimate and spread; null where it is settled, or where none would. */
  readonly more: number | null;
  /** Runs that say nothing, by what became of them; kinds that did not occur are left out. */
  readonly missing: Readonly<Partial<Record<MissingKind, number>>>;
}

export interface VerdictOptions {
  readonly alpha?: number;
  /** Judge so that it may be looked at, and stopped, at any time: see the package README. */
  readonly anytime?: boolean;
  /** Runs of the plan that left no measurements: see `failedRuns` and `pendingRuns`. */
  readonly missing?: readonly MissingRun[];
}

/** Judge every run, then all of them together, at level alpha. Throws BadInput when a function of the claim throws. */
export function verdictOf(
  claim: Claim,
  evidences: readonly Evidence[],
  { alpha = 0.05, anytime = false, missing = [] }: VerdictOptions = {},
): Verdict {
  const findings = gather(claim, evidences);
  const { judged, held, violated, vacuous, inconclusive, unmetRuns } = findings;
  const judging = { alpha, anytime, missing: missedOf(findings, missing) };
  const { moreUnits, ...decision } =
    judged.length > 0 ? decide(claim, findings, judging) : undecided(findings, judging);
  return {
    claim: claim.id,
    title: claim.title,
    ...decision,
    alpha,
    more: moreUnits === null ? null : replicatesFor(judged, moreUnits),
    missing: tallyOf(findings, missing),
    runs: judged.length,
    units: unitsOf(judged).length,
    held,
    violated,
    vacuous,
    inconclusive,
    unmet: Object.keys(unmetRuns),
    unmetRuns,
  };
}

function decide({ relation, range }: Claim, findings: Findings, judging: Judging): Decision {
  switch (relation.kind) {
    case 'exactly':
      return decideExactly(findings, judging);
    case 'at-most':
    case 'at-least':
    case 'about':
      return decideAverage(relation, range, findings, judging);
    case 'proportional':
      return decideExponent(relation, findings, judging);
  }
}

/** The runs whose absence may depend on what they would have measured. */
const missedOf = ({ diverged }: Findings, missing: readonly MissingRun[]): readonly Missed[] => [
  ...missing.filter(({ kind }) => depends(kind)),
  ...diverged.map((run) => ({ ...run, kind: 'diverged' as const })),
];

/** Replicates of every cell that bring so many units, where each brings as many as today. */
function replicatesFor(judged: readonly JudgedRun[], units: number): number {
  const replicates = new Set(judged.map(({ run }) => run.replicate)).size;
  return Math.ceil((units * replicates) / unitsOf(judged).length);
}

/** Every run that says nothing, by kind. */
function tallyOf(
  { vacuous, inconclusive, diverged }: Findings,
  missing: readonly MissingRun[],
): Partial<Record<MissingKind, number>> {
  const counts = new Map<MissingKind, number>();
  const add = (kind: MissingKind, many: number): unknown =>
    many > 0 && counts.set(kind, (counts.get(kind) ?? 0) + many);
  for (const { kind } of missing) add(kind, 1);
  add('diverged', diverged.length);
  add('assumption-unmet', vacuous);
  add('not-measured', inconclusive - diverged.length);
  return Object.fromEntries(counts);
}

/** No run was judged: a claim whose assumptions no run met says nothing, which is no pass. */
function undecided(
  { vacuous, inconclusive, unmetRuns, doubt }: Findings,
  { missing }: Judging,
): Omit<Decision, 'verdict'> & Pick<Verdict, 'verdict'> {
  const nothing = {
    estimate: null,
    interval: null,
    slack: null,
    bound: null,
    validity: 'anytime' as const,
    evidence: null,
    detectable: null,
    moreUnits: null,
  };
  if (vacuous > 0 && inconclusive === 0 && missing.length === 0) {
    return {
      ...nothing,
      verdict: 'vacuous',
      reason: `no run met its assumptions: ${Object.entries(unmetRuns)
        .map(
          ([name, runs], i) => `${name}${i === 0 ? ' unmet' : ''} in ${i === 0 ? count(runs, 'run') : runs}`,
        )
        .join(', ')}`,
    };
  }
  return {
    ...nothing,
    verdict: 'inconclusive',
    reason:
      inconclusive > 0
        ? (doubt ?? 'not measured')
        : missing.length > 0
          ? `${missedInWords(missing)}, and no run was judged`
          : 'no run yet',
  };
}
