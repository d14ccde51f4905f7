/** What Slurm says of jobs: those in its memory by `squeue`, older ones by `sacct` where there is a database. */
import { answerOf, ask } from './tool.js';

/** Slurm's state (`PENDING`, `TIMEOUT`, …) of a task `job_task`, or of a `job` that is no array. */
export type Queue = ReadonlyMap<string, string>;

/** Throws BadInput where Slurm is absent or its controller does not answer. */
export function queueOf(jobs: readonly string[]): Queue {
  if (jobs.length === 0) return new Map();
  const wanted = new Set(jobs);
  // Not `--jobs`: of a single job that it has forgotten, squeue says an error.
  const mine = process.getuid ? [`--user=${process.getuid()}`] : [];
  const text = answerOf(
    'squeue',
    ['--noheader', '--array', '--states=all', ...mine, '--format=%F|%K|%T'],
    'a Slurm controller that answers',
  );
  const live = readSqueue(text);
  const past = ask('sacct', [
    '--noheader',
    '--parsable2',
    '--allocations',
    `--jobs=${jobs.join(',')}`,
    '--format=JobID,State',
  ]);
  const old = past.kind === 'answered' ? readSacct(past.text) : new Map<string, string>();
  return new Map([...old, ...live].filter(([key]) => wanted.has(key.split('_')[0] as string)));
}

/** Lines `job|task|STATE`; the task of a job that is no array is `N/A`. */
export const readSqueue = (text: string): Queue =>
  new Map(
    [...text.matchAll(/^(\d+)\|(\d+|N\/A)\|(\w+)/gm)].map(([, job, task, state]) => [
      task === 'N/A' ? `${job}` : `${job}_${task}`,
      state as string,
    ]),
  );

/** Lines `job_task|STATE`, as in `CANCELLED by 0`; tasks that wait together (`7_[3-5]`) are in `squeue`. */
export const readSacct = (text: string): Queue =>
  new Map(
    [...text.matchAll(/^(\d+(?:_\d+)?)\|(\w+)/gm)].map(([, key, state]) => [key as string, state as string]),
  );

const waiting: readonly string[] = ['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED'];
const working: readonly string[] = [
  'RUNNING',
  'COMPLETING',
  'SUSPENDED',
  'STOPPED',
  'SIGNALING',
  'STAGE_OUT',
  'RESIZING',
];

export type Activity = 'pending' | 'running' | 'over';

/** What Slurm has forgotten is over. */
export const activity = (state: string | undefined): Activity =>
  state === undefined
    ? 'over'
    : waiting.includes(state)
      ? 'pending'
      : working.includes(state)
        ? 'running'
        : 'over';
