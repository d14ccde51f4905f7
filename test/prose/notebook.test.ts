/** The notebook door: the snippets of the command line's README read what the commands beside them wrote. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { marginalia } from '../cli/marginalia.js';
import { fencedBlocks } from './markdown.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'apps/cli/README.md'), 'utf8');
const section = readme.slice(readme.indexOf('## In a notebook'), readme.indexOf('## Numbers in a paper'));
const blocks = fencedBlocks(section);
const python = blocks.filter(({ language }) => language === 'python');
const javascript = blocks.filter(({ language }) => language === 'js');

let cwd = '';
/** What `table` says of the same runs, by dimension. */
let means: readonly string[] = [];

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'marginalia-test-'));
  const grid = ['--set', 'dimension=64,128', 'clusters=4', 'width=3', 'testPoints=20', '--replicates', '2'];
  await marginalia(['run', 'feature-averaging', '--preset', 'quick', ...grid, '--quiet'], { cwd });
  const results = 'results/feature-averaging/quick';
  await marginalia(['compact', results, '--quiet'], { cwd });
  const cells = await marginalia(['table', results, '--by', 'dimension', '--json'], { cwd });
  means = (JSON.parse(cells.out) as { exactRadius: number }[]).map(({ exactRadius }) =>
    exactRadius.toPrecision(4),
  );
  const runs = await marginalia(['table', results, '--runs', '--json'], { cwd });
  const [{ run } = { run: '' }] = JSON.parse(runs.out) as { run: string }[];
  await marginalia(['replay', run, '--dump', 'run'], { cwd });
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

it('has a script for pandas, polars, NumPy and JavaScript', () => {
  expect(python.map(({ code }) => /import (\w+)/.exec(code)?.[1])).toEqual(['pandas', 'polars', 'numpy']);
  expect(javascript).toHaveLength(1);
});

const importable = (module: string): boolean =>
  spawnSync('python3', ['-c', module === 'pandas' ? 'import pandas, pyarrow' : `import ${module}`]).status ===
  0;

for (const { code } of python) {
  const module = /import (\w+)/.exec(code)?.[1] ?? '';
  it.skipIf(!importable(module))(`${module} reads the same numbers`, () => {
    const { stdout, stderr } = spawnSync('python3', ['-c', code], { cwd, encoding: 'utf8' });
    expect(stderr).toBe('');
    // Tables are printed with six digits or more; the last of four may be rounded up.
    if (module === 'numpy')
      expect(Number(/least margin (\S+)/.exec(stdout)?.[1])).toBeCloseTo(leastMargin(), 9);
    else expect(rounded(stdout)).toEqual(expect.arrayContaining([...means]));
  });
}

it('JavaScript reads the same numbers', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', javascript[0]?.code ?? ''],
    {
      cwd,
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  expect(rounded(stdout)).toEqual(expect.arrayContaining([...means]));
  expect(stdout).toMatch(/6 neurons in R\^\d+, first weight -?0\.\d+/);
});

const rounded = (text: string): readonly string[] =>
  (text.match(/\d+\.\d+/g) ?? []).map((number) => Number(number).toPrecision(4));

/** As the run recorded it, in its own units. */
function leastMargin(): number {
  const { measurements } = JSON.parse(readFileSync(join(cwd, 'run/run.json'), 'utf8')) as {
    measurements: Readonly<Record<string, number>>;
  };
  return measurements['trainMarginMin'] ?? Number.NaN;
}
