import { addProduct, matrix, Random, row, type Matrix } from '@marginalia/core';
import {
  biasIdentityError,
  clusterCoefficients,
  cosines,
  decompose,
  largestCoefficient,
  split,
  wrongSign,
} from '@marginalia/theory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const gaussian = (rows: number, columns: number, key: unknown): Matrix =>
  matrix(rows, columns, Random.of([key, rows, columns]).gaussians(new Float64Array(rows * columns)));

function product(a: Matrix, b: Matrix): Matrix {
  const into = matrix(a.rows, b.columns);
  addProduct(into, a, b);
  return into;
}

const farthest = (a: Matrix, b: Matrix): number =>
  a.data.reduce((top, value, at) => Math.max(top, Math.abs(value - b.data[at]!)), 0);

describe('coefficients', () => {
  it('of weights that moved by C X are C', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(40),
        fc.nat(),
        (width, samples, more, key) => {
          // Twice as many dimensions as samples and a few more: well away from dependence.
          const inputs = gaussian(samples, 2 * samples + more, ['inputs', key]);
          const planted = [
            gaussian(width, samples, ['first', key]),
            gaussian(width, samples, ['second', key]),
          ];
          const found = decompose(
            inputs,
            planted.map((one) => product(one, inputs)),
          );
          expect(found).toHaveLength(2);
          found?.forEach(({ coefficients, residual, condition }, i) => {
            expect(residual).toBeLessThan(1e-11);
            expect(farthest(coefficients, planted[i]!)).toBeLessThan(1e-14 * condition + 1e-12);
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('leave a residual where weights moved out of the span of the samples', () => {
    const inputs = gaussian(10, 30, 'inputs');
    const move = product(gaussian(3, 10, 'C'), inputs);
    const outside = matrix(3, 30, move.data.slice());
    outside.data[7]! += 0.1;
    expect(decompose(inputs, [move])?.[0]?.residual).toBeLessThan(1e-13);
    // 20 of 30 directions lie outside: most of the bump cannot be explained.
    expect(decompose(inputs, [outside])?.[0]?.residual).toBeGreaterThan(1e-3);
  });

  it('do not exist where samples depend on each other', () => {
    expect(decompose(gaussian(12, 10, 'wide'), [gaussian(2, 10, 'move')])).toBeUndefined();
    const twice = gaussian(6, 30, 'twice');
    row(twice, 5).set(row(twice, 2));
    expect(decompose(twice, [gaussian(2, 30, 'move')])).toBeUndefined();
  });

  it('know how well they are determined', () => {
    const sizes = [1, 3, 10, 2];
    const inputs = matrix(4, 9);
    sizes.forEach((size, i) => (inputs.data[i * 9 + i] = size));
    // Orthogonal rows: the eigenvalues of X Xᵀ are their squared lengths.
    expect(decompose(inputs, [gaussian(2, 9, 'move')])?.[0]?.condition).toBeCloseTo(100, 6);
  });

  it('of weights that are not numbers pass for nothing', () => {
    const inputs = gaussian(4, 9, 'inputs');
    const move = gaussian(2, 9, 'move');
    move.data[3] = Number.NaN;
    expect(decompose(inputs, [move])?.[0]?.residual).toBeNaN();
    expect(wrongSign(matrix(1, 2, Float64Array.of(1, Number.NaN)), () => 1)).toBeNaN();
    expect(biasIdentityError(matrix(1, 1, Float64Array.of(Number.NaN)), Float64Array.of(1))).toBeNaN();
  });

  it('of weights that did not move are zero, without error', () => {
    const [found] = decompose(gaussian(4, 9, 'inputs'), [matrix(2, 9)]) ?? [];
    expect(found?.residual).toBe(0);
    expect([...(found?.coefficients.data ?? [1])].every((value) => value === 0)).toBe(true);
  });

  it('add up over clusters, in units of 1/d', () => {
    const coefficients = matrix(2, 5, Float64Array.of(1, 2, 3, 4, 5, -1, 0, 1, 0, 2));
    const sums = clusterCoefficients(coefficients, Int32Array.of(0, 2, 0, 1, 2), 4, 10);
    expect([sums.rows, sums.columns]).toEqual([2, 4]);
    expect([...sums.data]).toEqual([40, 40, 70, 0, 0, 0, 20, 0]);
  });

  it('have the wrong sign by as much as the worst of them has, over the largest', () => {
    const coefficients = matrix(2, 2, Float64Array.of(1, -4, 0.5, 2));
    const sign = (neuron: number, sample: number): number => (neuron === sample ? 1 : -1);
    expect(wrongSign(coefficients, sign)).toBe(0.5 / 4);
    expect(wrongSign(coefficients, (neuron, sample) => -sign(neuron, sample))).toBe(4 / 4);
    expect(wrongSign(matrix(1, 3), () => 1)).toBe(0);
    expect(largestCoefficient(coefficients)).toBe(4);
  });

  it('sum to the movement of the bias, or miss it by what they miss', () => {
    const coefficients = matrix(2, 3, Float64Array.of(1, 2, 3, -1, -1, -2));
    expect(biasIdentityError(coefficients, Float64Array.of(6, -4))).toBe(0);
    expect(biasIdentityError(coefficients, Float64Array.of(6, -3))).toBeCloseTo(1 / 6, 15);
    expect(biasIdentityError(coefficients, Float64Array.of(0, 0))).toBe(6);
  });
});

describe('cosines', () => {
  it('are the angles of every weight with every centre', () => {
    const weights = gaussian(3, 7, 'weights');
    const centres = gaussian(4, 7, 'centres');
    const table = cosines(weights, centres);
    for (let r = 0; r < 3; r++) {
      for (let j = 0; j < 4; j++) {
        const [w, c] = [[...row(weights, r)], [...row(centres, j)]];
        const inner = w.reduce((sum, value, l) => sum + value * c[l]!, 0);
        expect(table.data[4 * r + j]).toBeCloseTo(inner / (Math.hypot(...w) * Math.hypot(...c)), 14);
      }
    }
    expect(cosines(matrix(1, 7), centres).data.every(Number.isNaN)).toBe(true);
  });

  it('are split by whose they are, without losing any', () => {
    const table = matrix(2, 3, Float64Array.of(1, 2, 3, 4, 5, 6));
    expect(split(table, (neuron, cluster) => cluster === neuron)).toEqual({
      same: [1, 5],
      other: [2, 3, 4, 6],
    });
  });
});
