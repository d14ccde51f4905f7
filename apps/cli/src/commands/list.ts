import { Args, Flags } from '@oclif/core';
import { MarginaliaCommand } from '../command.js';
import { catalogue, parts, type Part } from '../catalogue.js';
import { catalogueText } from '../render/catalogue.js';
import { columns, coloured, painter } from '../render/terminal.js';

export default class List extends MarginaliaCommand {
  static override summary = 'Name the sweeps, the claims and the attacks.';
  static override examples = ['<%= config.bin %> list sweeps', '<%= config.bin %> list claims --json'];
  static override args = {
    what: Args.string({ description: parts.join(', '), options: [...parts], ignoreStdin: true }),
  };
  static override flags = { json: Flags.boolean({ description: 'One JSON document on standard output.' }) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(List);
    const wanted = args.what ? [args.what as Part] : parts;
    const found = await catalogue(wanted);
    if (flags.json) this.printJson(found);
    else process.stdout.write(`${catalogueText(found, columns(), painter(coloured()))}\n`);
  }
}
