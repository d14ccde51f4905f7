/** The runs that the journals do not hold yet. */
import type { Run } from '../../identity.js';
import type { JournalRecord } from '../../journal/record.js';
import type { Work } from '../engine.js';
import { FleetProgress } from './fleet-progress.js';
import { type Job, jobsOf } from './jobs.js';
import { JournalTail } from './journal-tail.js';

export class Awaited {
  readonly #work: Work;
  readonly #tail: JournalTail;
  readonly #missing: Map<string, Run>;
  /** Those of the plan that hold a missing run, the costliest first. */
  #jobs: readonly Job[];
  readonly progress: FleetProgress;

  constructor(work: Work) {
    const { plan, options, pending } = work;
    this.#work = work;
    this.#tail = new JournalTail(options.out);
    this.#missing = new Map(pending.map((run) => [run.id, run]));
    // Of the whole plan, so that a job keeps its name however much of it is done.
    this.#jobs = jobsOf(plan.runs);
    this.progress = new FleetProgress(plan.runs.length, pending);
  }

  get over(): boolean {
    return this.#missing.size === 0;
  }

  /** Jobs of which some run is missing, with those runs alone; the costliest first. */
  jobs(): readonly Job[] {
    this.#jobs = this.#jobs.flatMap((job) => {
      const runs = job.runs.filter(({ id }) => this.#missing.has(id));
      return runs.length === 0 ? [] : runs.length === job.runs.length ? [job] : [{ ...job, runs }];
    });
    return this.#jobs;
  }

  /** `first`: failures that stand in the journal are old ones, and their runs are tried again. */
  look({ first = false } = {}): void {
    for (const record of this.#tail.records()) this.#take(record, first);
    this.#work.options.onProgress?.(this.progress.now());
  }

  #take(record: JournalRecord, first: boolean): void {
    const run = this.#missing.get(record.id);
    const { outcome } = record;
    if (!run || (first && outcome.kind === 'failed')) return;
    this.#missing.delete(record.id);
    this.progress.ended(run, { failed: outcome.kind === 'failed', counts: !first });
    this.#work.keep(record);
  }
}
