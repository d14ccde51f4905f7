/** The columns of a compacted sweep: names, declared types, and the order of the rows. */
import type { AxisValue } from '@marginalia/theory';
import { byText, gridOrder, type SweepIdentity } from '../results.js';
import type { RunColumns } from './run-columns.js';

/** `value` is null where there is none. `numbers` are lists. */
export type Column = { readonly name: string } & (
  | { readonly type: 'text'; readonly value: (row: number) => string | null }
  | { readonly type: 'integer'; readonly value: (row: number) => number | null }
  | { readonly type: 'number'; readonly value: (row: number) => number | null }
  | { readonly type: 'numbers'; readonly value: (row: number) => readonly number[] | null }
);

export interface Layout {
  readonly columns: readonly Column[];
  /** Rows of `RunColumns`, in grid order. */
  readonly order: readonly number[];
}

/**
 * `id`, the axes in their order, `replicate`, `outcome`, `failure`, `message`, a column `facts.<name>` for each fact of an
 * environment, then the measurements: those of the headline first, the others by name. An axis or a measurement whose
 * name is taken becomes `<name>_axis` or `<name>_measured`.
 *
 * Types are declared, never guessed. An axis is integer where all its values are, text where one of them is; a
 * measurement is a list wherever one run measured a list, a number beside them then being a list of one.
 */
export function layout(runs: RunColumns, identity: SweepIdentity): Layout {
  const { rows } = runs;
  const taken = new Set(fixed);
  const named = (name: string, suffix: string): string => {
    let free = name;
    while (taken.has(free)) free += suffix;
    taken.add(free);
    return free;
  };
  const row = (at: number): (typeof rows)[number] => rows[at] as (typeof rows)[number];
  const axes = identity.axisNames.map((name) =>
    axisColumn(
      named(name, '_axis'),
      rows.map((one) => one.axes[name] ?? null),
    ),
  );
  const facts = [...new Set(rows.flatMap((one) => Object.keys(one.facts ?? {})))].sort();
  return {
    order: gridRows(runs, identity),
    columns: [
      { name: 'id', type: 'text', value: (at) => row(at).id },
      ...axes,
      { name: 'replicate', type: 'integer', value: (at) => row(at).replicate },
      { name: 'outcome', type: 'text', value: (at) => (row(at).failure ? 'failed' : 'measured') },
      { name: 'failure', type: 'text', value: (at) => row(at).failure?.kind ?? null },
      { name: 'message', type: 'text', value: (at) => row(at).failure?.message ?? null },
      ...facts.map((name): Column => {
        const called = named(`facts.${name}`, '_fact');
        return { name: called, type: 'text', value: (at) => row(at).facts?.[name] ?? null };
      }),
      ...measurementsOf(runs, identity).map((name) => measuredColumn(runs, name, named(name, '_measured'))),
    ],
  };
}

const fixed: readonly string[] = ['id', 'replicate', 'outcome', 'failure', 'message'];

/** Runs of one setting in several environments follow one another by facts and id. */
function gridRows({ rows }: RunColumns, identity: SweepIdentity): readonly number[] {
  const order = gridOrder(identity);
  return Array.from(rows, (_, at) => at).sort((a, b) => {
    const [one, other] = [rows[a], rows[b]] as [(typeof rows)[number], (typeof rows)[number]];
    return order(one, other) || byText(one.id, other.id);
  });
}

function axisColumn(name: string, values: readonly (AxisValue | null)[]): Column {
  if (values.some((value) => typeof value === 'string')) {
    return {
      name,
      type: 'text',
      value: (at) => (values[at] === null || values[at] === undefined ? null : String(values[at])),
    };
  }
  // Checked above: no value is a text.
  const numbers = values as readonly (number | null)[];
  const integral = numbers.every((value) => value === null || Number.isSafeInteger(value));
  return { name, type: integral ? 'integer' : 'number', value: (at) => numbers[at] ?? null };
}

function measurementsOf({ measurements }: RunColumns, { headline = [] }: SweepIdentity): readonly string[] {
  const rank = (name: string): number => {
    const place = headline.indexOf(name);
    return place < 0 ? headline.length : place;
  };
  return [...measurements.keys()].sort((a, b) => rank(a) - rank(b) || byText(a, b));
}

function measuredColumn({ measurements }: RunColumns, of: string, name: string): Column {
  const column = measurements.get(of);
  if (!column?.holdsLists) {
    return { name, type: 'number', value: (at) => (column?.get(at) as number | undefined) ?? null };
  }
  return {
    name,
    type: 'numbers',
    value: (at) => {
      const value = column.get(at);
      return typeof value === 'number' ? [value] : (value ?? null);
    },
  };
}
