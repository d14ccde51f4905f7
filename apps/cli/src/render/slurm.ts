/** What a submission says: the jobs, how they stand, what comes next. */
import type { ShardState, Submission } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import type { SlurmStatusDocument } from '../slurm/status.js';
import { plural } from './number.js';
import { pad } from './wrap.js';

/** What would be submitted: the text of the scripts, and the calls. `out`: absolute path. */
export async function rehearsal(
  out: string,
  submission: Submission,
  shards: readonly number[],
): Promise<{ readonly scripts: readonly string[]; readonly calls: readonly string[] }> {
  const { arrayArguments, arraysOf, maxArraySize, mergeArguments, mergeScriptText, shardScriptText } =
    await import('@marginalia/sweep');
  const arrays = arraysOf(shards, maxArraySize());
  const call = (args: readonly string[]): string => `sbatch ${args.join(' ')}`;
  return {
    scripts: [shardScriptText(out, submission), mergeScriptText(out, submission)],
    calls: [
      ...arrays.map((array) => call(arrayArguments(out, submission, array))),
      call(
        mergeArguments(
          out,
          arrays.map((_, at) => `<job ${at + 1}>`),
        ),
      ),
    ],
  };
}

/** The document of `slurm submit --json` and `slurm resubmit --json`. */
export const submissionDocument = (out: string, submission: Submission): unknown => ({ out, ...submission });

/** `from`: the arrays before it are older. */
export function submissionReport(out: string, submission: Submission, runs: number, from = 0): string {
  const { sweep, preset, arrays, merge } = submission;
  const fresh = arrays.slice(from);
  const shards = fresh.reduce((sum, { tasks }) => sum + tasks.length, 0);
  const jobs = fresh.map(({ job, tasks }) => `${job} (${plural(tasks.length, 'shard')})`);
  return [
    shards === 0
      ? `${sweep} (${preset}): every run is measured; job ${merge} judges.`
      : `${sweep} (${preset}): ${plural(shards, 'shard')}, ${plural(runs, 'run')}: ${fresh.length === 1 ? 'job' : 'jobs'} ${jobs.join(', ')}; then job ${merge} judges.`,
    'Next:',
    `  ${commandLine('slurm', 'status', out)}`,
  ].join('\n');
}

const states: readonly ShardState[] = ['done', 'running', 'pending', 'failed', 'unsubmitted'];
const shownShards = 30;

export function slurmStatusReport(status: SlurmStatusDocument, width: number): string {
  const { sweep, preset, out, runs, measured, failed, missing, shards, merge } = status;
  const counts = states
    .map((state) => [shards.filter((one) => one.state === state).length, state] as const)
    .filter(([count]) => count > 0)
    .map(([count, state]) => `${count} ${state}`);
  const open = shards.filter(({ state }) => state !== 'done');
  const rows = [
    ['shard', 'state', 'measured', 'failed', 'job', 'slurm'],
    ...open
      .slice(0, shownShards)
      .map((one) => [
        `${one.shard}`,
        one.state,
        `${one.measured}/${one.runs}`,
        `${one.failed}`,
        one.job ?? '–',
        one.slurm ?? '–',
      ]),
  ];
  const widths = [
    5,
    11,
    ...[2, 3, 4, 5].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))),
  ];
  const table = rows.map((row) =>
    row
      .map((text, column) => pad(text, widths[column] ?? 0, column === 1 || column > 3 ? 'left' : 'right'))
      .join('  ')
      .trimEnd()
      .slice(0, width),
  );
  const again = open.some(({ state }) => state === 'failed' || state === 'unsubmitted');
  return [
    `${sweep} (${preset}): ${measured} of ${plural(runs, 'run')} measured${failed > 0 ? `, ${failed} failed` : ''}${missing > failed ? `, ${missing - failed} missing` : ''}.`,
    `${plural(shards.length, 'shard')}: ${counts.join(', ')}. Merge: ${merge.job === null ? '' : `job ${merge.job}, `}${merge.state}.`,
    ...(open.length > 0 ? ['', ...table] : []),
    ...(open.length > shownShards ? [`and ${open.length - shownShards} more`] : []),
    ...(again || (missing === 0 && merge.state === 'missing')
      ? ['', 'Next:', `  ${commandLine('slurm', 'resubmit', out)}`]
      : []),
  ].join('\n');
}
