/** A layout as Apache Parquet: SNAPPY, row groups of a fixed size, so that equal rows are equal bytes. */
import { writeSync } from 'node:fs';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnSource, SchemaElement } from 'hyparquet-writer';
import type { Column, Layout } from './layout.js';

/** 300 columns of doubles are 40 MB at a time. */
const groupRows = 16_384;

/** Bytes go to a file as they come; only where they lie in it is counted on. */
class FileWriter extends ByteWriter {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    super();
    this.#descriptor = descriptor;
  }

  flush(): void {
    const bytes = this.getBytes();
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written);
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}

export function writeParquet(
  { columns, order }: Layout,
  metadata: ReadonlyMap<string, string>,
  createdBy: string,
  descriptor: number,
): void {
  const writer = new ParquetWriter({
    writer: new FileWriter(descriptor),
    schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(schemaOf)],
    kvMetadata: [...metadata].map(([key, value]) => ({ key, value })),
    createdBy,
  });
  for (let start = 0; start < order.length; start += groupRows) {
    const rows = order.slice(start, start + groupRows);
    void writer.write({ columnData: columns.map((column) => dataOf(column, rows)), rowGroupSize: groupRows });
  }
  void writer.finish();
}

function schemaOf({ name, type }: Column): SchemaElement[] {
  switch (type) {
    case 'text':
      return [
        {
          name,
          type: 'BYTE_ARRAY',
          converted_type: 'UTF8',
          logical_type: { type: 'STRING' },
          repetition_type: 'OPTIONAL',
        },
      ];
    case 'integer':
      return [{ name, type: 'INT64', repetition_type: 'OPTIONAL' }];
    case 'number':
      return [{ name, type: 'DOUBLE', repetition_type: 'OPTIONAL' }];
    case 'numbers':
      return [
        {
          name,
          converted_type: 'LIST',
          logical_type: { type: 'LIST' },
          repetition_type: 'OPTIONAL',
          num_children: 1,
        },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
      ];
  }
}

function dataOf({ name, type, value }: Column, rows: readonly number[]): ColumnSource {
  if (type === 'integer') {
    return {
      name,
      data: rows.map((row) => {
        const number = value(row);
        return number === null ? null : BigInt(number);
      }),
    };
  }
  const data = rows.map((row) => value(row));
  return { name, data, statistics: !data.some(hasNaN) };
}

/**
 * The format leaves NaN out of the least and greatest value that a reader skips row groups by. DuckDB, where NaN is above
 * all numbers, then loses it to `x > 1`: such a group states neither.
 */
const hasNaN = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(hasNaN) : typeof value === 'number' && Number.isNaN(value);
