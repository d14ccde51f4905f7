import { Random } from '@marginalia/core';
import { fitCost, type FittedCost, forecast, msOf, type Run, type Timings } from '@marginalia/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classOf, machine } from '../../packages/sweep/src/timings.js';

/** Timings of one run count a cost, as a session would have summed them. */
function timed(costs: readonly number[], ms: (cost: number) => number, runs = 20, on = machine()): Timings {
  const classes = Object.fromEntries(
    costs.map((cost) => [classOf(cost), { runs, cost: runs * cost, ms: runs * ms(cost) }]),
  );
  return { [on]: { code: 'test', classes } };
}
const fitted = (timings: Timings): FittedCost => {
  const model = fitCost(timings);
  if (!model) throw new Error('no model');
  return model;
};
const runs = (costs: readonly number[], memory?: number): Run[] =>
  costs.map((cost, at) => ({
    id: `${at}`,
    axes: {},
    replicate: at,
    cost,
    ...(memory === undefined ? {} : { memory }),
  }));
const octaves = [1, 2, 4, 8, 16, 32, 64];
const room = { threads: 2, memory: 1e9 };

/** The ratio a/b is sought on a grid of 400 steps over log(1e4·64): two neighbours are 3.4 % apart. */
const gridStep = 0.035;

describe('a cost model', () => {
  it('finds a line that is there, wherever it bends from constant to proportional', () => {
    fc.assert(
      fc.property(fc.integer({ min: -30, max: 60 }), fc.integer({ min: -20, max: 20 }), (i, j) => {
        const [a, b] = [2 ** (i / 10), 2 ** (j / 10)];
        const model = fitted(timed(octaves, (cost) => a + b * cost));
        for (const cost of octaves)
          expect(Math.abs(msOf(model, cost) / (a + b * cost) - 1)).toBeLessThan(gridStep);
        expect(model.error).toBeLessThan(1 + gridStep);
      }),
      { numRuns: 40 },
    );
    const constant = fitted(timed(octaves, () => 7));
    expect([constant.a, constant.b].map((one) => Number(one.toFixed(6)))).toEqual([7, 0]);
    const proportional = fitted(timed(octaves, (cost) => 3 * cost));
    expect(msOf(proportional, 1000) / 3000).toBeCloseTo(1, 6);
  });

  it('is moved by no single class that was disturbed', () => {
    for (const disturbed of octaves) {
      const model = fitted(timed(octaves, (cost) => (cost === disturbed ? 10 : 1) * (5 + 2 * cost)));
      for (const cost of octaves) expect(Math.abs(msOf(model, cost) / (5 + 2 * cost) - 1)).toBeLessThan(0.1);
      expect(model.spread[1]).toBeGreaterThan(8);
    }
  });

  it('of one cost alone does not know how time grows, and says so by its range', () => {
    const model = fitted(timed([8], () => 4));
    const { ms, least, most } = forecast(model, runs(Array.from({ length: 100 }, () => 80)), room);
    // Constant: 100 · 4 ms on two threads; proportional: ten times as much.
    expect(least).toBeLessThan(200);
    expect(most).toBeGreaterThan(2000);
    expect(ms).toBeCloseTo(2000, 6);
  });

  it('takes runs that are said to cost nothing', () => {
    const model = fitted(timed([0], () => 3));
    expect(forecast(model, runs([0, 0, 0, 0]), room).ms).toBeCloseTo(6, 6);
    expect(msOf(fitted(timed([0, 1, 2, 4], (cost) => 2 + cost)), 0)).toBeGreaterThan(1.8);
  });

  it('prefers the timings of this machine, and says whose they are', () => {
    const here = timed([1, 2], (cost) => cost, 1);
    const there = timed([1, 2], (cost) => 9 * cost, 50, 'abacus');
    expect(fitted({ ...there, ...here })).toMatchObject({ here: true, runs: 2 });
    expect(fitted(there)).toMatchObject({ here: false, machine: 'abacus', runs: 100 });
    expect(fitCost({})).toBeUndefined();
    expect(fitCost({ abacus: { code: 'x', classes: {} } })).toBeUndefined();
  });

  it('adds what lies between runs, and the start of a session once', () => {
    const [name, entry] = Object.entries(timed([1, 2, 4], (cost) => cost))[0] as [string, Timings[string]];
    const model = fitted({
      [name]: {
        ...entry,
        lanes: { ms: 1000, inRuns: 400, runs: 60 },
        starts: { sessions: 4, ms: 800 },
      },
    });
    expect(model).toMatchObject({ overheadMs: 10, startMs: 200 });
    expect(forecast(model, runs([2, 2, 2, 2]), room).ms).toBeCloseTo(200 + 2 * 12, 6);
  });
});

describe('a forecast', () => {
  const model = fitted(timed(octaves, (cost) => 5 + 2 * cost));

  it('holds its own value, grows with every run, and shrinks with no fewer threads', () => {
    const costs = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(costs, fc.integer({ min: 1, max: 8 }), (some, threads) => {
        const { ms, least, most } = forecast(model, runs(some), { ...room, threads });
        expect(least).toBeLessThanOrEqual(ms);
        expect(most).toBeGreaterThanOrEqual(ms);
        const more = forecast(model, runs([...some, 3]), { ...room, threads }).ms;
        // The sum of more runs is rounded otherwise.
        expect(more).toBeGreaterThanOrEqual(ms * (1 - 1e-12));
        expect(forecast(model, runs(some), { ...room, threads: threads + 1 }).ms).toBeLessThanOrEqual(ms);
      }),
    );
    expect(forecast(model, [], room)).toEqual({ ms: 0, least: 0, most: 0 });
  });

  it('is never below the longest run, nor below what memory lets through', () => {
    expect(forecast(model, runs([1, 1, 1000]), { ...room, threads: 3 }).ms).toBeCloseTo(msOf(model, 1000), 6);
    const large = runs(
      Array.from({ length: 8 }, () => 10),
      6e8,
    );
    // Six tenths of the room each: one after another, whatever the threads.
    const alone = forecast(model, large, { memory: 1e9, threads: 8 }).ms;
    expect(alone).toBeGreaterThanOrEqual(0.6 * 8 * msOf(model, 10));
  });

  it('held the truth in nine of ten simulated sweeps that were timed small and go on four times as large', () => {
    const simulated = 200;
    let held = 0;
    for (let sweep = 0; sweep < simulated; sweep++) {
      const random = Random.of({ test: 'forecast', sweep });
      const exponent = 0.9 + 0.2 * random.uniform();
      const [a, b] = [20 * random.uniform(), 0.5 + random.uniform()];
      // Cells of one cost differ by a quarter: no prediction of cost is exact.
      const truth = (cost: number): number => (a + b * cost ** exponent) * Math.exp(0.25 * random.gaussian());
      const rough = fitted(timed([4, 8, 16, 32, 64], truth, 10));
      const costs = [16, 32, 64, 128, 256].flatMap((cost) => Array.from({ length: 20 }, () => cost));
      const took = costs.reduce((sum, cost) => sum + truth(cost), 0) / 2;
      const { least, most } = forecast(rough, runs(costs), room);
      if (least <= took && took <= most) held += 1;
    }
    expect(held / simulated).toBeGreaterThanOrEqual(0.9);
  });
});
