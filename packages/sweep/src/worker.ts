/**
 * What runs in a worker thread: one run a task. Everything is imported inside the task: a worker that could fail
 * before its first task would leave piscina's queue waiting for ever, while a task that fails says why.
 */
import type { SweepDefinition } from './define-sweep.js';
import type { Run, SweepKey } from './identity.js';
import type { Outcome } from './journal/record.js';
import type { SweepReference } from './load-sweep.js';

export interface Task {
  readonly reference: SweepReference;
  readonly key: SweepKey;
  readonly run: Run;
}

const loaded = new Map<string, Promise<SweepDefinition>>();

export default async function work({ reference, key, run }: Task): Promise<Outcome> {
  const [{ loadSweep }, { outcomeOf }] = await Promise.all([import('./load-sweep.js'), import('./run.js')]);
  const definition = loaded.get(reference.module) ?? loadSweep(reference);
  loaded.set(reference.module, definition);
  return outcomeOf(await definition, key, run);
}
