import { join, resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { MarginaliaCommand } from '../command.js';
import { exitCode } from '../exit-code.js';
import { dump } from '../replay/dump.js';
import { findRun } from '../replay/find-run.js';
import { findQuestion } from '../sweep/question.js';

export default class Replay extends MarginaliaCommand {
  static override summary = 'Compute one run again and compare it, byte for byte.';
  static override examples = [
    {
      description: 'Where the ids are:',
      command: '<%= config.bin %> table results/feature-averaging/quick --runs',
    },
    { description: 'With one of them for ID:', command: '<%= config.bin %> replay ID --dump run' },
  ];
  static override args = {
    run: Args.string({
      description: 'a run id, or its beginning (npx marginalia table DIR --runs)',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    out: Flags.string({
      description: 'Where the run was kept; all of ./results when absent.',
      helpValue: 'DIR',
    }),
    sweep: Flags.string({ description: 'The file of the sweep, where it has moved.', helpValue: 'PATH' }),
    dump: Flags.string({
      description: 'Write the arrays of the run as .npy, and run.json, into this folder.',
      helpValue: 'DIR',
    }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Replay);
    const { record, identity, folder } = await findRun(args.run, flags.out);
    const question = await findQuestion(flags.sweep ?? identity.reference);
    const { differenceOf, performRun } = await import('@marginalia/sweep');
    const sameCode = question.code === record.code;
    if (!sameCode)
      this.say('the code has changed since this run was recorded: differences may come from that');
    if (flags.dump && !question.definition.arrays) {
      throw new BadInput({
        expected: `${identity.sweep} to hand out the arrays of a run`,
        got: 'a sweep without arrays',
        try: 'a field arrays in its definition',
      });
    }
    let files: readonly string[] = [];
    const again = await performRun(question.definition, record, { ...record, cost: 0 });
    const difference = differenceOf(record.outcome, again.outcome);
    if (flags.dump) {
      const written = await dump(resolve(flags.dump), question.definition, again, identity.preset);
      this.say(`${written.join(', ')} written to ${flags.dump}`);
      files = written.map((name) => join(flags.dump as string, name));
    }
    if (difference !== undefined) process.exitCode = exitCode.refuted;
    if (flags.json) {
      const { id, axes, replicate } = record;
      const identical = difference === undefined;
      this.printJson({
        run: id,
        folder,
        axes,
        replicate,
        sameCode,
        identical,
        difference: difference ?? null,
        files,
      });
      return;
    }
    if (difference === undefined) {
      process.stdout.write(`identical: ${record.id}, recorded in ${folder}, gives the same bytes again\n`);
      return;
    }
    process.stdout.write(`different: ${record.id}, recorded in ${folder}: ${difference}\n`);
  }
}
