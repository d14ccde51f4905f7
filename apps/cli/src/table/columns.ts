/** Records as columns: axes, then what every run measured; a grid of measurements is a column a grid point. */
import type { AxisValue, Measurements } from '@marginalia/theory';
import type { JournalRecord } from '@marginalia/sweep';

/** The column that names the unit of a run; no axis and no measurement has such a name. */
export const unitColumn = '\u0000unit';

/** The name of the measurement that holds the grid of another: `robustAccuracy` over `robustAccuracy.at`. */
const gridSuffix = '.at';

export interface RunColumns {
  readonly axes: readonly string[];
  readonly measurements: readonly string[];
  /** Those of them that the sweep declares to matter most. */
  readonly headline: readonly string[];
  /** Every column at full length, a row a run, in the order of the axes' values. */
  readonly columns: Readonly<Record<string, readonly (AxisValue | null)[]>>;
}

const beside = ['replicate', 'run', 'failed', 'failure'] as const;

/** Measurements in the order of `headline`, the others after them. `replicate`, `run`, `failed` (0 or 1) and `failure` (its kind) stand beside the axes, and the unit; a failed run measured NaN. */
export function runColumns(
  records: readonly JournalRecord[],
  axes: readonly string[],
  headline: readonly string[] = [],
  unitOf: (record: JournalRecord) => string = ({ id }) => id,
): RunColumns {
  const rows = [...records].sort((a, b) => compareSettings(a, b, axes));
  const flat = rows.map(({ outcome }) => (outcome.kind === 'measured' ? flatten(outcome.measurements) : {}));
  const rank = (name: string): number => {
    const place = headline.indexOf(name.replace(/@.*$/, ''));
    return place < 0 ? headline.length : place;
  };
  const names = [...new Set(flat.flatMap((one) => Object.keys(one)))].sort((a, b) => rank(a) - rank(b));
  // An axis keeps its name; a measurement of the same name steps aside.
  const taken = new Set([...axes, ...beside, 'count']);
  const columnOf = (name: string): string => (taken.has(name) ? `${name}_measured` : name);
  return {
    axes,
    measurements: names.map(columnOf),
    headline: names.filter((name) => rank(name) < headline.length).map(columnOf),
    columns: {
      ...Object.fromEntries(axes.map((axis) => [axis, rows.map((row) => row.axes[axis] ?? null)])),
      replicate: rows.map(({ replicate }) => replicate),
      run: rows.map(({ id }) => id),
      [unitColumn]: rows.map(unitOf),
      failed: rows.map(({ outcome }) => (outcome.kind === 'failed' ? 1 : 0)),
      failure: rows.map(({ outcome }) => (outcome.kind === 'failed' ? outcome.failure.kind : null)),
      ...Object.fromEntries(
        names.map((name) => [columnOf(name), flat.map((one) => one[name] ?? Number.NaN)]),
      ),
    },
  };
}

/** `{ a: 1, r: [.9, .4], 'r.at': [0, 2] }` → `{ a: 1, 'r@0': .9, 'r@2': .4 }`; a list without a grid counts: `r@1`, … */
export function flatten(measurements: Measurements): Record<string, number> {
  const flat: Record<string, number> = {};
  for (const [name, value] of Object.entries(measurements)) {
    if (typeof value === 'number') flat[name] = value;
    else if (!(name.endsWith(gridSuffix) && name.slice(0, -gridSuffix.length) in measurements)) {
      const grid = measurements[`${name}${gridSuffix}`];
      value.forEach((entry, i) => {
        flat[`${name}@${Array.isArray(grid) ? grid[i] : i + 1}`] = entry;
      });
    }
  }
  return flat;
}

function compareSettings(a: JournalRecord, b: JournalRecord, axes: readonly string[]): number {
  for (const axis of axes) {
    const order = compareValues(a.axes[axis] ?? '', b.axes[axis] ?? '');
    if (order !== 0) return order;
  }
  return a.replicate - b.replicate;
}

/** Numbers by size, before names by the alphabet. */
function compareValues(a: AxisValue, b: AxisValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return typeof a === 'number' ? -1 : 1;
}
