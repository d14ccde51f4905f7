/** The jobs of a submission that Slurm has not ended. */
import type { Submission } from '@marginalia/sweep';

/** Ids of arrays and merges, as `scancel` takes them. Throws BadInput where Slurm does not answer. */
export async function liveJobs({ arrays, merge }: Submission): Promise<readonly string[]> {
  const { activity, queueOf } = await import('@marginalia/sweep');
  const jobs = [...arrays.map(({ job }) => job), ...(merge === null ? [] : [merge])];
  const queue = await Promise.resolve(queueOf(jobs));
  const live = [...queue]
    .filter(([, state]) => activity(state) !== 'over')
    .map(([key]) => key.split('_')[0] as string);
  return [...new Set(live)];
}
