/**
 * Runs gathered into cells: `count` of those that were measured, and `failed` beside it. Of every measurement: `<name>` the mean, `<name>_se` the standard error of the mean
 * over units, the runs of each averaged first (NaN with fewer than two), `<name>_median` and its own `<name>_median_se`; `<name>_n` how many runs measured it, where not all did.
 */
import { from, op, table as arqueroTable } from 'arquero';
import { medianError } from '@marginalia/sweep';
import type { AxisValue } from '@marginalia/theory';
import { type RunColumns, unitColumn } from './columns.js';

export type Cell = AxisValue | null;
export interface Grid {
  readonly names: readonly string[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  readonly measurements: readonly string[];
  /** The measurements that a page has room for; empty where the sweep declares none. */
  readonly headline: readonly string[];
}

export function aggregate({ columns, measurements, headline }: RunColumns, by: readonly string[]): Grid {
  const runs = arqueroTable(columns as Record<string, Cell[]>);
  const spread = runs.groupby(...by).rollup({
    all: op.count(),
    failed: op.sum('failed'),
    ...Object.fromEntries(
      measurements.flatMap((name) => [
        [name, op.mean(name)],
        [`${name}_median`, op.median(name)],
        [`${name}_n`, op.valid(name)],
      ]),
    ),
  });
  const errors = errorsOf(runs, measurements, by);
  const medianErrors = medianErrorsOf(columns, measurements, by);
  const rows = (spread.objects() as Record<string, Cell>[]).map((row, at) => {
    const finished: Record<string, Cell> = Object.fromEntries(
      [...by, 'failed'].map((name) => [name, row[name] ?? null]),
    );
    finished['count'] = Number(row['all']) - Number(row['failed']);
    for (const name of measurements) {
      const count = Number(row[`${name}_n`]);
      finished[name] = count > 0 ? (row[name] ?? Number.NaN) : Number.NaN;
      finished[`${name}_se`] = errors[at]?.[name] ?? Number.NaN;
      finished[`${name}_median`] = count > 0 ? (row[`${name}_median`] ?? Number.NaN) : Number.NaN;
      finished[`${name}_median_se`] = medianErrors[at]?.[name] ?? Number.NaN;
      finished[`${name}_n`] = count;
    }
    return finished;
  });
  const partial = new Set(
    measurements.filter((name) => rows.some((row) => row[`${name}_n`] !== row['count'])),
  );
  const names = [
    ...by,
    'count',
    'failed',
    ...measurements.flatMap((name) => [
      name,
      `${name}_se`,
      `${name}_median`,
      `${name}_median_se`,
      ...(partial.has(name) ? [`${name}_n`] : []),
    ]),
  ];
  return { names, rows: rows.map((row) => pick(row, names)), measurements, headline };
}

/** Standard errors of the means, a row a group in the order of their first runs, as `rollup` has it. */
function errorsOf(
  runs: ReturnType<typeof arqueroTable>,
  measurements: readonly string[],
  by: readonly string[],
): readonly Readonly<Record<string, number>>[] {
  const units = runs
    .groupby(...by, unitColumn)
    .rollup(Object.fromEntries(measurements.map((name) => [name, op.mean(name)])))
    .groupby(...by)
    .rollup(
      Object.fromEntries(
        measurements.flatMap((name) => [
          [name, op.stdev(name)],
          [`${name}_n`, op.valid(name)],
        ]),
      ),
    );
  return (units.objects() as Record<string, Cell>[]).map((row) =>
    Object.fromEntries(
      measurements.map((name) => {
        const count = Number(row[`${name}_n`]);
        return [name, count > 1 ? Number(row[name]) / Math.sqrt(count) : Number.NaN];
      }),
    ),
  );
}

/** Standard errors of the medians, a row a group in the order of their first runs. */
function medianErrorsOf(
  columns: RunColumns['columns'],
  measurements: readonly string[],
  by: readonly string[],
): readonly Readonly<Record<string, number>>[] {
  const groups = new Map<string, number[]>();
  (columns['run'] ?? []).forEach((_, at) => {
    const key = JSON.stringify(by.map((name) => columns[name]?.[at]));
    const group = groups.get(key);
    if (group) group.push(at);
    else groups.set(key, [at]);
  });
  return [...groups.values()].map((group) =>
    Object.fromEntries(
      measurements.map((name) => {
        const known = group.filter((at) => !Number.isNaN(columns[name]?.[at]));
        const of = (column: string): (AxisValue | null | undefined)[] =>
          known.map((at) => columns[column]?.[at]);
        return [name, medianError(of(name).map(Number), of(unitColumn).map(String))];
      }),
    ),
  );
}

/** A row a run: no mean, no error. */
export function singleRuns({ columns, axes, measurements, headline }: RunColumns): Grid {
  const anyFailed = (columns['failed'] ?? []).some((failed) => failed === 1);
  const names = [...axes, 'replicate', 'run', ...(anyFailed ? ['failed', 'failure'] : []), ...measurements];
  const rows = arqueroTable(columns as Record<string, Cell[]>)
    .select(...names)
    .objects() as Record<string, Cell>[];
  return { names, rows, measurements, headline };
}

/** CSV with a header; NaN is an empty field. */
export function csvOf({ names, rows }: Grid): string {
  const plain = rows.map((row) =>
    Object.fromEntries(names.map((name) => [name, Number.isNaN(row[name]) ? null : (row[name] ?? null)])),
  );
  return rows.length === 0 ? `${names.join(',')}\n` : `${from(plain).toCSV().trimEnd()}\n`;
}

const pick = (row: Readonly<Record<string, Cell>>, names: readonly string[]): Record<string, Cell> =>
  Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
