/** Any table as one Parquet or Arrow file: typed columns, the same bytes for the same values. */
import { resolve } from 'node:path';
import { refusal } from '../journal/refusal.js';
import type { SweepIdentity } from '../results.js';
import { writeAtomically } from '../write-atomically.js';
import { type CompactFormat, metadataOf, writerOf } from './compact.js';
import type { Column } from './layout.js';

/** A column at full length; null where there is no value. NaN and infinities are numbers. */
export interface TableColumn {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'number';
  readonly values: readonly (string | number | null)[];
}

/** The metadata are those of a compacted sweep. Rejects with BadInput where the file cannot be written. */
export async function writeTable(
  file: string,
  format: CompactFormat,
  columns: readonly TableColumn[],
  identity: SweepIdentity,
): Promise<void> {
  const write = await writerOf(format);
  const laid = {
    columns: columns.map(columnOf),
    order: Array.from(columns[0]?.values ?? [], (_, row) => row),
  };
  try {
    writeAtomically(resolve(file), (descriptor) => write(laid, metadataOf(identity), descriptor));
  } catch (cause) {
    throw refusal(cause, `${file} to be a file that can be written`);
  }
}

function columnOf({ name, type, values }: TableColumn): Column {
  if (type === 'text')
    return {
      name,
      type,
      value: (row) => {
        const value = values[row] ?? null;
        return value === null ? null : String(value);
      },
    };
  return {
    name,
    type,
    value: (row) => {
      const value = values[row] ?? null;
      return value === null ? null : Number(value);
    },
  };
}
