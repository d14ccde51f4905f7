/**
 * What runs in a worker thread: a batch a task. Everything is imported inside the task: a worker that could fail
 * before its first task would leave piscina's queue waiting for ever, while a task that fails says why.
 */
import type { SweepDefinition } from '../define-sweep.js';
import type { Run, SweepKey } from '../identity.js';
import type { Outcome } from '../journal/record.js';
import type { SweepReference } from '../load-sweep.js';
import type { Watch } from './watch.js';

export interface Task {
  readonly reference: SweepReference;
  readonly key: SweepKey;
  readonly runs: readonly Pick<Run, 'axes' | 'replicate'>[];
  /** Shared: here the worker says which run it is at, for a worker that dies can say nothing. */
  readonly watch: Watch;
}

/**
 * A batch ends with the run in which it passes this age, however many runs it has left: what a killed process loses, and
 * what progress does not show yet, is no older.
 */
const sliceMs = 100;

const loaded = new Map<string, Promise<SweepDefinition>>();

/** How a run ended, and how many milliseconds it took: beside the outcome, for no record holds a duration. */
export type Performed = readonly [outcome: Outcome, ms: number];

/** How the first runs ended, at least one. */
export default async function work({ reference, key, runs, watch }: Task): Promise<readonly Performed[]> {
  const [{ loadSweep }, { outcomeOf }, { mark }] = await Promise.all([
    import('../load-sweep.js'),
    import('../run.js'),
    import('./watch.js'),
  ]);
  const loading = loaded.get(reference.module) ?? loadSweep(reference);
  loaded.set(reference.module, loading);
  const definition = await loading;
  const began = performance.now();
  const outcomes: Performed[] = [];
  for (const [at, run] of runs.entries()) {
    mark(watch, at);
    const since = performance.now();
    const outcome = await outcomeOf(definition, key, run);
    outcomes.push([outcome, performance.now() - since]);
    if (performance.now() - began > sliceMs) break;
  }
  return outcomes;
}
