/** Flags of `run` that do not go together, and those that mean nothing alone: refused before anything is looked for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import Run from '../../apps/cli/src/commands/run.js';
import { refuseContradictions } from '../../apps/cli/src/run/contradictions.js';
import { emptyFolder, fixture, marginalia, onlyLine } from './marginalia.js';

/** What the parser makes of the words. */
const flagsOf = (words: string): Record<string, unknown> =>
  Object.fromEntries(
    words.split(' --').map((word) => {
      const [name = '', ...values] = word.replace(/^--/, '').split(' ');
      return [name, values.length === 0 ? true : values.join(' ')];
    }),
  );

const whole = '--judge once all shards are done: a claim is judged by the whole';
const refused: readonly (readonly [string, string])[] = [
  ['--shard 0/2 --judge', `expected --shard or --judge, got both; try ${whole}`],
  ['--shard 0/2 --until decided', `expected --shard or --until, got both; try ${whole}`],
  ['--judge --until decided', 'expected --judge or --until, got both; try --judge, which computes nothing'],
  ['--judge --dry-run', 'expected --judge or --dry-run, got both; try --judge, which computes nothing'],
  [
    '--audit 5% --shard 0/2',
    'expected --audit or --shard, got both; try marginalia audit on the folder once all shards are done',
  ],
  [
    '--audit 5% --judge',
    'expected --audit or --judge, got both; try marginalia audit on the folder: --judge computes nothing',
  ],
  [
    '--dry-run --audit 5%',
    'expected --audit or --dry-run, got both; try --dry-run alone: an audit computes what it compares',
  ],
  [
    '--until decided --where dimension=4',
    'expected --until or --where, got both; try --set, which gives an axis fewer values',
  ],
  [
    '--threads 2 --engine bullmq',
    'expected --engine bullmq or --threads, got both; try marginalia worker --threads: this process computes nothing',
  ],
  [
    '--budget 100',
    'expected --until decided beside --budget, got --budget 100 alone; try --until decided --budget 100',
  ],
  [
    '--alpha 0.1',
    'expected --until decided beside --alpha, got --alpha 0.1 alone; try --until decided --alpha 0.1',
  ],
  ['--salt b', 'expected --audit 5% beside --salt, got --salt b alone; try --audit 5% --salt b'],
  [
    '--redis redis://:secret@host',
    'expected --engine bullmq beside --redis, got --engine local; try --engine bullmq',
  ],
  [
    '--queue-prefix q --engine local',
    'expected --engine bullmq beside --queue-prefix, got --engine local; try --engine bullmq',
  ],
];

const fine = [
  '--seed 2',
  '--until decided --budget 100 --alpha 0.1',
  '--until decided --dry-run',
  '--until decided --audit 5% --salt b',
  '--until decided --engine bullmq --redis redis://host',
  '--shard 0/2 --dry-run --where dimension=4',
  // The command of a shard, with one word changed.
  '--judge --timeout 3s --stop-after 1h --engine bullmq --redis redis://host',
  '--threads 2 --engine local',
];

describe('contradictory flags of run', () => {
  it.each(refused)('%s', (words, line) => {
    expect(() => refuseContradictions(flagsOf(words))).toThrow(line);
  });

  it.each(fine)('takes %s', (words) => {
    expect(() => refuseContradictions(flagsOf(words))).not.toThrow();
  });

  it('are contradictory whatever stands beside them, but for what they lack', () => {
    const pairs = refused.map(([words]) => flagsOf(words)).filter((flags) => Object.keys(flags).length === 2);
    const others = fc.constantFrom(...fine.map(flagsOf));
    fc.assert(
      fc.property(fc.constantFrom(...pairs), others, (pair, other) => {
        // `--engine bullmq` is what a queue prefix lacks, and `--engine local` what threads lack nothing beside.
        fc.pre(!('engine' in pair && 'engine' in other));
        expect(() => refuseContradictions({ ...other, ...pair })).toThrow(/^expected --.*; try /);
      }),
    );
  });

  it('names only flags that there are', () => {
    for (const [words, line] of refused)
      for (const name of [...Object.keys(flagsOf(words)), ...(line.match(/(?<=expected --)[\w-]+/g) ?? [])])
        expect(Object.keys(Run.flags)).toContain(name);
  });

  it('are one line and the exit code of bad input, before a sweep is looked for', async () => {
    const ended = await marginalia(['run', 'no-such-sweep', '--judge', '--dry-run'], { cwd: emptyFolder() });
    expect(onlyLine(ended)).toBe(
      'expected --judge or --dry-run, got both; try --judge, which computes nothing',
    );
    expect(ended.code).toBe(2);
  });
});

describe('run --help', () => {
  it('says first what a run is, and then each concern under a heading of its own', async () => {
    const { out, code } = await marginalia(['run', '--help'], { env: { COLUMNS: '80' } });
    expect(code).toBe(0);
    expect(out.match(/^(?:[A-Z]+ )*FLAGS$/gm)).toEqual([
      'FLAGS',
      'GLOBAL FLAGS',
      'UNTIL DECIDED FLAGS',
      'LIMIT FLAGS',
      'AUDIT FLAGS',
      'SHARD FLAGS',
      'ENGINE FLAGS',
    ]);
    const [, main = ''] = /^FLAGS\n([^]*?)\n\n/m.exec(out) ?? [];
    expect(main.match(/--[\w-]+/g)).toEqual(expect.arrayContaining(['--preset', '--set', '--json']));
    expect(main).not.toContain('--redis');
    for (const line of out.split('\n').filter((one) => !one.includes('$ npx')))
      expect([...line].length, line).toBeLessThanOrEqual(80);
  });
});

describe('run --quiet', () => {
  it('says nothing of rounds and runs, and prints the verdicts all the same', async () => {
    const asked = ['run', fixture('mixed.ts'), '--until', 'decided', '--replicates', '6'];
    const [told, quiet] = await Promise.all([
      marginalia(asked, { cwd: emptyFolder() }),
      marginalia([...asked, '--quiet'], { cwd: emptyFolder() }),
    ]);
    expect(told.err).toContain('round 1: ');
    expect(quiet.err).toBe('');
    expect([quiet.out, quiet.code]).toEqual([told.out, told.code]);
  });
});
