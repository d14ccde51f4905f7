/** Of several records of one run the one that stands; and the alarm where two that should be one are not. */
import { basename, dirname } from 'node:path';
import { BadInput } from '@marginalia/core';
import { differenceOf } from './difference.js';
import { encode, type JournalRecord } from './record.js';
import { type Place, type Scan, scanJournal, type ScanOptions } from './scan.js';

/** Two finished records of one run that differ: the run was no function of its content. */
export class DeterminismAlarm extends BadInput {
  readonly id: string;
  readonly files: readonly [string, string];

  /** `difference`: the first measurement that differs, with both values. */
  constructor(id: string, files: readonly [string, string], difference: string) {
    const [first, second] = files;
    super({
      expected: `run ${id} to measure the same bytes whenever it runs`,
      got: `different records in ${first} and ${dirname(second) === dirname(first) ? basename(second) : second} (${difference}): a determinism alarm`,
      try: 'finding what the run reads besides its axes and its random key',
    });
    this.name = 'DeterminismAlarm';
    this.id = id;
    this.files = files;
  }
}

/** The latest finished record of each run: measured ones, or else the latest failure. */
class Latest {
  readonly #finished = new Map<string, { readonly record: JournalRecord; readonly place: Place }>();

  /** Throws DeterminismAlarm when another measured record of the run differs. */
  take(record: JournalRecord, place: Place): void {
    const earlier = this.#finished.get(record.id);
    if (earlier?.record.outcome.kind === 'measured') {
      if (record.outcome.kind === 'failed') return;
      refuseDifferent(earlier.record, earlier.place, record, place);
    }
    this.#finished.set(record.id, { record, place });
  }

  /** By id, in the order in which the runs were first heard of. */
  records(): Map<string, JournalRecord> {
    return new Map([...this.#finished].map(([id, { record }]) => [id, record]));
  }
}

/** Throws DeterminismAlarm when two measured records of one run differ. */
export function refuseDifferent(a: JournalRecord, at: Place, b: JournalRecord, bt: Place): void {
  // One checksum is the same bytes. Two may still be one content: a line is not bound to be spelled as we spell it now.
  if (at.check === bt.check || encode(a) === encode(b)) return;
  throw new DeterminismAlarm(
    a.id,
    [at.path, bt.path],
    differenceOf(a.outcome, b.outcome) ?? 'in what is not measured',
  );
}

export interface LatestRecords extends Scan {
  readonly records: Map<string, JournalRecord>;
}

/** Everything in memory: for what needs all measurements at once. Throws BadInput: see `scanJournal`, `Latest`. */
export function latestRecords(out: string, sweep: string, options: ScanOptions = {}): LatestRecords {
  const latest = new Latest();
  const scan = scanJournal(out, sweep, (record, place) => latest.take(record, place), options);
  return { ...scan, records: latest.records() };
}
