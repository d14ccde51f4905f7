import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { overrides } from '../overrides.js';
import type { Figure, FigureSource } from '../figure/figure.js';

export default class DrawFigure extends MarginaliaCommand {
  static override summary = 'Draw what the runs of a sweep measured.';
  static override description =
    'Every figure that the results allow, or those named. Several folders stand side by side in one figure.';
  static override usage = 'figure DIR… [NAME…] [FLAGS]';
  static override examples = [
    '<%= config.bin %> figure --list',
    '<%= config.bin %> figure results/feature-averaging/quick',
    '<%= config.bin %> figure results/feature-averaging/quick robust-accuracy scaling --format svg,png --width page',
    '<%= config.bin %> figure results/feature-averaging/quick results/feature-decoupling/quick cosine-matrix',
    '<%= config.bin %> figure results/averaging-phases/quick phase-diagram --by pace initialScale dimension',
  ];
  // Folders and figures come in any number.
  static override strict = false;
  static override args = {
    dir: Args.string({
      description: 'the folder of the results of a sweep; then figures',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    list: Flags.boolean({ description: 'Name the figures, and which of them the folder has the runs for.' }),
    format: Flags.string({
      description: 'What is written: svg, png, vega-lite (with its table as .csv), pgfplots (.tex and .dat).',
      default: 'svg,vega-lite',
      helpValue: 'f1,f2…',
    }),
    theme: Flags.string({
      description: 'On white or on dark.',
      options: ['light', 'dark'],
      default: 'light',
    }),
    width: Flags.string({
      description: 'column (3.3 in), page (6.75 in), or pixels, 96 to the inch.',
      default: 'column',
      helpValue: 'W',
    }),
    out: Flags.string({ description: 'Where files go; DIR/figures when absent.', helpValue: 'DIR' }),
    by: Flags.string({
      description:
        'Axes that tell curves or panels apart; of a phase diagram, the plane and then its panels.',
      helpValue: 'axis',
      multiple: true,
      multipleNonGreedy: true,
    }),
    where: Flags.string({
      description: 'Only runs with these values of an axis.',
      helpValue: 'axis=v1,v2…',
      multiple: true,
      multipleNonGreedy: true,
    }),
    claims: Flags.string({
      description: 'Only these claims: ids, papers, or patterns of them.',
      helpValue: 'pattern',
      multiple: true,
      multipleNonGreedy: true,
    }),
    json: Flags.boolean({ description: 'What was written, or is at hand, as one JSON document.' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(DrawFigure);
    const [{ figures }, { formatsOf, refuseFolder, widthOf, wordsOf }, { themes }] = await Promise.all([
      import('../figure/figures.js'),
      import('../figure/choose.js'),
      import('../figure/theme.js'),
    ]);
    const { folders, chosen, axes, settings } = wordsOf(argv as string[], flags.by !== undefined);
    const [first] = folders;
    const formats = formatsOf(flags.format);
    const look = { theme: themes[flags.theme as keyof typeof themes], width: widthOf(flags.width) };
    const where = overrides([...(flags.where ?? []), ...settings]);
    if (first === undefined && !flags.list) refuseFolder(undefined);
    const sources = await this.sources(folders, where, flags.claims);
    const asked = chosen.length > 0 ? chosen : figures;
    const standing = asked.map((figure) => ({ figure, at: standingOf(figure, sources) }));
    if (flags.list || first === undefined) {
      this.list(standing, flags.json);
      return;
    }
    const missing = standing.find(({ at }) => at.kind === 'unavailable');
    const drawable = standing.filter(({ at }) => at.kind === 'available');
    if (missing?.at.kind === 'unavailable' && (chosen.length > 0 || drawable.length === 0)) {
      throw new BadInput({
        expected: `results that ${missing.figure.name} can be drawn from`,
        got: `${folders.join(' and ')}, where ${missing.at.reason}`,
        try: commandLine('figure', first, '--list'),
      });
    }
    const by = [...(flags.by ?? []).flatMap((word) => word.split(',')), ...axes].filter(Boolean);
    const out = flags.out ?? join(first, 'figures');
    const { filesOf } = await import('../figure/files.js');
    const { makeFolder } = await import('@marginalia/sweep');
    const written: { name: string; files: readonly string[] }[] = [];
    const leftOut = standing.flatMap(({ figure, at }) =>
      at.kind === 'unavailable' ? [{ name: figure.name, reason: at.reason }] : [],
    );
    let firstMistake: BadInput | undefined;
    for (const { figure } of drawable) {
      let data;
      try {
        data = await figure.data(sources, { by });
      } catch (error) {
        // One that nobody asked for by name does not keep the others from being drawn.
        if (chosen.length > 0 || !(error instanceof BadInput)) throw error;
        firstMistake ??= error;
        leftOut.push({ name: figure.name, reason: error.message });
        continue;
      }
      const files = await filesOf(figure, data, formats, look);
      try {
        makeFolder(out);
        for (const [name, content] of Object.entries(files)) writeFileSync(join(out, name), content);
      } catch (cause) {
        throw new BadInput({
          expected: `a folder ${out} that can be written`,
          got: cause instanceof Error ? cause.message : String(cause),
          try: '--out figures',
        });
      }
      written.push({ name: figure.name, files: Object.keys(files).map((name) => join(out, name)) });
    }
    if (written.length === 0 && firstMistake) throw firstMistake;
    if (flags.json) this.printJson({ figures: written, leftOut });
    else {
      for (const { files } of written) process.stdout.write(files.map((file) => `${file}\n`).join(''));
      for (const { name, reason } of leftOut) this.say(`left out: ${name}: ${reason}`);
    }
  }

  private async sources(
    folders: readonly string[],
    where: Readonly<Record<string, string>>,
    patterns: readonly string[] | undefined,
  ): Promise<readonly FigureSource[]> {
    const { readSource } = await import('../figure/sources.js');
    const sources: FigureSource[] = [];
    for (const folder of folders) sources.push(await readSource(folder, { where }));
    if (!patterns || sources.length === 0) return sources;
    const { claimsCalled } = await import('../claim-pattern.js');
    const called = await claimsCalled(patterns, [
      ...new Set(sources.flatMap(({ claims }) => claims.map(({ id }) => id))),
    ]);
    return sources.map((source) => ({ ...source, claims: source.claims.filter(({ id }) => called.has(id)) }));
  }

  private list(standing: readonly { figure: Figure; at: Standing }[], json: boolean): void {
    if (json) {
      this.printJson({
        figures: standing.map(({ figure: { name, title, needs }, at }) => ({ name, title, needs, ...at })),
      });
      return;
    }
    const widest = Math.max(...standing.map(({ figure }) => figure.name.length));
    for (const { figure, at } of standing) {
      const note =
        at.kind === 'unavailable'
          ? `not here: ${at.reason}`
          : at.kind === 'available'
            ? 'here'
            : `needs ${figure.needs}`;
      process.stdout.write(`${figure.name.padEnd(widest)}  ${figure.title}; ${note}\n`);
    }
  }
}

type Standing = ReturnType<Figure['available']> | { readonly kind: 'unknown' };

const standingOf = (figure: Figure, sources: readonly FigureSource[]): Standing =>
  sources.length === 0 ? { kind: 'unknown' } : figure.available(sources);
