/** This process and its worker threads: a fiber a worker deals it batches from one queue and journals what they gave. */
import type { BadInput } from '@marginalia/core';
import * as Effect from 'effect/Effect';
import * as Fiber from 'effect/Fiber';
import * as Latch from 'effect/Latch';
import * as Schedule from 'effect/Schedule';
import { attempt } from '../attempt.js';
import { JournalWriter } from '../journal/writer.js';
import type { Engine, Work } from './engine.js';
import { type Ended, Pool } from './pool.js';
import { type Batch, Queue } from './queue.js';
import { recordOf } from '../run.js';

/** Fails with BadInput when the journal cannot be written. Interruption stops the workers and closes the journal. */
export const local: Engine = (work) => {
  const { plan, options, pending, threads, room } = work;
  const { reference, timeoutMs, heapMiB, memoryLimit } = options;
  const limits = {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(heapMiB === undefined ? {} : { heapMiB }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  };
  const key = { sweep: plan.sweep, seed: plan.seed, code: plan.code };
  const everyRun = (pool: Pool, writer: JournalWriter): Effect.Effect<void, BadInput> => {
    const lane = laneOver(work, new Queue(pending, { lanes: threads, room }), pool, writer);
    const lanes = Array.from({ length: threads }, (_, at) => at);
    return Effect.forEach(lanes, lane, { concurrency: threads, discard: true });
  };
  return Effect.acquireUseRelease(
    Effect.sync(() => new JournalWriter(options.out)),
    (writer) =>
      Effect.acquireUseRelease(
        attempt(() => new Pool({ threads, reference, key, ...limits })),
        (pool) => Effect.raceFirst(everyRun(pool, writer), syncing(writer)),
        (pool) => Effect.promise(() => pool.destroy()),
      ),
    (writer) => attempt(() => writer.close()),
  );
};

/** What the fiber of a worker does until there is no run left. */
function laneOver(
  { plan, options: { closing }, meter, report, keep, timed }: Work,
  queue: Queue,
  pool: Pool,
  writer: JournalWriter,
): (lane: number) => Effect.Effect<void, BadInput> {
  // Open once a batch has ended since somebody found nothing to take.
  const bell = Latch.makeUnsafe();
  closing?.addEventListener('abort', () => bell.openUnsafe(), { once: true });
  const take = (lane: number): Batch | 'wait' | 'done' => {
    if (closing?.aborted) return 'done';
    const taken = queue.take(lane);
    if (taken === 'wait') bell.closeUnsafe();
    return taken;
  };
  const ended = (lane: number, batch: Batch, { outcomes, left }: Ended): void => {
    const failed = outcomes.filter(([, { kind }]) => kind === 'failed').length;
    const runs = outcomes.map(([run]) => run);
    queue.ended(lane, batch, left);
    meter.ended(batch, runs, failed);
    bell.openUnsafe();
  };
  const perform = (lane: number, batch: Batch): Effect.Effect<Ended> =>
    Effect.suspend(() => {
      meter.started(batch);
      return pool.perform(lane, batch.runs);
    }).pipe(Effect.tap((end) => Effect.sync(() => ended(lane, batch, end))));
  const journal = (last: Ended | undefined): void => {
    // Emptied: see `Ended`.
    const taken = last?.outcomes.splice(0) ?? [];
    const records = taken.map(([run, outcome]) => recordOf(plan, run, outcome));
    writer.append(records);
    for (const record of records) keep(record);
    for (const [run, { kind }, ms] of taken) if (kind === 'measured' && ms !== undefined) timed(run, ms);
    report();
  };
  return (lane) =>
    Effect.gen(function* () {
      let last: Ended | undefined;
      for (let batch = take(lane); batch !== 'done'; batch = take(lane)) {
        // The worker is at its next batch while the last one is journaled.
        const working =
          batch === 'wait'
            ? undefined
            : yield* Effect.forkChild(perform(lane, batch), { startImmediately: true });
        yield* attempt(() => journal(last));
        last = undefined;
        if (working) last = yield* Fiber.join(working);
        else yield* bell.await;
      }
      yield* attempt(() => journal(last));
    });
}

const syncing = (writer: JournalWriter): Effect.Effect<never, BadInput> =>
  attempt(() => writer.sync()).pipe(Effect.repeat(Schedule.spaced('1 second')), Effect.andThen(Effect.never));
