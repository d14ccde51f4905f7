/** One worker at one sweep: BullMQ's worker hands its jobs to the bench and acknowledges what is on the disk. */
import { hostname } from 'node:os';
import type { BadInput } from '@marginalia/core';
import type { Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { SweepDefinition } from '../../define-sweep.js';
import type { SweepReference } from '../../load-sweep.js';
import { Assignment, GivenBack } from './assignment.js';
import { Bench } from './bench.js';
import { axesInWords } from './axes-in-words.js';
import { type Payload, runHere } from './jobs.js';
import type { Keys } from './keys.js';
import { pause } from './pause.js';
import type { SweepEntry } from './registry.js';

export interface SessionOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly keys: Keys;
  readonly entry: SweepEntry;
  readonly definition: SweepDefinition;
  readonly reference: SweepReference;
  readonly threads: number;
  /** Folder of the results, here. */
  readonly out: string;
  /** The driver does not see that folder. */
  readonly apart: boolean;
  readonly room: number;
  /** A job whose worker has not said for so long that it lives is somebody else's. */
  readonly lockMs: number;
  readonly say: (line: string) => void;
  /** Why runs are left to other machines. */
  readonly onLeaving: (reason: string) => void;
}

/** Deaths of workers are not held against a job: what a run does to its process is seen when it is performed alone. */
const anyNumber = 1e9;

/** Lines about jobs that others lost: after an absence of Redis there may be hundreds. */
const mostSaid = 5;

export class Session {
  readonly #options: SessionOptions;
  readonly #bench: Bench;
  readonly #atWork = new Map<string, Assignment>();
  readonly #said = new Set<string>();
  #worker: Worker<Payload> | undefined;
  #refusal: BadInput | undefined;
  #closing = false;
  #held = false;
  #suspects = 0;

  /** Throws BadInput: see `Bench`. */
  constructor(options: SessionOptions) {
    const { entry, threads, reference, out, room } = options;
    this.#options = options;
    this.#bench = new Bench({
      threads,
      reference,
      key: { sweep: entry.sweep, seed: entry.seed, code: entry.code },
      limits: entry.limits,
      out,
      room,
      onAppetite: (jobs) => {
        if (this.#worker) this.#worker.concurrency = jobs;
      },
      onRefusal: (cause) => (this.#refusal ??= cause),
    });
  }

  async start(): Promise<void> {
    const { redis, prefix, entry, threads, lockMs } = this.#options;
    const { DelayedError, WaitingError, Worker } = await import('bullmq');
    const worker = new Worker<Payload>(
      entry.queue,
      async (job, token) => {
        try {
          await this.#perform(job);
        } catch (cause) {
          if (!(cause instanceof GivenBack)) throw cause;
          if (cause.afterMs === 0) await job.moveToWait(token);
          else await job.moveToDelayed(Date.now() + cause.afterMs, token);
          throw cause.afterMs === 0 ? new WaitingError() : new DelayedError();
        }
      },
      {
        connection: redis,
        prefix,
        concurrency: threads,
        lockDuration: lockMs,
        stalledInterval: Math.ceil(lockMs / 3),
        maxStalledCount: anyNumber,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
        runRetryDelay: 1000,
      },
    );
    // A lock that was lost while Redis was away, a job that it forgot: the record stands, and the driver asks again for what is missing.
    worker.on('error', () => undefined);
    this.#worker = worker;
  }

  get busy(): boolean {
    return this.#atWork.size > 0 || this.#bench.busy;
  }

  /** What ended it, if anything did. */
  get refusal(): BadInput | undefined {
    return this.#refusal;
  }

  /** Resolves once the records of the job are on the disk. */
  async #perform(job: Job<Payload>): Promise<void> {
    const id = job.id ?? '';
    // After an absence of Redis a job may come again while it is still at work here.
    let assignment = this.#atWork.get(id);
    if (!assignment) {
      assignment = this.#assignment(job);
      this.#atWork.set(id, assignment);
      this.#bench.take(assignment);
    }
    try {
      await assignment.ended;
    } finally {
      this.#atWork.delete(id);
    }
    if (this.#options.apart) await this.#point(job);
  }

  /** Throws GivenBack for runs that would be other ones here, or do not fit. */
  #assignment(job: Job<Payload>): Assignment {
    const { definition, entry, room, say } = this.#options;
    if (this.#closing || this.#refusal) throw new GivenBack();
    const runs = job.data.runs.map((run) => runHere(definition, entry, run));
    const known = runs.filter((run) => run !== 'foreign');
    if (known.length < runs.length) {
      const [first] = job.data.runs;
      this.#sayOnce(
        'foreign',
        `left to other machines: ${first ? axesInWords(first) : 'a run'} is computed otherwise in this environment`,
      );
      throw new GivenBack(2000);
    }
    const assignment = new Assignment(known, job.stalledCounter > 0);
    if (assignment.memory > room) {
      this.#sayOnce(
        'memory',
        `left to other machines: ${known[0] ? axesInWords(known[0]) : 'a run'} needs ${(assignment.memory / 1e9).toPrecision(2)} GB, here are ${(room / 1e9).toPrecision(2)} GB`,
      );
    } else if (assignment.suspect && (this.#suspects += 1) <= mostSaid) {
      say(
        `${entry.sweep}: a worker died at ${known[0] ? axesInWords(known[0]) : 'a run'}, or lost its way to Redis: performed in a process of its own`,
      );
    }
    return assignment;
  }

  /** Also to the driver, for whom these runs may wait for ever. */
  #sayOnce(about: string, line: string): void {
    if (this.#said.has(about)) return;
    this.#said.add(about);
    this.#options.say(`${this.#options.entry.sweep}: ${line}`);
    this.#options.onLeaving(line);
  }

  /** Where the driver may have the records fetched from. */
  async #point(job: Job<Payload>): Promise<void> {
    const { redis, keys, entry, out } = this.#options;
    const where = `${hostname()}:${out}`;
    await redis.hset(
      keys.elsewhere(entry.queue),
      Object.fromEntries(job.data.runs.map(({ id }) => [id, where])),
    );
  }

  /** Nothing more is fetched; what has begun ends. */
  async hold(): Promise<void> {
    if (this.#held) return;
    this.#held = true;
    await this.#worker?.pause(true);
    this.#bench.giveBackWaiting();
  }

  /** The end of `hold`. */
  async resume(): Promise<void> {
    if (!this.#held) return;
    this.#held = false;
    await this.#worker?.resume();
  }

  /**
   * What is at work is abandoned and goes back to the queue. `last`: within a second, and with the connection; a Redis
   * that is not there takes the jobs back when their locks expire. Throws BadInput for what the journal refused.
   */
  async close({ last }: { readonly last: boolean }): Promise<void> {
    this.#closing = true;
    const worker = this.#worker;
    await worker?.pause(true);
    let refused: unknown;
    try {
      await this.#bench.close();
    } catch (cause) {
      refused = cause;
    }
    const closed = worker?.close().catch(() => undefined);
    if (last) {
      const patience = new AbortController();
      await Promise.race([closed, pause(700, patience.signal)]);
      patience.abort();
      // Not awaited: without Redis it would not end.
      void worker?.disconnect().catch(() => undefined);
    } else await closed;
    if (this.#refusal ?? refused) throw this.#refusal ?? refused;
  }
}
