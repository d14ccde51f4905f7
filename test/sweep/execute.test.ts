import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { BadInput } from '@marginalia/core';
import * as whole from '@marginalia/sweep';
import { execute, type Execution, loadSweep, performRun, plan, type Progress } from '@marginalia/sweep';
import * as Effect from 'effect/Effect';
import * as Fiber from 'effect/Fiber';
import { describe, expect, it } from 'vitest';
import * as inWorker from '../../packages/sweep/src/in-worker.js';
import * as withoutEngine from '../../packages/sweep/src/without-engine.js';
import { driver, folder, journalNames, lines, reference, run, tiny, tinyPlan } from './tiny.js';

describe('executing a plan', () => {
  it('writes the same lines on 1 thread, on 2, and in this process', async () => {
    const [one, two] = [folder(), folder()];
    const asked = tinyPlan();
    const first = await run(asked, { out: one, threads: 1 });
    const second = await run(asked, { out: two, threads: 2 });
    expect(lines(one)).toEqual(lines(two));
    expect(lines(one)).toHaveLength(asked.runs.length);
    expect(second.records).toEqual(first.records);
    expect(first.records.map(({ id }) => id)).toEqual(asked.runs.map(({ id }) => id));
    const [here] = asked.runs;
    if (!here) throw new Error('an empty plan');
    expect(await performRun(tiny, asked, here)).toEqual(first.records[0]);
  });

  it('computes nothing the second time, and writes nothing', async () => {
    const out = folder();
    await run(tinyPlan(), { out });
    const before = readFileSync(join(out, 'sweep.json'), 'utf8');
    const again = await run(tinyPlan(), { out });
    expect([again.computed, again.reused]).toEqual([0, tinyPlan().runs.length]);
    expect(journalNames(out)).toEqual(['0001.jsonl']);
    expect(readFileSync(join(out, 'sweep.json'), 'utf8')).toBe(before);
  });

  it('computes only what an extended plan adds, into a file of its own', async () => {
    const out = folder();
    await run(tinyPlan(), { out });
    const more = await run(tinyPlan({ replicates: 4 }), { out });
    expect([more.computed, more.reused]).toEqual([5, 15]);
    expect(journalNames(out)).toEqual(['0001.jsonl', '0002.jsonl']);
  });

  it('starts the longest runs first', async () => {
    const out = folder();
    await run(tinyPlan({ set: { budget: '1' }, replicates: 1 }), { out, threads: 1 });
    const dimensions = readFileSync(join(out, 'journal/0001.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { axes: { dimension: number } }).axes.dimension);
    expect(dimensions).toEqual([8, 4, 2]);
  });

  it('says how far it has come, with a time that remains once a run has ended', async () => {
    const said: Progress[] = [];
    const total = tinyPlan().runs.length;
    await run(tinyPlan(), { out: folder(), onProgress: (progress) => said.push(progress) });
    expect(said[0]).toMatchObject({ done: 0, total, running: 0 });
    expect(said[0]).not.toHaveProperty('remainingMs');
    expect(said.at(-1)).toMatchObject({ done: total, total, failed: 0, running: 0, remainingMs: 0 });
    expect(Math.max(...said.map(({ running }) => running))).toBe(2);
    for (let i = 1; i < said.length; i++)
      expect(said[i]?.done).toBeGreaterThanOrEqual(said[i - 1]?.done ?? 0);
  });

  it.each([
    ['a thread count of 0', { threads: 0 }, 'threads to be an integer ≥ 1'],
    ['a timeout of 0', { timeoutMs: 0 }, 'above 0 ms'],
    ['a module that is not there', { reference: { module: '/nowhere/sweep.js' } }, 'no such file'],
    [
      'a module that is no sweep',
      { reference: { module: new URL('./tiny.ts', import.meta.url).pathname } },
      'no default export',
    ],
  ])('refuses %s', async (_, options, said) => {
    const error: unknown = await run(tinyPlan(), { out: folder(), ...options }).catch(
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(BadInput);
    expect((error as BadInput).message).toContain(said);
  });
});

describe('a run that fails', () => {
  const set = { dimension: '2', budget: '1' };

  it.each([
    ['throws', { kind: 'threw', message: 'thrown on purpose' }, {}],
    ['exits', { kind: 'exited', message: 'worker exited with code: 3' }, {}],
    ['hangs', { kind: 'timed-out', message: 'no result within 700 ms' }, { timeoutMs: 700 }],
    [
      'hoards',
      { kind: 'out-of-memory', message: expect.stringContaining('memory limit') as string },
      { heapMiB: 40 },
    ],
    [
      'outgrows',
      { kind: 'out-of-memory', message: expect.stringContaining('; lower the sizes of the run') as string },
      {},
    ],
    ['slips', { kind: 'threw', message: 'Invalid typed array length: -2' }, {}],
    ['words', { kind: 'threw', message: expect.stringContaining('neither a number') as string }, {}],
  ])('because it %s costs itself alone, and is tried again', async (trouble, failure, options) => {
    const out = folder();
    const asked = tinyPlan({ set: { ...set, trouble: `none,${trouble}` }, replicates: 2 });
    const execution = await run(asked, { out, ...options });
    expect([execution.computed, execution.records.length, execution.failures.length]).toEqual([4, 2, 2]);
    expect(execution.records.every(({ axes }) => axes['trouble'] === 'none')).toBe(true);
    for (const { outcome } of execution.failures) expect(outcome).toEqual({ kind: 'failed', failure });
    expect(lines(out)).toHaveLength(4);
    const again = await run(asked, { out, ...options });
    expect([again.computed, again.reused]).toEqual([2, 2]);
  });
});

describe('a batch', async () => {
  const shared = { module: fileURLToPath(new URL('./fixtures/shared.js', import.meta.url)) };
  const definition = await loadSweep(shared);
  const sharedPlan = (set: Readonly<Record<string, string>> = {}) => plan(definition, { code: 'test', set });
  const warm = ({ records }: Execution): number =>
    records.filter(({ outcome }) => outcome.kind === 'measured' && outcome.measurements['warm'] === 1).length;

  it('keeps the runs of a unit in one worker, one after another', async () => {
    const asked = sharedPlan({ microseconds: '2000' });
    const [one, two] = [1, 2].map((threads) => run(asked, { out: folder(), reference: shared, threads }));
    // The first of each of the 20 units is cold; with two workers the last units may be shared.
    expect(warm((await one) as Execution)).toBe(180);
    expect(warm((await two) as Execution)).toBeGreaterThanOrEqual(170);
  });

  it('whose worker dies costs the guilty run alone', async () => {
    const out = folder();
    const asked = sharedPlan({ fatal: '4' });
    const { records, failures } = await run(asked, { out, reference: shared });
    expect(records).toHaveLength(199);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({
      axes: { draw: 7, budget: 4 },
      outcome: { kind: 'failed', failure: { kind: 'exited', message: 'worker exited with code: 3' } },
    });
    expect(lines(out)).toHaveLength(200);
  });

  it('in which one run outstays its time costs that run alone, and no other its own time', async () => {
    const asked = tinyPlan({
      set: { dimension: '2', budget: Array.from({ length: 30 }, (_, i) => i).join(), trouble: 'none' },
      replicates: 1,
    });
    const hanging = tinyPlan({ set: { dimension: '4', budget: '1', trouble: 'hangs' }, replicates: 2 });
    const both = { ...asked, runs: [...asked.runs, ...hanging.runs.map((one) => ({ ...one, cost: 0 }))] };
    // All the 30 runs together take longer than one run may.
    const { records, failures } = await run(both, { out: folder(), threads: 1, timeoutMs: 600 });
    expect([records.length, failures.length]).toEqual([30, 2]);
    for (const { outcome } of failures)
      expect(outcome).toMatchObject({ failure: { kind: 'timed-out', message: 'no result within 600 ms' } });
  });

  it('leaves the same lines however the runs were dealt out, and progress counts runs', async () => {
    const asked = sharedPlan({ budget: Array.from({ length: 40 }, (_, i) => i).join() });
    const steady = tinyPlan({ set: { dimension: '2,4', budget: '1' }, replicates: 60 });
    const [one, two] = [folder(), folder()];
    await run(steady, { out: one, threads: 1 });
    await run(steady, { out: two, threads: 3 });
    expect(lines(one)).toEqual(lines(two));
    const said: Progress[] = [];
    await run(asked, { out: folder(), reference: shared, onProgress: (progress) => said.push(progress) });
    expect(said.at(-1)).toMatchObject({ done: 800, total: 800, failed: 0, running: 0 });
    // A round trip, a report and a write are shared by the runs of a batch.
    expect(said.length).toBeLessThan(300);
  });
});

describe('a worker', () => {
  it('sees the same package but for the engine, and starts no sweep within a sweep', () => {
    // What performs runs, submits or decides is none of a run's business; what a sweep is made of is.
    expect(Object.keys(inWorker).sort()).toEqual([...Object.keys(withoutEngine), 'execute'].sort());
    expect(Object.keys(whole)).toEqual(expect.arrayContaining(Object.keys(inWorker)));
    expect(() => inWorker.execute()).toThrow(BadInput);
  });
});

describe('an interruption', () => {
  it('abandons what runs within a second, and keeps what was journaled', async () => {
    const out = folder();
    const asked = tinyPlan({ set: { dimension: '2', budget: '1', trouble: 'none,hangs' } });
    let ended = 0;
    const fiber = Effect.runFork(
      execute(asked, { reference, out, threads: 2, onProgress: ({ done }) => (ended = done) }),
    );
    while (ended < 1) await pause(20);
    await pause(300);
    const since = performance.now();
    await Effect.runPromise(Fiber.interrupt(fiber));
    expect(performance.now() - since).toBeLessThan(1000);
    expect(lines(out)).toHaveLength(ended);
    expect(journalNames(out)).toEqual(['0001.jsonl']);
    const rest = await run(tinyPlan({ set: { dimension: '2', budget: '1' } }), { out });
    expect(rest.computed + rest.reused).toBe(3);
    expect(rest.reused).toBe(ended);
  });
});

describe('a process that dies', () => {
  it('by kill -9 in the middle loses no line: the rest is computed, to the same bytes', async () => {
    const [out, undisturbed] = [folder(), folder()];
    const set = 'trouble=dawdles';
    const child = spawn(process.execPath, [driver, out, '2', set], { stdio: 'ignore' });
    const file = join(out, 'journal/0001.jsonl');
    while (!existsSync(file) || readFileSync(file, 'utf8').split('\n').length < 6) await pause(10);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const survived = lines(out);
    expect(journalNames(out)).toContain('0001.lock');

    const resumed = spawnSync(process.execPath, [driver, out, '2', set], { encoding: 'utf8' });
    const report = JSON.parse(resumed.stdout) as { computed: number; reused: number };
    expect(report.computed + report.reused).toBe(30);
    expect(report.reused).toBeGreaterThanOrEqual(5);
    expect(report.computed).toBeGreaterThan(0);
    expect(journalNames(out)).toEqual(['0001.jsonl', '0002.jsonl']);

    spawnSync(process.execPath, [driver, undisturbed, '1', set]);
    expect(lines(out)).toEqual(lines(undisturbed));
    expect(survived.length).toBeLessThan(30);
  });

  it('for want of room stops with one line, and goes on when there is room again', () => {
    const out = folder();
    // A file-size limit of 2 KiB stands in for a full disk: the third record or so does not fit.
    const starved = spawnSync(
      'bash',
      ['-c', `ulimit -f 2; exec "$0" "$@"`, process.execPath, driver, out, '2', 'trouble=none'],
      {
        encoding: 'utf8',
      },
    );
    expect(starved.stderr).toBe('');
    const said = JSON.parse(starved.stdout) as { error: string };
    expect(said.error).toContain('room for the journal');
    expect(said.error).not.toContain('\n');
    const kept = lines(out);
    expect(kept.length).toBeGreaterThan(0);
    expect(journalNames(out)).toEqual(['0001.jsonl']);
    for (const line of kept) expect(() => JSON.parse(line) as unknown).not.toThrow();

    const resumed = spawnSync(process.execPath, [driver, out, '2', 'trouble=none'], { encoding: 'utf8' });
    expect(JSON.parse(resumed.stdout)).toEqual({ computed: 30 - kept.length, reused: kept.length, torn: 0 });
  });
});
