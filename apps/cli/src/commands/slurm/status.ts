import { Args, Flags } from '@oclif/core';
import { MarginaliaCommand } from '../../command.js';
import { slurmStatusReport } from '../../render/slurm.js';
import { columns } from '../../render/terminal.js';
import { slurmStatus } from '../../slurm/status.js';

export default class SlurmStatus extends MarginaliaCommand {
  static override summary = 'Say how the shards of a submission stand, by the journal and by Slurm.';
  static override examples = ['<%= config.bin %> slurm status results/feature-averaging/paper'];
  static override args = {
    dir: Args.string({ description: 'the folder of the results', required: true, ignoreStdin: true }),
  };
  static override flags = {
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SlurmStatus);
    const status = await slurmStatus(args.dir);
    if (status.otherCode)
      this.say(
        'the code has changed since the submission: its runs count as missing, and resubmitting computes them anew',
      );
    if (flags.json) this.printJson(status);
    else process.stdout.write(`${slurmStatusReport(status, columns())}\n`);
  }
}
