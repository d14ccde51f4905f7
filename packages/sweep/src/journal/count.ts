/** How each run of a journal ended, in a second for a hundred thousand: no measurement is read. */
import type { Glance } from './glance.js';
import { latestRecords } from './latest.js';
import { glanceJournal, type Scan, type ScanOptions } from './scan.js';

export interface JournalCount extends Scan {
  /** By id, the record that stands: a measured one, or else the latest failure; of any seed and any code. */
  readonly runs: ReadonlyMap<string, Glance>;
}

/**
 * Throws BadInput: see `scanJournal`; and a DeterminismAlarm where two measured records of one run differ.
 * True at any moment, also of a journal that is being written.
 */
export function countJournal(out: string, sweep: string, options: ScanOptions = {}): JournalCount {
  const runs = new Map<string, Glance>();
  let differ = false;
  const scan = glanceJournal(
    out,
    sweep,
    (glance) => {
      const earlier = runs.get(glance.id);
      if (earlier?.ended === 'measured') {
        if (glance.ended !== 'measured') return;
        differ ||= earlier.check !== glance.check;
      }
      runs.set(glance.id, glance);
    },
    options,
  );
  // Whoever has the records can say what differs, and whether anything but the spelling does.
  if (differ) latestRecords(out, sweep);
  return { runs, ...scan };
}
