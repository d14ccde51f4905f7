import { extname } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { jsonText, MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { plural } from '../render/number.js';
import { resultFolders } from '../result-folders.js';
import { writeText } from '../write-text.js';

export default class Paper extends MarginaliaCommand {
  static override summary = 'Write every number of folders of results as a macro for LaTeX.';
  static override description =
    'Beside the .tex file a manifest: of every number its value, digits, runs, folder, code, journal and the command that computes it. ' +
    'Commit both; paper verify says when the text no longer follows from the journals.';
  static override usage = 'paper DIR… [FLAGS]';
  static override examples = [
    '<%= config.bin %> paper results/feature-averaging/quick --output paper/marginalia-numbers.tex',
    '<%= config.bin %> paper verify paper/main.tex',
  ];
  static override strict = false;
  static override args = {
    dirs: Args.string({ description: 'folders of the results of sweeps', ignoreStdin: true }),
  };
  static override flags = {
    output: Flags.string({
      description: 'The file of macros; the manifest is beside it, with .json.',
      helpValue: 'FILE.tex',
      default: 'marginalia-numbers.tex',
    }),
    json: Flags.boolean({ description: 'The manifest also on standard output, as one JSON document.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Paper);
    const folders = [...new Set(argv as string[])];
    if (folders.length === 0) {
      const known = resultFolders('results').slice(0, 2);
      throw new BadInput({
        expected: 'folders of the results of sweeps',
        got: 'nothing',
        try: known.length > 0 ? commandLine('paper', ...known) : commandLine('list', 'sweeps'),
      });
    }
    const { output } = flags;
    if (extname(output) !== '.tex') {
      throw new BadInput({
        expected: '--output to be a .tex file',
        got: JSON.stringify(output),
        try: '--output marginalia-numbers.tex',
      });
    }
    const [{ sourceOf }, { numbersOf }, { macros }, { manifestOf }] = await Promise.all([
      import('../paper/source.js'),
      import('../paper/numbers.js'),
      import('../paper/macros.js'),
      import('../paper/manifest.js'),
    ]);
    const sources = [];
    for (const folder of folders) sources.push(await sourceOf(folder));
    const numbers = await numbersOf(sources);
    if (numbers.length === 0) {
      throw new BadInput({
        expected: `runs in ${folders.join(' and ')} that measured something`,
        got: 'none',
        try: sources[0]?.command ?? commandLine('list', 'sweeps'),
      });
    }
    const manifest = output.replace(/\.tex$/, '.json');
    const document = manifestOf(manifest, sources, numbers);
    writeText(
      output,
      macros(
        numbers,
        document.folders.map(
          ({ folder, sweep, preset, seed, code, journal, runs }) =>
            `${folder}: ${sweep} (${preset}), seed ${seed}, ${plural(runs, 'run')}, code ${code.slice(0, 12)}, journal ${journal.slice(0, 12)}`,
        ),
      ),
    );
    writeText(manifest, `${jsonText(document)}\n`);
    if (flags.json) this.printJson(document);
    else process.stdout.write(`${output}\n${manifest}\n`);
    this.say(`${plural(numbers.length, 'number')} of ${plural(sources.length, 'folder')}`);
    for (const { folder, failures } of sources)
      if (failures > 0) this.say(`${folder}: ${plural(failures, 'run')} failed, and stand in no mean`);
  }
}
