/** Which runs a journal holds, and nothing of what they measured: memory does not grow with the measurements. */
import { latestRecords } from './journal/latest.js';
import { type Scan, scanJournalInSlices } from './journal/scan.js';

export interface KnownRuns extends Scan {
  /** Ids of runs that were measured, of whatever code and seed. */
  readonly measured: ReadonlySet<string>;
}

/**
 * Mends the ends that killed writers left. Signals and timers have their turn meanwhile. Rejects with BadInput: see
 * `scanJournal`; with DeterminismAlarm where two measured records of one run differ; with the reason of the signal.
 */
export async function knownRuns(out: string, sweep: string, signal: AbortSignal): Promise<KnownRuns> {
  const checks = new Map<string, string>();
  let differ = false;
  const scan = await scanJournalInSlices(
    out,
    sweep,
    ({ id, outcome }, { check }) => {
      if (outcome.kind !== 'measured') return;
      const earlier = checks.get(id);
      if (earlier === undefined) checks.set(id, check);
      else if (earlier !== check) differ = true;
    },
    { heal: true, signal },
  );
  // Whether two checksums are one content spelled in two ways is seen by whoever has both records.
  if (differ) latestRecords(out, sweep);
  return { ...scan, measured: new Set(checks.keys()) };
}
