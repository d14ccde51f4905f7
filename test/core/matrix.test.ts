// `near` asserts.
/* oxlint-disable vitest/expect-expect */
import {
  addProduct,
  cholesky,
  dot,
  gram,
  matrix,
  norm,
  pivotedCholesky,
  Random,
  row,
  solveCholesky,
  timesFactor,
  timesTransposed,
  type Matrix,
} from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../arbitraries/runs.js';

const gaussian = (rows: number, columns: number, key: unknown): Matrix =>
  matrix(rows, columns, Random.of(key).gaussians(new Float64Array(rows * columns)));

const naive = (rows: number, columns: number, entry: (i: number, j: number) => number): Matrix =>
  matrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, (_, at) => entry(Math.floor(at / columns), at % columns)),
  );

/** Rounding of a sum of `depth` products of standard Gaussians, in any order. */
const rounding = (depth: number): number => 4 * 2 ** -53 * (depth + 4) * 8;

function near(a: Matrix, b: Matrix, tolerance: number): void {
  expect([a.rows, a.columns]).toEqual([b.rows, b.columns]);
  const worst = a.data.reduce((top, value, at) => Math.max(top, Math.abs(value - b.data[at]!)), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** 1 × 1, single rows and columns, tails of the 4 × 2 tiles, depths around the strip of 512. */
const shapes: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [5, 3, 7],
  [4, 2, 512],
  [1, 9, 513],
  [9, 1, 511],
  [7, 5, 1025],
  [3, 3, 2],
  [6, 4, 1],
  [2, 2, 0],
];

describe('matrix products', () => {
  it.each(shapes)('A Bᵀ of %i × d and %i × d, d = %i, is that of naive loops', (n, m, d) => {
    const [a, b] = [gaussian(n, d, ['a', n, m, d]), gaussian(m, d, ['b', n, m, d])];
    near(
      timesTransposed(a, b),
      naive(n, m, (i, j) => dot(row(a, i), row(b, j))),
      rounding(d),
    );
  });

  it.each(shapes)(
    'A Aᵀ of %i (and %i) rows, d = %i, is that of naive loops and symmetric to the bit',
    (n, m, d) => {
      for (const rows of [n, m]) {
        const a = gaussian(rows, d, ['gram', rows, d]);
        const product = gram(a);
        near(
          product,
          naive(rows, rows, (i, j) => dot(row(a, i), row(a, j))),
          rounding(d),
        );
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < i; j++) expect(product.data[i * rows + j]).toBe(product.data[j * rows + i]);
        }
      }
    },
  );

  it.each(shapes)('C + A B of %i × n and n × %i, n = %i, is that of naive loops', (m, d, n) => {
    const [a, b, c] = [gaussian(m, n, ['c', m]), gaussian(n, d, ['d', d]), gaussian(m, d, ['e', n])];
    const expected = naive(m, d, (i, j) => {
      let sum = c.data[i * d + j]!;
      for (let l = 0; l < n; l++) sum += a.data[i * n + l]! * b.data[l * d + j]!;
      return sum;
    });
    addProduct(c, a, b);
    near(c, expected, rounding(n));
  });

  it('agree with naive loops at any shape, with zeros in A', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 1, max: 13 }),
        fc.nat(),
        (m, n, d, key) => {
          const random = Random.of(key);
          const a = naive(m, n, () => (random.integer(3) === 0 ? random.gaussian() : 0));
          const b = gaussian(n, d, key);
          const into = matrix(m, d);
          addProduct(into, a, b);
          const transposed = naive(d, n, (i, j) => b.data[j * d + i]!);
          near(into, timesTransposed(a, transposed), rounding(n));
        },
      ),
      runs(200),
    );
  });

  it('refuse shapes that do not fit', () => {
    expect(() => matrix(2, 3, new Float64Array(5))).toThrow(/6 entries, not 5/);
    expect(() => timesTransposed(matrix(2, 3), matrix(2, 4))).toThrow(/columns/);
  });
});

describe('Cholesky', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat());

  it('factors S = L Lᵀ with L lower-triangular, and solves by it', () => {
    fc.assert(
      fc.property(sizes, ([n, key]) => {
        const s = gram(gaussian(n, 2 * n + 2, key));
        const factor = cholesky(s)!;
        near(timesTransposed(factor, factor), s, 1e-12 * n * n);
        for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) expect(factor.data[i * n + j]).toBe(0);
        const truth = Random.of([key, 'x']).gaussians(new Float64Array(n));
        const right = Float64Array.from({ length: n }, (_, i) => dot(row(s, i), truth));
        const solved = solveCholesky(factor, right.slice());
        const residual = right.map((value, i) => value - dot(row(s, i), solved));
        expect(norm(residual)).toBeLessThanOrEqual(1e-11 * (1 + norm(right)));
      }),
      runs(100),
    );
  });

  it('refuses a singular, an indefinite and a NaN matrix', () => {
    expect(cholesky(gram(gaussian(5, 3, 'singular')))).toBeUndefined();
    expect(cholesky(matrix(2, 2, Float64Array.of(1, 2, 2, 1)))).toBeUndefined();
    expect(cholesky(matrix(1, 1, Float64Array.of(0)))).toBeUndefined();
    expect(cholesky(matrix(1, 1, Float64Array.of(Number.NaN)))).toBeUndefined();
  });

  it('with pivots finds the rank and S = L Lᵀ of any semi-definite S, triangular at its pivots', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 12 }), ([n, key], rank) => {
        const s = gram(gaussian(n, rank, [key, rank]));
        const { factor, pivots } = pivotedCholesky(s);
        expect(pivots.length).toBeLessThanOrEqual(Math.min(n, rank));
        near(timesTransposed(factor, factor), s, 1e-9);
        pivots.forEach((pivot, j) => {
          for (let later = j + 1; later < pivots.length; later++) {
            expect(factor.data[pivot * pivots.length + later]).toBe(0);
          }
        });
      }),
      runs(100),
    );
    expect(pivotedCholesky(matrix(3, 3))).toMatchObject({ pivots: [] });
  });

  it.each([
    [64, 64],
    [65, 200],
    [150, 150],
    [200, 70],
    [200, 129],
  ])(
    'with pivots does so for %i rows of rank %i, block by block, and multiplies by half of it',
    (n, rank) => {
      const s = gram(gaussian(n, rank, ['blocks', n, rank]));
      const factored = pivotedCholesky(s);
      expect(factored.pivots.length).toBe(Math.min(n, rank));
      near(timesTransposed(factored.factor, factored.factor), s, 1e-11);
      const x = gaussian(7, factored.factor.columns, 'x');
      expect(timesFactor(x, factored).data).toEqual(timesTransposed(x, factored.factor).data);
    },
  );

  it('with pivots does not take a matrix that is not finite for the zero matrix', () => {
    for (const value of [Number.NaN, Infinity]) {
      const { factor } = pivotedCholesky(matrix(2, 2, Float64Array.of(value, 0, 0, 1)));
      expect(factor.data.every(Number.isNaN)).toBe(true);
      expect(factor.data.length).toBe(2);
    }
  });
});
