/** into += A B of ordinary arrays by the kernel of this thread, strip by strip of the columns of B. */
import type { Matrix } from '../matrix.js';
import { Buffers } from './buffers.js';
import { kernel } from './index.js';
import { strip } from './kernel.js';
import { copyStrip } from './multiply.js';

/** The order of the kernel without its memory: four rows of B at a time, the last few one by one. */
export function accumulateRowsSmall(into: Matrix, a: Matrix, b: Matrix): void {
  const [n, d] = [a.columns, b.columns];
  const y = b.data;
  for (let r = 0; r < a.rows; r++) {
    const out = r * d;
    let i = 0;
    for (; i + 3 < n; i += 4) {
      const at = i * d;
      const v0 = a.data[r * n + i]!;
      const v1 = a.data[r * n + i + 1]!;
      const v2 = a.data[r * n + i + 2]!;
      const v3 = a.data[r * n + i + 3]!;
      for (let l = 0; l < d; l++) {
        const first = v0 * y[at + l]! + v1 * y[at + d + l]!;
        const second = v2 * y[at + 2 * d + l]! + v3 * y[at + 3 * d + l]!;
        into.data[out + l]! += first + second;
      }
    }
    for (; i < n; i++) {
      const v = a.data[r * n + i]!;
      for (let l = 0; l < d; l++) into.data[out + l]! += v * y[i * d + l]!;
    }
  }
}

export function accumulateRows(into: Matrix, a: Matrix, b: Matrix): void {
  const using = kernel();
  const buffers = new Buffers(using);
  const [rows, n] = [a.rows, a.columns];
  try {
    // Rows of an odd length have a zero behind them that is never read as a coefficient.
    const v = { data: buffers.copy(a.data), rows, stride: n };
    const u = { data: buffers.scratch(rows * strip), rows, stride: strip };
    const x = buffers.scratch(b.rows * strip);
    const extents = b.extents ? buffers.integers(b.rows) : undefined;
    for (let from = 0; from < b.columns; from += strip) {
      const entries = Math.min(strip, b.columns - from);
      copyStrip(b, from, entries, x);
      extents?.forEach((_, i) => (extents[i] = Math.max(0, Math.min(entries, b.extents![i]! - from))));
      for (let r = 0; r < rows; r++) {
        const at = r * into.columns + from;
        u.data.set(into.data.subarray(at, at + entries), r * strip);
        if ((entries & 1) === 1) u.data[r * strip + entries] = 0;
      }
      const rowsOfB = { data: x, rows: b.rows, stride: strip, ...(extents && { extents }) };
      using.transposedProduct(rowsOfB, 0, b.rows, entries, v, u);
      for (let r = 0; r < rows; r++) {
        into.data.set(u.data.subarray(r * strip, r * strip + entries), r * into.columns + from);
      }
    }
  } finally {
    buffers.end();
  }
}
