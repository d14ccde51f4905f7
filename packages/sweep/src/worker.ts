/** What runs in a worker thread: one run a task. */
import type { SweepDefinition } from './define-sweep.js';
import type { Run, SweepKey } from './identity.js';
import type { Outcome } from './journal/record.js';
import { loadSweep, type SweepReference } from './load-sweep.js';
import { outcomeOf } from './run.js';

export interface Task {
  readonly reference: SweepReference;
  readonly key: SweepKey;
  readonly run: Run;
}

const loaded = new Map<string, Promise<SweepDefinition>>();

export default async function work({ reference, key, run }: Task): Promise<Outcome> {
  const definition = loaded.get(reference.module) ?? loadSweep(reference);
  loaded.set(reference.module, definition);
  return outcomeOf(await definition, key, run);
}
