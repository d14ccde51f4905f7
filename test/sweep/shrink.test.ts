/** The smallest counterexample: where what is false is known, it is found, and nothing is found where nothing is false. */
import { plan, type Cell, loadSweep, performRun, shrink, type Shrinking, type Step } from '@marginalia/sweep';
import { judge, type Claim } from '@marginalia/theory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { type Point, walk } from '../../packages/sweep/src/shrink/walk.js';

const definition = await loadSweep({
  module: fileURLToPath(new URL('../cli/fixtures/sweeps/doctored.ts', import.meta.url)),
});
const claimCalled = (id: string): Claim => {
  const found = definition.claims.find((claim) => claim.id === `fixture/${id}`);
  if (!found) throw new Error(`no claim ${id}`);
  return found;
};
const { cells } = plan(definition, { code: 'test' });
const asked = (id: string, more: Partial<Shrinking> = {}): ReturnType<typeof shrink> =>
  shrink({
    definition,
    claim: claimCalled(id),
    preset: 'quick',
    starts: cells,
    axes: ['dimension', 'clusters', 'width', 'samples'],
    seed: '1',
    code: 'test',
    alpha: 1e-3,
    budget: 2000,
    ...more,
  });
const smallestOf = async (id: string, more: Partial<Shrinking> = {}): Promise<Step> => {
  const shrunk = await asked(id, more);
  if (shrunk.kind !== 'counterexample') throw new Error(`no counterexample: ${shrunk.kind}`);
  return shrunk.smallest;
};

describe('shrink, where a claim is false exactly for m ≥ 7 and 12 ≤ d ≤ 40', () => {
  it.each(['identity', 'often'])('finds d = 12, k = 2, m = 7, n = 1 (%s)', async (id) => {
    expect((await smallestOf(id)).setting).toMatchObject({
      dimension: 12,
      clusters: 2,
      width: 7,
      samples: 1,
    });
  });

  it('finds it from any setting of the wrong region', async () => {
    const start = fc.record({
      dimension: fc.integer({ min: 12, max: 40 }),
      clusters: fc.integer({ min: 2, max: 12 }),
      width: fc.integer({ min: 7, max: 5000 }),
      samples: fc.integer({ min: 1, max: 5000 }),
    });
    await fc.assert(
      fc.asyncProperty(start, async (sizes) => {
        const cell: Cell = { ...sizes, steps: 100, scale: 0.5 };
        const { setting } = await smallestOf('identity', { starts: [cell] });
        expect(setting).toEqual({ dimension: 12, clusters: 2, width: 7, samples: 1, steps: 100, scale: 0.5 });
      }),
      { numRuns: 15 },
    );
  });

  it('leaves derived axes derived until their turn, and other axes alone', async () => {
    const { set, setting } = await smallestOf('identity', { axes: ['width', 'clusters'] });
    expect(set).toEqual({ dimension: 16, clusters: 2, width: 7, steps: 100 });
    expect(setting).toEqual({ dimension: 16, clusters: 2, width: 7, samples: 20, steps: 100, scale: 1 / 16 });
  });

  it('confirms each step on runs that no other step draws, at levels that sum to less than α', async () => {
    const { path } = await asked('often');
    expect(new Set(path.map(({ seed }) => seed)).size).toBe(path.length);
    expect(path.every(({ seed }) => seed !== '1')).toBe(true);
    expect(path.reduce((sum, { alpha }) => sum + alpha, 0)).toBeLessThan(1e-3);
  });

  it('replays: the same way twice, another under another seed, and the last runs violate by themselves', async () => {
    const [once, again, other] = [
      await asked('often'),
      await asked('often'),
      await asked('often', { seed: '2' }),
    ];
    expect(again).toEqual(once);
    expect(other.path).not.toEqual(once.path);
    const { set, seed, runs } = await smallestOf('often');
    const spelled = Object.fromEntries(Object.entries(set).map(([name, value]) => [name, String(value)]));
    const fresh = plan(definition, { code: 'test', seed, replicates: runs, set: spelled });
    const findings = await Promise.all(
      fresh.runs.map(async (run) => {
        const { outcome } = await performRun(definition, fresh, run);
        return outcome.kind === 'measured'
          ? judge(claimCalled('often'), { ...run, measurements: outcome.measurements }).kind
          : 'failed';
      }),
    );
    expect(findings.filter((kind) => kind === 'violated').length).toBeGreaterThan(runs / 3);
  });

  it('ends with what it has when the budget does, and says so', async () => {
    const whole = await asked('identity');
    const short = await asked('identity', { budget: 85 });
    expect(short).toMatchObject({ kind: 'counterexample', finished: false });
    expect(short.runs).toBeLessThanOrEqual(85);
    // The last was cut short: all before it are the same.
    const kept = short.path.slice(0, -1);
    expect(kept).toEqual(whole.path.slice(0, kept.length));
    expect(kept.length).toBeGreaterThan(2);
    expect(await asked('identity', { budget: 10 })).toMatchObject({ kind: 'open', runs: 10 });
  });

  it('finds nothing against a true claim', async () => {
    const shrunk = await asked('true', { runsOfSetting: 400 });
    expect(shrunk.kind).toBe('supported');
    expect(shrunk.path.map(({ verdict }) => verdict)).toEqual(cells.map(() => 'supported'));
  });

  it('refuses an exponent, and axes that have no least whole number', async () => {
    const exponent: Claim = {
      ...claimCalled('true'),
      relation: {
        kind: 'proportional',
        axis: 'dimension',
        exponent: 1,
        alongside: [],
        within: 0.1,
        slack: () => 0,
        words: '',
      },
    };
    await expect(asked('true', { claim: exponent })).rejects.toThrow(/one setting can refute/);
    await expect(asked('true', { axes: ['scale'] })).rejects.toThrow(/whole numbers of doctored/);
  });
});

describe('the walk', () => {
  it('ends at the least corner of any box, whatever the corner, in few questions', async () => {
    const side = fc.integer({ min: 1, max: 300 });
    await fc.assert(
      fc.asyncProperty(side, side, side, side, async (a, b, up, over) => {
        let questions = 0;
        const inside = ({ x, y }: Point): boolean => Number(x) >= a && Number(y) >= b;
        const axes = [
          { name: 'x', floor: 1 },
          { name: 'y', floor: 1 },
        ];
        const { smallest, finished } = await walk({ x: a + up, y: b + over }, axes, async (point) => {
          questions += 1;
          return inside(point) && point;
        });
        expect([smallest, finished]).toEqual([{ x: a, y: b }, true]);
        // Halvings and a search of at most ten binary digits an axis, and a neighbour of each.
        expect(questions).toBeLessThanOrEqual(2 * 20 + 2);
      }),
    );
  });

  it('ends where no single axis can be one less, though what refutes is no box', async () => {
    const pair = fc.integer({ min: 1, max: 60 });
    await fc.assert(
      fc.asyncProperty(pair, pair, fc.integer({ min: 2, max: 40 }), async (x, y, least) => {
        fc.pre(x + y >= least);
        const refutes = (at: Point): boolean => Number(at['x']) + Number(at['y']) >= least;
        const axes = ['x', 'y'].map((name) => ({ name, floor: 1 }));
        const { smallest } = await walk({ x, y }, axes, async (at) => refutes(at) && at);
        expect(refutes(smallest)).toBe(true);
        for (const { name } of axes) {
          const less = { ...smallest, [name]: Number(smallest[name]) - 1 };
          expect(Number(less[name]) < 1 || !refutes(less)).toBe(true);
        }
      }),
    );
  });
});
