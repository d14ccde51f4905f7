/** How far a sweep has come whose runs are performed elsewhere: by what the journal shows, at the pace of all workers together. */
import type { Run } from '../../identity.js';
import type { Progress } from '../../progress.js';

export class FleetProgress {
  readonly #total: number;
  readonly #began = performance.now();
  readonly #least: number;
  #costLeft: number;
  #done: number;
  #failed = 0;
  #paced: { readonly since: number; cost: number } | undefined;
  /** Jobs at work now. */
  running = 0;

  constructor(total: number, pending: readonly Run[]) {
    this.#total = total;
    this.#done = total - pending.length;
    const cost = pending.reduce((sum, run) => sum + run.cost, 0);
    // Runs that are said to cost nothing still take their time.
    this.#least = cost > 0 ? (1e-6 * cost) / pending.length : 1;
    this.#costLeft = cost + this.#least * pending.length;
  }

  /** `counts`: whether the run says how fast runs are; those found in the journal at the start do not. */
  ended(run: Run, { failed, counts }: { readonly failed: boolean; readonly counts: boolean }): void {
    const cost = run.cost + this.#least;
    this.#done += 1;
    if (failed) this.#failed += 1;
    this.#costLeft -= cost;
    if (this.#paced && counts) this.#paced.cost += cost;
  }

  /** From now on somebody is at work. */
  paced(): void {
    this.#paced ??= { since: performance.now(), cost: 0 };
  }

  now(): Progress {
    const now = performance.now();
    const standing = {
      done: this.#done,
      total: this.#total,
      failed: this.#failed,
      running: this.running,
      elapsedMs: now - this.#began,
    };
    if (!this.#paced || this.#paced.cost <= 0) return standing;
    const msPerCost = (now - this.#paced.since) / this.#paced.cost;
    return { ...standing, remainingMs: Math.max(0, this.#costLeft * msPerCost) };
  }
}
