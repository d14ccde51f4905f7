/** Ordinary matrices in the memory of a kernel, whose rows are of an even length. */
import type { Matrix } from '../matrix.js';
import type { Buffers } from './buffers.js';
import type { Rows } from './kernel.js';

export const even = (count: number): number => count + (count & 1);

/** A copy in the kernel's memory, rows padded to an even length. */
export function residentRows(buffers: Buffers, of: Matrix): Rows {
  const stride = even(of.columns);
  const data = buffers.scratch(of.rows * stride);
  if (stride === of.columns) data.set(of.data);
  else {
    data.fill(0);
    for (let i = 0; i < of.rows; i++) {
      data.set(of.data.subarray(i * of.columns, (i + 1) * of.columns), i * stride);
    }
  }
  if (!of.extents) return { data, rows: of.rows, stride };
  const extents = buffers.integers(of.rows);
  extents.set(of.extents);
  return { data, rows: of.rows, stride, extents };
}
