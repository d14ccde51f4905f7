/** A layout as an Arrow IPC file: uncompressed, record batches of a fixed size. */
import { writeSync } from 'node:fs';
import {
  columnFromValues,
  float64,
  int64,
  list,
  Table,
  tableFromColumns,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';
import type { Column, Layout } from './layout.js';

const batchRows = 65_536;

export function writeArrow(
  { columns, order }: Layout,
  metadata: ReadonlyMap<string, string>,
  descriptor: number,
): void {
  const bare = tableFromColumns(
    columns.map((column) => [
      column.name,
      columnFromValues((visit) => order.forEach((row) => visit(column.value(row))), typeOf(column), {
        maxBatchRows: batchRows,
      }),
    ]),
  );
  const table = new Table({ ...bare.schema, metadata: new Map(metadata) }, bare.children);
  const write = (bytes: Uint8Array): void => {
    for (let written = 0; written < bytes.length;)
      written += writeSync(descriptor, bytes, written, bytes.length - written);
  };
  const sink = { write, pad: (count: number) => write(new Uint8Array(count)), finish: () => null };
  tableToIPC(table, { format: 'file', sink });
}

function typeOf({ type }: Column): ReturnType<typeof utf8 | typeof int64 | typeof float64 | typeof list> {
  switch (type) {
    case 'text':
      return utf8();
    case 'integer':
      return int64();
    case 'number':
      return float64();
    case 'numbers':
      return list(float64());
  }
}
