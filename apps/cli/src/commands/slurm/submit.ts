import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Submission } from '@marginalia/sweep';
import { MarginaliaCommand } from '../../command.js';
import { commandLine } from '../../command-line.js';
import { count } from '../../count.js';
import { rehearsal, submissionDocument, submissionReport } from '../../render/slurm.js';
import { plural } from '../../render/number.js';
import { passedFlags, wordsOf } from '../../slurm/asked.js';
import { liveJobs } from '../../slurm/live.js';
import { resourceFlags, resourcesOf } from '../../slurm/resources.js';
import { limitsOf } from '../../run/limits.js';
import { askedOf, sweepArgs } from '../../sweep/asked.js';

export default class SlurmSubmit extends MarginaliaCommand {
  static override summary = 'Submit a sweep to Slurm: an array of shards, and a job after them that judges.';
  static override description =
    'Takes the flags of run that say which runs. The scripts lie in <results>/slurm, to be read and submitted by hand; the verdicts in <results>/verdicts.json.';
  static override usage = 'slurm submit <sweep | path of a .ts or .js sweep> --shards N [FLAGS]';
  static override examples = [
    '<%= config.bin %> slurm submit feature-averaging --preset paper --shards 8 --time 2:00:00',
    '<%= config.bin %> slurm submit feature-averaging --preset paper --shards 8 --partition short --dry-run',
  ];
  // `--set a=1 b=2` leaves `b=2` among the arguments.
  static override strict = false;
  static override args = sweepArgs;
  static override flags = {
    shards: Flags.string({ description: 'How many shards: jobs of an array.', helpValue: 'N' }),
    ...resourceFlags,
    ...passedFlags,
    'dry-run': Flags.boolean({ description: 'Show the scripts and the calls of sbatch; submit nothing.' }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(SlurmSubmit);
    if (flags.shards === undefined)
      throw new BadInput({ expected: '--shards, how many jobs', got: 'nothing', try: '--shards 8' });
    const wanted = count('shards', flags.shards, 100_000);
    limitsOf(flags);
    const { question, plan, out: typed } = await askedOf(argv as string[], flags, 'slurm submit');
    const units = new Set(plan.runs.map(({ id, unit }) => unit ?? id)).size;
    const shards = Math.min(wanted, units);
    if (shards < wanted)
      this.say(
        `${plural(shards, 'shard')}, not ${wanted}: ${units < plan.runs.length ? 'runs that share their random numbers stay together' : 'there are no more runs'}`,
      );
    const out = resolve(typed);
    const submission: Submission = {
      sweep: plan.sweep,
      preset: plan.preset,
      code: plan.code,
      directory: process.cwd(),
      program: [process.execPath, fileURLToPath(new URL('../../../bin/run.js', import.meta.url))],
      run: wordsOf(question.reference.spelled, plan, flags),
      shards,
      resources: await resourcesOf(flags, { plan, out, shards }),
      arrays: [],
      merge: null,
    };
    const every = Array.from({ length: shards }, (_, shard) => shard);
    if (flags['dry-run']) {
      const shown = await rehearsal(out, submission, every);
      if (flags.json) this.printJson(shown);
      else process.stdout.write(`${shown.scripts.join('\n')}\n${shown.calls.join('\n')}\n`);
      return;
    }
    const { readSubmission, submitShards } = await import('@marginalia/sweep');
    const standing = readSubmission(out);
    const live = standing ? await liveJobs(standing) : [];
    if (live.length > 0)
      throw new BadInput({
        expected: `${typed} to have no jobs in the queue`,
        got: `${plural(live.length, 'job')}: ${live.join(', ')}`,
        try: `${commandLine('slurm', 'status', typed)}, or scancel ${live.join(' ')}`,
      });
    const accepted = submitShards(out, submission, every);
    if (flags.json) this.printJson(submissionDocument(typed, accepted));
    else process.stdout.write(`${submissionReport(typed, accepted, plan.runs.length)}\n`);
  }
}
