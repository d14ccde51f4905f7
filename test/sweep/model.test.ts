/**
 * A sweep, whatever befalls it: drivers on one thread and on two, whole or in shards, of parts of the grid in any order,
 * in one folder or in several that are merged, killed, interrupted and closed at any moment, two at a time; journals torn,
 * filled with zeros, flipped and locked; a plan that grows; runs that fail for a while; workers and a broker that die.
 * After every event nothing is lost, nothing is measured differently, and `status` counts what is there; at the end the
 * table is that of an uninterrupted run on one thread, byte for byte.
 *
 * A failure prints seed and path: MARGINALIA_SEED=<seed> MARGINALIA_PATH=<path> plays that life again.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Command, type Model, newborn, scripts } from './model/commands.js';
import { askedFor } from './model/truth.js';
import { type Begun, World } from './model/world.js';
import { type Cluster, slurmLacks, startCluster } from '../slurm/cluster.js';
import { hasRedis, RedisServer } from './redis.js';
import { simulations } from './simulated.js';

// Processes start, die and are waited for: a machine with other work takes its time.
vi.setConfig({ testTimeout: simulations(3_600_000, 300_000) });

/** Long lives, few of them; shrinking would take minutes and is for whoever finds a failure. */
const lives = (numRuns: number): fc.Parameters<unknown> => ({
  numRuns,
  endOnFailure: process.env['MARGINALIA_SHRINK'] === undefined,
  ...(process.env['MARGINALIA_PATH'] === undefined ? {} : { path: process.env['MARGINALIA_PATH'] }),
});

const long = { minLength: 20, maxLength: simulations(60, 30) };

async function live(
  real: World,
  script: readonly Command[],
  last: Pick<Begun, 'by' | 'threads'>,
): Promise<void> {
  const model = newborn();
  const lived: string[] = [];
  const told = script.map((one): Command => ({
    ...one,
    run: async (of: Model, world: World) => {
      lived.push(one.toString());
      await one.run(of, world);
    },
  }));
  try {
    await fc.asyncModelRun(() => ({ model, real }), told);
    lived.push('the end');
    await real.complete(askedFor(model, '1'), last);
  } catch (cause) {
    throw new Error(`${String(cause)}\nin the last of\n${lived.join('\n')}`, { cause });
  } finally {
    await real.stop();
  }
}

const threads = fc.integer({ min: 1, max: 2 });

describe('a sweep that lives through anything', () => {
  it('on one machine, ends as if nothing had happened', async () => {
    await fc.assert(
      fc.asyncProperty(scripts('there', long), threads, async (script, many) => {
        await expect(live(new World(), script, { by: 'here', threads: many })).resolves.toBeUndefined();
      }),
      lives(simulations(60, 3)),
    );
  });
});

describe.skipIf(!hasRedis)('a sweep of a fleet that lives through anything', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start('--appendonly', 'yes');
  });
  afterAll(async () => server?.stop());

  it('ends as if nothing had happened', async () => {
    const last = fc.constantFrom<Begun['by']>('here', 'fleet', 'fleet');
    await fc.assert(
      fc.asyncProperty(scripts('fleet', long), last, async (script, by) => {
        await expect(live(new World({ redis: server }), script, { by, threads: 1 })).resolves.toBeUndefined();
      }),
      lives(simulations(40, 2)),
    );
  });
});

const lacks = slurmLacks();

describe.skipIf(lacks !== undefined)(
  `a sweep of a cluster${lacks === undefined ? '' : `: skipped, ${lacks} is not installed`}`,
  () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster(4);
    });
    afterAll(async () => cluster?.stop());

    it('ends as if nothing had happened', async () => {
      await fc.assert(
        fc.asyncProperty(
          scripts('slurm', { minLength: simulations(20, 12), maxLength: simulations(40, 16) }),
          fc.constantFrom<Begun['by']>('slurm', 'here'),
          async (script, by) => {
            await expect(live(new World({ cluster }), script, { by, threads: 1 })).resolves.toBeUndefined();
          },
        ),
        lives(simulations(20, 1)),
      );
    });
  },
);
