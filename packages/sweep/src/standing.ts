/** What of a plan is there, by its journal alone: true at any moment, whoever is writing. */
import type { Execution } from './execute.js';
import type { Run } from './identity.js';
import { countJournal } from './journal/count.js';
import type { Glance } from './journal/glance.js';
import { latestRecords } from './journal/latest.js';
import type { JournalRecord, Outcome } from './journal/record.js';
import type { Plan } from './plan.js';

/**
 * What `execute` would give if it computed nothing: runs that are neither among its records nor its failures are missing.
 * Writes nothing; a folder without a journal has nothing. Throws BadInput for a journal of another sweep, a foreign one,
 * a determinism alarm.
 */
export function standing(plan: Plan, out: string): Execution {
  const { runs, torn, corrupted } = countJournal(out, plan.sweep);
  const ended = (id: string): Glance['ended'] | undefined => runs.get(id)?.ended;
  const reused = plan.runs.filter(({ id }) => ended(id) === 'measured').length;
  const measured = [...runs.values()].filter((run) => run.ended === 'measured').length;
  const failed = plan.runs.filter(({ id }) => (ended(id) ?? 'measured') !== 'measured');
  // How a run failed stands in its record alone; measurements are read when they are asked for.
  let read: ReadonlyMap<string, JournalRecord> | undefined;
  const recordsOf = (some: readonly Run[], kind: Outcome['kind']): readonly JournalRecord[] => {
    const known = (read ??= latestRecords(out, plan.sweep).records);
    return some.flatMap(({ id }) => {
      const record = known.get(id);
      return record?.outcome.kind === kind ? [record] : [];
    });
  };
  return {
    computed: 0,
    reused,
    measured: reused,
    failures: failed.length === 0 ? [] : recordsOf(failed, 'failed'),
    get records() {
      return recordsOf(plan.runs, 'measured');
    },
    torn,
    corrupted,
    setAside: measured - reused,
  };
}
