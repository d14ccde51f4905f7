/** What of a plan is there, by its journal alone: true at any moment, whoever is writing. */
import type { Execution } from './execute.js';
import { latestRecords } from './journal/latest.js';
import type { Plan } from './plan.js';

/**
 * What `execute` would give if it computed nothing: runs that are neither among its records nor its failures are missing.
 * Writes nothing; a folder without a journal has nothing. Throws BadInput for a journal of another sweep, a foreign one,
 * a determinism alarm.
 */
export function standing(plan: Plan, out: string): Execution {
  const { records: known, torn, corrupted } = latestRecords(out, plan.sweep);
  const found = plan.runs.flatMap(({ id }) => known.get(id) ?? []);
  const records = found.filter(({ outcome }) => outcome.kind === 'measured');
  const measured = [...known.values()].filter(({ outcome }) => outcome.kind === 'measured').length;
  return {
    computed: 0,
    reused: records.length,
    failures: found.filter(({ outcome }) => outcome.kind === 'failed'),
    records,
    torn,
    corrupted,
    setAside: measured - records.length,
  };
}
