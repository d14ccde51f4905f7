import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeNpy, encodeNpy, readNpy } from 'marginalia';
import { describe, expect, it } from 'vitest';

/** Written by NumPy: see fixtures/numpy/make.py. */
const golden = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/numpy/${name}.npy`, import.meta.url));
const grid = [0, 0.25, 0.5, 0.75, 1, 1.25];

const arrays = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }).chain((shape) => {
  const length = shape.reduce((product, size) => product * size, 1);
  return fc.record({
    shape: fc.constant(shape),
    data: fc
      .array(fc.double(), { minLength: length, maxLength: length })
      .map((entries) => Float64Array.from(entries)),
  });
});

describe('npy', () => {
  it('reads back what it wrote: every shape, every double', () => {
    fc.assert(
      fc.property(arrays, (array) => {
        const again = decodeNpy(encodeNpy(array), 'array');
        expect(again.shape).toEqual(array.shape);
        expect(again.data).toEqual(array.data);
      }),
    );
  });

  it("writes NumPy's own bytes", () => {
    expect(Buffer.from(encodeNpy({ shape: [2, 3], data: Float64Array.from(grid) }))).toEqual(
      readFileSync(golden('float64')),
    );
    expect(Buffer.from(encodeNpy({ shape: [], data: Float64Array.of(2.5) }))).toEqual(
      readFileSync(golden('scalar')),
    );
    const special = Float64Array.of(Number.NaN, Infinity, -Infinity, -0);
    expect(Buffer.from(encodeNpy({ shape: [4], data: special }))).toEqual(readFileSync(golden('special')));
  });

  it('starts the data at a multiple of 64 bytes', () => {
    fc.assert(
      fc.property(arrays, (array) => {
        expect((encodeNpy(array).length - 8 * array.data.length) % 64).toBe(0);
      }),
    );
  });

  it.each(['float64', 'float32', 'fortran', 'big-endian', 'version-2'])(
    'reads a %s array of NumPy',
    (name) => {
      expect(readNpy(golden(name))).toEqual({ shape: [2, 3], data: Float64Array.from(grid) });
    },
  );

  it('reads labels of other types', () => {
    expect([...readNpy(golden('int64')).data]).toEqual([1, -1, 1]);
    expect([...readNpy(golden('int8')).data]).toEqual([1, -1, 1]);
    expect([...readNpy(golden('bool')).data]).toEqual([1, 0]);
  });

  it('turns column-major arrays of three axes into row-major ones', () => {
    expect(readNpy(golden('cube-fortran'))).toEqual({
      shape: [2, 3, 4],
      data: Float64Array.from({ length: 24 }, (_, i) => i),
    });
  });

  it.each([
    ['a file of another format', Buffer.from('not an array at all'), /another format/],
    ['nothing at all', Buffer.alloc(0), /another format/],
    ['a header cut short', readFileSync(golden('float64')).subarray(0, 40), /header cut short/],
    [
      'data cut short',
      readFileSync(golden('float64')).subarray(0, 170),
      /42 bytes of data where shape \(2, 3\) needs 48/,
    ],
    ['complex numbers', readFileSync(golden('complex')), /dtype <c16/],
  ])('refuses %s with one line that names the file', (_, bytes, message) => {
    expect(() => decodeNpy(bytes, 'W.npy')).toThrow(message);
    expect(() => decodeNpy(bytes, 'W.npy')).toThrow(/^expected W\.npy [^\n]*$/);
  });

  it('never takes a damaged file for an array of the same shape without saying so', () => {
    const whole = readFileSync(golden('float64'));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(() => decodeNpy(whole.subarray(0, length), 'cut')).toThrow(/^expected cut /);
      }),
    );
  });
});
