import { fileURLToPath } from 'node:url';
import { loadSweep, plan, type Run } from '@marginalia/sweep';
import * as Effect from 'effect/Effect';
import { describe, expect, it } from 'vitest';
import { Pool } from '../../packages/sweep/src/engine/pool.js';
import { folder, lines, run } from './tiny.js';

const reference = { module: fileURLToPath(new URL('./fixtures/bombs.js', import.meta.url)) };
const bombs = await loadSweep(reference);
const bombsPlan = (trouble: string, size: number, replicates = 1) =>
  plan(bombs, { code: 'test', set: { trouble, size: String(size) }, replicates });

const MB = 1e6;
const memoryLimit = 256 * MB;

describe('a limit on the memory of a run', () => {
  it.each([
    ['typed arrays, 64 MB at a time', 'arrays', 1, 'out-of-memory', 'more than 256 MB of resident memory'],
    ['one typed array of 1.5 GB', 'array', 1500, 'out-of-memory', 'more than 256 MB of resident memory'],
    ['a heap that grows', 'heap', 1, 'out-of-memory', 'more than 256 MB of resident memory'],
    ['an exit', 'exits', 1, 'exited', 'worker exited with code: 3'],
    ['a native crash', 'crashes', 1, 'exited', 'worker process ended by SIGSEGV'],
  ])('is met by %s, which costs that run alone', async (_, trouble, size, kind, message) => {
    const out = folder();
    const asked = bombsPlan(`none,${trouble}`, size);
    const { failures, records } = await run(asked, { reference, out, memoryLimit });
    expect(records.map(({ axes }) => axes['trouble'])).toEqual(['none']);
    expect(failures.map(({ axes }) => axes['trouble'])).toEqual([trouble]);
    for (const { outcome } of failures)
      expect(outcome).toEqual({ kind: 'failed', failure: { kind, message } });
    expect(lines(out)).toHaveLength(2);
  });

  it('is that of the run, not of what earlier ones left behind in its process', async () => {
    const out = folder();
    // Four of 70 MB do not fit into one process, each by itself does.
    const { failures, records } = await run(bombsPlan('leaks', 70, 4), {
      reference,
      out,
      threads: 1,
      memoryLimit,
    });
    expect([records.length, failures.length]).toEqual([4, 0]);
  });

  it('leaves the same lines as threads without one', async () => {
    const [threads, processes] = [folder(), folder()];
    const asked = bombsPlan('none', 1, 150);
    await run(asked, { reference, out: threads });
    await run(asked, { reference, out: processes, memoryLimit });
    expect(lines(processes)).toEqual(lines(threads));
  });

  it('and one on its time: a call that V8 cannot interrupt is ended with its process', async () => {
    const { failures } = await run(bombsPlan('digs,none', 1), {
      reference,
      out: folder(),
      memoryLimit,
      timeoutMs: 1000,
    });
    expect(failures.map(({ outcome }) => outcome)).toEqual([
      { kind: 'failed', failure: { kind: 'timed-out', message: 'no result within 1 s' } },
    ]);
  });
});

describe('an alarm for want of memory', () => {
  /** Both at once, one a lane. */
  async function together(
    options: { readonly alarm: number; readonly memoryLimit?: number },
    ...runs: readonly Run[]
  ): Promise<readonly string[]> {
    const key = { sweep: 'bombs', seed: '1', code: 'test' };
    const pool = new Pool({ threads: runs.length, reference, key, ...options });
    try {
      const ends = await Effect.runPromise(
        Effect.forEach(runs, (one, lane) => pool.perform(lane, [one]), { concurrency: runs.length }),
      );
      return ends.map(({ outcomes }) => {
        const outcome = outcomes[0]?.[1];
        return outcome?.kind === 'failed' ? outcome.failure.kind : String(outcome?.kind);
      });
    } finally {
      await pool.destroy();
    }
  }
  const one = (trouble: string, size: number): Run => bombsPlan(trouble, size).runs[0] as Run;
  const here = process.memoryUsage.rss();

  it('finds the guilty thread by performing the suspects again, one at a time', async () => {
    const alarm = here + 400 * MB;
    expect(await together({ alarm }, one('arrays', 1), one('none', 1))).toEqual([
      'out-of-memory',
      'measured',
    ]);
    // Neither is guilty: together they are too much.
    expect(await together({ alarm }, one('array', 250), one('array', 250))).toEqual(['measured', 'measured']);
  });

  it('stops the largest process', async () => {
    const options = { alarm: here + 500 * MB, memoryLimit: 4000 * MB };
    expect(await together(options, one('arrays', 1), one('array', 60))).toEqual([
      'out-of-memory',
      'measured',
    ]);
  });
});
