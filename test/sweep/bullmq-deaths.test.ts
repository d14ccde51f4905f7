import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execute, loadSweep, plan } from '@marginalia/sweep';
import { bullmq } from '@marginalia/sweep/bullmq';
import * as Effect from 'effect/Effect';
import * as Fiber from 'effect/Fiber';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { hasRedis, RedisServer } from './redis.js';
import { folder, lines, run } from './tiny.js';

// Processes start, die and are waited for: a machine with other work takes its time.
vi.setConfig({ testTimeout: 180_000 });

const reference = { module: fileURLToPath(new URL('./fixtures/counted.js', import.meta.url)) };
const asked = plan(await loadSweep(reference), {
  code: 'test',
  set: { index: Array.from({ length: 50 }, (_, i) => i).join(), milliseconds: '15' },
});

/** What dies, once so many more records are on the disk. */
interface Death {
  readonly of: 'driver' | 'worker' | 'broker that remembers' | 'broker that forgets';
  readonly after: number;
}

const deaths: fc.Arbitrary<readonly Death[]> = fc.array(
  fc.record({
    of: fc.constantFrom('driver', 'worker', 'broker that remembers', 'broker that forgets'),
    after: fc.integer({ min: 1, max: 12 }),
  }),
  { minLength: 2, maxLength: 4 },
);

const distinct = (out: string): string[] =>
  existsSync(join(out, 'journal')) ? [...new Set(lines(out))] : [];

/** Whatever dies is replaced at once, as a supervisor would. */
async function perform(script: readonly Death[], out: string): Promise<void> {
  const server = await RedisServer.start('--appendonly', 'yes');
  const workers: ChildProcess[] = [];
  const work = (): void => {
    const file = fileURLToPath(new URL('./fixtures/worker.js', import.meta.url));
    workers.push(spawn(process.execPath, [file, server.url, '1', '500'], { stdio: 'ignore' }));
  };
  const drive = () =>
    Effect.runFork(execute(asked, { reference, threads: 1, out, engine: bullmq({ redis: server.url }) }));
  try {
    work();
    work();
    let driver = drive();
    for (const { of, after } of script) {
      const enough = Math.min(asked.runs.length, distinct(out).length + after);
      while (distinct(out).length < enough) await wait(20);
      if (of === 'driver') {
        await Effect.runPromise(Fiber.interrupt(driver));
        driver = drive();
      } else if (of === 'worker') {
        workers.shift()?.kill('SIGKILL');
        work();
      } else {
        if (of === 'broker that forgets') server.ask('flushall');
        await server.kill();
        await server.begin();
      }
    }
    const { records, failures } = await Effect.runPromise(Fiber.join(driver));
    expect([records.length, failures.length]).toEqual([asked.runs.length, 0]);
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    await server.stop();
  }
}

describe.skipIf(!hasRedis)('a driver, a worker or a broker that dies', () => {
  it('at any moment, in any order, leaves the bytes of an undisturbed run', async () => {
    const undisturbed = folder();
    await run(asked, { out: undisturbed, threads: 1, reference });
    await fc.assert(
      fc.asyncProperty(deaths, async (script) => {
        const out = folder();
        await perform(script, out);
        expect(distinct(out)).toEqual(lines(undisturbed));
      }),
      // Each of them starts processes for some seconds; shrinking would take minutes and is for whoever finds a failure.
      { numRuns: 3, endOnFailure: true },
    );
  });
});
