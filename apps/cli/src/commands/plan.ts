import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { MarginaliaCommand } from '../command.js';
import { count } from '../count.js';
import { exitCode } from '../exit-code.js';
import { foresee, foreseenDocument, foreseenReport, type Foreseen } from '../plan/outlook.js';
import { probe } from '../plan/probe.js';
import { plural } from '../render/number.js';
import { coloured, columns, painter } from '../render/terminal.js';
import { askedFlags, askedOf, sweepArgs } from '../sweep/asked.js';
import { runCommand } from '../sweep/run-command.js';

export default class PlanCommand extends MarginaliaCommand {
  static override summary = 'Say what a sweep would compute, how long it takes and what fits into memory.';
  static override description =
    'Takes the flags of run that say which runs, and computes nothing. Times are fitted on what the runs in the folder took.';
  static override usage = 'plan <sweep | path of a .ts or .js sweep> [FLAGS]';
  static override examples = [
    '<%= config.bin %> plan feature-averaging --preset paper',
    '<%= config.bin %> plan feature-averaging --set dimension=512,1024 --replicates 20 --shards 8',
    "<%= config.bin %> plan feature-averaging --where 'dimension>=1024 clusters=4' --json",
  ];
  // `--set a=1 b=2` leaves `b=2` among the arguments.
  static override strict = false;
  static override args = sweepArgs;
  static override flags = {
    ...askedFlags,
    shards: Flags.string({ description: 'Foresee this many shards, one by one.', helpValue: 'N' }),
    probe: Flags.boolean({
      description: 'Compute a few runs of the cheapest cells for their times; they are kept, as any run is.',
    }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(PlanCommand);
    const shards = flags.shards === undefined ? undefined : count('shards', flags.shards, 10_000);
    const { question, plan, all, out, threads } = await askedOf(argv as string[], flags, 'plan');
    const foreseen: Foreseen = { plan, all, where: flags.where, out, threads, shards };
    let outlook = await foresee(foreseen);
    if (flags.probe && outlook.remaining > 0) {
      const computed = await probe(plan, { question, out: resolve(out), pending: outlook.pending });
      if (computed === undefined) {
        this.say('stopped; what is finished is kept');
        process.exitCode = exitCode.interrupted;
        return;
      }
      this.say(`${plural(computed, 'run')} computed for their times, and kept`);
      outlook = await foresee(foreseen);
    }
    if (flags.json) return this.printJson(foreseenDocument(foreseen, outlook));
    const command = runCommand(question.reference.spelled, plan, { out, where: flags.where });
    const said = { command, probeable: !flags.probe };
    process.stdout.write(`${foreseenReport(foreseen, outlook, said, columns(), painter(coloured()))}\n`);
  }
}
