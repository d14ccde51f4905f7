/** The engine that performs nothing itself: it queues runs in Redis, and waits until the journals hold them. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { BadInput } from '@marginalia/core';
import type { Queue } from 'bullmq';
import * as Effect from 'effect/Effect';
import * as Exit from 'effect/Exit';
import type { Redis } from 'ioredis';
import { mistake } from '../../attempt.js';
import type { Engine, Work } from '../engine.js';
import { type Address, addressOf } from './address.js';
import { Awaited } from './awaited.js';
import { connect } from './connect.js';
import { claimDriving, keepDriving, leaveDriving } from './driving.js';
import { Roll } from './roll.js';
import { defaultPrefix, type Keys, keysBelow, queueOf } from './keys.js';
import { pause } from './pause.js';
import { Restorer } from './restorer.js';
import { isRefusal, refusedBy } from './refused.js';
import { publish, type SweepEntry, withdraw } from './registry.js';
import { layToken, liftToken } from './token.js';
import { enqueue, openQueue } from './queue.js';

export interface BullmqOptions {
  /** redis://user:password@host:port/database, or rediss:// */
  readonly redis: string;
  /** Of every key in Redis; `marginalia` when absent. */
  readonly prefix?: string;
  /** How a worker finds the sweep: its name, or the absolute path of its file. */
  readonly spelled?: string;
  /** A line for people: who joins and leaves, whether Redis is there. */
  readonly say?: (line: string) => void;
}

/** How often the journals are looked at. */
const lookMs = 100;

/** How often Redis is told and asked. */
const tendMs = 1000;

/**
 * Queues the pending runs for workers (`serve`) and ends when the journals of the output folder hold them all. The
 * journal is the truth: what Redis loses is queued again. Interruption takes what waits off the queue; what is at work
 * ends and is journaled. Fails with BadInput when Redis cannot be reached, somebody drives the same sweep into the same
 * folder, or records end up in folders that are not this one.
 */
export const bullmq =
  (options: BullmqOptions): Engine =>
  (work) =>
    Effect.acquireUseRelease(
      attempted(async () => Driver.open(work, options)),
      (driver) => attempted(async (signal) => driver.drive(signal)),
      (driver, exit) => Effect.promise(async () => driver.close(Exit.isSuccess(exit))),
    );

const attempted = <Value>(act: (signal: AbortSignal) => Promise<Value>): Effect.Effect<Value, BadInput> =>
  Effect.tryPromise({ try: act, catch: mistake });

interface Parts {
  readonly work: Work;
  readonly address: Address;
  readonly redis: Redis;
  readonly queue: Queue;
  readonly keys: Keys;
  readonly entry: SweepEntry;
  readonly say: (line: string) => void;
}

class Driver {
  readonly #parts: Parts;
  readonly #awaited: Awaited;
  #queued = false;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#awaited = new Awaited(parts.work);
  }

  static async open(
    work: Work,
    { redis: url, prefix = defaultPrefix, spelled, say = () => undefined }: BullmqOptions,
  ): Promise<Driver> {
    const { plan, options } = work;
    const address = addressOf(url);
    const keys = keysBelow(prefix);
    const out = resolve(options.out);
    const entry: SweepEntry = {
      queue: queueOf(plan, out),
      sweep: plan.sweep,
      seed: plan.seed,
      code: plan.code,
      spelled: spelled ?? options.reference.spelled ?? options.reference.module,
      out,
      token: `.driver-${randomUUID()}`,
      host: hostname(),
      pid: process.pid,
      maxThreads: Number.isFinite(plan.maxThreads) ? plan.maxThreads : null,
      limits: {
        ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
        ...(options.memoryLimit === undefined ? {} : { memoryLimit: options.memoryLimit }),
        ...(options.heapMiB === undefined ? {} : { heapMiB: options.heapMiB }),
      },
    };
    const redis = await connect(address, say);
    try {
      await claimDriving(redis, keys, entry, say);
      layToken(entry);
      const queue = await openQueue(redis, prefix, entry.queue);
      return new Driver({ work, address, redis, queue, keys, entry, say });
    } catch (cause) {
      redis.disconnect();
      throw isRefusal(cause) ? refusedBy(address, cause) : cause;
    }
  }

  /** Resolves when no run is missing. */
  async drive(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    const { address, redis, keys, entry } = this.#parts;
    try {
      this.#awaited.look({ first: true });
      if (this.#awaited.over) return;
      await publish(redis, keys, entry);
      await Promise.race([this.#watch(stop), this.#feed(stop), this.#tend(stop)]);
    } catch (cause) {
      throw isRefusal(cause) ? refusedBy(address, cause) : cause;
    } finally {
      over.abort();
    }
  }

  /** Workers are at the first jobs while the last are queued. Ends only with `stop`. */
  async #feed(stop: AbortSignal): Promise<void> {
    await enqueue(this.#parts.queue, this.#awaited.jobs(), stop);
    this.#queued = true;
    if (!stop.aborted)
      await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  }

  /** The journals are read whether Redis is there or not. */
  async #watch(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.#awaited.look();
      if (this.#awaited.over) return;
      await pause(lookMs, stop);
    }
  }

  /** Ends only with `stop`. */
  async #tend(stop: AbortSignal): Promise<void> {
    const { queue, redis, keys, entry, say } = this.#parts;
    const roll = new Roll(entry, say);
    const restorer = new Restorer({ queue, redis, keys, entry, say });
    try {
      while (!stop.aborted) {
        // All of it again each time: a Redis that lost its memory is told anew.
        await keepDriving(redis, keys, entry, stop);
        if (stop.aborted) return;
        await publish(redis, keys, entry);
        const threads = await roll.call(redis, keys);
        if (threads > 0) this.#awaited.progress.paced();
        const counts = await queue.getJobCounts('wait', 'active', 'delayed', 'prioritized');
        this.#awaited.progress.running = counts['active'] ?? 0;
        this.#awaited.look();
        const there = Object.values(counts).reduce((sum, count) => sum + count, 0);
        const jobs = this.#awaited.jobs();
        if (this.#queued && there < jobs.length) await restorer.restore(jobs, stop);
        else restorer.nothingMissing();
        await pause(tendMs, stop);
      }
    } catch (cause) {
      // The connection is closed under whoever still waits for Redis.
      if (!stop.aborted) throw cause;
    }
  }

  /** `finished`: nothing is left in Redis. Otherwise what is at work may end; what waits is taken off the queue. */
  async close(finished: boolean): Promise<void> {
    const { redis, queue, keys, entry } = this.#parts;
    liftToken(entry);
    const tidy = async (): Promise<void> => {
      await withdraw(redis, keys, entry.queue);
      if (finished) await vanish(queue);
      else await queue.drain(true);
      await leaveDriving(redis, keys, entry);
    };
    // A Redis that is not there has nothing to be tidied, and nobody waits for it.
    const patience = new AbortController();
    await Promise.race([tidy().catch(() => undefined), pause(900, patience.signal)]);
    patience.abort();
    redis.disconnect();
  }
}

/** The last job is acknowledged a moment after its record is on the disk. */
async function vanish(queue: Queue): Promise<void> {
  for (let tries = 0; tries < 20 && (await queue.getActiveCount()) > 0; tries++)
    await pause(20, new AbortController().signal);
  await queue.obliterate({ force: true });
}
