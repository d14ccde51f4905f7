/** Tables on a terminal: as wide as it is, never a broken line; whole where nobody reads. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Grid, markdown, size } from 'marginalia';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { broken, fitted } from '../../apps/cli/src/table/fit.js';
import { pageOf } from '../../apps/cli/src/table/markdown.js';
import { sparkline } from '../../apps/cli/src/table/sparkline.js';
import { bin, fixture, marginalia } from './marginalia.js';

const word = fc.stringMatching(/^[a-z]{1,9}([A-Z_@][a-z0-9]{1,9}){0,3}$/);
const grids: fc.Arbitrary<Grid> = fc
  .tuple(
    fc.uniqueArray(word, { minLength: 2, maxLength: 9 }),
    fc.integer({ min: 1, max: 5 }),
    fc.infiniteStream(fc.double()),
  )
  .map(([names, count, stream]) => {
    const [axis = '', other = '', ...measurements] = names;
    const rows = Array.from({ length: count }, (_, at) => ({
      [axis]: at,
      [other]: 'same',
      ...Object.fromEntries(measurements.map((name) => [name, stream.next().value as number])),
    }));
    return { names, rows, measurements, headline: [] };
  });

describe('a table fitted to a width', () => {
  it('has lines no wider, but for a first column that is, and the same cells as the whole one', () => {
    fc.assert(
      fc.property(grids, fc.integer({ min: 10, max: 120 }), (grid, width) => {
        const page = pageOf(grid);
        const { text, constants, dropped } = fitted(page, grid, width);
        const lines = text.split('\n');
        expect(new Set(lines.map(size)).size).toBe(1);
        const shown = page.names.length - constants.length - dropped;
        expect(shown).toBeGreaterThan(0);
        if (shown > 1) expect(size(lines[0] ?? '')).toBeLessThanOrEqual(width);
        const body = lines.slice(-grid.rows.length).map((line) =>
          line
            .slice(2, -2)
            .split(' | ')
            .map((cell) => cell.trim()),
        );
        const kept = page.names
          .filter((name) => !constants.some((one) => one.startsWith(`${name} = `)))
          .slice(0, shown);
        expect(body).toEqual(page.body.map((line) => kept.map((name) => line[page.names.indexOf(name)])));
        // What fits is left alone.
        if (size(markdown(grid).split('\n')[0] ?? '') <= width) expect(text).toBe(markdown(grid));
      }),
    );
  });

  it('breaks headings between words and loses no letter', () => {
    expect(broken('robustAccuracy@0.8', 3)).toEqual(['robust', 'Accuracy', '@0.8']);
    expect(broken('robustAccuracy@0.8', 12)).toEqual(['robust', 'Accuracy@0.8']);
    fc.assert(
      fc.property(word, fc.integer({ min: 1, max: 30 }), (name, width) => {
        expect(broken(name, width).join('')).toBe(name);
      }),
    );
  });
});

it('draws the least as the lowest bar, the greatest as the highest, and no number as a space', () => {
  expect(sparkline([1, 2, 3, 8])).toBe('▁▂▃█');
  expect(sparkline([3, Number.NaN, 1])).toBe('█ ▁');
  expect(sparkline([2, 2, 2])).toBe('▅▅▅');
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), {
        minLength: 1,
      }),
      (values) => {
        const bars = [...sparkline(values)];
        expect(bars).toHaveLength(values.length);
        values.forEach((a, i) =>
          values.forEach((b, j) => {
            if (a < b) expect((bars[i] ?? '') <= (bars[j] ?? '')).toBe(true);
          }),
        );
      },
    ),
  );
});

const noTerminal = spawnSync('script', ['--version']).status !== 0;
if (noTerminal) console.warn('script of util-linux is not installed: no terminal to look at');

describe.skipIf(noTerminal)('table on a terminal', () => {
  let cwd = '';
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'marginalia-test-'));
    await marginalia(['run', fixture('paired.ts'), '--set', 'size=1,2,3', '--quiet'], { cwd });
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  const asked = [
    'table',
    'results/paired/quick',
    '--by',
    'size',
    '--derive',
    'aVeryLongNameForHalfOfX = x / 2',
  ];
  const seen = (columns: number, locale: string): readonly string[] => {
    const line = [process.execPath, bin, ...asked].map((one) => `'${one}'`).join(' ');
    const { stdout } = spawnSync('script', ['-qec', `stty cols ${columns}; ${line}`, '/dev/null'], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TERM: 'xterm', LC_ALL: locale },
      input: '',
    });
    return stdout.trimEnd().split(/\r?\n/);
  };

  it('fits, with a sparkline over the axis; piped it is whole and has none', async () => {
    const lines = seen(50, 'C.UTF-8');
    const table = lines.filter((line) => line.startsWith('|'));
    expect(table.length).toBeGreaterThan(5);
    for (const line of table) expect(size(line)).toBeLessThanOrEqual(50);
    expect(table.at(-1)).toMatch(/\| trend \|.*▁\p{L}?[▂▃▄▅▆▇]█/u);
    expect(seen(50, 'C').join('')).not.toMatch(/[▁▂▃▄▅▆▇█]|trend/);
    expect(seen(24, 'C.UTF-8').at(-1)).toMatch(
      /more columns? with --format csv or --format json, \d of them in a wider terminal/,
    );
    const piped = (await marginalia(asked, { cwd, env: { COLUMNS: '30', LC_ALL: 'C.UTF-8' } })).out;
    expect(piped).toContain('aVeryLongNameForHalfOfX');
    expect(piped).not.toMatch(/[▁▂▃▄▅▆▇█]|trend/);
  });
});
