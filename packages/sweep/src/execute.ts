/** Executing a plan: what the journal already holds is reused, the rest is computed. */
import { BadInput } from '@marginalia/core';
import * as Effect from 'effect/Effect';
import { attempt, mistake } from './attempt.js';
import type { Engine } from './engine/engine.js';
import { local } from './engine/local.js';
import type { Run } from './identity.js';
import { latestRecords } from './journal/latest.js';
import { knownRuns } from './known-runs.js';
import type { JournalRecord } from './journal/record.js';
import { loadSweep, type SweepReference } from './load-sweep.js';
import type { Plan } from './plan.js';
import { memoryForRuns, refuseTooLarge } from './memory.js';
import { type Progress, ProgressMeter } from './progress.js';
import { TimingsRecorder } from './timings.js';
import { identityOf, refuseOtherSweeps, writeIdentity } from './results.js';
import { openSession } from './session.js';

export interface ExecuteOptions {
  readonly reference: SweepReference;
  /** Output folder: see `readResults`. */
  readonly out: string;
  /** Workers; never more than the plan tolerates or has runs for. */
  readonly threads: number;
  /** What performs the runs; worker threads of this process when absent. */
  readonly engine?: Engine;
  /** A run that takes longer has failed. */
  readonly timeoutMs?: number;
  readonly heapMiB?: number;
  /** Bytes that the process of a run may have resident; workers are then processes, not threads. */
  readonly memoryLimit?: number;
  /** Bytes that runs at work may be predicted to take together; by default 80 % of the memory. */
  readonly memory?: number;
  /** Once aborted, no further run begins; those at work come to their end. An engine heeds it. */
  readonly closing?: AbortSignal;
  /** Called at the start, and whenever runs start or end. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called for every run that fails, once that is journaled. */
  readonly onFailure?: (record: JournalRecord) => void;
}

export interface Execution {
  /** Runs performed now, failed ones included: all that were missing, unless the sweep was closing. */
  readonly computed: number;
  /** Measured runs of this plan found in the journal. */
  readonly reused: number;
  /** Measured runs of this plan that are there now. */
  readonly measured: number;
  /** Runs of this plan that failed now, in plan order. */
  readonly failures: readonly JournalRecord[];
  /**
   * Measured runs of this plan, in plan order: read from the journal when they are first asked for. For large plans see
   * `storedEvidence`.
   */
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
    yield* attempt(() => {
      checkThreads(options);
      refuseOtherSweeps(options.out, plan.sweep);
    });
    const { measured, torn, corrupted } = yield* Effect.tryPromise({
      try: (signal) => knownRuns(options.out, plan.sweep, signal),
      catch: mistake,
    });
    const pending = plan.runs.filter((run) => !measured.has(run.id));
    const room = options.memory ?? memoryForRuns();
    yield* attempt(() => {
      refuseTooLarge(plan.sweep, pending, plan.largest, room);
      writeIdentity(options.out, identityOf(plan, options.reference));
    });
    const reused = plan.runs.length - pending.length;
    const failures = new Map<string, JournalRecord>();
    let computed = 0;
    const keep = (record: JournalRecord): void => {
      computed += 1;
      if (record.outcome.kind === 'measured') meter.kept();
      else {
        failures.set(record.id, record);
        options.onFailure?.(record);
      }
    };
    const threads = Math.min(options.threads, plan.maxThreads, pending.length);
    const meter = new ProgressMeter({ total: plan.runs.length, pending, threads });
    const report = (): void => options.onProgress?.(meter.now());
    report();
    if (pending.length > 0 && !options.closing?.aborted) {
      yield* checkReference(plan, options.reference);
      const timings = new TimingsRecorder(options.out, {
        code: plan.code,
        threads: options.engine ? undefined : threads,
      });
      const timed = ({ cost }: Run, ms: number): void => timings.add(cost, ms);
      const work = { plan, options, pending, threads, room, meter, report, keep, timed };
      yield* Effect.acquireUseRelease(
        Effect.sync(() => openSession(options.out, threads, () => meter.now())),
        () => (options.engine ?? local)(work),
        (session) =>
          Effect.sync(() => {
            session.close();
            timings.end();
          }),
      );
    }
    const setAside = measured.size - reused;
    let records: readonly JournalRecord[] | undefined;
    return {
      computed,
      reused,
      measured: reused + computed - failures.size,
      failures: plan.runs.flatMap(({ id }) => failures.get(id) ?? []),
      get records() {
        return (records ??= measuredRecords(plan, options.out));
      },
      torn,
      corrupted,
      setAside,
    };
  });

function measuredRecords({ sweep, runs }: Plan, out: string): readonly JournalRecord[] {
  const { records } = latestRecords(out, sweep);
  return runs.flatMap(({ id }) => {
    const record = records.get(id);
    return record?.outcome.kind === 'measured' ? [record] : [];
  });
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
