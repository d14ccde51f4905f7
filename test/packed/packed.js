/**
 * What a reader of the README gets who does not clone: `npm pack` of every package, installed into an empty folder, runs
 * the README's own sweep file there. Prints a line for each step; the exit code is 1 with a reason where one fails.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = [
  'packages/core',
  'packages/theory',
  'packages/attack',
  'packages/sweep',
  'sweeps',
  'apps/cli',
];
const folder = mkdtempSync(join(tmpdir(), 'marginalia-packed-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function refuse(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

const npm = (...argv) =>
  execFileSync('npm', argv, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

mkdirSync(join(folder, 'tarballs'));
npm('pack', '--silent', '--pack-destination', 'tarballs', ...packages.map((name) => join(root, name)));
const tarballs = readdirSync(join(folder, 'tarballs'));
if (tarballs.length !== packages.length)
  refuse(`expected ${packages.length} tarballs, got ${tarballs.join(', ')}`);
console.log(`packed: ${tarballs.join(', ')}`);

const own = join(folder, 'mine');
mkdirSync(own);
writeFileSync(join(own, 'package.json'), JSON.stringify({ name: 'mine', version: '1.0.0', type: 'module' }));
npm(
  'install',
  '--prefix',
  own,
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--loglevel',
  'error',
  ...tarballs.map((name) => join(folder, 'tarballs', name)),
);
console.log('installed');

const [, sweep] =
  /```ts\n((?:(?!```)[^])*defineSweep\((?:(?!```)[^])*)```/.exec(
    readFileSync(join(root, 'README.md'), 'utf8'),
  ) ?? [];
if (!sweep) refuse('expected a sweep in README.md, got none');
writeFileSync(join(own, 'my-sweep.ts'), sweep);

/** `run --json` of the sweep; everything but the executable is looked up from the folder. */
function runs() {
  const { status, stdout, stderr } = spawnSync(
    join(own, 'node_modules', '.bin', 'marginalia'),
    ['run', './my-sweep.ts', '--threads', '2', '--json'],
    { cwd: own, encoding: 'utf8' },
  );
  if (status !== 0) refuse(`expected exit code 0, got ${status}: ${stderr}`);
  const { computed, verdicts } = JSON.parse(stdout);
  console.log(
    `computed ${computed}; ${verdicts.map(({ claim, verdict }) => `${claim} ${verdict}`).join(', ')}`,
  );
  if (verdicts.length === 0 || verdicts.some(({ verdict }) => verdict !== 'supported'))
    refuse('expected every claim to be supported');
  return computed;
}

if (!(runs() > 0)) refuse('expected runs to be computed, got none');
if (runs() !== 0) refuse('expected the same again to compute nothing');
