import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { MarginaliaCommand } from '../../command.js';
import { exitCode } from '../../exit-code.js';
import type { Manifest } from '../../paper/manifest.js';
import type { Failing } from '../../paper/verify.js';
import { plural } from '../../render/number.js';

export default class PaperVerify extends MarginaliaCommand {
  static override summary = 'Fail where a number in a paper no longer follows from the journals.';
  static override description =
    'Checked are \\claim{KEY} and \\claimraw{KEY} against the file of macros, \\claimed{KEY}{LITERAL}, and literals beside a ' +
    'comment % marginalia: KEY = LITERAL, at the digits that they have; in the file and in all that it inputs.';
  static override examples = [
    '<%= config.bin %> paper verify paper/main.tex',
    '<%= config.bin %> paper verify paper/main.tex --results results/feature-averaging/quick --json',
  ];
  static override args = {
    file: Args.string({ description: 'the LaTeX file of the paper', required: true, ignoreStdin: true }),
  };
  static override flags = {
    results: Flags.string({
      description: 'The folders that numbers come from; those of the manifest when absent.',
      helpValue: 'DIR',
      multiple: true,
      multipleNonGreedy: true,
    }),
    manifest: Flags.string({
      description: 'What paper wrote; the .json beside the macros that the text inputs when absent.',
      helpValue: 'FILE',
    }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PaperVerify);
    const [{ scan }, { readManifest }, { sourceOf }, { numbersOf }, { failing }, { nearest }] =
      await Promise.all([
        import('../../paper/scan.js'),
        import('../../paper/manifest.js'),
        import('../../paper/source.js'),
        import('../../paper/numbers.js'),
        import('../../paper/verify.js'),
        import('@marginalia/sweep'),
      ]);
    const scanned = scan(args.file);
    if (scanned.uses.length === 0) {
      throw new BadInput({
        expected: `${args.file} to quote numbers of marginalia: \\claim{KEY}, \\claimed{KEY}{LITERAL}, or % marginalia: KEY = LITERAL`,
        got: scanned.absent[0] ? `none, and no file ${scanned.absent[0].input}, which it inputs` : 'none',
      });
    }
    const place = manifestPlace(args.file, flags.manifest, scanned.numbers[0]?.file);
    const manifest =
      flags.results === undefined || flags.manifest !== undefined ? readManifest(place) : undefined;
    const stored = (manifest?.folders ?? []).map((one) => ({
      ...one,
      at: fromHere(join(dirname(place), one.folder)),
    }));
    const gone =
      flags.results === undefined ? stored.filter(({ at }) => !existsSync(join(at, 'sweep.json'))) : [];
    const folders = flags.results ?? stored.filter((one) => !gone.includes(one)).map(({ at }) => at);
    const sources = [];
    for (const folder of folders) sources.push(await sourceOf(folder));
    const lost: readonly Failing[] = gone.map(({ at, sweep, command }) => ({
      file: fromHere(place),
      line: 1,
      key: sweep,
      why: `the results of ${sweep} are not in ${at}; computed by ${command}`,
    }));
    // With a folder lost every key is judged that the others have; what only it has is lost with it.
    const failures = [...lost, ...failing(scanned, await numbersOf(sources), nearest)];
    const checked = scanned.uses.length;
    for (const note of notesOn(stored, sources)) this.say(note);
    if (flags.json) this.printJson({ file: args.file, folders, checked, failing: failures });
    else if (failures.length > 0)
      process.stdout.write(
        failures.map(({ file, line, key, why }) => `${file}:${line}: ${key}: ${why}\n`).join(''),
      );
    else
      process.stdout.write(
        `${plural(checked, 'number')} follow from the journals of ${folders.join(', ')}\n`,
      );
    if (failures.length > 0) process.exitCode = exitCode.refuted;
  }
}

function manifestPlace(file: string, asked: string | undefined, macros: string | undefined): string {
  if (asked !== undefined) return asked;
  return macros === undefined
    ? join(dirname(file), 'marginalia-numbers.json')
    : macros.replace(/\.tex$/, '.json');
}

/** Numbers may follow though the runs are others: it is said, and no failure. */
function notesOn(
  stored: readonly (Manifest['folders'][number] & { readonly at: string })[],
  sources: readonly {
    readonly folder: string;
    readonly journal: string;
    readonly identity: { readonly code: string };
  }[],
): readonly string[] {
  return sources.flatMap(({ folder, journal, identity }) => {
    const before = stored.find(({ at }) => resolve(at) === resolve(folder));
    if (before === undefined || before.journal === journal) return [];
    return [
      before.code === identity.code
        ? `${folder}: other runs than the manifest knows`
        : `${folder}: computed by other code than the manifest knows`,
    ];
  });
}

function fromHere(path: string): string {
  const way = relative(process.cwd(), path);
  return way.startsWith('..') ? path : way || '.';
}
