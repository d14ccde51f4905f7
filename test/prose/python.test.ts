/** The README's Python: NumPy, where it is installed, recomputes gradient descent from the arrays of a run. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { emptyFolder, marginalia } from '../cli/marginalia.js';
import { fencedBlocks } from './markdown.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scripts = fencedBlocks(readFileSync(join(root, 'README.md'), 'utf8')).filter(
  ({ language }) => language === 'python',
);
const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

it('is one script', () => {
  expect(scripts).toHaveLength(1);
});

it.skipIf(!hasNumpy)('NumPy arrives at the same weights and margins', async () => {
  const cwd = emptyFolder();
  const grid = ['--set', 'dimension=64', 'clusters=4', 'width=3', 'testPoints=2'];
  await marginalia(['run', 'feature-averaging', ...grid, '--replicates', '1', '--out', 'results', '--json'], {
    cwd,
  });
  const { out } = await marginalia(['table', 'results', '--runs', '--format', 'json'], { cwd });
  const run = /"run": "(\w+)"/.exec(out)?.[1] ?? '';
  expect(await marginalia(['replay', run, '--out', 'results', '--dump', 'run'], { cwd })).toMatchObject({
    code: 0,
  });

  const { stdout, stderr } = spawnSync('python3', ['-c', scripts[0]?.code ?? ''], { cwd, encoding: 'utf8' });
  expect(stderr).toBe('');
  const [difference, size] = (/difference (\S+) among entries up to (\S+)/.exec(stdout) ?? [])
    .slice(1)
    .map(Number);
  // A hundred steps of sums over n = 160 points, in float64.
  expect(difference).toBeLessThan(1e-12 * (size ?? Number.NaN));
  const [here, there] = (/least margin: (\S+) here, (\S+) there/.exec(stdout) ?? []).slice(1).map(Number);
  expect(here).toBeCloseTo(there ?? Number.NaN, 10);
});
