/** A shard is a deterministic part of a plan: disjoint, complete, balanced, and blind to what is journaled. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plan, type Progress, type Run, shardOf, shardsOf } from '@marginalia/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folder, lines, run, tinyPlan } from './tiny.js';

/** Runs of any costs, several a unit; what a plan is beside them does not matter to a shard. */
const plans = fc
  .array(
    fc.record({
      cost: fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1e6, noNaN: true })),
      unit: fc.nat({ max: 40 }),
    }),
    { maxLength: 120 },
  )
  .map((drawn) => drawn.map(({ cost, unit }, at): Run => ({ ...setting(at), cost, unit: `u${unit}` })));
const setting = (at: number) => ({ id: `run ${at}`, axes: {}, replicate: at });
const counts = fc.integer({ min: 1, max: 12 });
const ids = (runs: readonly Run[]): string[] => runs.map(({ id }) => id);

describe('the shards of a plan', () => {
  it('are disjoint, cover it, keep its order and take no unit apart', () => {
    fc.assert(
      fc.property(plans, counts, (runs, count) => {
        const shards = shardsOf({ runs }, count);
        expect(shards).toHaveLength(count);
        const home = new Map(shards.flatMap((shard, at) => shard.map((one) => [one.id, at] as const)));
        expect(shards.flat()).toHaveLength(runs.length);
        expect(home.size).toBe(runs.length);
        for (const shard of shards) {
          const members = new Set(ids(shard));
          expect(ids(shard)).toEqual(ids(runs).filter((id) => members.has(id)));
        }
        const units = new Map<string | undefined, number | undefined>();
        for (const { id, unit } of runs) {
          expect(units.get(unit) ?? home.get(id)).toBe(home.get(id));
          units.set(unit, home.get(id));
        }
      }),
    );
  });

  it('differ in predicted work by at most one unit, and by at most one in number where all cost the same', () => {
    fc.assert(
      fc.property(plans, counts, (runs, count) => {
        const work = (part: readonly Run[]): number => part.reduce((sum, { cost }) => sum + cost, 0);
        const units = new Set(runs.map(({ unit }) => unit));
        const largest = Math.max(
          0,
          ...[...units].map((name) => work(runs.filter(({ unit }) => unit === name))),
        );
        const loads = shardsOf({ runs }, count).map(work);
        // A run counts for at least a millionth of the mean; the rest is the rounding of sums.
        const slack = 3e-6 * (work(runs) + 1);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(largest + slack);
      }),
    );
    const equal = Array.from({ length: 50 }, (_, at): Run => ({ ...setting(at), cost: 0 }));
    expect(shardsOf({ runs: equal }, 8).map(({ length }) => length)).toEqual([7, 7, 6, 6, 6, 6, 6, 6]);
  });

  it('take a hundred thousand runs in a thousand parts in stride, the costliest first', () => {
    const runs = Array.from({ length: 100_000 }, (_, at): Run => ({ ...setting(at), cost: at % 977 }));
    const loads = shardsOf({ runs }, 1000).map((part) => part.reduce((sum, { cost }) => sum + cost, 0));
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(976);
  });
});

describe('a shard', () => {
  it.each([
    [-1, 3],
    [3, 3],
    [0, 0],
    [0.5, 3],
    [0, 2.5],
    [Number.NaN, 3],
  ])('%d/%d is refused in one line', (index, of) => {
    expect(() => shardOf(tinyPlan(), { index, of })).toThrow(
      /^expected a shard i\/N with 0 ≤ i < N, got .*; try --shard/,
    );
  });

  it('is the plan with fewer runs: what names the sweep stays', () => {
    const whole = tinyPlan();
    const part = shardOf(whole, { index: 1, of: 3 });
    expect({ ...part, runs: whole.runs }).toEqual(whole);
    expect(part.runs.length).toBeLessThan(whole.runs.length);
  });

  it('executed beside the others on one folder, or each on its own, measures what the whole does', async () => {
    const [together, whole] = [folder(), folder()];
    const asked = tinyPlan();
    const parts = [0, 1, 2].map((index) => shardOf(asked, { index, of: 3 }));
    const apart = parts.map(() => folder());
    await run(asked, { out: whole });
    const ended = await Promise.all(parts.map((part) => run(part, { out: together, threads: 1 })));
    expect(ended.map(({ computed }) => computed)).toEqual(parts.map(({ runs }) => runs.length));
    expect(lines(together)).toEqual(lines(whole));
    await run(parts[0] as Plan, { out: apart[0] as string });
    const identity = (out: string): string => readFileSync(join(out, 'sweep.json'), 'utf8');
    expect(identity(together)).toBe(identity(whole));
    expect(identity(apart[0] as string), 'a part alone says whose it is, too').toBe(identity(whole));
    // What is there already moves no run to another shard.
    expect(await run(parts[0] as Plan, { out: together })).toMatchObject({ computed: 0 });
  });
});

describe('a sweep whose shards come in any order, number and count', () => {
  it('leaves the lines of one that ran in one piece', { timeout: 120_000 }, async () => {
    const asked = tinyPlan();
    const whole = folder();
    await run(asked, { out: whole, threads: 1 });
    const shards = fc
      .integer({ min: 1, max: 5 })
      .chain((of) =>
        fc.record({ of: fc.constant(of), index: fc.nat({ max: of - 1 }), closes: fc.boolean() }),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(shards, { minLength: 1, maxLength: 3 }), async (sequence) => {
        const out = folder();
        for (const { of, index, closes } of sequence) {
          const part = shardOf(asked, { index, of });
          const controller = new AbortController();
          // Closing at the first run that ends leaves some of the shard undone.
          const onProgress = ({ done, total }: Progress): void => {
            if (closes && done > total - part.runs.length) controller.abort();
          };
          const ended = await run(part, { out, threads: 1, closing: controller.signal, onProgress });
          expect(ended.computed + ended.reused).toBeLessThanOrEqual(part.runs.length);
          if (!closes) expect(ended.records).toHaveLength(part.runs.length);
        }
        const before = new Set(lines(out)).size;
        expect(await run(asked, { out, threads: 1 })).toMatchObject({ reused: before });
        expect(lines(out)).toEqual(lines(whole));
      }),
      { numRuns: 6 },
    );
  });
});
