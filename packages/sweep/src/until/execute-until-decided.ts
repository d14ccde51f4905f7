/** A sweep that goes on until each of its claims is decided, or its budget ends. */
import { BadInput } from '@marginalia/core';
import * as Effect from 'effect/Effect';
import { attempt } from '../attempt.js';
import { evidenceOf } from '../evidence.js';
import { mostRuns } from '../grid.js';
import { execute, type ExecuteOptions, type Execution } from '../execute.js';
import type { JournalRecord } from '../journal/record.js';
import type { Plan } from '../plan.js';
import { type Assessment, assess, type Measured } from './assess.js';
import { allot } from './allot.js';
import { type Corners, cornersOf } from './corners.js';
import { failedRuns } from '../verdict/missing.js';
import { extendPlan, runsOfCells } from './extend-plan.js';

/** The level of a sweep that says no other. */
export const defaultAlpha = 1e-3;

/**
 * The runs that a sweep without a budget of its own may take: fifty of each cell. And five hundred at least: that 95 % of
 * runs hold takes 200 of them at the levels of a sweep, however few cells there are.
 */
export const defaultBudget = (cells: number): number => Math.min(Math.max(50 * cells, 500), mostRuns);

export interface Policy {
  /** Probability that a sweep decides any of its claims falsely. */
  readonly alpha: number;
  /** Runs in all, the first round included. */
  readonly budget: number;
}

/** A look at the claims, after a round. */
export interface Look {
  /** 1, 2, … */
  readonly round: number;
  /** What was asked for up to now. */
  readonly plan: Plan;
  readonly assessments: readonly Assessment[];
  /** The replicates of each cell in the next round, in grid order; undefined when there is none. */
  readonly next: readonly number[] | undefined;
}

export interface Decided extends Execution, Look {
  /** What single cells say, of each claim of which they can. */
  readonly corners: readonly Corners[];
}

export interface UntilOptions extends ExecuteOptions {
  /** Called after every round. */
  readonly onLook?: (look: Look) => void;
}

/**
 * Rounds: the plan as it is, then more replicates of every cell that some claim still needs, until no claim needs any or
 * the budget is spent. The rounds follow from what was measured and from nothing else: neither from the number of threads
 * nor from what the journal held, so that a sweep that is stopped and goes on asks for the same runs and ends with the
 * same verdicts. Runs that are there already are looked at when their round comes, and not computed.
 *
 * A run that failed is not tried again by later rounds. Fails with BadInput as `execute` does, for a plan without claims,
 * and for a budget that the first round exceeds.
 */
export const executeUntilDecided = (
  first: Plan,
  { alpha, budget }: Policy,
  options: UntilOptions,
): Effect.Effect<Decided, BadInput> =>
  Effect.gen(function* () {
    yield* attempt(() => refuse(first, { alpha, budget }));
    const failures = new Map<string, JournalRecord>();
    let computed = 0;
    let open = first.cells.length;
    let before: readonly Assessment[] = [];
    for (let plan = first, round = 1; ; round += 1) {
      const standing = { number: round, open, cells: plan.cells.length };
      const { onProgress } = options;
      const execution: Execution = yield* execute(
        { ...plan, runs: plan.runs.filter(({ id }) => !failures.has(id)) },
        {
          ...options,
          ...(onProgress && { onProgress: (progress) => onProgress({ ...progress, round: standing }) }),
        },
      );
      computed += execution.computed;
      for (const record of execution.failures) failures.set(record.id, record);
      const measured = measuredOf(plan, [...execution.records, ...failures.values()]);
      const look = yield* attempt(() => lookAt(plan, round, measured, { alpha, budget }, before));
      before = look.assessments;
      options.onLook?.(look);
      if (look.next === undefined) {
        const { torn, corrupted, setAside, records } = execution;
        const failed = plan.runs.flatMap(({ id }) => failures.get(id) ?? []);
        const reused = plan.runs.length - computed;
        const corners = yield* attempt(() => cornersOf(plan.claims, measured, alpha));
        return {
          ...look,
          corners,
          computed,
          reused,
          measured: records.length,
          failures: failed,
          records,
          torn,
          corrupted,
          setAside,
        };
      }
      open = look.next.filter((many, cell) => many > (runsOfCells(plan)[cell]?.length ?? 0)).length;
      plan = extendPlan(plan, look.next);
    }
  });

/** The records of a plan, failed ones included, by cell. */
export function measuredOf(plan: Plan, records: readonly JournalRecord[]): Measured {
  const byId = new Map(records.map((record) => [record.id, record]));
  return runsOfCells(plan).map((cell) => {
    const ended = cell.flatMap(({ id }) => byId.get(id) ?? []);
    return { runs: evidenceOf(ended, plan), missing: failedRuns(ended, plan) };
  });
}

/** What a round makes of the claims, and of the next round; `before` is where they stood. Pure. */
export function lookAt(
  plan: Plan,
  round: number,
  measured: Measured,
  { alpha, budget }: Policy,
  before: readonly Assessment[] = [],
): Look {
  const assessments = assess(plan.claims, measured, alpha, before);
  const replicates = runsOfCells(plan).map(({ length }) => length);
  return { round, plan, assessments, next: allot(replicates, assessments, budget - plan.runs.length) };
}

function refuse({ sweep, claims, runs }: Plan, { alpha, budget }: Policy): void {
  if (claims.length === 0) {
    throw new BadInput({ expected: `${sweep} to have claims to decide`, got: 'a sweep without claims' });
  }
  if (!(alpha > 0 && alpha < 1)) {
    throw new BadInput({
      expected: 'alpha to lie between 0 and 1',
      got: String(alpha),
      try: String(defaultAlpha),
    });
  }
  if (budget > mostRuns) {
    throw new BadInput({
      expected: `a budget of at most ${mostRuns} runs, as a plan has`,
      got: String(budget),
      try: 'several sweeps',
    });
  }
  if (!(budget >= runs.length)) {
    throw new BadInput({
      expected: `a budget of at least the first round of ${sweep}, ${runs.length} runs`,
      got: String(budget),
      try: 'fewer replicates, which are those of the first round',
    });
  }
}
