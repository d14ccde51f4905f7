/** Products of many rows in the kernel's memory, in pieces that stay in the cache. The order of every sum is the kernel's own. */
import { Buffers } from './buffers.js';
import { kernel } from './index.js';
import { strip, type Packed, type Rows } from './kernel.js';

/** Rows of the thinner factor beyond which packing both pays. */
export const thin = 24;
/** Numbers that may stay in a second-level cache beside what passes by. */
const near = 2 ** 15;

/** into_{r,i} += ⟨b_r, x_i⟩, rows of `into` `stride` apart. */
export function addProducts(x: Rows, b: Rows, depth: number, into: Float64Array, stride: number): void {
  const using = kernel();
  if (Math.min(x.rows, b.rows) <= thin) {
    using.product(x, b, depth, into, 1, stride);
    return;
  }
  const buffers = new Buffers(using);
  const [left, right] = [panels(buffers, b.rows), panels(buffers, x.rows)];
  for (let from = 0; from < depth; from += strip) {
    const entries = Math.min(strip, depth - from);
    packStrip(b, from, entries, left);
    packStrip(x, from, entries, right);
    using.packedProduct(left, right, (entries + 1) >> 1, into, stride, false);
  }
  buffers.end();
}

/** U_r += Σ_{i ∈ [from, to)} V_ri x_i. */
export function addCombinations(x: Rows, from: number, to: number, depth: number, v: Rows, u: Rows): void {
  const using = kernel();
  const together = Math.max(4, Math.floor(near / u.stride));
  for (let r = 0; r < v.rows; r += together) {
    const rows = Math.min(together, v.rows - r);
    const some = ({ data, stride }: Rows): Rows => ({ data: data.subarray(r * stride), rows, stride });
    using.transposedProduct(x, from, to, depth, some(v), some(u));
  }
}

/** Room for one strip of so many rows, as `packedProduct` reads it. */
export function panels(buffers: Buffers, rows: number): Packed {
  const count = Math.ceil(rows / 3);
  return { data: buffers.scratch(3 * strip * count), rows, panels: buffers.integers(count) };
}

export function packStrip(x: Rows, from: number, entries: number, packed: Packed): void {
  const pairs = (entries + 1) >> 1;
  // Extents ascend: rows that end before this strip come first, and are not packed.
  let first = 0;
  for (let panel = 0; panel < packed.panels.length; panel++) {
    const last = Math.min(x.rows, 3 * panel + 3) - 1;
    const reach = x.extents ? Math.max(0, Math.min(entries, x.extents[last]! - from)) : entries;
    packed.panels[panel] = (reach + 1) >> 1;
    if (reach === 0) first = panel + 1;
  }
  const kept = { data: x.data.subarray(3 * first * x.stride), rows: x.rows - 3 * first, stride: x.stride };
  if (kept.rows > 0) kernel().packRows(kept, from, entries, packed.data.subarray(6 * pairs * first));
}
