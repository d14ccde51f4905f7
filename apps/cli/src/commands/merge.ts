import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { plural } from '../render/number.js';

export default class Merge extends MarginaliaCommand {
  static override summary = 'Gather the results of one sweep from several folders into one.';
  static override description =
    'What shards, machines and nights computed apart: every record that the target lacks is copied. Folders of different ' +
    'sweeps, seeds or code are refused. Merging again, also after it was killed, changes nothing; two different records ' +
    'of one run raise a determinism alarm before anything is written.';
  static override usage = 'merge DIR… --out DIR';
  static override examples = [
    '<%= config.bin %> merge shard-0 shard-1 shard-2 --out results/whole',
    '<%= config.bin %> merge elsewhere --out results/feature-averaging/quick',
  ];
  static override strict = false;
  static override args = {
    dir: Args.string({ description: 'folders of the results of one sweep', ignoreStdin: true }),
  };
  static override flags = {
    out: Flags.string({
      description: 'Folder that receives the records, and keeps those it has; it may be one of DIR.',
      helpValue: 'DIR',
    }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Merge);
    const folders = argv as string[];
    if (folders.length === 0 || !flags.out) {
      throw new BadInput({
        expected: folders.length === 0 ? 'folders to merge' : 'a folder to merge into',
        got: 'nothing',
        try: commandLine(
          'merge',
          ...(folders.length === 0 ? ['shard-0', 'shard-1'] : folders),
          '--out',
          'DIR',
        ),
      });
    }
    const { merge } = await import('@marginalia/sweep');
    const made = merge(folders, { out: flags.out });
    const { copied, measured, failed, setAside, torn, corrupted } = made;
    if (flags.json) this.printJson(made);
    else {
      const failures = failed > 0 ? `, ${failed} more failed` : '';
      process.stdout.write(
        `${flags.out}: ${plural(measured, 'run')} measured${failures}; ${plural(copied, 'record')} copied\n`,
      );
    }
    if (torn > 0) this.say(`${plural(torn, 'journal file')} ended in a torn line: left out`);
    if (corrupted > 0) this.say(`left out: ${plural(corrupted, 'journal line')} damaged`);
    if (setAside > 0) this.say(`left out: ${plural(setAside, 'record')} of other code or another seed`);
  }
}
