/** Executing a plan: what the journal already holds is reused, the rest is computed, longest first. */
import { BadInput } from '@marginalia/core';
import * as Effect from 'effect/Effect';
import * as Schedule from 'effect/Schedule';
import { healJournal } from './journal/heal.js';
import { latest } from './journal/read.js';
import type { JournalRecord } from './journal/record.js';
import { JournalWriter } from './journal/writer.js';
import { loadSweep, type SweepReference } from './load-sweep.js';
import type { Run } from './identity.js';
import type { Plan } from './plan.js';
import { Pool } from './pool.js';
import { type Progress, ProgressMeter } from './progress.js';
import { identityOf, refuseOtherSweeps, writeIdentity } from './results.js';
import { recordOf } from './run.js';

export interface ExecuteOptions {
  readonly reference: SweepReference;
  /** Output folder: see `readResults`. */
  readonly out: string;
  /** Workers; never more than the plan tolerates or has runs for. */
  readonly threads: number;
  readonly timeoutMs?: number;
  readonly heapMiB?: number;
  /** Called at the start, and whenever a run starts or ends. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Execution {
  /** Runs performed now, failed ones included. */
  readonly computed: number;
  /** Measured runs of this plan found in the journal. */
  readonly reused: number;
  /** Runs of this plan that failed now, in plan order. */
  readonly failures: readonly JournalRecord[];
  /** Measured runs of this plan, in plan order. */
  readonly records: readonly JournalRecord[];
  /** Journal files whose last line was cut off. */
  readonly torn: number;
  /** Journal lines that no longer held the bytes written: never used. */
  readonly corrupted: number;
  /** Measured runs in the journal that are none of this plan's: of other values, code, seed or environment. */
  readonly setAside: number;
}

/**
 * Fails with BadInput for what a caller can mend: a folder that cannot be written or is another sweep's, a foreign
 * journal, a full disk, a determinism alarm. Interruption abandons the runs in flight; what was journaled stays.
 */
export const execute = (plan: Plan, options: ExecuteOptions): Effect.Effect<Execution, BadInput> =>
  Effect.gen(function* () {
    const opened = yield* attempt(() => {
      checkThreads(options);
      refuseOtherSweeps(options.out, plan.sweep);
      return healJournal(options.out, plan.sweep);
    });
    const known = yield* attempt(() => latest(opened.files));
    yield* attempt(() => writeIdentity(options.out, identityOf(plan, options.reference)));
    const records = new Map([...known].filter(([, record]) => record.outcome.kind === 'measured'));
    const found = records.size;
    const pending = plan.runs.filter((run) => !records.has(run.id));
    const reused = plan.runs.length - pending.length;
    const failures = new Map<string, JournalRecord>();
    const keep = (record: JournalRecord): void => {
      (record.outcome.kind === 'measured' ? records : failures).set(record.id, record);
    };
    const threads = Math.min(options.threads, plan.maxThreads, pending.length);
    const meter = new ProgressMeter({ total: plan.runs.length, pending, threads });
    const report = (): void => options.onProgress?.(meter.now());
    report();
    if (pending.length > 0) {
      yield* checkReference(plan, options.reference);
      yield* compute({ plan, options, pending, threads, meter, report, keep });
    }
    const inPlanOrder = (of: ReadonlyMap<string, JournalRecord>): JournalRecord[] =>
      plan.runs.flatMap((run) => of.get(run.id) ?? []);
    return {
      computed: pending.length,
      reused,
      failures: inPlanOrder(failures),
      records: inPlanOrder(records),
      torn: opened.torn,
      corrupted: opened.corrupted,
      setAside: found - reused,
    };
  });

interface Work {
  readonly plan: Plan;
  readonly options: ExecuteOptions;
  readonly pending: readonly Run[];
  readonly threads: number;
  readonly meter: ProgressMeter;
  readonly report: () => void;
  readonly keep: (record: JournalRecord) => void;
}

function compute({
  plan,
  options,
  pending,
  threads,
  meter,
  report,
  keep,
}: Work): Effect.Effect<void, BadInput> {
  const { sweep, seed, code } = plan;
  const { reference, timeoutMs, heapMiB } = options;
  const longestFirst = [...pending].sort((a, b) => b.cost - a.cost);
  const everyRun = (pool: Pool, writer: JournalWriter): Effect.Effect<void, BadInput> =>
    Effect.forEach(
      longestFirst,
      (run) =>
        Effect.gen(function* () {
          meter.started(run);
          report();
          const outcome = yield* pool.perform({ reference, key: { sweep, seed, code }, run });
          const record = recordOf(plan, run, outcome);
          yield* attempt(() => writer.append(record));
          keep(record);
          meter.ended(run, outcome.kind === 'failed');
          report();
        }),
      { concurrency: threads, discard: true },
    );
  const syncing = (writer: JournalWriter): Effect.Effect<never, BadInput> =>
    attempt(() => writer.sync()).pipe(
      Effect.repeat(Schedule.spaced('1 second')),
      Effect.andThen(Effect.never),
    );
  const limits = {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(heapMiB === undefined ? {} : { heapMiB }),
  };
  return Effect.acquireUseRelease(
    Effect.sync(() => new JournalWriter(options.out)),
    (writer) =>
      Effect.acquireUseRelease(
        attempt(() => new Pool({ threads, ...limits })),
        (pool) => Effect.raceFirst(everyRun(pool, writer), syncing(writer)),
        (pool) => Effect.promise(() => pool.destroy()),
      ),
    (writer) => attempt(() => writer.close()),
  );
}

/** The plan and its workers must mean the same sweep: said once and clearly here, not once a run. */
const checkReference = (plan: Plan, reference: SweepReference): Effect.Effect<void, BadInput> =>
  Effect.tryPromise({ try: () => loadSweep(reference), catch: mistake }).pipe(
    Effect.flatMap((definition) =>
      definition.name === plan.sweep
        ? Effect.void
        : Effect.fail(
            new BadInput({ expected: `${reference.module} to define ${plan.sweep}`, got: definition.name }),
          ),
    ),
  );

function checkThreads({ threads, timeoutMs }: ExecuteOptions): void {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new BadInput({
      expected: 'threads to be an integer ≥ 1',
      got: String(threads),
      try: '--threads 2',
    });
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw new BadInput({ expected: 'the timeout of a run to be above 0 ms', got: String(timeoutMs) });
  }
}

/** A caller's mistake fails; anything else thrown is a bug and dies. */
const attempt = <Value>(act: () => Value): Effect.Effect<Value, BadInput> =>
  Effect.try({ try: act, catch: mistake });

function mistake(cause: unknown): BadInput {
  if (cause instanceof BadInput) return cause;
  throw cause;
}
