/** Laws over the registry of commands: each prints one JSON document where it prints data, and nothing else under --quiet. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import commands from '../../apps/cli/src/commands/index.js';
import { bin, emptyFolder, fixture, marginalia } from './marginalia.js';

/** Commands that print no data, and why. */
const withoutData: Readonly<Record<string, string>> = {
  worker: 'serves sweeps until it is stopped; what it measures is in the journal',
  watch: 'serves a page until it is stopped',
};
/** Commands that these tests do not run; others do. */
const elsewhere: Readonly<Record<string, string>> = {
  'slurm:submit': 'needs a Slurm controller: test/slurm',
  'slurm:status': 'needs a Slurm controller: test/slurm',
  'slurm:resubmit': 'needs a Slurm controller: test/slurm',
};

const results = 'results';
const grid = ['--set', 'dimension=64', 'clusters=4', 'width=3', 'testPoints=2', '--replicates', '2'];
const plain = fixture('supported.ts');

/** Each on what the ones before it left. RUN is the id of a run. */
const calls: Readonly<Record<string, readonly string[]>> = {
  run: ['run', 'feature-averaging', ...grid, '--out', results],
  plan: ['plan', 'feature-averaging', ...grid, '--out', results],
  status: ['status', results],
  retry: ['retry', results, '--failed'],
  evidence: ['evidence', results, '--claims', 'perfect-accuracy'],
  list: ['list', 'sweeps'],
  explain: ['explain', 'perfect-accuracy'],
  table: ['table', results, '--by', 'dimension'],
  figure: ['figure', results, '--list'],
  report: ['report', results, '--output', 'page'],
  paper: ['paper', results, '--output', 'numbers.tex'],
  'paper:verify': ['paper', 'verify', 'main.tex'],
  replay: ['replay', 'RUN', '--out', results, '--dump', 'net'],
  inspect: ['inspect', '--net', 'net', '--data', 'net'],
  attack: ['attack', '--net', 'net', '--data', 'net', '--attacks', 'fast-gradient', '--radii', '1'],
  audit: ['audit', results, '--share', '100%'],
  compact: ['compact', results],
  merge: ['merge', results, '--out', 'merged'],
  check: ['check', plain, '--out', 'checked', '--baseline', 'baseline.json', '--update'],
  shrink: ['shrink', 'supported', '--sweep', plain, '--budget', '40'],
};

interface Said {
  readonly name: string;
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** All in one process, for a process apiece would take a minute. */
const script = String.raw`
const [index, calls] = [process.argv[1], JSON.parse(process.argv[2])];
const { run } = await import(index);
const said = [];
let id = '';
for (const [name, words] of Object.entries(calls)) {
  let [out, err] = ['', ''];
  process.stdout.write = (text) => ((out += text), true);
  process.stderr.write = (text) => ((err += text), true);
  process.exitCode = 0;
  await run([...words.map((word) => (word === 'RUN' ? id : word)), '--json', '--quiet']);
  said.push({ name, out, err, code: process.exitCode });
  if (name === 'run') {
    out = '';
    await run(['table', 'results', '--runs', '--json']);
    id = JSON.parse(out)[0].run;
  }
}
// A pipe may hold less than this when the process ends.
(await import('node:fs')).writeFileSync('said.json', JSON.stringify(said));
process.exit(0);
`;

describe('the registry of commands', () => {
  it('has --json in every command that prints data, and --quiet in all', () => {
    for (const [name, command] of Object.entries(commands)) {
      const has = 'json' in (command.flags ?? {});
      expect([name, has]).toEqual([name, !Object.hasOwn(withoutData, name)]);
      expect(command.baseFlags).toHaveProperty('quiet');
    }
  });

  it('is all called here, or elsewhere', () => {
    const known = [...Object.keys(calls), ...Object.keys(withoutData), ...Object.keys(elsewhere)];
    expect(Object.keys(commands).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('prints one JSON document under --json, and no note under --quiet', () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'main.tex'), '\\input{numbers} \\claim{perfect-accuracy/runs}\n');
    const index = pathToFileURL(join(bin, '../../dist/index.js')).href;
    const ended = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', script, index, JSON.stringify(calls)],
      {
        cwd,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
        maxBuffer: 1 << 26,
      },
    );
    expect(ended.stderr).toBe('');
    const said = JSON.parse(readFileSync(join(cwd, 'said.json'), 'utf8')) as readonly Said[];
    expect(said.map(({ name }) => name)).toEqual(Object.keys(calls));
    for (const { name, out, err, code } of said) {
      expect([name, err]).toEqual([name, '']);
      expect([name, [0, 1, 3].includes(code)]).toEqual([name, true]);
      // Not an empty text, and nothing after the document.
      expect([name, typeof JSON.parse(out)]).toEqual([name, 'object']);
    }
    expect(JSON.parse(said.find(({ name }) => name === 'replay')?.out ?? '')).toMatchObject({
      folder: results,
      sameCode: true,
      files: expect.arrayContaining(['net/W.npy']) as string[],
    });
    expect(readFileSync(join(cwd, 'net/W.npy')).length).toBeGreaterThan(0);
  });
});

describe('--quiet', () => {
  it('leaves the report and takes the rest; a mistake is still said', async () => {
    const cwd = emptyFolder();
    const loud = await marginalia(['run', plain], { cwd });
    const quiet = await marginalia(['run', plain, '--quiet'], { cwd });
    expect(loud.err).toContain('supported (quick)');
    expect([quiet.err, quiet.code]).toEqual(['', 0]);
    expect(quiet.out).toContain('1 claim: 1 supported');
    const wrong = await marginalia(['table', 'nowhere', '--quiet'], { cwd });
    expect([wrong.code, wrong.out, wrong.err.split('\n').length]).toEqual([2, '', 2]);
  });
});
