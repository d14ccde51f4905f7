/** `marginalia figure` as a user meets it: files of two fresh processes, and one clear line for every mistake. */
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  mkdtempSync,
  existsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadInput } from '@marginalia/core';
import { formatsOf, widthOf, wordsOf } from '../../apps/cli/src/figure/choose.js';
import { figures } from '../../apps/cli/src/figure/figures.js';
import { readSource } from '../../apps/cli/src/figure/sources.js';
import { emptyFolder, fixture, marginalia, onlyLine } from './marginalia.js';

let home = '';
const results = (): string => join(home, 'results/figures/quick');

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'marginalia-figures-'));
  await marginalia(['run', fixture('figures.ts'), '--json'], { cwd: home });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const figure = (...args: readonly string[]) => marginalia(['figure', ...args], { cwd: home });

describe('what the words mean', () => {
  const refusal = async (ask: () => unknown): Promise<string> => {
    try {
      await ask();
    } catch (error) {
      if (error instanceof BadInput) return error.message;
      throw error;
    }
    throw new Error('taken');
  };
  const read = (where: Readonly<Record<string, string>>) => readSource(results(), { where });
  const draw = async (name: string, by: readonly string[]) =>
    figures.find((figure) => figure.name === name)!.data([await read({})], { by });

  it.each<readonly [string, string, () => unknown]>([
    ['expected --width to be column (317 px), page (648 px)', 'try --width page', () => widthOf('foot')],
    ['expected --width to be column', '"199"', () => widthOf('199')],
    [
      'expected --format to be some of svg,png,vega-lite,pgfplots',
      'try --format svg',
      () => formatsOf('svgz'),
    ],
    ['expected --where to name an axis', 'try --where dimension=64', () => read({ dimensoin: '64' })],
    ['expected --where dimension=… to be a value in', '(64, 128, 256)', () => read({ dimension: '7' })],
    [
      'expected --by to name an axis of figures',
      'try --by clusters',
      () => draw('robust-accuracy', ['cluster']),
    ],
    ['expected --by with two axes', 'try --by clusters dimension', () => draw('phase-diagram', ['clusters'])],
    ['expected results of a sweep in nowhere, got no such folder', 'try ', () => wordsOf(['nowhere'], false)],
    ['expected results of a sweep in ', 'a folder with', () => wordsOf([home], false)],
  ])('refuses in one line: %s', async (expected, hint, ask) => {
    const line = await refusal(ask);
    expect(line).toContain(expected);
    expect(line).toContain(hint);
    expect(line).not.toContain('\n');
  });

  it('takes a width, formats, folders and figures in any order', () => {
    expect([widthOf('column'), widthOf('page'), widthOf('500')]).toEqual([317, 648, 500]);
    expect([...formatsOf('png, svg')]).toEqual(['png', 'svg']);
    const { folders, chosen, axes, settings } = wordsOf(
      ['scaling', results(), 'clusters', 'dimension=64'],
      true,
    );
    expect([folders, chosen.map(({ name }) => name), axes, settings]).toEqual([
      [results()],
      ['scaling'],
      ['clusters'],
      ['dimension=64'],
    ]);
  });
});

describe('marginalia figure', () => {
  it('writes the same bytes in two fresh processes, whatever the locale, the zone and the theme of the first', async () => {
    const args = [results(), '--format', 'svg,png,vega-lite,pgfplots'];
    const one = await figure(...args, '--out', join(home, 'one'));
    expect([one.code, one.err]).toEqual([0, '']);
    const other = await marginalia(['figure', ...args, '--out', join(home, 'other')], {
      cwd: tmpdir(),
      env: { LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8', TZ: 'Asia/Tokyo' },
    });
    expect(other.code).toBe(0);
    const files = readdirSync(join(home, 'one')).sort();
    expect(readdirSync(join(home, 'other')).sort()).toEqual(files);
    for (const file of files)
      expect(readFileSync(join(home, 'one', file)).equals(readFileSync(join(home, 'other', file)))).toBe(
        true,
      );
    for (const { name } of figures) {
      for (const ending of ['svg', 'png', 'vl.json', 'csv', 'tex'])
        expect(files).toContain(`${name}.${ending}`);
    }
    expect(one.out.trimEnd().split('\n')).toHaveLength(files.length);
  });

  it('draws the figures named, of the runs wanted, where it is told', async () => {
    const all = await figure(
      results(),
      'radius-distribution',
      '--by',
      'clusters',
      '--format',
      'vega-lite',
      '--json',
    );
    const { figures: written } = JSON.parse(all.out) as { figures: { name: string; files: string[] }[] };
    expect(written.map(({ name }) => name)).toEqual(['radius-distribution']);
    expect(written[0]!.files[0]).toBe(join(results(), 'figures/radius-distribution.vl.json'));
    const csv = readFileSync(written[0]!.files[1]!, 'utf8');
    expect(csv).toContain('k = 4');
    expect(csv).toContain('k = 8');
    const some = await figure(
      results(),
      'radius-distribution',
      '--by',
      'clusters',
      '--where',
      'clusters=8',
      '--format',
      'vega-lite',
      '--out',
      'some',
    );
    expect(some.code).toBe(0);
    expect(readFileSync(join(home, 'some/radius-distribution.csv'), 'utf8')).not.toContain('k = 4');
  });

  it('lists what there is, and why not', async () => {
    const plain = join(home, 'plain');
    await marginalia(['run', fixture('supported.ts'), '--json', '--out', plain], { cwd: home });
    const listed = JSON.parse((await figure(plain, '--list', '--json')).out) as {
      figures: { name: string; kind: string; reason?: string }[];
    };
    expect(listed.figures.find(({ name }) => name === 'forest')?.kind).toBe('available');
    expect(listed.figures.find(({ name }) => name === 'robust-accuracy')).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringContaining('robustAccuracy') as string,
    });
    const drawn = await figure(plain);
    expect(drawn.code).toBe(0);
    expect(drawn.err).toMatch(/^left out: cosine-matrix: .*got no W, but X$/m);
    const named = await figure(plain, 'robust-accuracy');
    expect(named.code).toBe(2);
    expect(onlyLine(named)).toMatch(
      /^expected results that robust-accuracy can be drawn from, got .* no run measured robustAccuracy.*; try npx marginalia figure .* --list$/,
    );
  });

  it('answers no folder, an empty one, a figure misspelt, and one where every run failed, in one line', async () => {
    const empty = emptyFolder();
    const failed = join(home, 'failed');
    await marginalia(['run', fixture('failing.ts'), '--json', '--out', failed, '--set', 'size=2'], {
      cwd: home,
    });
    for (const [args, said] of [
      [
        [results(), 'robust-acuracy'],
        /^expected a figure \(cosine-matrix, .*\), got "robust-acuracy"; try robust-accuracy$/,
      ],
      [[results(), 'scaling', '--theme', 'sepia'], /--theme to be one of light, dark/],
      [[], /^expected the folder of the results of a sweep, got nothing; try npx marginalia figure results/],
      [[empty], /^expected results of a sweep in .*, got no sweep\.json; try /],
      [['nowhere'], /^expected results of a sweep in nowhere, got no such folder; try /],
      [
        ['results'],
        /^expected results of a sweep in results, got a folder with 1 such folder below it; try /,
      ],
      [[failed], /^expected measured runs in .*, got \d+ failed and none that measured anything; try /],
    ] as const) {
      const ended = await figure(...args);
      expect([args, ended.code]).toEqual([args, 2]);
      expect(onlyLine(ended)).toMatch(said);
    }
    const file = join(home, 'file');
    writeFileSync(file, '');
    const blocked = await figure(results(), 'scaling', '--out', join(file, 'below'));
    expect(blocked.code).toBe(2);
    expect(onlyLine(blocked)).toMatch(/^expected a folder .* that can be written/);
  });

  it('says what it cannot draw where the file of the sweep has moved, and draws the rest', async () => {
    const moved = join(home, 'moved');
    mkdirSync(join(moved, 'journal'), { recursive: true });
    const identity = JSON.parse(readFileSync(join(results(), 'sweep.json'), 'utf8')) as object;
    writeFileSync(
      join(moved, 'sweep.json'),
      JSON.stringify({ ...identity, reference: join(home, 'gone.ts') }),
    );
    for (const file of readdirSync(join(results(), 'journal')).filter((name) => name.endsWith('.jsonl')))
      writeFileSync(join(moved, 'journal', file), readFileSync(join(results(), 'journal', file)));
    const drawn = await figure(moved);
    expect(drawn.code).toBe(0);
    expect(existsSync(join(moved, 'figures/robust-accuracy.svg'))).toBe(true);
    expect(drawn.err).toMatch(/^left out: forest: the sweep .*gone\.ts is not to be found/m);
  });
});
