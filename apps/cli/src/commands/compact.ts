import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { MarginaliaCommand } from '../command.js';
import { plural } from '../render/number.js';

export default class Compact extends MarginaliaCommand {
  static override summary = 'Write what a sweep measured as one table for pandas, polars, DuckDB or R.';
  static override description =
    'A row a run, in grid order: id, axes, replicate, how it ended, and every measurement; the same bytes for the same ' +
    'records, whatever journals, threads and machines they came from. NaN and infinities are numbers, what was not ' +
    'measured is null, lists are list columns.';
  static override examples = [
    '<%= config.bin %> compact results/feature-averaging/quick',
    '<%= config.bin %> compact results/feature-averaging/quick --format parquet --out tables',
  ];
  static override args = {
    dir: Args.string({
      description: 'the folder of the results of a sweep',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    format: Flags.string({
      description:
        'parquet, arrow (the IPC file format, also called Feather), or both, separated by a comma.',
      helpValue: 'F',
      default: 'parquet,arrow',
    }),
    out: Flags.string({ description: 'Folder of the files; DIR/compact when absent.', helpValue: 'FOLDER' }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Compact);
    const { compact, compactFormats } = await import('@marginalia/sweep');
    const asked = flags.format.split(',').map((word) => word.trim());
    const stranger = asked.find((word) => !compactFormats.some((format) => format === word));
    if (stranger !== undefined || flags.out === '') {
      throw new BadInput(
        stranger === undefined
          ? { expected: '--out to name a folder', got: '""', try: '--out tables' }
          : {
              expected: `--format to be of ${compactFormats.join(', ')}`,
              got: JSON.stringify(stranger),
              try: '--format parquet',
            },
      );
    }
    const made = await compact(args.dir, {
      formats: compactFormats.filter((format) => asked.includes(format)),
      ...(flags.out === undefined ? {} : { into: flags.out }),
    });
    const { files, measured, failed, setAside, corrupted } = made;
    if (flags.json) this.printJson(made);
    else process.stdout.write(`${files.join('\n')}\n`);
    this.say(`${plural(measured + failed, 'run')}${failed > 0 ? `, ${failed} of them failed` : ''}`);
    if (corrupted > 0) this.say(`left out: ${plural(corrupted, 'journal line')} damaged`);
    if (setAside > 0) this.say(`left out: ${plural(setAside, 'record')} of other code or another seed`);
  }
}
