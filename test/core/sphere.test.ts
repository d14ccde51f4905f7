import { BadInput, dot, largestOverlap, norm, Random, row, spherePoints } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../arbitraries/runs.js';

describe('points on the sphere', () => {
  const asked = fc.record({
    dimension: fc.integer({ min: 2, max: 40 }),
    share: fc.double({ min: 0.1, max: 1, noNaN: true }),
    placement: fc.constantFrom('sphere' as const, 'orthogonal' as const),
    key: fc.nat(),
  });

  it('have length √d, labels that balance, and no overlap where they are orthogonal', () => {
    fc.assert(
      fc.property(asked, ({ dimension, share, placement, key }) => {
        const samples = Math.max(2, Math.round(share * dimension));
        const points = spherePoints({ dimension, samples, placement }, Random.of(['sphere', key]));
        for (let i = 0; i < samples; i++) {
          expect(Math.abs(norm(row(points.inputs, i)) / Math.sqrt(dimension) - 1)).toBeLessThan(1e-12);
        }
        expect(Math.abs(points.labels.reduce((sum, label) => sum + label, 0))).toBeLessThanOrEqual(1);
        if (placement === 'orthogonal') expect(largestOverlap(points)).toBeLessThan(1e-11 * dimension);
        else expect(largestOverlap(points)).toBeGreaterThan(0);
      }),
      runs(60),
    );
  });

  it('have coordinates of variance one, in all directions alike', () => {
    const { inputs } = spherePoints(
      { dimension: 20, samples: 4000, placement: 'sphere' },
      Random.of('sphere moments'),
    );
    const axis = new Float64Array(20);
    const square = new Float64Array(20);
    for (let i = 0; i < 4000; i++) {
      row(inputs, i).forEach((value, l) => {
        axis[l]! += value / 4000;
        square[l]! += (value * value) / 4000;
      });
    }
    // Five standard errors of a mean and of a mean square.
    for (const mean of axis) expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(4000));
    for (const second of square) expect(Math.abs(second - 1)).toBeLessThan(5 * Math.sqrt(2 / 4000));
    expect(dot(square, new Float64Array(20).fill(1))).toBeCloseTo(20, 9);
  });

  it.each([
    [{ dimension: 4, samples: 5, placement: 'orthogonal' as const }, /at most d orthogonal/],
    [{ dimension: 4, samples: 1, placement: 'sphere' as const }, /samples ≥ 2/],
    [{ dimension: 0, samples: 4, placement: 'sphere' as const }, /dimension ≥ 1/],
    [{ dimension: 2.5, samples: 4, placement: 'sphere' as const }, /whole numbers/],
  ])('refuse %o', (options, said) => {
    expect(() => spherePoints(options, Random.of('bad'))).toThrow(BadInput);
    expect(() => spherePoints(options, Random.of('bad'))).toThrow(said);
  });
});
