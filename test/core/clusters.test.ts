import {
  assignments,
  BadInput,
  checkClusters,
  dot,
  frames,
  norm,
  orthogonalClusters,
  Random,
  row,
  samplePoints,
  type ClusterOptions,
} from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kolmogorovSmirnov, ksCritical } from '../arbitraries/goodness-of-fit.js';
import { runs } from '../arbitraries/runs.js';

const shapes = fc
  .record({
    dimension: fc.constantFrom(2, 4, 8, 64, 256),
    half: fc.integer({ min: 1, max: 8 }),
    key: fc.nat(),
  })
  .filter(({ dimension, half }) => 2 * half <= dimension);

describe.each(frames)('the centres of the %s frame', (frame) => {
  it('have norm √d and are orthogonal, to 1e-12', () => {
    fc.assert(
      fc.property(shapes, ({ dimension, half, key }) => {
        const clusters = 2 * half;
        const { centres } = orthogonalClusters({ dimension, clusters, frame }, Random.of(key));
        expect([centres.rows, centres.columns]).toEqual([clusters, dimension]);
        for (let i = 0; i < clusters; i++) {
          expect(Math.abs(norm(row(centres, i)) / Math.sqrt(dimension) - 1)).toBeLessThanOrEqual(1e-12);
          for (let j = 0; j < i; j++) {
            expect(Math.abs(dot(row(centres, i), row(centres, j))) / dimension).toBeLessThanOrEqual(1e-12);
          }
        }
      }),
      runs(60),
    );
  });

  it('fill the space when k = d', () => {
    const { centres } = orthogonalClusters({ dimension: 32, clusters: 32, frame }, Random.of('full'));
    for (let i = 0; i < 32; i++) {
      for (let j = 0; j < i; j++) expect(Math.abs(dot(row(centres, i), row(centres, j)))).toBeLessThan(1e-11);
    }
  });
});

describe.each(assignments)('points with %s clusters', (assignment) => {
  const law = (key: unknown, options: Partial<ClusterOptions> = {}) =>
    orthogonalClusters({ dimension: 16, clusters: 4, assignment, ...options }, Random.of(key));

  it('carry the class of their cluster, the first half positive unless said otherwise', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 3 }), (key, positive) => {
        const from = law(key, { positive });
        const { clusters, labels } = samplePoints(from, 30, Random.of(key));
        clusters.forEach((j, i) => expect(labels[i]).toBe(j < positive ? 1 : -1));
        expect([...law(key).classes]).toEqual([1, 1, -1, -1]);
      }),
      runs(30),
    );
  });

  it('scatter around their centre with variance σ² in each coordinate', () => {
    const noise = 0.5;
    const from = law('noise', { noise });
    const { inputs, clusters } = samplePoints(from, 2000, Random.of('noise points'));
    const scores: number[] = [];
    clusters.forEach((j, i) => {
      row(inputs, i).forEach((value, l) => scores.push((value - row(from.centres, j)[l]!) / noise));
    });
    const squares = scores.reduce((sum, x) => sum + x * x, 0) / scores.length;
    expect(Math.abs(squares - 1)).toBeLessThan(4.9 * Math.sqrt(2 / scores.length));
    const shares = scores.map((x) => 1 / (1 + Math.exp(-1.702 * x)));
    // The logistic curve is within 0.01 of Φ.
    expect(kolmogorovSmirnov(shares, (u) => u)).toBeLessThan(ksCritical(shares.length) + 0.01);
  });

  it('sit on their centres when σ = 0', () => {
    const from = law('still', { noise: 0 });
    const { inputs, clusters } = samplePoints(from, 10, Random.of(0));
    clusters.forEach((j, i) => expect([...row(inputs, i)]).toEqual([...row(from.centres, j)]));
  });

  it('are the same from the same stream, noise and clusters keyed apart', () => {
    const from = law('same');
    expect(samplePoints(from, 20, Random.of(1))).toEqual(samplePoints(from, 20, Random.of(1)));
    expect(samplePoints(from, 20, Random.of(1)).inputs.data).not.toEqual(
      samplePoints(from, 20, Random.of(2)).inputs.data,
    );
    // The noise of the first points does not know how many follow.
    const louder = samplePoints({ ...from, noise: 2 }, 20, Random.of(1));
    expect(louder.clusters).toEqual(samplePoints(from, 20, Random.of(1)).clusters);
  });

  it('have balanced sizes when asked for, and multinomial ones else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), (count, key) => {
        const { clusters } = samplePoints(law('sizes'), count, Random.of(key));
        const sizes = [0, 1, 2, 3].map((j) => clusters.filter((one) => one === j).length);
        expect(sizes.reduce((a, b) => a + b, 0)).toBe(count);
        if (assignment === 'balanced') {
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
      }),
      runs(60),
    );
    const { clusters } = samplePoints(law('order'), 400, Random.of('order'));
    // In shuffled order: successors are not the next cluster more often than by chance.
    const next = [...clusters].filter((j, i) => i > 0 && j === (clusters[i - 1]! + 1) % 4).length / 399;
    expect(Math.abs(next - 1 / 4)).toBeLessThan(4.9 * Math.sqrt(3 / 16 / 399));
    if (assignment === 'iid') {
      const sizes = Array.from({ length: 400 }, (_, key) => {
        const drawn = samplePoints(law('iid'), 40, Random.of(['iid', key])).clusters;
        return drawn.filter((j) => j === 0).length;
      });
      const mean = sizes.reduce((a, b) => a + b, 0) / sizes.length;
      const variance = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / sizes.length;
      expect(Math.abs(mean - 10)).toBeLessThan(4.9 * Math.sqrt(7.5 / 400));
      expect(Math.abs(variance - 7.5)).toBeLessThan(4.9 * 7.5 * Math.sqrt(2 / 400));
    }
  });
});

describe('a caller’s mistake is told in one line', () => {
  const good: ClusterOptions = { dimension: 16, clusters: 4 };
  const mistakes: readonly (readonly [string, Partial<ClusterOptions>, RegExp])[] = [
    ['d < k', { dimension: 3 }, /dimension ≥ clusters.*try dimension 4 or more/],
    ['an odd k', { clusters: 5 }, /even number of clusters.*try clusters 4 or 6/],
    ['no positive cluster', { positive: 0 }, /at least one cluster in each class/],
    ['no negative cluster', { positive: 4 }, /at least one cluster in each class/],
    ['half a cluster', { positive: 1.5 }, /even number|whole/],
    [
      'a hadamard frame in 12 dimensions',
      { dimension: 12, frame: 'hadamard' },
      /power of two.*got dimension 12/,
    ],
    ['a negative noise', { noise: -1 }, /noise ≥ 0/],
    ['a NaN noise', { noise: Number.NaN }, /noise ≥ 0/],
    ['a NaN dimension', { dimension: Number.NaN }, /whole numbers/],
    ['a broken dimension', { dimension: 16.5 }, /whole numbers/],
    ['a broken number of clusters', { clusters: 3.5, positive: 1 }, /whole numbers/],
    ['an infinite dimension', { dimension: Infinity }, /whole numbers/],
  ];

  it.each(mistakes)('%s', (_, change, words) => {
    const options = { ...good, ...change };
    expect(() => checkClusters(options)).toThrow(BadInput);
    expect(() => orthogonalClusters(options, Random.of(0))).toThrow(words);
    try {
      checkClusters(options);
    } catch (mistake) {
      expect((mistake as BadInput).message).not.toContain('\n');
      expect((mistake as BadInput)._tag).toBe('BadInput');
    }
  });

  it('an odd k is allowed where the split is stated', () => {
    expect(() => checkClusters({ dimension: 16, clusters: 5, positive: 2 })).not.toThrow();
  });
});
