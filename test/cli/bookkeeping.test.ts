/** plan, status, explain of a cell, retry and --where, as they are typed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bin, emptyFolder, fixture, marginalia, onlyLine, type Ended } from './marginalia.js';

interface Forecast {
  readonly ms: number;
  readonly least: number;
  readonly most: number;
}
interface Planned {
  readonly cells: number;
  readonly runs: number;
  readonly there: number;
  readonly failed: number;
  readonly remaining: number;
  readonly time: Forecast | null;
  readonly timing: { readonly runs: number; readonly sameCode: boolean } | null;
  readonly memory: { readonly largest: number; readonly together: number } | null;
  readonly table: readonly { readonly there: number; readonly msPerRun: number | null }[];
  readonly shards: readonly { readonly runs: number; readonly remaining: number; readonly time: Forecast }[];
}
interface Stood {
  readonly out: string;
  readonly state: string;
  readonly planned: number;
  readonly measured: number;
  readonly failed: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly remaining: number;
  readonly sessions: readonly { readonly pid: number; readonly lives: string }[];
  readonly next: string | null;
  readonly why?: string;
  readonly verdicts?: readonly { readonly claim: string; readonly verdict: string }[];
}
const plannedOf = ({ out }: Ended): Planned => JSON.parse(out) as Planned;
const stoodOf = ({ out }: Ended): readonly Stood[] => JSON.parse(out) as readonly Stood[];
const ranOf = ({ out }: Ended): { readonly computed: number; readonly reused: number } =>
  JSON.parse(out) as { readonly computed: number; readonly reused: number };

/** A command as a report prints it, run: `npx marginalia run …`, with words in single quotes. */
const typed = (line: string): string[] =>
  [...line.replace(/^\s*npx marginalia /, '').matchAll(/'([^']*)'|\S+/g)].map(
    ([word, inner]) => inner ?? word,
  );

const fits = ({ out }: Ended, width = 100): void => {
  // A command stays one line, to be copied.
  for (const line of out.split('\n').filter((one) => !one.startsWith('  npx marginalia ')))
    expect([...line].length, line).toBeLessThanOrEqual(width);
};

describe('a plan', () => {
  it('says what a sweep would compute, computes nothing, and is what --dry-run says', async () => {
    const cwd = emptyFolder();
    const asked = [fixture('shared.ts'), '--set', 'size=1,2', 'budget=0,1', '--where', 'size=2 replicate<3'];
    const [planned, dry, words] = await Promise.all([
      marginalia(['plan', ...asked, '--json'], { cwd }),
      marginalia(['run', ...asked, '--dry-run', '--json'], { cwd }),
      marginalia(['plan', ...asked], { cwd, env: { COLUMNS: '80' } }),
    ]);
    expect(plannedOf(planned)).toMatchObject({
      cells: 2,
      runs: 6,
      there: 0,
      remaining: 6,
      time: null,
      timing: null,
      memory: { largest: 1.2e9 },
      table: [{ there: 0, msPerRun: null }, { msPerRun: null }],
    });
    expect(dry.out).toBe(planned.out);
    expect([planned.code, dry.code, words.code]).toEqual([0, 0, 0]);
    expect(existsSync(join(cwd, 'results'))).toBe(false);
    expect(words.out).toContain('6 of 16 runs: size=2 replicate<3');
    expect(words.out).toContain('no timing of this sweep yet');
    fits(words, 80);
  });

  it('foresees from what was timed, shard by shard; its own last line computes what it foresaw', async () => {
    const cwd = emptyFolder();
    const mine = fixture('slow.ts');
    const probed = await marginalia(['plan', mine, '--probe', '--json'], { cwd });
    const first = plannedOf(probed);
    // Three runs a cost, of which the first warms its worker up; on a slow machine of the cheaper of the two costs alone.
    const there = first.there;
    expect([3, 6]).toContain(there);
    expect(first).toMatchObject({
      runs: 40,
      remaining: 40 - there,
      timing: { runs: (2 * there) / 3, sameCode: true },
    });
    // A run pauses 0.1 s; a timer may be early by less than a millisecond, and a machine late by any time.
    expect(first.table[0]?.msPerRun).toBeGreaterThan(99);
    const words = await marginalia(['plan', mine, '--where', 'replicate<6', '--shards', '3'], { cwd });
    expect(words.out).toContain(
      `12 of 40 runs: replicate<6\n${12 - there} runs to compute, ${there} there already.`,
    );
    expect(words.out).toMatch(/time +about .* on \d+ threads?;/);
    const { shards, time } = plannedOf(await marginalia(['plan', mine, '--shards', '3', '--json'], { cwd }));
    expect(shards.reduce((sum, { runs }) => sum + runs, 0)).toBe(40);
    expect(shards.reduce((sum, { remaining }) => sum + remaining, 0)).toBe(40 - there);
    for (const one of [time as Forecast, ...shards.map((shard) => shard.time)]) {
      expect(one.least).toBeLessThan(one.ms);
      expect(one.ms).toBeLessThan(one.most);
    }
    fits(words);
    const command = words.out.trimEnd().split('\n').at(-1) ?? '';
    const ran = await marginalia([...typed(command), '--json'], { cwd });
    expect(ranOf(ran)).toMatchObject({ computed: 12 - there, reused: there });
  });

  it.each([
    [['--where', 'sise=2'], 'expected an axis (size, shift, replicate), got sise; try size=2'],
    [['--shards', '0'], 'expected --shards to be a whole number ≥ 1'],
    [['quick'], 'try npx marginalia plan'],
  ])('%j is refused in a line', async (flags, line) => {
    const ended = await marginalia(['plan', fixture('supported.ts'), ...flags], { cwd: emptyFolder() });
    expect(ended.code).toBe(2);
    expect(onlyLine(ended)).toContain(line);
  });

  it('refuses the folder of another sweep, and leaves it as it is', async () => {
    const cwd = emptyFolder();
    await marginalia(['run', fixture('supported.ts'), '--preset', 'one', '--out', 'here'], { cwd });
    const ended = await marginalia(['plan', fixture('refuted.ts'), '--out', 'here'], { cwd });
    expect(ended.code).toBe(2);
    expect(onlyLine(ended)).toContain(
      'expected an output folder of refuted, got here, which holds supported',
    );
  });
});

describe('the status', () => {
  it('is true while a sweep runs, after kill -9, and when its own advice was taken', async () => {
    const cwd = emptyFolder();
    const folder = 'results/slow/quick';
    const status = async (...flags: readonly string[]): Promise<Stood> =>
      stoodOf(await marginalia(['status', folder, '--json', ...flags], { cwd }))[0] as Stood;
    const child = spawn(
      process.execPath,
      [bin, 'run', fixture('slow.ts'), '--threads', '1', '--replicates', '900'],
      {
        cwd,
        stdio: 'ignore',
      },
    );
    const exited = once(child, 'exit');
    let running: Stood | undefined;
    try {
      while (child.exitCode === null && !existsSync(join(cwd, folder, 'journal/0001.jsonl'))) await pause(20);
      running = await status();
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
    expect(running).toMatchObject({
      state: 'running',
      planned: 1800,
      failed: 0,
      sessions: [{ pid: child.pid, lives: 'yes' }],
      next: null,
    });
    const linesOf = (): number =>
      readFileSync(join(cwd, folder, 'journal/0001.jsonl'), 'utf8').split('\n').length - 1;
    const killed = await status('--verdicts');
    expect(killed).toMatchObject({
      state: 'stopped',
      planned: 1800,
      measured: linesOf(),
      remaining: 1800 - linesOf(),
      sessions: [{ pid: child.pid, lives: 'no' }],
      verdicts: [{ claim: 'fixture/supported' }],
    });
    expect(running.measured).toBeLessThanOrEqual(killed.measured);
    expect(killed.measured).toBeGreaterThan(0);
    const words = await marginalia(['status', folder], { cwd });
    expect(words.out).toContain('no process is at it');
    expect(words.out).toContain('gone before its end');
    expect(words.out).toContain(killed.next);
    fits(words);
    // The rest would take minutes: some of it.
    const ran = ranOf(
      await marginalia([...typed(killed.next ?? ''), '--where', 'replicate<6', '--json'], { cwd }),
    );
    expect(ran.computed + ran.reused).toBe(12);
    expect(await status()).toMatchObject({
      state: 'stopped',
      measured: killed.measured + ran.computed,
      remaining: killed.remaining - ran.computed,
      sessions: [],
    });
  });

  it('of a folder of folders is a row each, whatever is wrong with one of them', async () => {
    const cwd = emptyFolder();
    await marginalia(['run', fixture('supported.ts'), '--preset', 'one'], { cwd });
    await marginalia(['run', fixture('refuted.ts'), '--preset', 'one', '--out', 'results/b'], { cwd });
    writeFileSync(join(cwd, 'results/b/sweep.json'), '{"version":9}');
    const all = stoodOf(await marginalia(['status', 'results', '--json'], { cwd }));
    expect(all).toMatchObject([
      { out: 'results/b', state: 'unreadable' },
      { out: 'results/supported/one', state: 'complete', measured: 1 },
    ]);
    expect(all[0]?.why).toContain('expected results/b/sweep.json to say whose results these are');
    const words = await marginalia(['status'], { cwd });
    expect(words.out).toMatch(/results\/supported\/one +1\/1 +0 +0 +complete/);
    fits(words);
    const alone = await marginalia(['status', 'results/b'], { cwd });
    expect(onlyLine(alone)).toContain('to say whose results these are');
    const nothing = await marginalia(['status', 'nowhere'], { cwd });
    expect(onlyLine(nothing)).toBe(
      'expected results of a sweep in nowhere, or below it, got no such folder; try npx marginalia list sweeps',
    );
    expect([alone.code, nothing.code]).toEqual([2, 2]);
  });
});

describe('runs that failed', () => {
  it('are tried again, they alone, under the same plan; what changed since is refused by name', async () => {
    const cwd = emptyFolder();
    cpSync(dirname(fixture('moody.ts')), join(cwd, 'sweeps'), { recursive: true });
    const mine = 'sweeps/moody.ts';
    const [folder, env] = ['results/moody/quick', { MOODY: '1' }];
    // A plan of which not all is computed: what is missing is none of retry's business.
    await marginalia(['run', mine, '--replicates', '3', '--where', 'replicate<2'], { cwd, env });
    const stood = stoodOf(await marginalia(['status', folder, '--json'], { cwd }))[0];
    expect(stood).toMatchObject({ planned: 6, measured: 2, failed: 2, failures: { threw: 2 }, remaining: 2 });

    const again = await marginalia(['retry', folder, '--failed', '--where', 'replicate=0'], { cwd, env });
    expect(again.code).toBe(3);
    expect(again.out).toContain('1 run tried again: 0 measured, 1 failed again.');
    expect(again.out).toContain('threw: not today');
    fits(again);
    const other = await marginalia(['retry', folder, '--failed', '--kind', 'timed-out'], { cwd });
    expect(other.out).toContain(`Of 2 failed runs in ${folder} none is timed-out`);
    const mended = await marginalia(['retry', folder, '--failed', '--kind', 'threw,exited', '--json'], {
      cwd,
    });
    expect(mended.code).toBe(0);
    expect(JSON.parse(mended.out)).toMatchObject({ tried: 2, measured: 2, failures: 0, failed: [] });
    const since = stoodOf(await marginalia(['status', folder, '--json'], { cwd }))[0];
    expect(since).toMatchObject({ planned: 6, measured: 4, failed: 0, remaining: 2, state: 'stopped' });
    const nothing = await marginalia(['retry', folder, '--failed'], { cwd });
    expect([nothing.code, nothing.out]).toEqual([
      0,
      `No run failed in ${folder}: there is nothing to try again.\n`,
    ]);

    const text = readFileSync(join(cwd, mine), 'utf8');
    writeFileSync(join(cwd, mine), text.replace('not today', 'never'));
    const refused = await marginalia(['retry', folder, '--failed'], { cwd });
    expect(refused.code).toBe(2);
    expect(onlyLine(refused)).toBe(
      `expected the code with which ${folder} was computed, got other code: the sweep itself changed since; try ` +
        'npx marginalia run sweeps/moody.ts --preset quick --replicates 3, which computes every run with the present code',
    );
  });

  it.each([
    [['results/none', '--failed'], 'expected results of a sweep in results/none, got no such folder'],
    [[], 'expected the folder of the results of a sweep, got nothing'],
  ])('%j: no folder of results, in a line', async (words, line) => {
    const ended = await marginalia(['retry', ...words], { cwd: emptyFolder() });
    expect(ended.code).toBe(2);
    expect(onlyLine(ended)).toContain(line);
  });
});

describe('why a cell is computed', () => {
  it('is said by what is there, what failed, what changed, and what was never run', async () => {
    const cwd = emptyFolder();
    cpSync(dirname(fixture('moody.ts')), join(cwd, 'sweeps'), { recursive: true });
    const mine = 'sweeps/moody.ts';
    await marginalia(['run', mine, '--replicates', '3'], { cwd, env: { MOODY: '1' } });
    const explained = (...words: readonly string[]): Promise<Ended> =>
      marginalia(['explain', mine, ...words], { cwd });
    const [there, failed, seed, never] = await Promise.all([
      explained('size=1', '--replicates', '5'),
      explained('size=2'),
      explained('size=1', '--seed', '2'),
      explained('size=4'),
    ]);
    expect(there.out).toContain(
      'is there: 3 of 5 replicates\n  replicates 3–4 will be computed: it was never measured',
    );
    expect(failed.out).toContain('will be computed again: it failed (threw)');
    expect(seed.out).toContain('will be computed again: the seed was 1, and is 2');
    expect(never.out).toContain('will be computed: it was never measured');
    expect(never.out).toContain('the nearest cell that was tried has size=');
    fits(there);
    writeFileSync(join(cwd, mine), readFileSync(join(cwd, mine), 'utf8').replace('not today', 'never'));
    const changed = await explained('size=1');
    expect(changed.out).toContain('will be computed again: the code of the sweep itself changed since');
    const records = readFileSync(join(cwd, 'results/moody/quick/journal/0001.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; outcome: { kind: string } });
    const id = records.find(({ outcome }) => outcome.kind === 'measured')?.id ?? '';
    const single = await marginalia(['explain', id.slice(0, 12), '--json'], { cwd });
    expect(JSON.parse(single.out)).toMatchObject({
      cells: [{ axes: { size: 1 }, runs: [{ kind: 'changed', fields: ['code'], earlier: { id } }] }],
    });
  });

  it.each([
    [['feature-averaging', 'dimenson=4'], 'try npx marginalia explain feature-averaging dimension=4'],
    [['weight-decomposition', '--out', 'x'], 'expected a sweep or a run beside --out'],
    [['0123456789abcdef'], 'expected a run in ./results'],
  ])('%j is refused in a line', async (words, line) => {
    const ended = await marginalia(['explain', ...words], { cwd: emptyFolder() });
    expect(ended.code).toBe(2);
    expect(onlyLine(ended)).toContain(line);
  });
});

describe('--where', () => {
  it('of run computes, and of table shows, what it chooses', async () => {
    const cwd = emptyFolder();
    const ran = await marginalia(
      ['run', fixture('supported.ts'), '--where', 'size=2 replicate<4', '--json'],
      { cwd },
    );
    expect(JSON.parse(ran.out)).toMatchObject({ runs: 4, computed: 4, verdicts: [{ runs: 4 }] });
    expect(ran.err).toContain('4 of 40 runs: size=2 replicate<4');
    const shown = await marginalia(
      ['table', 'results/supported/quick', '--runs', '--where', 'replicate>=2', '--format', 'json'],
      { cwd },
    );
    expect(JSON.parse(shown.out)).toMatchObject([
      { size: 2, replicate: 2 },
      { size: 2, replicate: 3 },
    ]);
    const ended = await marginalia(['table', 'results/supported/quick', '--where', 'size=1'], { cwd });
    expect(onlyLine(ended)).toBe('expected size to be one of 2, got 1');
  });
});
