import fc from 'fast-check';
import type { JournalRecord } from '@marginalia/sweep';
import { aggregate, csvOf, flatten, leftOut, markdown, runColumns, singleRuns } from 'marginalia';
import { describe, expect, it } from 'vitest';

const measured = (
  axes: JournalRecord['axes'],
  replicate: number,
  measurements: Record<string, number | number[]>,
): JournalRecord => ({
  id: `${JSON.stringify(axes)}${replicate}`,
  sweep: 'fixture',
  seed: '1',
  code: 'c',
  axes,
  replicate,
  outcome: { kind: 'measured', measurements },
});
const failed = (axes: JournalRecord['axes'], replicate: number): JournalRecord => ({
  ...measured(axes, replicate, {}),
  outcome: { kind: 'failed', failure: { kind: 'threw', message: 'no' } },
});

/** From a lattice: means and medians of these are exact to a few ulps. */
const lattice = fc.integer({ min: -64, max: 64 }).map((value) => value / 8);

describe('table', () => {
  it('takes the standard error over units: runs on the same data are averaged first', () => {
    const draws = [1, 4, 2, 7];
    const records = draws.flatMap((x, replicate) =>
      [0, 1, 2].map((budget) => measured({ size: 1, budget }, replicate, { x: x + budget })),
    );
    const over = (by: readonly string[]) =>
      aggregate(
        runColumns(records, ['size', 'budget'], [], ({ replicate }) => `unit ${replicate}`),
        by,
      ).rows;
    const [pooled] = over(['size']);
    // Of 4 units, not of 12 runs: the deviation of 1, 4, 2, 7 over √4.
    expect(pooled?.['x_se']).toBeCloseTo(Math.sqrt(7) / 2, 12);
    expect([pooled?.['count'], pooled?.['x']]).toEqual([12, 4.5]);
    for (const cell of over(['size', 'budget'])) expect(cell['x_se']).toBeCloseTo(Math.sqrt(7) / 2, 12);
  });

  it('has the mean, standard error and median of every cell', () => {
    const cells = fc
      .uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 })
      .chain((sizes) =>
        fc.tuple(
          ...sizes.map((size) =>
            fc.tuple(fc.constant(size), fc.array(lattice, { minLength: 1, maxLength: 6 })),
          ),
        ),
      );
    fc.assert(
      fc.property(cells, (drawn) => {
        const records = drawn.flatMap(([size, values]) =>
          values.map((x, replicate) => measured({ size }, replicate, { x })),
        );
        const { rows } = aggregate(runColumns(records, ['size']), ['size']);
        expect(rows.map((row) => row['size'])).toEqual(drawn.map(([size]) => size).sort((a, b) => a - b));
        for (const [size, values] of drawn) {
          const row = rows.find((one) => one['size'] === size);
          const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
          const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
          const sorted = [...values].sort((a, b) => a - b);
          const middle = (sorted.length - 1) / 2;
          const median = ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
          expect(row?.['count']).toBe(values.length);
          expect(row?.['x']).toBeCloseTo(mean, 12);
          expect(row?.['x_median']).toBeCloseTo(median, 12);
          if (values.length === 1) expect(row?.['x_median_se']).toBeNaN();
          else
            expect(row?.['x_median_se']).toBeLessThanOrEqual(((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)) / 2);
          if (values.length === 1) expect(row?.['x_se']).toBeNaN();
          else expect(row?.['x_se']).toBeCloseTo(Math.sqrt(variance / values.length), 12);
        }
      }),
    );
  });

  it('counts failed runs, and keeps them out of the means', () => {
    const records = [measured({ size: 1 }, 0, { x: 2 }), failed({ size: 1 }, 1), failed({ size: 2 }, 0)];
    const { rows } = aggregate(runColumns(records, ['size']), ['size']);
    expect(rows).toMatchObject([
      { size: 1, count: 1, failed: 1, x: 2 },
      { size: 2, count: 0, failed: 1, x: Number.NaN },
    ]);
  });

  it('says how many runs measured what not all of them measured', () => {
    const records = [
      measured({ size: 1 }, 0, { x: 2, y: 1 }),
      measured({ size: 1 }, 1, { x: Number.NaN, y: 3 }),
    ];
    const { names, rows } = aggregate(runColumns(records, ['size']), ['size']);
    expect(names).not.toContain('y_n');
    expect(rows[0]).toMatchObject({ count: 2, x: 2, x_n: 1, y: 2 });
  });

  it('gathers over the axes that --by leaves out', () => {
    const records = [1, 2, 3, 4].map((shift) => measured({ size: 1, shift }, 0, { x: shift }));
    expect(aggregate(runColumns(records, ['size', 'shift']), ['size']).rows).toMatchObject([
      { size: 1, count: 4, x: 2.5 },
    ]);
  });

  it('makes a column of every point of a grid', () => {
    expect(flatten({ accuracy: [1, 0.25], 'accuracy.at': [0, 0.5], x: 3 })).toEqual({
      'accuracy@0': 1,
      'accuracy@0.5': 0.25,
      x: 3,
    });
    expect(flatten({ losses: [5, 4] })).toEqual({ 'losses@1': 5, 'losses@2': 4 });
    // A grid of nothing is itself a list.
    expect(flatten({ 'accuracy.at': [2] })).toEqual({ 'accuracy.at@1': 2 });
  });

  it('never lets a measurement hide an axis of the same name', () => {
    const { rows } = singleRuns(runColumns([measured({ size: 1 }, 0, { size: 9 })], ['size']));
    expect(rows).toMatchObject([{ size: 1, size_measured: 9 }]);
  });

  it('writes mean ± standard error in Markdown and leaves out what nobody measured', () => {
    const records = [
      measured({ size: 1 }, 0, { never: Number.NaN, x: 1 }),
      measured({ size: 1 }, 1, { never: Number.NaN, x: 2 }),
    ];
    expect(markdown(aggregate(runColumns(records, ['size']), ['size']))).toBe(
      [
        '| size | count |         x |  x_median |',
        '| ---: | ----: | --------: | --------: |',
        '|    1 |     2 | 1.5 ± 0.5 | 1.5 ± 0.5 |',
      ].join('\n'),
    );
  });

  it('keeps a page to the headline, says what it leaves out, and rounds an axis to what was meant', () => {
    const records = [0, 1].map((replicate) =>
      measured({ size: 1, stepSize: 0.1 * 0.012 }, replicate, { x: 1, y: 2, z: replicate }),
    );
    const grid = aggregate(runColumns(records, ['size', 'stepSize'], ['z']), ['size', 'stepSize']);
    expect(markdown(grid)).toBe(
      [
        '| size | stepSize | count |         z |',
        '| ---: | -------: | ----: | --------: |',
        '|    1 |   0.0012 |     2 | 0.5 ± 0.5 |',
      ].join('\n'),
    );
    const [head = '', row = ''] = csvOf(grid).split('\n');
    expect(row.split(',')[1]).toBe(String(0.1 * 0.012));
    // Beside z and its error: its median and the error of that, and four columns of each other measurement.
    expect(leftOut(grid)).toBe(2 + 2 * 4);
    expect(head.split(',')).toHaveLength(
      'size,stepSize,count,failed,z,z_se'.split(',').length + leftOut(grid),
    );
  });

  it('writes CSV with an empty field for NaN', () => {
    expect(csvOf(aggregate(runColumns([measured({ size: 1 }, 0, { x: 2 })], ['size']), ['size']))).toBe(
      'size,count,failed,x,x_se,x_median,x_median_se\n1,1,0,2,,2,\n',
    );
  });
});
