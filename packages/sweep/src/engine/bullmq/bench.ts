/** The threads of a worker, and what they are dealt: assignments in, records on the disk out. */
import { setMaxListeners } from 'node:events';
import type { BadInput } from '@marginalia/core';
import * as Effect from 'effect/Effect';
import type { Run, SweepKey } from '../../identity.js';
import type { Outcome } from '../../journal/record.js';
import { JournalWriter } from '../../journal/writer.js';
import type { SweepReference } from '../../load-sweep.js';
import { recordOf } from '../../run.js';
import { type Ended, Pool } from '../pool.js';
import { AloneProcess } from './alone.js';
import { type Assignment, GivenBack } from './assignment.js';
import { GroupCommit } from './group-commit.js';
import type { Limits } from './registry.js';

export interface BenchOptions {
  readonly threads: number;
  readonly reference: SweepReference;
  readonly key: SweepKey;
  readonly limits: Limits;
  /** Folder of the results. */
  readonly out: string;
  /** Bytes that runs at work may be predicted to take together. */
  readonly room: number;
  /** How many jobs keep the threads busy; told whenever that changes. */
  readonly onAppetite: (jobs: number) => void;
  /** The journal cannot be written: nothing more is dealt. */
  readonly onRefusal: (cause: BadInput) => void;
}

/** Jobs are fetched ahead for so long, so that a thread does not wait for Redis; a long run has nothing fetched behind it. */
const aheadMs = 100;

/** Twice a batch: one is at work while the other is on its way to the disk and to Redis. */
const mostAhead = 256;

/** A batch of no-ops as long as this takes ten times as long as handing it over. */
const mostRuns = 128;

export class Bench {
  readonly #options: BenchOptions;
  readonly #pool: Pool;
  readonly #journal: GroupCommit;
  /** By thread: while it is at suspects, one after another, they share a process until one ends it. */
  readonly #alone = new Map<number, AloneProcess>();
  readonly #stop = new AbortController();
  readonly #idle: number[];
  #ready: Assignment[] = [];
  #dealing = false;
  #memoryTaken = 0;
  /** Milliseconds a job takes a thread, lately. */
  #pace = Infinity;
  /** Measured here, by whatever delivery: a job that comes again needs nothing but an answer. */
  readonly #measured = new Set<string>();

  /** Throws BadInput: see `Pool`. */
  constructor(options: BenchOptions) {
    const { threads, reference, key, limits, out } = options;
    this.#options = options;
    // A listener a thread, which Node would take for a leak.
    setMaxListeners(0, this.#stop.signal);
    this.#pool = new Pool({ threads, reference, key, ...limits });
    this.#journal = new GroupCommit(new JournalWriter(out));
    this.#idle = Array.from({ length: threads }, (_, lane) => lane);
  }

  get busy(): boolean {
    return this.#ready.length > 0 || this.#idle.length < this.#options.threads;
  }

  /** `ended` of the assignment resolves once all its records are on the disk, and rejects with GivenBack. */
  take(assignment: Assignment): void {
    assignment.left = assignment.left.filter(({ id }) => !this.#measured.has(id));
    if (assignment.left.length === 0) return assignment.resolve();
    if (this.#stop.signal.aborted || assignment.memory > this.#options.room)
      return assignment.reject(new GivenBack(this.#stop.signal.aborted ? 0 : 2000));
    this.#ready.push(assignment);
    // What comes with one answer of Redis is dealt at once.
    if (this.#dealing) return;
    this.#dealing = true;
    setImmediate(() => {
      this.#dealing = false;
      this.#deal();
    });
  }

  /** What has not begun goes back. */
  giveBackWaiting(): void {
    for (const assignment of this.#ready.splice(0)) assignment.reject(new GivenBack());
  }

  /** What runs is abandoned. Throws BadInput when the last records do not reach the disk. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.giveBackWaiting();
    for (const alone of this.#alone.values()) alone.end();
    await this.#pool.destroy();
    this.#journal.close();
  }

  #deal(): void {
    while (this.#idle.length > 0 && !this.#stop.signal.aborted) {
      const batch = this.#next();
      const lane = batch.length === 0 ? undefined : this.#idle.pop();
      if (lane === undefined) return;
      const memory = batch.reduce((most, one) => Math.max(most, one.memory), 0);
      this.#memoryTaken += memory;
      void this.#perform(lane, batch).finally(() => {
        this.#idle.push(lane);
        this.#memoryTaken = this.#idle.length === this.#options.threads ? 0 : this.#memoryTaken - memory;
        this.#deal();
      });
    }
  }

  /** A thread's fair share of what is ready; a suspect by itself. */
  #next(): Assignment[] {
    const room = this.#options.room - this.#memoryTaken;
    const share = Math.min(mostRuns, Math.ceil(this.#ready.length / this.#options.threads));
    const batch: Assignment[] = [];
    let runs = 0;
    for (let at = 0; at < this.#ready.length && batch.length < share;) {
      const one = this.#ready[at] as Assignment;
      const fits =
        one.memory <= room && (batch.length === 0 || (!one.suspect && runs + one.left.length <= mostRuns));
      if (fits) {
        batch.push(...this.#ready.splice(at, 1));
        runs += one.left.length;
        if (one.suspect) break;
      } else at += 1;
    }
    return batch;
  }

  async #perform(lane: number, batch: readonly Assignment[]): Promise<void> {
    const began = performance.now();
    try {
      const { outcomes } = await this.#outcomes(lane, batch);
      const { key } = this.#options;
      this.#journal.append(outcomes.map(([run, outcome]) => recordOf(key, run, outcome)));
      const over = new Set(outcomes.map(([run]) => run));
      for (const [{ id }, { kind }] of outcomes) if (kind === 'measured') this.#measured.add(id);
      for (const one of batch) one.left = one.left.filter((run) => !over.has(run));
      const unfinished = batch.filter(({ left }) => left.length > 0);
      const finished = batch.filter(({ left }) => left.length === 0);
      this.#ready.unshift(...unfinished);
      this.#keepPace((performance.now() - began) / Math.max(1, finished.length));
      if (finished.length > 0) void this.#acknowledge(finished);
    } catch (cause) {
      this.#give(batch, cause);
    }
  }

  async #acknowledge(finished: readonly Assignment[]): Promise<void> {
    try {
      await this.#journal.synced();
      for (const { resolve } of finished) resolve();
    } catch (cause) {
      this.#give(finished, cause);
    }
  }

  /** Abandoned, or what the journal refused. */
  #give(batch: readonly Assignment[], cause: unknown): void {
    for (const { reject } of batch) reject(new GivenBack());
    if (!this.#stop.signal.aborted) this.#options.onRefusal(cause as BadInput);
  }

  async #outcomes(lane: number, batch: readonly Assignment[]): Promise<Ended> {
    const [first] = batch;
    if (!first?.suspect) {
      this.#alone.get(lane)?.end();
      this.#alone.delete(lane);
      const runs = batch.flatMap(({ left }) => left);
      return Effect.runPromise(this.#pool.perform(lane, runs), { signal: this.#stop.signal });
    }
    const { reference, key, limits } = this.#options;
    const alone = this.#alone.get(lane) ?? new AloneProcess({ reference, key, ...limits });
    this.#alone.set(lane, alone);
    const outcomes: (readonly [Run, Outcome])[] = [];
    for (const run of first.left) outcomes.push([run, await alone.perform(run)]);
    return { outcomes, left: [] };
  }

  #keepPace(msPerJob: number): void {
    this.#pace = Number.isFinite(this.#pace) ? (this.#pace + msPerJob) / 2 : msPerJob;
    const ahead = Math.max(1, Math.min(mostAhead, Math.round(aheadMs / Math.max(this.#pace, 1e-3))));
    this.#options.onAppetite(this.#options.threads * ahead);
  }
}
