/** A grid as a Parquet or Arrow file, by the writers of `compact`. */
import { type SweepIdentity, type TableColumn, writeTable } from '@marginalia/sweep';
import type { Grid } from './aggregate.js';

/** Columns that count, beside the axes; a measurement is a number also where every run happens to measure a whole one. */
const counts = new Set(['count', 'failed', 'replicate', 'units', 'unpaired']);

export async function writeBinary(
  file: string,
  format: 'parquet' | 'arrow',
  grid: Grid,
  identity: SweepIdentity,
): Promise<void> {
  await writeTable(file, format, columnsOf(grid, identity.axisNames), identity);
}

function columnsOf({ names, rows, measurements }: Grid, axes: readonly string[]): readonly TableColumn[] {
  const whole = new Set([...counts, ...axes, ...measurements.map((name) => `${name}_n`)]);
  return names.map((name) => {
    const values = rows.map((row) => row[name] ?? null);
    const type = values.some((value) => typeof value === 'string')
      ? 'text'
      : whole.has(name) && values.every((value) => value === null || Number.isSafeInteger(value))
        ? 'integer'
        : 'number';
    return { name, type, values };
  });
}
