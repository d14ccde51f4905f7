import { Args, Flags } from '@oclif/core';
import { MarginaliaCommand } from '../command.js';
import { askOf } from '../evidence/ask.js';
import { exitCode } from '../exit-code.js';
import { levelOf } from '../level.js';
import { evidenceReport } from '../render/evidence.js';
import { coloured, columns, painter } from '../render/terminal.js';

export default class Evidence extends MarginaliaCommand {
  static override summary = 'Gather what the runs of several nights or machines say of the claims.';
  static override description =
    'E-values of folders of different seeds are multiplied; folders of one seed are merged, for they drew the same data. ' +
    'Folders of different sweeps or of different code are refused.';
  static override usage = 'evidence DIR… [FLAGS]';
  static override examples = [
    '<%= config.bin %> evidence results/monday results/tuesday',
    "<%= config.bin %> evidence results/monday results/tuesday --claims '*radius*' --json",
  ];
  static override strict = false;
  static override args = {
    dirs: Args.string({
      description: 'folders of results of one sweep, best of different seeds',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    claims: Flags.string({
      description: 'Only claims called so: an id, the part after its slash, a paper, or a pattern with *.',
      helpValue: 'PATTERN',
      multiple: true,
      multipleNonGreedy: true,
    }),
    alpha: Flags.string({
      description: 'Level of all verdicts together, split over the claims; 0.001 when absent.',
      helpValue: 'A',
    }),
    sweep: Flags.string({ description: 'The file of the sweep, where it has moved.', helpValue: 'PATH' }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Evidence);
    const { accumulate, defaultAlpha } = await import('@marginalia/sweep');
    const level = flags.alpha === undefined ? defaultAlpha : levelOf(flags.alpha);
    const ask = await askOf(argv as string[], flags.claims ?? [], flags.sweep);
    const { sweep, seeds, claims, axisNames, keyingAxes } = ask;
    const alpha = level / claims.length;
    const rows = claims.map((claim) => accumulate(claim, seeds, { axisNames, keyingAxes, alpha }));
    for (const note of ask.notes) this.say(note);
    if (flags.json) this.printJson({ sweep, alpha: level, claims: rows });
    else
      process.stdout.write(`${evidenceReport(rows, seeds.length, alpha, columns(), painter(coloured()))}\n`);
    process.exitCode = rows.some(({ verdict }) => verdict === 'refuted')
      ? exitCode.refuted
      : rows.every(({ verdict }) => verdict === 'supported')
        ? exitCode.supported
        : exitCode.undecided;
  }
}
