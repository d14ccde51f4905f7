/** The two scripts of a submission, to be read, and submitted again by hand. */
import { join } from 'node:path';
import type { Submission } from './state.js';

/** Between Slurm's warning and the end of the time, beside the grace: it warns by the clock of its own rounds. */
export const marginSeconds = 30;

/** Megabytes for reading a journal and judging it. */
const mergeMemory = '2048M';

export const scriptFolder = (out: string): string => join(out, 'slurm');
export const shardScript = (out: string): string => join(scriptFolder(out), 'shards.sh');
export const mergeScript = (out: string): string => join(scriptFolder(out), 'merge.sh');

/** `out`: absolute path. */
export function shardScriptText(out: string, submission: Submission): string {
  const { sweep, preset, shards, resources } = submission;
  const { cpusPerTask, graceSeconds } = resources;
  const call = calling(out, submission, '--threads', `${cpusPerTask}`, '--grace', `${graceSeconds}s`);
  return `#!/bin/bash
# The shards of ${sweep} (${preset}), ${shards} in all. To submit some again by hand, here the first two:
#   sbatch --array=0,1 ${quoted(shardScript(out))} 0
# The argument is added to the index of the array. A shard may run twice: what is journaled is not computed again.
${directives({
  'job-name': `marginalia-${sweep}`,
  ...shared(submission),
  output: `${escaped(scriptFolder(out))}/%A_%a.log`,
  'open-mode': 'append',
  'cpus-per-task': `${cpusPerTask}`,
  mem: resources.mem,
  // To this script alone, so many seconds before the time is up.
  signal: `B:USR1@${graceSeconds + marginSeconds}`,
})}

shard=$((SLURM_ARRAY_TASK_ID + \${1:-0}))
${call} --shard "$shard/${shards}" &
run=$!
# Begin no run any more; then the end.
trap 'kill -USR1 "$run" 2> /dev/null' USR1
trap 'kill -TERM "$run" 2> /dev/null' TERM
# A signal ends a wait, not what it waits for.
wait "$run"
while kill -0 "$run" 2> /dev/null; do wait "$run"; done
wait "$run"
`;
}

/** `out`: absolute path. */
export function mergeScriptText(out: string, submission: Submission): string {
  const { sweep, preset } = submission;
  const call = calling(out, submission, '--judge');
  return `#!/bin/bash
# Judges ${sweep} (${preset}) once its shards have ended, however they did: what is missing is said. By hand:
#   sbatch ${quoted(mergeScript(out))}
${directives({
  'job-name': `marginalia-${sweep}-merge`,
  ...shared(submission),
  output: `${escaped(scriptFolder(out))}/merge_%j.log`,
  mem: mergeMemory,
})}

${call}
code=$?
draft=${quoted(join(out, 'verdicts.json'))}.$SLURM_JOB_ID
${call} --json > "$draft"
if [ -s "$draft" ]; then mv "$draft" ${quoted(join(out, 'verdicts.json'))}; else rm -f "$draft"; fi
exit $code
`;
}

const shared = ({ directory, resources }: Submission): Record<string, string> => {
  const { time, partition, account } = resources;
  return {
    chdir: directory,
    ...(time === undefined ? {} : { time }),
    ...(partition === undefined ? {} : { partition }),
    ...(account === undefined ? {} : { account }),
  };
};

const calling = (out: string, { program, run }: Submission, ...more: readonly string[]): string =>
  [...program, 'run', ...run, '--out', out, ...more].map(quoted).join(' ');

const directives = (options: Readonly<Record<string, string>>): string =>
  Object.entries(options)
    .map(([name, value]) => `#SBATCH --${name}=${/^[\w@%+=:,./-]+$/.test(value) ? value : `"${value}"`}`)
    .join('\n');

/** In the name of a log, Slurm replaces what follows a %. */
const escaped = (path: string): string => path.replaceAll('%', '%%');

/** For a POSIX shell. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
