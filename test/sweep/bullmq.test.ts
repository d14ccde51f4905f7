import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BadInput } from '@marginalia/core';
import {
  execute,
  type Execution,
  type JournalRecord,
  loadSweep,
  plan,
  type Plan,
  type SweepReference,
} from '@marginalia/sweep';
import { bullmq, type BullmqOptions, serve, type ServeOptions } from '@marginalia/sweep/bullmq';
import * as Effect from 'effect/Effect';
import * as Fiber from 'effect/Fiber';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { freePort, hasRedis, RedisServer } from './redis.js';
import { folder, lines, reference, run, tinyPlan } from './tiny.js';

// Processes start, die and are waited for: a machine with other work takes its time.
vi.setConfig({ testTimeout: 180_000 });

const counted: SweepReference = { module: fileURLToPath(new URL('./fixtures/counted.js', import.meta.url)) };
const countedPlan = (set: Readonly<Record<string, string>>): Plan =>
  plan(countedSweep, { code: 'test', set });
const countedSweep = await loadSweep(counted);

let server: RedisServer;
beforeAll(async () => {
  if (hasRedis) server = await RedisServer.start();
});
afterAll(() => server?.stop());

interface Driving {
  readonly out: string;
  readonly reference?: SweepReference;
  readonly redis?: string;
  readonly onFailure?: (record: JournalRecord) => void;
}

const driving = (asked: Plan, { out, redis = server.url, ...others }: Driving, said: string[] = []) =>
  execute(asked, {
    reference,
    threads: 1,
    out,
    engine: bullmq({ redis, say: (line) => void said.push(line) } satisfies BullmqOptions),
    ...others,
  });

const drive = (asked: Plan, options: Driving, said?: string[]): Promise<Execution> =>
  Effect.runPromise(driving(asked, options, said));

interface Working {
  readonly said: string[];
  readonly done: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** In this process, until the test ends. */
function worker(options: Partial<ServeOptions> = {}): Working {
  const controller = new AbortController();
  const said: string[] = [];
  const done = serve({
    redis: server.url,
    threads: 1,
    lockMs: 600,
    find: async ({ spelled }) => ({
      reference: spelled === 'tiny' ? reference : { module: spelled },
      code: 'test',
    }),
    say: (line) => said.push(line),
    signal: controller.signal,
    ...options,
  });
  const stop = async (): Promise<void> => {
    controller.abort();
    await done;
  };
  onTestFinished(async () => stop().catch(() => undefined));
  return { said, done, stop };
}

/** In a process of its own, to be killed. */
function workerProcess(threads: number) {
  const file = fileURLToPath(new URL('./fixtures/worker.js', import.meta.url));
  const child = spawn(process.execPath, [file, server.url, String(threads), '600'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(20);
}

async function expectedBytes(asked: Plan, of: SweepReference = reference): Promise<readonly string[]> {
  const out = folder();
  await run(asked, { out, threads: 1, reference: of });
  return lines(out);
}

const mistakeOf = async (promise: Promise<unknown>): Promise<BadInput> => {
  const error: unknown = await promise.catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(BadInput);
  expect((error as BadInput).message).not.toContain('\n');
  return error as BadInput;
};

/** Lines are counted that way by whoever waits for a journal to grow. */
const journaled = (out: string): number => (existsSync(join(out, 'journal')) ? lines(out).length : 0);

describe.skipIf(!hasRedis)('two workers over Redis', () => {
  it('leave the bytes of one thread, say who they are, and nothing of the sweep stays in Redis', async () => {
    const out = folder();
    const asked = tinyPlan({ set: { trouble: 'none,throws' }, replicates: 4 });
    const [one, two] = [worker(), worker()];
    const failed: string[] = [];
    const onFailure = ({ id }: JournalRecord): void => void failed.push(id);
    const { computed, records, failures } = await drive(asked, { out, onFailure });
    expect([computed, records.length, failures.length]).toEqual([40, 20, 20]);
    expect(lines(out)).toEqual(await expectedBytes(asked));
    expect(readdirSync(join(out, 'journal')).filter((name) => name.endsWith('.jsonl'))).toHaveLength(2);
    for (const { said } of [one, two]) expect(said.at(-1)).toMatch(/^tiny of .*, into /);
    expect(failed).toHaveLength(20);
    expect(new Set(failed).size).toBe(20);
    const left = (): readonly string[] =>
      server.ask('keys', '*').filter((key) => !key.startsWith('marginalia:worker'));
    await until(() => left().length === 0);
    expect(readdirSync(out).sort()).toEqual(['journal', 'sweep.json']);
    const again = await drive(asked, { out });
    expect([again.computed, again.reused]).toEqual([20, 20]);
  });

  it('serve sweeps of two seeds one after the other, without mixing them', async () => {
    worker();
    const asked = ['1', '2'].map((seed) => tinyPlan({ seed, replicates: 2 }));
    const outs = await Promise.all(
      asked.map(async (one) => {
        const out = folder();
        await drive(one, { out });
        return out;
      }),
    );
    for (const [at, out] of outs.entries())
      expect(lines(out)).toEqual(await expectedBytes(asked[at] as Plan));
  });
});

describe.skipIf(!hasRedis)('a run three times as long as a lock', () => {
  it('begins once, though it computes without a pause', async () => {
    const out = folder();
    const file = join(folder(), 'counted');
    process.env['COUNTED'] = file;
    onTestFinished(() => void delete process.env['COUNTED']);
    worker();
    worker();
    await drive(countedPlan({ index: '0,1', milliseconds: '1800' }), { out, reference: counted });
    expect(readFileSync(file, 'utf8').trim().split('\n').sort()).toEqual(['0 1800 none', '1 1800 none']);
  });
});

describe.skipIf(!hasRedis)('a worker that is killed', () => {
  it('costs nothing but what it was at: another takes that over, to the same bytes', async () => {
    const out = folder();
    const asked = countedPlan({ index: Array.from({ length: 40 }, (_, i) => i).join(), milliseconds: '25' });
    const victim = workerProcess(2);
    const driven = drive(asked, { out, reference: counted });
    await until(() => journaled(out) >= 5);
    victim.kill('SIGKILL');
    expect(journaled(out)).toBeLessThan(40);
    worker();
    const { computed, failures } = await driven;
    expect([computed, failures.length]).toEqual([40, 0]);
    expect([...new Set(lines(out))]).toEqual(await expectedBytes(asked, counted));
  });

  it('by its own run fails that run, and no other, once it is performed alone', async () => {
    const out = folder();
    const asked = countedPlan({ index: '0,1,2', milliseconds: '5', trouble: 'none,kills' });
    const guilty = {
      ...asked,
      runs: asked.runs.filter(({ axes }) => axes['trouble'] === 'none' || axes['index'] === 1),
    };
    const victim = workerProcess(1);
    const driven = drive(guilty, { out, reference: counted });
    const [, signal] = (await once(victim, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    const { said } = worker();
    const { records, failures } = await driven;
    expect([records.length, failures.length]).toEqual([3, 1]);
    expect(failures[0]).toMatchObject({
      axes: { index: 1, trouble: 'kills' },
      outcome: {
        failure: { kind: 'exited', message: 'performed alone, the run ended its process by SIGKILL' },
      },
    });
    expect(said.join('\n')).toMatch(/a worker died at index=1 .*: performed in a process of its own/);
  });
});

describe.skipIf(!hasRedis)('a worker that is stopped', () => {
  it('gives back what it is at, and what it fetched, at once', async () => {
    const out = folder();
    const asked = countedPlan({ index: '0,1,2', milliseconds: '3000' });
    const { stop } = worker();
    const fiber = Effect.runFork(driving(asked, { out, reference: counted }));
    const waiting = () => server.ask('keys', 'marginalia:counted-*:wait');
    const active = () => server.ask('keys', 'marginalia:counted-*:active');
    await until(() => active().length === 1);
    await stop();
    expect(active()).toEqual([]);
    expect(server.ask('llen', waiting()[0] ?? '')).toEqual(['3']);
    await Effect.runPromise(Fiber.interrupt(fiber));
    expect(waiting()).toEqual([]);
    expect(journaled(out)).toBe(0);
  });
});

describe.skipIf(!hasRedis)('a driver that is stopped', () => {
  it('takes what waits off the queue, and the next one goes on', async () => {
    const out = folder();
    const asked = countedPlan({ index: Array.from({ length: 40 }, (_, i) => i).join(), milliseconds: '30' });
    worker();
    const fiber = Effect.runFork(driving(asked, { out, reference: counted }));
    await until(() => journaled(out) >= 3);
    await Effect.runPromise(Fiber.interrupt(fiber));
    expect(server.ask('keys', 'marginalia:counted-*:wait')).toEqual([]);
    const { computed, reused } = await drive(asked, { out, reference: counted });
    expect(computed + reused).toBe(40);
    expect(reused).toBeGreaterThanOrEqual(3);
    expect(computed).toBeGreaterThan(0);
    expect([...new Set(lines(out))]).toEqual(await expectedBytes(asked, counted));
  });

  it('is the only one of its folder', async () => {
    const out = folder();
    const fiber = Effect.runFork(driving(tinyPlan(), { out }));
    await until(() => server.ask('keys', 'marginalia:driver:*').length === 1);
    const { message } = await mistakeOf(drive(tinyPlan(), { out }));
    expect(message).toMatch(
      /^expected nobody else to drive tiny into .*, got a driver on .* \(process \d+\); try/,
    );
    await Effect.runPromise(Fiber.interrupt(fiber));
  });
});

describe.skipIf(!hasRedis)('a Redis that dies in the middle', () => {
  it.each([
    ['and remembers', ['--appendonly', 'yes', '--appendfsync', 'everysec']],
    ['and forgets everything', []],
  ])('%s, is waited for, and no run is lost', async (_, options) => {
    const mortal = await RedisServer.start(...options);
    onTestFinished(() => mortal.stop());
    const out = folder();
    const asked = countedPlan({ index: Array.from({ length: 40 }, (_, i) => i).join(), milliseconds: '25' });
    const workers = [worker({ redis: mortal.url }), worker({ redis: mortal.url })];
    const said: string[] = [];
    const driven = drive(asked, { out, reference: counted, redis: mortal.url }, said);
    await until(() => journaled(out) >= 5);
    await mortal.kill();
    expect(journaled(out)).toBeLessThan(40);
    await wait(300);
    await mortal.begin();
    const { computed, failures } = await driven;
    expect([computed, failures.length]).toEqual([40, 0]);
    expect([...new Set(lines(out))]).toEqual(await expectedBytes(asked, counted));
    for (const { said } of workers) expect(said.join('\n')).toMatch(/is gone: waiting for it\n.*is back/s);
    expect(said.join('\n')).toMatch(/is gone: waiting for it\n.*is back/s);
    for (const { stop } of workers) await stop();
  });
});

describe.skipIf(!hasRedis)('a worker of other code', () => {
  it('says so, naming both, and leaves the jobs to workers of the right one', async () => {
    const out = folder();
    const asked = tinyPlan();
    const stranger = worker({ find: async () => ({ reference, code: 'another version' }) });
    const said: string[] = [];
    const driven = drive(asked, { out }, said);
    await until(() => stranger.said.length > 1 && said.length > 0);
    expect(stranger.said[1]).toMatch(
      /^tiny: expected the code of the driver on .*, test, got another vers here; /,
    );
    expect(stranger.said).toHaveLength(2);
    expect(said.join('\n')).toContain('expected the code of the driver');
    expect(journaled(out)).toBe(0);
    // Runs that share their random numbers are one job.
    expect(server.ask('llen', server.ask('keys', 'marginalia:tiny-*:wait')[0] ?? '')).toEqual(['9']);
    worker();
    expect((await driven).records).toHaveLength(15);
    expect(lines(out)).toEqual(await expectedBytes(asked));
  });
});

describe.skipIf(!hasRedis)('a folder that is not the driver\u2019s', () => {
  it('is refused unless it was asked for, and then the driver says what to merge', async () => {
    const [out, own] = [folder(), folder()];
    const asked = tinyPlan({ replicates: 1 });
    worker({ out: own });
    const { message } = await mistakeOf(drive(asked, { out }));
    expect(message).toMatch(
      new RegExp(
        `^expected the records of all runs in ${out}, got 5 in folders of workers: .*:${own}; try .*merge`,
      ),
    );
    expect(lines(own)).toEqual(await expectedBytes(asked));
    expect(journaled(out)).toBe(0);
  });

  it('stops a worker with one line where it cannot be written', async () => {
    const out = folder();
    writeFileSync(join(out, 'journal'), 'a file');
    const fiber = Effect.runFork(driving(tinyPlan(), { out: folder() }));
    const { message } = await mistakeOf(worker({ out }).done);
    expect(message).toMatch(
      /^expected an output folder .* that can be written, got a file in its place; try another --out$/,
    );
    await Effect.runPromise(Fiber.interrupt(fiber));
  });
});

describe('a Redis that is not to be had', () => {
  const refused = (redis: string): Promise<BadInput> =>
    mistakeOf(
      serve({ redis, threads: 1, find: async () => undefined, signal: new AbortController().signal }),
    );

  it('because nobody listens, or no such host is known, or it is none', async () => {
    expect((await refused(`redis://127.0.0.1:${await freePort()}`)).message).toContain(
      'nobody who listens there',
    );
    const http = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    onTestFinished(() => void http.close());
    await once(http, 'listening');
    const { port } = http.address() as { port: number };
    expect((await refused(`redis://127.0.0.1:${port}`)).message).toContain('no Redis');
    for (const [url, got] of [
      ['http://localhost', 'another scheme'],
      ['redis://:secret word@', 'does not parse'],
      ['redis://:secret@host/one', 'something else'],
      ['redis://user:1/secret@host', 'something else'],
    ] as const) {
      const { message } = await refused(url);
      expect(message).toContain(got);
      expect(message).not.toContain('secret');
    }
  });

  it.skipIf(!hasRedis)('because it wants a password, another one, or another database', async () => {
    const guarded = await RedisServer.start('--requirepass', 'right-word');
    onTestFinished(() => guarded.stop());
    const at = (user: string): string => `redis://${user}127.0.0.1:${guarded.port}`;
    expect((await refused(at(''))).message).toContain('wants a password');
    const { message } = await refused(at(':wrong-word@'));
    expect(message).toContain('a wrong user or password');
    expect(message).not.toContain('wrong-word');
    expect((await refused(`${server.url}/99`)).message).toContain('no database of that number');
    const { said } = worker({ redis: at(':right-word@') });
    await until(() => said.length > 0);
    expect(said[0]).toContain(`at redis://127.0.0.1:${guarded.port}`);
    expect(said[0]).not.toContain('right-word');
  });
});
