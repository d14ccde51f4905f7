/** A Bᵀ of ordinary arrays by the kernel of this thread, strip by strip, so that little is copied at a time. */
import type { Matrix } from '../matrix.js';
import { Buffers } from './buffers.js';
import { kernel } from './index.js';
import { strip, type Rows } from './kernel.js';
import { residentRows } from './resident.js';
import { packStrip, panels, thin } from './wide.js';

/** into (a.rows × b.rows, zeros) = A Bᵀ: the order of the kernels without their memory. */
export function multiplyByRowsSmall(a: Matrix, b: Matrix, into: Float64Array): void {
  const depth = a.columns;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let total = 0;
      for (let from = 0; from < depth; from += strip) {
        const end = Math.min(depth, from + strip);
        let even = 0;
        let odd = 0;
        for (let l = from; l < end; l += 2) even += a.data[i * depth + l]! * b.data[j * depth + l]!;
        for (let l = from + 1; l < end; l += 2) odd += a.data[i * depth + l]! * b.data[j * depth + l]!;
        total += even + odd;
      }
      into[i * b.rows + j] = total;
    }
  }
}

export function multiplyByRows(a: Matrix, b: Matrix, into: Float64Array): void {
  const [rows, columns] = [a.rows, b.rows];
  const using = kernel();
  const buffers = new Buffers(using);
  try {
    const result = buffers.scratch(rows * columns).fill(0);
    const [left, right] = [window(buffers, a.rows), window(buffers, b.rows)];
    const packing = Math.min(rows, columns) > thin;
    const [packedLeft, packedRight] = packing ? [panels(buffers, rows), panels(buffers, columns)] : [];
    for (let from = 0; from < a.columns; from += strip) {
      const entries = Math.min(strip, a.columns - from);
      const x = { data: left, rows, stride: strip };
      const y = { data: right, rows: columns, stride: strip };
      copyStrip(a, from, entries, left);
      copyStrip(b, from, entries, right);
      if (packedLeft && packedRight) {
        const pairs = (entries + 1) >> 1;
        packedLeft.panels.fill(pairs);
        for (let panel = 0; panel < packedRight.panels.length; panel++) {
          const last = Math.min(columns, 3 * panel + 3) - 1;
          const reach = b.extents ? Math.max(0, Math.min(entries, b.extents[last]! - from)) : entries;
          packedRight.panels[panel] = (reach + 1) >> 1;
        }
        using.packRows(x, 0, entries, packedLeft.data);
        using.packRows(y, 0, entries, packedRight.data);
        using.packedProduct(packedLeft, packedRight, pairs, result, columns, false);
      } else if (columns <= rows) using.product(x, y, entries, result, columns, 1);
      else using.product(y, x, entries, result, 1, columns);
    }
    into.set(result);
  } finally {
    buffers.end();
  }
}

/** into (n × n) = A Aᵀ: the lower half, then its mirror image. */
export function symmetricByRows(a: Matrix, into: Float64Array): void {
  const using = kernel();
  const buffers = new Buffers(using);
  try {
    const result = buffers.floats(a.rows * a.rows);
    lowerProduct(residentRows(buffers, a), a.columns, result, a.rows);
    using.mirror(result, a.rows, a.rows);
    into.set(result);
  } finally {
    buffers.end();
  }
}

/** into += entries of X Xᵀ on and below the diagonal (and a few above it), all in the kernel's memory. */
export function lowerProduct(x: Rows, depth: number, into: Float64Array, stride: number): void {
  const using = kernel();
  const buffers = new Buffers(using);
  const packed = panels(buffers, x.rows);
  for (let from = 0; from < depth; from += strip) {
    const entries = Math.min(strip, depth - from);
    packStrip(x, from, entries, packed);
    using.packedProduct(packed, packed, (entries + 1) >> 1, into, stride, true);
  }
  buffers.end();
}

/** `lowerProduct` in single precision. */
export function lowerProduct32(x: Rows, depth: number, into: Float32Array, stride: number): void {
  const using = kernel();
  const buffers = new Buffers(using);
  const count = Math.ceil(x.rows / 3);
  const packed = { data: buffers.singles(3 * strip * count), rows: x.rows, panels: buffers.integers(count) };
  for (let from = 0; from < depth; from += strip) {
    const entries = Math.min(strip, depth - from);
    for (let panel = 0; panel < count; panel++) {
      const last = Math.min(x.rows, 3 * panel + 3) - 1;
      const reach = x.extents ? Math.max(0, Math.min(entries, x.extents[last]! - from)) : entries;
      packed.panels[panel] = (reach + 3) >> 2;
    }
    using.packRows32(x, from, entries, packed.data);
    using.packedProduct32(packed, (entries + 3) >> 2, into, stride);
  }
  buffers.end();
}

function window(buffers: Buffers, rows: number): Float64Array {
  return buffers.scratch(rows * strip);
}

/** Entries [from, from + entries) of each row, a zero behind an odd last one. */
export function copyStrip(of: Matrix, from: number, entries: number, into: Float64Array): void {
  for (let i = 0; i < of.rows; i++) {
    const at = i * of.columns + from;
    into.set(of.data.subarray(at, at + entries), i * strip);
    if ((entries & 1) === 1) into[i * strip + entries] = 0;
  }
}
