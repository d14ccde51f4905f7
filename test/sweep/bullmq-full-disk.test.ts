import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { execute, loadSweep, plan } from '@marginalia/sweep';
import { bullmq } from '@marginalia/sweep/bullmq';
import * as Effect from 'effect/Effect';
import * as Fiber from 'effect/Fiber';
import { describe, expect, it } from 'vitest';
import { hasRedis, RedisServer } from './redis.js';
import { folder, lines } from './tiny.js';

const reference = { module: fileURLToPath(new URL('./fixtures/counted.js', import.meta.url)) };
const asked = plan(await loadSweep(reference), {
  code: 'test',
  set: { index: Array.from({ length: 30 }, (_, i) => i).join() },
});

describe.skipIf(!hasRedis)('a worker whose disk is full', () => {
  it('says that, and not that Redis hung up, and ends; its finished runs stay', async () => {
    const server = await RedisServer.start();
    const out = folder();
    const driver = Effect.runFork(
      execute(asked, { reference, threads: 1, out, engine: bullmq({ redis: server.url }) }),
    );
    // A file-size limit of 1 KiB stands in for a full disk: the fourth record or so does not fit.
    const file = fileURLToPath(new URL('./fixtures/worker.js', import.meta.url));
    const words = [process.execPath, file, server.url, '1', '15000'];
    const limited = ['-c', 'ulimit -f 1 && exec "$@"', 'limited', ...words];
    const worker = spawn('bash', limited, { stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      let said = '';
      worker.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
      const [code] = (await once(worker, 'close')) as [number | null];
      expect(said).toContain(`expected room for the journal ${out}`);
      expect(said).not.toContain('a Redis at');
      expect(code).toBe(1);
      const kept = lines(out);
      expect(kept.length).toBeGreaterThan(0);
      expect(kept.every((line) => /"check":"[0-9a-f]{16}"\}$/.test(line))).toBe(true);
    } finally {
      worker.kill('SIGKILL');
      await Effect.runPromise(Fiber.interrupt(driver));
      await server.stop();
    }
  });
});
