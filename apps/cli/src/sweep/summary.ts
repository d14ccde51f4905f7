/** What a finished sweep says: the document of `run --json`, and the matter of the report. */
import { expectationOf, judge, type Claim, type VerdictKind } from '@marginalia/theory';
import type { Execution, JournalRecord, Plan, Verdict } from '@marginalia/sweep';
import { exitCode } from '../exit-code.js';

/** The level at which every claim is judged. */
export const alpha = 0.05;

export interface FailedRun {
  readonly run: string;
  readonly axes: JournalRecord['axes'];
  readonly replicate: number;
  readonly kind: string;
  readonly message: string;
}

export interface JudgedClaim extends Verdict {
  readonly expected: VerdictKind;
  /** The run that violates it worst (the least slack), to be replayed; null when none does. */
  readonly violatedBy: string | null;
  /** What each cell would say by itself, counted, where --until judged the claim and a cell can say something. */
  readonly cells?: Readonly<Record<VerdictKind, number>> | null;
}

/** How `--until decided` came to its end: runs that it was allowed, and that it took. */
export interface Rounds {
  readonly rounds: number;
  readonly budget: number;
  readonly spent: number;
  /** The budget that would have done, at the estimates and spreads of the end; null where none is known, or none is needed. */
  readonly needed: number | null;
}

export interface Summary {
  readonly sweep: string;
  readonly preset: string;
  readonly seed: string;
  readonly code: string;
  readonly cells: number;
  readonly runs: number;
  /** Draws of random numbers among the measured runs: fewer than these where some runs share theirs. */
  readonly units: number;
  /** Predicted bytes of the largest run; null where the sweep predicts none. */
  readonly memory: number | null;
  readonly computed: number;
  readonly reused: number;
  readonly failures: number;
  readonly failed: readonly FailedRun[];
  /** Runs that never ended; absent where there are none. */
  readonly missing?: number;
  readonly alpha: number;
  /** Absent where the sweep ran at a fixed size. */
  readonly until?: Rounds;
  readonly out: string;
  readonly verdicts: readonly JudgedClaim[];
}

export async function summaryOf(plan: Plan, execution: Execution, out: string): Promise<Summary> {
  const { failedRuns, pendingRuns, storedEvidence, verdictOf } = await import('@marginalia/sweep');
  const measured = await storedEvidence(plan, out);
  const missing = [
    ...failedRuns(execution.failures, plan),
    // None, unless what is there is judged as it is.
    ...pendingRuns(plan.runs, [...measured, ...execution.failures]),
  ];
  const violatedBy = (claim: Claim): string | null => {
    let worst: { readonly id: string; readonly slack: number } | undefined;
    for (const run of measured) {
      const finding = judge(claim, run);
      if (finding.kind === 'violated' && !(worst && worst.slack <= finding.slack))
        worst = { id: run.id, slack: finding.slack };
    }
    return worst?.id ?? null;
  };
  const verdicts: JudgedClaim[] = [];
  for (const claim of await inBibliographyOrder(plan.claims)) {
    const verdict = verdictOf(claim, measured, { alpha, missing });
    verdicts.push({ ...verdict, expected: expectationOf(claim), violatedBy: violatedBy(claim) });
    // A claim over a hundred thousand runs takes a good part of a second: Ctrl-C has its turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    sweep: plan.sweep,
    preset: plan.preset,
    seed: plan.seed,
    code: plan.code,
    cells: plan.cells.length,
    runs: plan.runs.length,
    units: new Set(measured.map(({ id, unit }) => unit ?? id)).size,
    memory: plan.largest?.bytes ?? null,
    computed: execution.computed,
    reused: execution.reused,
    failures: execution.failures.length,
    failed: failureRows(execution.failures),
    alpha,
    out,
    verdicts,
  };
}

export const failureRows = (failures: readonly JournalRecord[]): readonly FailedRun[] =>
  failures.flatMap(({ id, axes, replicate, outcome }) =>
    outcome.kind === 'failed' ? [{ run: id, axes, replicate, ...outcome.failure }] : [],
  );

/** What concerns claims of the registry in its order, which is the bibliography's; a user's own after it, as listed. */
export async function inBibliographyOrder<Of extends { readonly id: string }>(
  claims: readonly Of[],
): Promise<readonly Of[]> {
  const { claims: registry } = await import('@marginalia/theory');
  const rank = new Map(registry.map(({ id }, at) => [id, at]));
  return [...claims].sort(
    (a, b) => (rank.get(a.id) ?? registry.length) - (rank.get(b.id) ?? registry.length),
  );
}

/** A refutation outranks what is undecided; a failed run leaves every verdict in doubt. */
export function exitCodeOf({ verdicts, failures }: Summary): number {
  if (verdicts.some(({ verdict }) => verdict === 'refuted')) return exitCode.refuted;
  // A sweep without claims has nothing supported: its runs stand, but it is no pass.
  if (failures > 0 || verdicts.length === 0 || verdicts.some(({ verdict }) => verdict !== 'supported'))
    return exitCode.undecided;
  return exitCode.supported;
}
