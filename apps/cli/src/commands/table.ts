import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { JournalRecord, SweepIdentity } from '@marginalia/sweep';
import { MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { plural } from '../render/number.js';
import { rowsWhere, whereFlags } from '../run/where.js';
import { resultFolders } from '../result-folders.js';
import { runColumns } from '../table/columns.js';
import type { Asked } from '../table/contrast.js';

const formats = ['markdown', 'csv', 'json'] as const;

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
    format: Flags.string({ description: 'How it is written.', options: [...formats], default: 'markdown' }),
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
    const { dir, others } = folderAmong(argv as string[]);
    if (others[0] !== undefined && !flags.by) {
      throw new BadInput({
        expected: 'one folder',
        got: `${dir} and ${others[0]}`,
        try: commandLine('table', dir),
      });
    }
    refuseOtherFolders(dir);
    const { readResults, unitOf } = await import('@marginalia/sweep');
    const results = readResults(dir);
    const { identity, setAside, corrupted } = results;
    const { records, failures } = await rowsWhere(results, flags.where);
    const by = flags.by ? await axesAmong([...flags.by, ...others], identity.axisNames) : identity.axisNames;
    const { axisNames, keyingAxes, headline } = identity;
    if (flags.contrast !== undefined) {
      await this.#contrast(records, identity, {
        dir,
        axis: flags.contrast,
        baseline: flags.baseline,
        by: flags.by ? by : [],
        format: flags.format,
      });
      return;
    }
    const columns = runColumns([...records, ...failures], axisNames, headline, (record) =>
      keyingAxes ? unitOf(keyingAxes, record) : record.id,
    );
    const { aggregate, csvOf, singleRuns } = await import('../table/aggregate.js');
    const grid = flags.runs ? singleRuns(columns) : aggregate(columns, by);
    if (flags.format === 'json') this.printJson(grid.rows);
    else if (flags.format === 'csv') process.stdout.write(csvOf(grid));
    else {
      const { leftOut, markdown } = await import('../table/markdown.js');
      process.stdout.write(`${markdown(grid)}\n`);
      const more = leftOut(grid);
      if (more > 0) this.say(`${plural(more, 'more column')} with --format csv or --format json`);
    }
    if (corrupted > 0) this.say(`left out: ${plural(corrupted, 'journal line')} damaged`);
    if (setAside > 0)
      this.say(`left out: ${plural(setAside, 'run')} of other code, another seed or another environment`);
    if (failures.length > 0)
      this.say(
        `${plural(failures.length, 'run')} failed: counted in the column failed, absent from the means`,
      );
  }

  async #contrast(
    records: readonly JournalRecord[],
    identity: SweepIdentity,
    { format, ...asked }: Omit<Asked, 'headline'> & { readonly format: string },
  ): Promise<void> {
    const { contrastGrid } = await import('../table/contrast.js');
    const { grid, unpaired } = await contrastGrid(records, identity, {
      ...asked,
      headline: format === 'markdown',
    });
    if (format === 'json') this.printJson(grid.rows);
    else if (format === 'csv') process.stdout.write((await import('../table/aggregate.js')).csvOf(grid));
    else process.stdout.write(`${(await import('../table/markdown.js')).markdown(grid)}\n`);
    if (unpaired > 0)
      this.say(`${plural(unpaired, 'run')} without a partner on the same data: in no difference`);
  }
}

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
