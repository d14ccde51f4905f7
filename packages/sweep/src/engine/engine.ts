/** What performs the runs that a journal lacks. */
import type { BadInput } from '@marginalia/core';
import type * as Effect from 'effect/Effect';
import type { ExecuteOptions } from '../execute.js';
import type { Run } from '../identity.js';
import type { JournalRecord } from '../journal/record.js';
import type { Plan } from '../plan.js';
import type { ProgressMeter } from '../progress.js';

export interface Work {
  readonly plan: Plan;
  readonly options: ExecuteOptions;
  /** At least one. */
  readonly pending: readonly Run[];
  readonly threads: number;
  /** Bytes that runs at work may be predicted to take together. */
  readonly room: number;
  readonly meter: ProgressMeter;
  readonly report: () => void;
  /** Called for every record once it is journaled. */
  readonly keep: (record: JournalRecord) => void;
  /** Called with the milliseconds of a run that measured, where they are known: see `timings.json`. */
  readonly timed: (run: Run, ms: number) => void;
}

/**
 * Performs every pending run: its record stands in a journal of the output folder before `keep` is told. Fails with
 * BadInput for what a caller can mend. Interruption abandons the runs in flight; what was journaled stays.
 */
export type Engine = (work: Work) => Effect.Effect<void, BadInput>;
