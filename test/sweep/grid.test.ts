import { choice, defineSweep, integer, nearest, plan, real, type SweepDefinition } from '@marginalia/sweep';
import { BadInput } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tiny } from './tiny.js';

const grid = defineSweep({
  name: 'grid',
  question: 'Which cells are there?',
  axes: {
    dimension: integer('d', { atLeast: 1 }),
    width: integer('m', { atLeast: 1 }),
    samples: integer('n', { atLeast: 1 }),
    trainer: choice('who trains', ['ours', 'tfjs'], { keysRandomness: false }),
  },
  values: {
    dimension: [2, 4],
    width: ({ dimension }) => 2 * dimension,
    samples: [10, 20],
    trainer: ['ours'],
  },
  presets: {
    quick: { about: 'few', values: {}, replicates: 2 },
    full: { about: 'many', values: { dimension: [2, 4, 8], width: [3] }, replicates: 1 },
  },
  defaultPreset: 'quick',
  claims: tiny.claims,
  where: ({ dimension, samples }) => samples > dimension,
  validate: ({ dimension, width }) => {
    if (width > 1000 * dimension)
      throw new BadInput({ expected: 'width ≤ 1000 · dimension', got: String(width) });
  },
  cost: ({ dimension, samples }) => dimension * samples,
  environment: ({ trainer }) =>
    trainer === 'tfjs'
      ? { facts: { backend: 'wasm' }, maxThreads: 1, note: 'trainer tfjs runs on the wasm backend' }
      : { facts: {} },
  run: ({ dimension }) => ({ dimension }),
});

const cellsOf = (set: Readonly<Record<string, string>> = {}, preset?: string) =>
  plan(grid, { code: 'c', set, ...(preset === undefined ? {} : { preset }) }).cells;

const mistake = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof BadInput) return error.message;
    throw error;
  }
  throw new Error('no mistake was seen');
};

describe('the grid of a sweep', () => {
  it('takes the axes in their order, the last fastest, and derives values from the axes before', () => {
    expect(cellsOf()).toEqual([
      { dimension: 2, width: 4, samples: 10, trainer: 'ours' },
      { dimension: 2, width: 4, samples: 20, trainer: 'ours' },
      { dimension: 4, width: 8, samples: 10, trainer: 'ours' },
      { dimension: 4, width: 8, samples: 20, trainer: 'ours' },
    ]);
  });

  it('lets a preset override values, and --set override any axis, a derived one too', () => {
    expect(cellsOf({}, 'full').map((cell) => cell['width'])).toEqual([3, 3, 3, 3, 3, 3]);
    expect(cellsOf({ width: '5, 6', samples: '10', dimension: '2' }).map((cell) => cell['width'])).toEqual([
      5, 6,
    ]);
  });

  it('counts a value that is written twice once', () => {
    expect(cellsOf({ dimension: '2,2,4,2' })).toEqual(cellsOf());
  });

  it('drops cells that do not meet the sweep’s condition', () => {
    expect(cellsOf({ dimension: '2,16' })).toHaveLength(3);
  });

  it.each([
    ['an axis that is misspelt', () => cellsOf({ dimenson: '2' }), 'dimenson; try dimension'],
    ['a preset that is unknown', () => cellsOf({}, 'ful'), 'ful; try full'],
    ['an empty axis', () => cellsOf({ samples: '' }), 'at least one value of samples'],
    ['a value that is no number', () => cellsOf({ samples: 'ten' }), 'samples (n) to be an integer'],
    ['a value out of range', () => cellsOf({ samples: '0' }), '≥ 1, got 0'],
    ['a grid without cells', () => cellsOf({ dimension: '100' }), 'none of which meets'],
    ['a setting that the sweep refuses', () => cellsOf({ width: '9999', dimension: '2' }), 'width ≤ 1000'],
    [
      'no replicates',
      () => plan(grid, { code: 'c', replicates: 0 }),
      'replicates to be an integer ≥ 1, got 0',
    ],
    [
      'infinity, by its name',
      () => cellsOf({ samples: 'Infinity' }),
      'samples (n) to be an integer ≥ 1, got Infinity; try --set samples=1',
    ],
    ['an empty axis with a value that it may have', () => cellsOf({ samples: '' }), '; try --set samples=10'],
    [
      'two claims of one id',
      () => plan({ ...grid, claims: [...grid.claims, ...grid.claims] }, { code: 'c' }),
      'grid to have an id of its own, got two claims tiny/budget',
    ],
    ['half a replicate', () => plan(grid, { code: 'c', replicates: 1.5 }), 'got 1.5'],
  ])('refuses %s in one line that says what to do', (_, act, said) => {
    const message = mistake(act);
    expect(message).toContain(said);
    expect(message).not.toContain('\n');
  });

  it('refuses more than 500 000 runs before it makes a cell', () => {
    const counting: SweepDefinition = {
      ...grid,
      where: () => {
        throw new Error('a cell was made');
      },
    };
    const numbers = Array.from({ length: 1000 }, (_, i) => i + 1).join();
    const set = { dimension: numbers, samples: numbers };
    expect(mistake(() => plan(counting, { code: 'c', set }))).toBe(
      'expected a plan of grid of at most 500000 runs, got 1000000 cells × 2 replicates = 2000000 runs; try fewer values or replicates, or several sweeps',
    );
    const most = { code: 'c', set: { dimension: '2', samples: '10' } };
    expect(plan(grid, { ...most, replicates: 3 }).runs).toHaveLength(3);
    expect(mistake(() => plan(grid, { ...most, replicates: 500_001 }))).toContain('= 500001 runs');
  });

  it('refuses a cost that is no number, and an axis derived from one listed after it', () => {
    const costly: SweepDefinition = { ...grid, cost: () => Number.NaN };
    expect(mistake(() => plan(costly, { code: 'c' }))).toContain('cost of a run');
    const ahead: SweepDefinition = {
      ...grid,
      values: { ...grid.values, dimension: (setting) => Number(setting['samples']) },
    };
    expect(mistake(() => plan(ahead, { code: 'c' }))).toContain('dimension (d) to be an integer');
  });

  it('gathers what environments say and the fewest threads they tolerate', () => {
    const both = plan(grid, { code: 'c', set: { trainer: 'ours,tfjs' } });
    expect(both.notes).toEqual(['trainer tfjs runs on the wasm backend']);
    expect(both.maxThreads).toBe(1);
    expect(plan(grid, { code: 'c' }).maxThreads).toBe(Infinity);
  });

  it('is the product of its axes', () => {
    const free: SweepDefinition = { ...grid, where: () => true };
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(some, some, fc.integer({ min: 1, max: 4 }), (dimension, samples, replicates) => {
        const asked = plan(free, {
          code: 'c',
          replicates,
          set: { dimension: dimension.join(), samples: samples.join() },
        });
        expect(asked.cells).toHaveLength(dimension.length * samples.length);
        expect(new Set(asked.runs.map((one) => one.id)).size).toBe(asked.cells.length * replicates);
      }),
    );
  });
});

describe('the nearest name', () => {
  it('mends a misspelling and leaves another word alone', () => {
    expect(nearest('clusers', ['clusters', 'dimension'])).toBe('clusters');
    expect(nearest('dim', ['clusters', 'dimension'])).toBe('dimension');
    expect(nearest('zebra', ['clusters', 'dimension'])).toBeUndefined();
  });
});

describe('an axis', () => {
  it.each([
    integer('n'),
    integer('n', { atLeast: 1.5 }),
    integer('n', { atLeast: -3, above: -1 }),
    integer('n', { atMost: -7 }),
    real('x', { above: 0 }),
    real('x', { above: 0, atMost: 0.25 }),
    real('x', { atMost: -0.5 }),
    real('x', { atLeast: 0.5, atMost: 0.5 }),
  ])('has an example that it accepts (%#)', (axis) => {
    expect(axis.check('x', axis.example)).toBe(axis.example);
  });

  it('reads −0 as 0, for the two have one content hash', () => {
    const signed = defineSweep({
      name: 'signed',
      question: 'Is −0 a value of its own?',
      axes: { shift: real('s') },
      values: { shift: [-0, 0] },
      presets: { quick: { about: 'one cell', values: {}, replicates: 1 } },
      defaultPreset: 'quick',
      claims: tiny.claims,
      cost: () => 1,
      run: ({ shift }) => ({ shift }),
    });
    expect(plan(signed, { code: 'c' }).cells).toHaveLength(1);
    expect(Object.is(plan(signed, { code: 'c' }).cells[0]?.['shift'], 0)).toBe(true);
  });
});
