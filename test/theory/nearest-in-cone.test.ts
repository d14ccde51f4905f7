import { dot, matrix, norm, Random, row, type Matrix } from '@marginalia/core';
import { nearestInCone } from '@marginalia/theory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';

/** Coarse entries, so that generators often depend on each other or vanish. */
const cone = fc
  .record({
    count: fc.integer({ min: 0, max: 6 }),
    dimension: fc.integer({ min: 1, max: 4 }),
    grid: fc.constantFrom(1, 1009),
  })
  .chain(({ count, dimension, grid }) =>
    fc.record({
      target: vector(dimension, real(3, grid)),
      generators: vector(count * dimension, real(2, grid)).map((data) => matrix(count, dimension, data)),
    }),
  );

/** Distance to the cone over every independent subset of generators, by Gram–Schmidt: the least is the answer. */
function bruteDistance(target: Float64Array, generators: Matrix): number {
  let best = norm(target);
  for (let subset = 1; subset < 2 ** generators.rows; subset++) {
    const chosen = Array.from({ length: generators.rows }, (_, j) => j).filter((j) => (subset >> j) & 1);
    const found = leastSquares(
      target,
      chosen.map((j) => row(generators, j)),
    );
    if (found && found.coefficients.every((value) => value >= -1e-12)) best = Math.min(best, found.distance);
  }
  return best;
}

/** By Gauss–Jordan on the normal equations with pivoting; undefined where they are singular. */
function leastSquares(target: Float64Array, vectors: Float64Array[]) {
  const n = vectors.length;
  const a = vectors.map((v, i) => [...vectors.map((w) => dot(v, w)), dot(vectors[i]!, target)]);
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c; r < n; r++) if (Math.abs(a[r]![c]!) > Math.abs(a[pivot]![c]!)) pivot = r;
    if (Math.abs(a[pivot]![c]!) < 1e-9) return undefined;
    [a[c], a[pivot]] = [a[pivot]!, a[c]!];
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = a[r]![c]! / a[c]![c]!;
      a[r] = a[r]!.map((value, k) => value - factor * a[c]![k]!);
    }
  }
  const coefficients = a.map((line, i) => line[n]! / line[i]!);
  const residual = target.map(
    (value, l) => value - vectors.reduce((sum, v, i) => sum + coefficients[i]! * v[l]!, 0),
  );
  return { coefficients, distance: norm(residual) };
}

describe('the nearest point of a cone', () => {
  it('is that of every subset of generators tried in turn', () => {
    fc.assert(
      fc.property(cone, ({ target, generators }) => {
        const { distance, coefficients } = nearestInCone(target, generators);
        expect(coefficients.every((value) => value >= 0)).toBe(true);
        expect(Math.abs(distance - bruteDistance(target, generators))).toBeLessThanOrEqual(
          1e-7 * (1 + norm(target)),
        );
      }),
      runs(400),
    );
  });

  it('meets the conditions of optimality: no generator pulls, and those in use pull neither way', () => {
    const random = Random.of('cone');
    for (let i = 0; i < 20; i++) {
      const generators = matrix(60, 25, random.at(i).gaussians(new Float64Array(1500)));
      const target = random.at(100 + i).gaussians(new Float64Array(25));
      const { coefficients, distance } = nearestInCone(target, generators);
      const residual = target.slice();
      for (let j = 0; j < 60; j++) {
        row(generators, j).forEach((value, l) => (residual[l]! -= coefficients[j]! * value));
      }
      expect(norm(residual)).toBeCloseTo(distance, 12);
      for (let j = 0; j < 60; j++) {
        const pull = dot(row(generators, j), residual);
        expect(pull).toBeLessThan(1e-8);
        if (coefficients[j]! > 0) expect(pull).toBeGreaterThan(-1e-8);
      }
    }
  });
});
