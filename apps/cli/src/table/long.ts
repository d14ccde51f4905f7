/** A grid with a row a measurement: what plotting libraries call tidy. */
import type { Cell, Grid } from './aggregate.js';

/** Of a cell `mean`, `mean_se`, `median`, `median_se` and `count`, how many runs measured it; `by` are the axes of the grid. */
export function longCells({ rows, measurements, headline }: Grid, by: readonly string[]): Grid {
  return {
    names: [...by, 'measurement', 'mean', 'mean_se', 'median', 'median_se', 'count'],
    rows: rows.flatMap((row) =>
      measurements.map((measurement) => ({
        ...pick(row, by),
        measurement,
        mean: row[measurement] ?? null,
        mean_se: row[`${measurement}_se`] ?? null,
        median: row[`${measurement}_median`] ?? null,
        median_se: row[`${measurement}_median_se`] ?? null,
        count: row[`${measurement}_n`] ?? row['count'] ?? null,
      })),
    ),
    measurements: ['mean', 'median'],
    headline: headline.length > 0 ? ['mean', 'median'] : [],
  };
}

/** Of a run its `value`; what it did not measure has no row. */
export function longRuns({ names, rows, measurements }: Grid): Grid {
  const keys = names.filter((name) => !measurements.includes(name));
  return {
    names: [...keys, 'measurement', 'value'],
    rows: rows.flatMap((row) =>
      measurements
        .filter((measurement) => row[measurement] !== null && !Number.isNaN(row[measurement]))
        .map((measurement) => ({ ...pick(row, keys), measurement, value: row[measurement] ?? null })),
    ),
    measurements: ['value'],
    headline: [],
  };
}

/** The grid of some measurements alone: a page of a long table has room for the headline. */
export const onlyHeadline = (grid: Grid): Grid =>
  grid.headline.length === 0 ? grid : { ...grid, measurements: grid.headline };

const pick = (row: Readonly<Record<string, Cell>>, names: readonly string[]): Record<string, Cell> =>
  Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
