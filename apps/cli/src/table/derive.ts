/** `--derive` and `--filter`: measurements that follow from others, and runs chosen by what they measured, run by run before anything is averaged. */
import { BadInput } from '@marginalia/core';
import type { JournalRecord, Results } from '@marginalia/sweep';
import { runColumns } from './columns.js';
import { type Columns, evaluate } from './expression.js';

export interface Asked {
  /** `name = expression`, as typed; a later one may read an earlier one. */
  readonly derive: readonly string[];
  readonly filter: string | undefined;
}

export interface Derived extends Pick<Results, 'records' | 'failures'> {
  /** The derived measurements, in the order in which they were asked for. */
  readonly names: readonly string[];
}

/** Names that columns of a table have already. */
const reserved = ['count', 'failed', 'failure', 'replicate', 'run', 'unit', 'measurement'];
const definition = /^\s*([A-Za-z_]\w*)\s*=(?!=)\s*(\S[\s\S]*)$/;

/**
 * The runs with what is derived among their measurements, less those of which the filter is not true. A run that lacks a
 * column has no value derived from it, and does not meet a filter that reads it. Throws BadInput for a name that is taken,
 * an expression that is none, and a filter that no run meets.
 */
export function derivedRuns(
  { records, failures }: Pick<Results, 'records' | 'failures'>,
  axes: readonly string[],
  { derive, filter }: Asked,
): Derived {
  const all = [...records, ...failures];
  const { columns: known, measurements } = runColumns(all, axes);
  const ids = (known['run'] ?? []) as readonly string[];
  let columns: Columns = Object.fromEntries(
    [...axes, 'replicate', ...measurements].map((name) => [name, known[name] ?? []]),
  );
  const names: string[] = [];
  for (const text of derive) {
    const { name, expression } = definedBy(text, [...Object.keys(columns), ...reserved]);
    const failed = known['failed'] ?? [];
    const values = evaluate(expression, columns, `--derive ${name}`);
    columns = { ...columns, [name]: values.map((value, at) => (failed[at] === 1 ? Number.NaN : value)) };
    names.push(name);
  }
  const place = new Map(ids.map((id, at) => [id, at]));
  const meets = filter === undefined ? undefined : evaluate(filter, columns, '--filter');
  const kept = ({ id }: JournalRecord): boolean => {
    const value = meets?.[place.get(id) as number];
    return meets === undefined || (value !== 0 && !Number.isNaN(value));
  };
  const result = {
    records: records.filter(kept).map((record) => withValues(record, names, columns, place)),
    failures: failures.filter(kept),
    names,
  };
  if (result.records.length + result.failures.length > 0 || all.length === 0) return result;
  throw new BadInput({
    expected: 'a --filter that some run meets',
    got: `${JSON.stringify(filter)}, which none of ${all.length} meets`,
  });
}

function withValues(
  record: JournalRecord,
  names: readonly string[],
  columns: Columns,
  place: ReadonlyMap<string, number>,
): JournalRecord {
  const { outcome } = record;
  if (outcome.kind !== 'measured' || names.length === 0) return record;
  const at = place.get(record.id) as number;
  const derived = Object.fromEntries(names.map((name) => [name, columns[name]?.[at] as number]));
  return { ...record, outcome: { kind: 'measured', measurements: { ...outcome.measurements, ...derived } } };
}

function definedBy(
  text: string,
  taken: readonly string[],
): { readonly name: string; readonly expression: string } {
  const [, name, expression] = definition.exec(text) ?? [];
  if (name === undefined || expression === undefined) {
    throw new BadInput({
      expected: '--derive to be NAME = EXPRESSION',
      got: JSON.stringify(text),
      try: `--derive 'gap = pgdRadius / exactRadius'`,
    });
  }
  if (taken.includes(name)) {
    throw new BadInput({
      expected: '--derive to name a new column',
      got: `${name}, which there is already`,
      try: `--derive '${name}2 = ${expression.trim()}'`,
    });
  }
  // Objects have these without having been given them.
  if (name in {}) {
    throw new BadInput({
      expected: '--derive to name a column',
      got: `${name}, which every object has`,
      try: `--derive '${name.replaceAll('_', '')}2 = ${expression.trim()}'`,
    });
  }
  return { name, expression };
}
