import { universalDirection } from '@marginalia/attack';
import { orthogonalClusters, Random } from '@marginalia/core';
import { robustNetwork } from '@marginalia/theory';
import { describe, expect, it } from 'vitest';
import { freshPoints } from '../../sweeps/src/fresh-points.js';
import {
  chainViolation,
  largestMean,
  provedShare,
  radiiOf,
  radiusColumns,
  radiusGrid,
  type Radii,
} from '../../sweeps/src/measure-radii.js';

const dimension = 400;
const law = orthogonalClusters({ dimension, clusters: 4 }, Random.of('law'));
const net = robustNetwork(law.centres, law.classes);
const { products, labels } = freshPoints(law, 60, [net.weights], Random.of('points'));
const direction = universalDirection(law.centres, law.classes);
const measure = (): Radii => radiiOf(net, { products: products[0]!, labels }, direction, Random.of('attack'));
const radii = measure();

const change = (name: keyof Radii, by: (value: number) => number): Radii => ({
  ...radii,
  [name]: radii[name].map((value, i) => (i === 17 ? by(value) : value)),
});

describe('radii of a net on fresh points', () => {
  it('are the same when measured twice', () => {
    expect(measure()).toEqual(radii);
  });

  it('are proved, and keep the chain certificate ≤ exact ≤ attacks', () => {
    expect(provedShare(radii)).toBe(1);
    expect(chainViolation(radii)).toBeLessThanOrEqual(1e-9);
    radii.exact.forEach((exact, i) => {
      expect(radii.certified[i]).toBeLessThanOrEqual(exact);
      expect(radii.certified[i]).toBeGreaterThan(0);
      expect(Math.min(radii.universal[i]!, radii.pgd[i]!)).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
    });
  });

  it('lie around √d/2 for the robust net, each by its own noise', () => {
    // (√d/4)(2 + 4 g/√d) = √d/2 + g.
    radii.exact.forEach((exact, i) => {
      const own = Math.max(...products[0]!.data.subarray(4 * i, 4 * i + 4)) - 2;
      expect(exact / ((Math.sqrt(dimension) / 4) * own)).toBeCloseTo(1, 6);
    });
  });

  it('are 0 for a point that is misclassified, and so are all its columns', () => {
    const wrong = radiiOf(
      net,
      { products: products[0]!, labels: labels.map((label) => -label) },
      direction,
      Random.of('attack'),
    );
    for (const name of ['certified', 'exact', 'exactLower', 'universal', 'pgd'] as const) {
      expect(wrong[name].every((value) => value === 0)).toBe(true);
    }
    expect(provedShare(wrong)).toBe(1);
    expect(chainViolation(wrong)).toBe(0);
  });
});

describe('a breach of the chain', () => {
  it.each([
    { name: 'certified', factor: 1.2 },
    { name: 'exactLower', factor: 1.1 },
    { name: 'universal', factor: 0.1 },
    { name: 'pgd', factor: 0.5 },
  ] as const)('is seen where $name is $factor times the exact radius', ({ name, factor }) => {
    const exact = radii.exact[17]!;
    expect(chainViolation(change(name, () => factor * exact))).toBeGreaterThan(1e-3);
  });

  it('of a millionth is seen as well, and NaN passes for nothing', () => {
    const exact = radii.exact[17]!;
    expect(chainViolation(change('pgd', () => exact * (1 - 1e-6)))).toBeCloseTo(1e-6, 8);
    expect(chainViolation(change('certified', () => Number.NaN))).toBeNaN();
  });
});

describe('columns of radii', () => {
  const columns = radiusColumns(radii, Math.sqrt(dimension / 4), 'Max');

  it('have the read-out at the end of their names, and a grid beside each table', () => {
    for (const name of Object.keys(columns)) expect(name).toMatch(/Max(\.at)?$/);
    for (const name of ['robustAccuracy', 'robustAccuracyAttacked', 'robustAccuracyCertified']) {
      expect(columns[`${name}Max.at`]).toBe(radiusGrid);
      expect(columns[`${name}Max`]).toHaveLength(radiusGrid.length);
    }
  });

  it('fall with the radius, certified below exact below attacked', () => {
    const [certified, exact, attacked] = ['Certified', '', 'Attacked'].map(
      (kind) => columns[`robustAccuracy${kind}Max`] as readonly number[],
    ) as [readonly number[], readonly number[], readonly number[]];
    radiusGrid.forEach((_, i) => {
      expect(certified[i]).toBeLessThanOrEqual(exact[i]!);
      expect(exact[i]).toBeLessThanOrEqual(attacked[i]!);
      if (i > 0) expect(exact[i]).toBeLessThanOrEqual(exact[i - 1]!);
    });
    expect(exact[0]).toBe(1);
    expect(exact.at(-1)).toBe(0);
  });

  it('count an open interval as not proved', () => {
    expect(provedShare(change('exactLower', (value) => 0.999 * value))).toBeCloseTo(59 / 60, 12);
  });
});

it('takes the most robust set, with the error of its mean and the share that it gets right', () => {
  expect(
    largestMean([
      [1, 1, 1],
      [0, 3, 3],
    ]),
  ).toEqual({ largestMeanRadius: 2, largestMeanRadiusError: 1, largestMeanAccuracy: 2 / 3 });
});
