/** The README's own claim, attack and sweep: the very block, in a folder outside the repository, through the command line. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { emptyFolder, marginalia } from '../cli/marginalia.js';
import { fencedBlocks } from './markdown.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sweeps = fencedBlocks(readFileSync(join(root, 'README.md'), 'utf8')).filter(
  ({ language, code }) => language === 'ts' && code.includes('defineSweep'),
);
const sweep = sweeps[0]?.code ?? '';

interface Summary {
  readonly runs: number;
  readonly verdicts: readonly {
    readonly verdict: string;
    readonly held: number;
    readonly violated: number;
  }[];
}

async function judged(code: string, ...more: readonly string[]): Promise<Summary & { code: number | null }> {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'my-sweep.ts'), code);
  const ended = await marginalia(['run', './my-sweep.ts', '--json', ...more], { cwd: folder });
  return { ...(JSON.parse(ended.out) as Summary), code: ended.code };
}

it('is the only sweep of the README', () => {
  expect(sweeps).toHaveLength(1);
});

it('is supported in every run', async () => {
  const summary = await judged(sweep);
  expect(summary).toMatchObject({
    code: 0,
    runs: 15,
    verdicts: [{ verdict: 'supported', held: 15, violated: 0 }],
  });
});

it('can fail: without the factor √(1 + k/n) the claim is refuted', async () => {
  const doctored = sweep.replace(/bound: Math\.sqrt\(.*\),\n/, 'bound: 1,\n');
  expect(doctored).not.toBe(sweep);
  const summary = await judged(doctored, '--set', 'samples=16');
  expect(summary).toMatchObject({ code: 1, verdicts: [{ verdict: 'refuted', held: 0, violated: 5 }] });
});

it('is well typed against the built packages', () => {
  // Where the packages resolve; the name is one that .gitignore knows.
  const folder = fileURLToPath(new URL(`.examples-types-${process.pid}/`, import.meta.url));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(folder);
  writeFileSync(join(folder, 'my-sweep.ts'), sweep);
  const compilerOptions = { noEmit: true, composite: false, declaration: false, declarationMap: false };
  const settings = { extends: '../../../tsconfig.base.json', compilerOptions, files: ['my-sweep.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  );
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
});
