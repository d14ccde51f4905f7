/** What the lives of a sweep would tell: a doctored one fails. */
import { appendFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
// Nobody else may sign records.
import { encode } from '../../packages/sweep/src/journal/record.js';
import { journalPaths, naively } from './model/naive.js';
import { askedFor, type Extent } from './model/truth.js';
import { World } from './model/world.js';

const extent: Extent = { dimensions: [2, 4], trainers: ['descent'], replicates: 2 };
const asked = askedFor(extent, '1');

/** A world in which eight runs were measured, and its one journal file. */
async function lived(): Promise<{ readonly world: World; readonly path: string }> {
  const world = new World();
  onTestFinished(async () => world.stop());
  world.begin({ where: 0, asked, shard: undefined, threads: 1, by: 'here' });
  await world.end(0, 'join');
  world.check();
  const [path] = journalPaths(world.out(0));
  if (path === undefined) throw new Error('no journal');
  return { world, path };
}

describe('a life', () => {
  it('of which nothing is doctored is whole', async () => {
    const { world } = await lived();
    await world.compact(0);
    await expect(world.complete(asked, { by: 'there', threads: 2 })).resolves.toBeUndefined();
  });

  it('in which a record is lost behind its back is not', async () => {
    const { world, path } = await lived();
    truncateSync(path, readFileSync(path).length - 1);
    // The newline alone: no record is lost.
    world.check();
    truncateSync(path, readFileSync(path).length - 1);
    expect(() => world.check()).toThrow('runs that were lost');
  });

  it('in which a run measured something else is not, however well it is signed', async () => {
    const { world, path } = await lived();
    const [{ record } = { record: undefined }, ...others] = naively(world.out(0)).lines;
    if (record?.outcome.kind !== 'measured') throw new Error('nothing measured');
    const { measurements } = record.outcome;
    const other = encode({
      ...record,
      outcome: {
        kind: 'measured',
        measurements: { ...measurements, mean: Number(measurements['mean']) + 1e-9 },
      },
    });
    const text = [other, ...others.map((line) => line.text)].map((line) => `${line}\n`).join('');
    writeFileSync(path, text);
    expect(() => world.check()).toThrow(record.id);
  });

  it('in which a run failed that nothing befell is not', async () => {
    const { world, path } = await lived();
    const [line] = naively(world.out(0)).lines;
    if (!line) throw new Error('nothing measured');
    const failed = { kind: 'failed', failure: { kind: 'exited', message: 'of itself' } } as const;
    appendFileSync(path, `${encode({ ...line.record, outcome: failed })}\n`);
    expect(() => world.check()).toThrow(`why run ${line.record.id} failed`);
  });

  it('in which `status` does not see what is there is not', async () => {
    const { world, path } = await lived();
    // No name of a journal file: reading everything finds it all the same.
    renameSync(path, path.replace('0001', 'first'));
    expect(() => world.check()).toThrow('what status counts');
  });

  it('whose table has a row more is not that of an uninterrupted run', async () => {
    const { world } = await lived();
    const fewer = askedFor({ ...extent, replicates: 1 }, '1');
    await expect(world.complete(fewer, { by: 'here', threads: 1 })).rejects.toThrow('tables that differ');
  });
});
