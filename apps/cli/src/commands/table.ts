import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { plural } from '../render/number.js';
import { rowsWhere, whereFlags } from '../run/where.js';
import { resultFolders } from '../result-folders.js';
import { contrasted, tabulated } from '../table/shape.js';
import { type Format, formatAsked, shapeFlags, writingFlags } from '../table/flags.js';

export default class Table extends MarginaliaCommand {
  static override summary = 'Tabulate what the runs of a sweep measured.';
  static override description =
    'Of every measurement the mean over a cell, its standard error, and the median.';
  static override usage = 'table DIR [FLAGS]';
  static override examples = [
    '<%= config.bin %> table results/feature-averaging/quick',
    '<%= config.bin %> table results/feature-averaging/quick --by dimension --format csv',
    '<%= config.bin %> table results/feature-averaging/quick --runs --format json',
    '<%= config.bin %> table results/adversarial-training/quick --contrast trainer',
    "<%= config.bin %> table results/feature-averaging/quick --derive 'gap = pgdRadius / exactRadius' --sort gap:desc",
    '<%= config.bin %> table results/feature-averaging/quick --by dimension --format latex --label tab:radii',
  ];
  // `--by a b` leaves `b` among the arguments.
  static override strict = false;
  static override args = {
    dir: Args.string({ description: 'the folder of the results of a sweep', ignoreStdin: true }),
  };
  static override flags = {
    by: Flags.string({
      description: 'Gather over all axes but these.',
      helpValue: 'axis',
      multiple: true,
      multipleNonGreedy: true,
    }),
    runs: Flags.boolean({ description: 'A row a run, with its id.' }),
    contrast: Flags.string({
      description:
        'What an axis does, by runs that saw the same data: differences from its baseline, paired by unit.',
      helpValue: 'axis',
    }),
    baseline: Flags.string({
      description: 'With --contrast: the value that the others are compared with; the first when absent.',
      helpValue: 'VALUE',
    }),
    ...whereFlags,
    ...shapeFlags,
    ...writingFlags,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Table);
    if (flags.contrast === undefined ? flags.baseline !== undefined : flags.runs) {
      throw new BadInput(
        flags.runs
          ? { expected: '--runs or --contrast', got: 'both', try: '--contrast alone' }
          : { expected: '--contrast beside --baseline', got: '--baseline alone', try: '--contrast AXIS' },
      );
    }
    if (flags.runs && flags.by) {
      throw new BadInput({ expected: '--runs or --by', got: 'both', try: '--runs, which has every axis' });
    }
    const format = formatAsked(flags);
    const { dir, others } = folderAmong(argv as string[]);
    if (others[0] !== undefined && !flags.by) {
      throw new BadInput({
        expected: 'one folder',
        got: `${dir} and ${others[0]}`,
        try: commandLine('table', dir),
      });
    }
    refuseOtherFolders(dir);
    const { readResults } = await import('@marginalia/sweep');
    const results = readResults(dir);
    const { identity, setAside, corrupted } = results;
    const { axisNames } = identity;
    const by = flags.by ? await axesAmong([...flags.by, ...others], axisNames) : axisNames;
    const chosen = await rowsWhere(results, flags.where);
    const asked = { derive: flags.derive ?? [], filter: flags.filter };
    const { derivedRuns } = await import('../table/derive.js');
    const runs = { ...derivedRuns(chosen, axisNames, asked), identity };
    const contrast = flags.contrast === undefined ? undefined : { axis: flags.contrast, ...flags, dir };
    const shaped = contrast
      ? await contrasted(runs, {
          ...contrast,
          columns: flags.columns,
          by: flags.by ? by : [],
          headline: forPeople(format) && flags.columns === undefined,
        })
      : await tabulated(runs, { ...flags, by, columns: flags.columns, headline: forPeople(format) });
    const { sorted } = await import('../table/sort.js');
    const grid = flags.sort === undefined ? shaped.grid : sorted(shaped.grid, flags.sort);
    const { writeGrid } = await import('../table/write.js');
    const say = (line: string): void => this.say(line);
    await writeGrid(grid, { ...flags, format, dir, identity, by: shaped.by, say });
    for (const note of shaped.notes) this.say(note);
    if (flags.filter !== undefined) {
      const [all, kept] = [chosen, runs].map((some) => some.records.length + some.failures.length);
      this.say(`${kept} of ${plural(all ?? 0, 'run')} meet --filter`);
    }
    if (contrast) return;
    if (corrupted > 0) this.say(`left out: ${plural(corrupted, 'journal line')} damaged`);
    if (setAside > 0)
      this.say(`left out: ${plural(setAside, 'run')} of other code, another seed or another environment`);
    const failed = runs.failures.length;
    if (failed > 0)
      this.say(`${plural(failed, 'run')} failed: counted in the column failed, absent from the means`);
  }
}

/** Formats that a page has to hold: the headline alone. */
const forPeople = (format: Format): boolean => format === 'markdown' || format === 'latex';

/** `table --by a b DIR` and `table DIR --by a b`: the folder is the word that is one. */
function folderAmong(words: readonly string[]): { dir: string; others: readonly string[] } {
  const dir = words.find((word) => statSync(word, { throwIfNoEntry: false })?.isDirectory()) ?? words[0];
  if (dir === undefined) {
    throw new BadInput({
      expected: 'the folder of the results of a sweep',
      got: 'nothing',
      try: tables(resultFolders('results')),
    });
  }
  const at = words.indexOf(dir);
  return { dir, others: words.filter((_, i) => i !== at) };
}

/** Throws BadInput where no sweep left its results, with the folders below in which one did. */
function refuseOtherFolders(dir: string): void {
  if (existsSync(join(dir, 'sweep.json'))) return;
  const below = resultFolders(dir);
  throw new BadInput({
    expected: `results of a sweep in ${dir}`,
    got:
      below.length === 0 ? 'no sweep.json' : `a folder with ${plural(below.length, 'such folder')} below it`,
    try: tables(below.length > 0 ? below : resultFolders('results')),
  });
}

const shownFolders = 3;

/** What to type instead: the tables of these folders, or where there are none the sweeps that would make one. */
const tables = (folders: readonly string[]): string =>
  folders.length === 0
    ? commandLine('list', 'sweeps')
    : [
        ...folders.slice(0, shownFolders).map((folder) => commandLine('table', folder)),
        ...(folders.length > shownFolders ? [`${folders.length - shownFolders} more`] : []),
      ].join(' or ');

async function axesAmong(words: readonly string[], axes: readonly string[]): Promise<readonly string[]> {
  const wanted = [
    ...new Set(
      words
        .flatMap((word) => word.split(','))
        .map((word) => word.trim())
        .filter(Boolean),
    ),
  ];
  for (const word of wanted) {
    if (axes.includes(word)) continue;
    const { nearest } = await import('@marginalia/sweep');
    const near = nearest(word, axes);
    throw new BadInput({
      expected: `an axis (${axes.join(', ')})`,
      got: JSON.stringify(word),
      ...(near ? { try: `--by ${near}` } : {}),
    });
  }
  return axes.filter((axis) => wanted.includes(axis));
}
