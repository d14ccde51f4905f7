/** Runs as the grid that was asked for: a row a cell, a run, a measurement of either, or a contrast. */
import type { SweepIdentity } from '@marginalia/sweep';
import { plural } from '../render/number.js';
import type { Grid } from './aggregate.js';
import { runColumns } from './columns.js';
import { onlyColumns } from './only-columns.js';
import type { Asked as Contrast } from './contrast.js';
import type { Derived } from './derive.js';

export interface Runs extends Derived {
  readonly identity: SweepIdentity;
}

export interface Shaped {
  readonly grid: Grid;
  /** The axes that its rows have values of their own of. */
  readonly by: readonly string[];
  readonly notes: readonly string[];
}

/** What was derived is asked for, and so first. */
const headlineOf = ({ names, identity: { headline = [] } }: Runs): readonly string[] =>
  headline.length > 0 ? [...names, ...headline] : [];

export async function contrasted(
  runs: Runs,
  { columns, ...asked }: Contrast & { readonly columns: string | undefined },
): Promise<Shaped> {
  const { contrastGrid } = await import('./contrast.js');
  const identity = { ...runs.identity, headline: headlineOf(runs) };
  const { grid, unpaired } = await contrastGrid(runs.records, identity, asked);
  const notes =
    unpaired > 0 ? [`${plural(unpaired, 'run')} without a partner on the same data: in no difference`] : [];
  if (columns === undefined) return { grid, by: asked.by, notes };
  const { known } = await import('./expression.js');
  const there = [...new Set(grid.rows.map(({ measurement }) => String(measurement)))];
  const wanted = columns.split(',').map((name) => known(name.trim(), there, 'a measurement', '--columns'));
  const rows = wanted.flatMap((name) => grid.rows.filter(({ measurement }) => measurement === name));
  return { grid: { ...grid, rows }, by: asked.by, notes };
}

export interface Asked {
  readonly by: readonly string[];
  /** A row a run. */
  readonly runs: boolean;
  readonly long: boolean;
  /** Measurements by name, with commas; all when absent. */
  readonly columns: string | undefined;
  /** Of a long table the headline alone. */
  readonly headline: boolean;
}

export async function tabulated(
  runs: Runs,
  { by, runs: single, long, columns: only, headline }: Asked,
): Promise<Shaped> {
  const [{ unitOf }, { aggregate, singleRuns }, { longCells, longRuns, onlyHeadline }] = await Promise.all([
    import('@marginalia/sweep'),
    import('./aggregate.js'),
    import('./long.js'),
  ]);
  const { records, failures, identity } = runs;
  const { axisNames, keyingAxes } = identity;
  const all = runColumns([...records, ...failures], axisNames, headlineOf(runs), (record) =>
    keyingAxes ? unitOf(keyingAxes, record) : record.id,
  );
  const columns = only === undefined ? all : await onlyColumns(all, only);
  const grid = single ? singleRuns(columns) : aggregate(columns, by);
  if (!long) return { grid, by: single ? [] : by, notes: [] };
  const shown = headline ? onlyHeadline(grid) : grid;
  return { grid: single ? longRuns(shown) : longCells(shown, by), by: [], notes: [] };
}
