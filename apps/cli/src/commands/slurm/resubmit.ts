import { Args, Flags } from '@oclif/core';
import { MarginaliaCommand } from '../../command.js';
import { rehearsal, submissionDocument, submissionReport } from '../../render/slurm.js';
import { submittedIn } from '../../slurm/asked.js';
import { liveJobs } from '../../slurm/live.js';
import { resourceFlags, resourcesOf } from '../../slurm/resources.js';
import { statusOfSubmitted } from '../../slurm/status.js';

export default class SlurmResubmit extends MarginaliaCommand {
  static override summary =
    'Submit the shards again whose runs are not all measured and that Slurm is done with.';
  static override description =
    'What is journaled is not computed again. What is asked of the cluster stays, unless it is typed anew.';
  static override examples = [
    '<%= config.bin %> slurm resubmit results/feature-averaging/paper',
    '<%= config.bin %> slurm resubmit results/feature-averaging/paper --time 8:00:00 --mem 16G',
  ];
  static override args = {
    dir: Args.string({ description: 'the folder of the results', required: true, ignoreStdin: true }),
  };
  static override flags = {
    ...resourceFlags,
    'dry-run': Flags.boolean({ description: 'Show the scripts and the calls of sbatch; submit nothing.' }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SlurmResubmit);
    const submitted = await submittedIn(args.dir);
    const { out, submission, asked } = submitted;
    const { shards, merge, missing } = await statusOfSubmitted(args.dir, submitted);
    const again = shards
      .filter(({ state }) => state === 'failed' || state === 'unsubmitted')
      .map(({ shard }) => shard);
    // Whole, and judged, or about to be.
    if (again.length === 0 && (merge.state !== 'missing' || missing > 0)) {
      const why = missing === 0 ? 'every run is measured' : 'every shard with runs missing is in the queue';
      if (flags.json) this.printJson(submissionDocument(args.dir, submission));
      else process.stdout.write(`nothing to submit: ${why}\n`);
      return;
    }
    const { plan } = asked;
    const resources = await resourcesOf(flags, {
      plan,
      out,
      shards: submission.shards,
      standing: submission.resources,
    });
    const renewed = { ...submission, code: plan.code, resources };
    if (flags['dry-run']) {
      const shown = await rehearsal(out, renewed, again);
      if (flags.json) this.printJson(shown);
      else process.stdout.write(`${shown.scripts.join('\n')}\n${shown.calls.join('\n')}\n`);
      return;
    }
    const { submitShards } = await import('@marginalia/sweep');
    const waitFor = await liveJobs({ ...submission, merge: null });
    const accepted = submitShards(out, renewed, again, waitFor);
    const runs = shards
      .filter(({ shard }) => again.includes(shard))
      .reduce((sum, one) => sum + one.runs - one.measured, 0);
    if (flags.json) this.printJson(submissionDocument(args.dir, accepted));
    else process.stdout.write(`${submissionReport(args.dir, accepted, runs, submission.arrays.length)}\n`);
  }
}
