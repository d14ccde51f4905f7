import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { MarginaliaCommand } from '../command.js';
import { catalogue, parts, type Part } from '../catalogue.js';
import { commandLine } from '../command-line.js';
import { catalogueText } from '../render/catalogue.js';
import { columns, coloured, painter } from '../render/terminal.js';

const formats = ['text', 'json', 'markdown', 'bibtex'] as const;

export default class List extends MarginaliaCommand {
  static override summary = 'Name the sweeps, the claims and the attacks.';
  static override examples = [
    '<%= config.bin %> list sweeps',
    '<%= config.bin %> list claims --json',
    '<%= config.bin %> list claims --format bibtex',
  ];
  static override args = {
    what: Args.string({ description: parts.join(', '), options: [...parts], ignoreStdin: true }),
  };
  static override flags = {
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
    format: Flags.string({
      description: 'How it is written; claims also as markdown, and the papers that they cite as bibtex.',
      options: [...formats],
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(List);
    if (flags.json && flags.format !== undefined && flags.format !== 'json')
      throw new BadInput({ expected: '--json or --format', got: 'both', try: '--format json' });
    const format = flags.json ? 'json' : (flags.format ?? 'text');
    if (format === 'markdown' || format === 'bibtex') {
      if (args.what !== 'claims') {
        throw new BadInput({
          expected: `claims, which alone are listed as ${format}`,
          got: args.what ?? 'everything',
          try: commandLine('list', 'claims', '--format', format),
        });
      }
      process.stdout.write(`${await claimsAs(format)}\n`);
      return;
    }
    const wanted = args.what ? [args.what as Part] : parts;
    const found = await catalogue(wanted);
    if (format === 'json') this.printJson(found);
    else process.stdout.write(`${catalogueText(found, columns(), painter(coloured()))}\n`);
  }
}

async function claimsAs(format: 'markdown' | 'bibtex'): Promise<string> {
  const [{ claims }, { bibliography }] = await Promise.all([
    import('@marginalia/theory'),
    import('../bibliography.js'),
  ]);
  const papers = bibliography(claims);
  if (format === 'bibtex') {
    const { bibtex } = await import('../render/bibtex.js');
    return bibtex(papers);
  }
  const { claimsMarkdown } = await import('../render/claims-markdown.js');
  return claimsMarkdown((await catalogue(['claims'])).claims ?? [], papers);
}
