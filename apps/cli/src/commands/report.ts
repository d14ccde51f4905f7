import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { MarginaliaCommand } from '../command.js';

export default class Report extends MarginaliaCommand {
  static override summary = 'Make one page of results: verdicts, figures, and a section a claim.';
  static override description =
    'It opens from disk and loads nothing: statements as mathematics, tables, filters that judge and draw anew, the runs behind each claim, and whence it all comes.';
  static override usage = 'report DIR… [FLAGS]';
  static override examples = [
    '<%= config.bin %> report results/feature-averaging/quick',
    '<%= config.bin %> report results/feature-averaging/quick results/feature-decoupling/quick -o talk',
    '<%= config.bin %> report results --format pdf',
  ];
  static override strict = false;
  static override args = {
    dirs: Args.string({ description: 'folders of results, or folders above such', ignoreStdin: true }),
  };
  static override flags = {
    output: Flags.string({
      char: 'o',
      description: 'The folder it goes to.',
      default: 'report',
      helpValue: 'DIR',
    }),
    format: Flags.string({
      description: 'html: index.html; pdf: report.pdf, where there is a Chromium (CHROMIUM_PATH).',
      options: ['html', 'pdf'],
      default: 'html',
    }),
    json: Flags.boolean({ description: 'What was written, as one JSON document.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Report);
    const [
      { reportedFolders, refuseClaimless },
      { readSweep },
      { pageOf },
      { refuseUnwritable, writePage },
      pdf,
    ] = await Promise.all([
      import('../report/folders.js'),
      import('../report/read.js'),
      import('../report/page.js'),
      import('../report/write.js'),
      import('../report/pdf.js'),
    ]);
    const folders = await reportedFolders(argv as string[], 'report');
    // Asked before anything is computed.
    const chromium = flags.format === 'pdf' ? pdf.chromiumPath() : undefined;
    refuseUnwritable(flags.output);
    const sweeps = [];
    for (const folder of folders) sweeps.push(await readSweep(folder, 'report'));
    refuseClaimless(sweeps);
    const page = await pageOf(sweeps);
    let written: string;
    if (chromium === undefined) written = writePage(flags.output, 'index.html', page);
    else {
      const draft = writePage(flags.output, '.report.html', page);
      written = join(flags.output, 'report.pdf');
      try {
        await pdf.printPdf(chromium, draft, written);
      } finally {
        rmSync(draft, { force: true });
      }
    }
    if (flags.json)
      this.printJson({
        written,
        sweeps: sweeps.map(({ folder, identity, claims }) => ({
          folder,
          sweep: identity.sweep,
          preset: identity.preset,
          claims: claims.length,
        })),
      });
    else process.stdout.write(`${written}\n`);
  }
}
