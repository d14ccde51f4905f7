/** How far a sweep has come. The clock is read here alone and its readings stay in memory: no record holds a duration. */
import type { Run } from './identity.js';
import type { Batch } from './engine/queue.js';

export interface Progress {
  /** Runs that ended: reused, measured now, or failed now. */
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** Measured runs that are journaled: what a stop at this moment leaves. */
  readonly kept?: number;
  /** Runs at work now, one a worker. */
  readonly running: number;
  readonly elapsedMs: number;
  /** Absent until the first run of this session has ended. */
  readonly remainingMs?: number;
  /** Of a sweep that goes on until its claims are decided: which round, and in how many cells something is open. */
  readonly round?: { readonly number: number; readonly open: number; readonly cells: number };
}

export class ProgressMeter {
  readonly #total: number;
  readonly #threads: number;
  readonly #began = performance.now();
  readonly #running = new Map<Batch, { readonly cost: number; readonly since: number }>();
  #done: number;
  #kept: number;
  #failed = 0;
  /** Predicted work that no worker has finished, in the sweep's unit. */
  #costLeft: number;
  #costSpent = 0;
  #msSpent = 0;

  constructor({ total, pending, threads }: { total: number; pending: readonly Run[]; threads: number }) {
    this.#total = total;
    this.#threads = threads;
    this.#done = total - pending.length;
    this.#kept = this.#done;
    this.#costLeft = costOf(pending);
  }

  started(batch: Batch): void {
    this.#running.set(batch, { cost: costOf(batch.runs), since: performance.now() });
  }

  /** `ended`: the runs of the batch that did, of which `failed` failed. */
  ended(batch: Batch, ended: readonly Run[], failed: number): void {
    const entry = this.#running.get(batch);
    this.#running.delete(batch);
    this.#done += ended.length;
    this.#failed += failed;
    this.#costLeft -= costOf(ended);
    this.#costSpent += costOf(ended);
    this.#msSpent += entry ? performance.now() - entry.since : 0;
  }

  /** One more measured run is journaled. */
  kept(): void {
    this.#kept += 1;
  }

  now(): Progress {
    const now = performance.now();
    const standing = {
      done: this.#done,
      total: this.#total,
      failed: this.#failed,
      kept: this.#kept,
      running: this.#running.size,
      elapsedMs: now - this.#began,
    };
    if (this.#costSpent <= 0) return standing;
    const msPerCost = this.#msSpent / this.#costSpent;
    let work = this.#costLeft * msPerCost;
    // What is running has part of its work behind it, but never more than all of it.
    for (const { cost, since } of this.#running.values()) work -= Math.min(cost * msPerCost, now - since);
    return { ...standing, remainingMs: Math.max(0, work / this.#threads) };
  }
}

const costOf = (runs: readonly Run[]): number => runs.reduce((sum, { cost }) => sum + cost, 0);
