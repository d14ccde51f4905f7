/** How the shards of a submission stand: the journal says what is done, Slurm who is at work. */
import type { JournalCount } from '../journal/count.js';
import type { Plan } from '../plan.js';
import { shardsOf } from '../shard.js';
import { shardsIn } from './arrays.js';
import { activity, type Queue } from './queue.js';
import type { Submission } from './state.js';

/** `failed`: its job is over and not all of its runs are measured. `unsubmitted`: no array that was accepted has it. */
export type ShardState = 'done' | 'running' | 'pending' | 'failed' | 'unsubmitted';

export interface ShardStanding {
  readonly shard: number;
  readonly state: ShardState;
  readonly runs: number;
  readonly measured: number;
  /** Runs that failed and were not measured since. */
  readonly failed: number;
  /** `job_task` of the latest array that has it; null for none. */
  readonly job: string | null;
  /** Slurm's word for that task; null where it has forgotten. */
  readonly slurm: string | null;
}

export function shardStandings(
  plan: Plan,
  { shards, arrays }: Pick<Submission, 'shards' | 'arrays'>,
  known: JournalCount['runs'],
  queue: Queue,
): readonly ShardStanding[] {
  const jobs = new Map(
    arrays.flatMap((array) =>
      shardsIn(array).map((shard) => [shard, `${array.job}_${shard - array.offset}`] as const),
    ),
  );
  return shardsOf(plan, shards).map((runs, shard) => {
    const job = jobs.get(shard) ?? null;
    const slurm = (job === null ? undefined : queue.get(job)) ?? null;
    const counts = {
      runs: runs.length,
      measured: runs.filter(({ id }) => known.get(id)?.ended === 'measured').length,
      failed: runs.filter(({ id }) => (known.get(id)?.ended ?? 'measured') !== 'measured').length,
    };
    const busy = activity(slurm ?? undefined);
    const state: ShardState =
      counts.measured === counts.runs
        ? 'done'
        : busy !== 'over'
          ? busy
          : job === null
            ? 'unsubmitted'
            : 'failed';
    return { shard, state, ...counts, job, slurm };
  });
}
