/** How a submission stands: a document, and the matter of its report. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan, ShardStanding } from '@marginalia/sweep';
import { submittedIn, type Submitted } from './asked.js';

export interface SlurmStatusDocument {
  readonly sweep: string;
  readonly preset: string;
  readonly out: string;
  readonly runs: number;
  readonly measured: number;
  readonly failed: number;
  /** Not measured: failed ones included. */
  readonly missing: number;
  readonly shards: readonly ShardStanding[];
  /** `missing`: no such job waits or works, and none has left verdicts. */
  readonly merge: { readonly job: string | null; readonly state: 'pending' | 'running' | 'done' | 'missing' };
  readonly otherCode: boolean;
}

/** `dir`: as typed. Throws BadInput: see `submittedIn`; where Slurm is absent or does not answer. */
export const slurmStatus = async (dir: string): Promise<SlurmStatusDocument> =>
  statusOfSubmitted(dir, await submittedIn(dir));

export async function statusOfSubmitted(
  dir: string,
  { out, submission, asked }: Submitted,
): Promise<SlurmStatusDocument> {
  const { activity, countJournal, queueOf, shardStandings } = await import('@marginalia/sweep');
  const plan: Plan = asked.plan;
  const { arrays, merge } = submission;
  // Slurm first: a shard that ends in between has left its runs in the journal.
  const queue = queueOf([...arrays.map(({ job }) => job), ...(merge === null ? [] : [merge])]);
  const shards = shardStandings(plan, submission, countJournal(out, plan.sweep).runs, queue);
  const sum = (of: (one: ShardStanding) => number): number =>
    shards.reduce((total, one) => total + of(one), 0);
  const measured = sum((one) => one.measured);
  const state = activity(merge === null ? undefined : queue.get(merge));
  const judged = merge !== null && existsSync(join(out, 'verdicts.json'));
  return {
    sweep: plan.sweep,
    preset: plan.preset,
    out: dir,
    runs: plan.runs.length,
    measured,
    failed: sum((one) => one.failed),
    missing: plan.runs.length - measured,
    shards,
    merge: { job: merge, state: state === 'over' ? (judged ? 'done' : 'missing') : state },
    otherCode: submission.code !== plan.code,
  };
}
