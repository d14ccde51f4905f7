/** Submitting shards: arrays of them, and one job after them all that judges what they left. */
import { chmodSync, writeFileSync } from 'node:fs';
import { BadInput } from '@marginalia/core';
import { makeFolder } from '../journal/make-folder.js';
import { refusal } from '../journal/refusal.js';
import { refuseOtherSweep } from '../results.js';
import { arraysOf, maxArraySize, ranges, type ShardArray, shardsIn } from './arrays.js';
import { mergeScript, mergeScriptText, scriptFolder, shardScript, shardScriptText } from './scripts.js';
import { type Submission, writeSubmission } from './state.js';
import { absent, ask } from './tool.js';

/** The arguments of `sbatch` for one array. */
export function arrayArguments(
  out: string,
  { resources }: Submission,
  { offset, tasks }: ShardArray,
): string[] {
  const limit = resources.arrayLimit === undefined ? '' : `%${resources.arrayLimit}`;
  return ['--parsable', `--array=${ranges(tasks)}${limit}`, shardScript(out), `${offset}`];
}

/** `jobs`: those to wait for. */
export const mergeArguments = (out: string, jobs: readonly string[]): string[] => [
  '--parsable',
  ...(jobs.length === 0 ? [] : [`--dependency=afterany:${jobs.join(':')}`]),
  mergeScript(out),
];

/**
 * Submits these shards, and a merge that waits for them and for `jobs`. What was accepted stands in `slurm.json` as soon
 * as it was. `out`: absolute path; `shards`: rising, maybe none. Throws BadInput where Slurm is absent, and where it
 * refuses: with its exit code, its words, and the shards that are not submitted.
 */
export function submitShards(
  out: string,
  submission: Submission,
  shards: readonly number[],
  jobs: readonly string[] = [],
): Submission {
  refuseOtherSweep(out, submission.sweep);
  const arrays = arraysOf(shards, maxArraySize());
  writeScripts(out, submission);
  let accepted: Submission = { ...submission, merge: null };
  writeSubmission(out, accepted);
  for (const [at, array] of arrays.entries()) {
    const left = arrays.slice(at).flatMap(shardsIn);
    const job = jobOf(out, arrayArguments(out, submission, array), {
      expected: `sbatch to take shards ${ranges(shardsIn(array), '–')} of ${submission.shards}`,
      missing: `not submitted: shards ${ranges(left, '–')} and the merge`,
    });
    accepted = { ...accepted, arrays: [...accepted.arrays, { job, ...array }] };
    writeSubmission(out, accepted);
  }
  const before = accepted.arrays.slice(submission.arrays.length).map(({ job }) => job);
  const merge = jobOf(out, mergeArguments(out, [...jobs, ...before]), {
    expected: 'sbatch to take the merge',
    missing: 'not submitted: the merge alone',
  });
  accepted = { ...accepted, merge };
  writeSubmission(out, accepted);
  return accepted;
}

function jobOf(
  out: string,
  args: readonly string[],
  { expected, missing }: { readonly expected: string; readonly missing: string },
): string {
  const answer = ask('sbatch', args);
  if (answer.kind === 'absent') throw absent('sbatch');
  const again = `marginalia slurm resubmit ${out}`;
  if (answer.kind === 'refused')
    throw new BadInput({
      expected,
      got: `${answer.why} (${missing})`,
      try: `${again} with what the cluster takes`,
    });
  // With several clusters, `job;cluster`.
  const job = /^\d+/.exec(answer.text.trim())?.[0];
  if (job === undefined)
    throw new BadInput({
      expected,
      got: `${JSON.stringify(answer.text)} for a job (${missing})`,
      try: again,
    });
  return job;
}

function writeScripts(out: string, submission: Submission): void {
  try {
    makeFolder(scriptFolder(out));
    for (const [path, text] of [
      [shardScript(out), shardScriptText(out, submission)],
      [mergeScript(out), mergeScriptText(out, submission)],
    ] as const) {
      writeFileSync(path, text);
      chmodSync(path, 0o755);
    }
  } catch (cause) {
    throw refusal(cause, `an output folder ${out} that can be written`);
  }
}
