/** Products of many rows in pieces: the pieces may not change a bit, on any side of the widths at which they begin. */
import { Buffers, kernel, Random, type Rows } from '@marginalia/core';
import { describe, expect, it } from 'vitest';
import { addCombinations, addProducts, thin } from '../../packages/core/src/kernel/wide.js';

const using = kernel();
const depth = 1043;

/** Rows with zeros behind their extents where these are given. */
function drawn(buffers: Buffers, label: string, rows: number, extents?: Int32Array): Rows {
  const stride = depth + 1;
  const data = buffers.copy(Random.of(label).gaussians(new Float64Array(rows * stride)));
  for (let i = 0; i < rows; i++) data.fill(0, i * stride + (extents?.[i] ?? depth), (i + 1) * stride);
  if (!extents) return { data, rows, stride };
  const kept = buffers.integers(rows);
  kept.set(extents);
  return { data, rows, stride, extents: kept };
}

describe('products of many rows', () => {
  it.each([1, thin, thin + 1, 70])(
    'of %d with all, or with rows of a triangle, have the bits of the plain kernel',
    (rows) => {
      const n = 61;
      const ascending = Int32Array.from({ length: n }, (_, i) => Math.min(depth, 20 * i + 1));
      for (const extents of [undefined, ascending]) {
        const buffers = new Buffers(using);
        const x = drawn(buffers, 'x', n, extents);
        const b = drawn(buffers, 'b', rows);
        const start = Random.of('start').gaussians(new Float64Array(rows * (n + 1)));
        const [found, owed] = [buffers.copy(start), buffers.copy(start)];
        addProducts(x, b, depth, found, n + 1);
        using.product(x, b, depth, owed, 1, n + 1);
        expect(found).toEqual(owed);
        expect(found).not.toEqual(start);
        buffers.end();
      }
    },
  );

  it('add up the same combinations of rows whether taken together or a few at a time', () => {
    const buffers = new Buffers(using);
    const [n, rows] = [30, 83];
    const x = drawn(buffers, 'x', n);
    const v = { data: buffers.copy(Random.of('v').gaussians(new Float64Array(rows * n))), rows, stride: n };
    const [found, owed] = [drawn(buffers, 'u', rows), drawn(buffers, 'u', rows)];
    addCombinations(x, 3, n, depth, v, found);
    using.transposedProduct(x, 3, n, depth, v, owed);
    expect(found.data).toEqual(owed.data);
    buffers.end();
  });
});
