import { gaussianLayer, orthogonalClusters, preactivations, Random, samplePoints } from '@marginalia/core';
import {
  countRanks,
  initialCounts,
  kolmogorovDistance,
  mean,
  median,
  share,
  standardError,
} from '@marginalia/theory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Ties included: a lattice of few values. */
const shares = fc.array(
  fc.integer({ min: 0, max: 64 }).map((i) => i / 64),
  { minLength: 1, maxLength: 40 },
);

describe('statistics', () => {
  it('takes the middle value, or the mean of the two middle ones', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
    expect(median([Infinity, 1, 2])).toBe(2);
    expect(median([])).toBeNaN();
    fc.assert(
      fc.property(shares, (values) => {
        const middle = median(values);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it('leaves what it is given in order', () => {
    const values = [3, 1, 2];
    median(values);
    kolmogorovDistance(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('knows means, their standard errors and shares', () => {
    expect(mean([1, 2, 6])).toBe(3);
    // Deviations −2, −1, 3: variance 14/2, over 3 values.
    expect(standardError([1, 2, 6])).toBeCloseTo(Math.sqrt(7 / 3), 15);
    expect(standardError([1])).toBeNaN();
    expect(share([1, 2, 3, 4], (value) => value > 1)).toBe(0.75);
    expect(share([], () => true)).toBeNaN();
  });

  it('finds the supremum of |F_N − F| that a search over every jump finds', () => {
    fc.assert(
      fc.property(shares, (values) => {
        const at = [0, 1, ...values].flatMap((t) => [t, t - 1e-12]);
        const gaps = at.map((t) =>
          Math.abs(share(values, (value) => value <= t) - Math.min(1, Math.max(0, t))),
        );
        expect(kolmogorovDistance(values)).toBeCloseTo(Math.sqrt(values.length) * Math.max(...gaps), 8);
      }),
    );
    expect(kolmogorovDistance([0.5])).toBe(0.5);
    expect(kolmogorovDistance([0, 0, 0, 0])).toBe(2);
  });

  it('finds it small for a uniform sample and large for another', () => {
    const random = Random.of('kolmogorov');
    const uniform = Array.from({ length: 4000 }, () => random.uniform());
    // Above 1.95 once in a thousand; the sample is fixed by its key.
    expect(kolmogorovDistance(uniform)).toBeLessThan(1.95);
    expect(kolmogorovDistance(uniform.map((u) => u ** 1.2))).toBeGreaterThan(1.95);
  });
});

describe('initial counts', () => {
  const [dimension, clusters, samples, width] = [2048, 4, 120, 50];
  const random = Random.of('initial counts');
  const law = orthogonalClusters({ dimension, clusters }, random.stream('law'));
  const points = samplePoints(law, samples, random.stream('points'));
  const layer = gaussianLayer(
    width,
    dimension,
    { weightDeviation: 1e-5, biasDeviation: 0 },
    random.stream('net'),
  );
  const active = preactivations(layer, points.inputs);
  const counted = initialCounts(active, points.clusters, clusters);

  it('are the points of each cluster on which a neuron is active', () => {
    for (let j = 0; j < clusters; j++) {
      const members = Array.from({ length: samples }, (_, i) => i).filter((i) => points.clusters[i] === j);
      expect(counted.sizes[j]).toBe(members.length);
      for (let r = 0; r < width; r++) {
        const on = members.filter((i) => active.data[i * width + r]! > 0).length;
        expect(counted.counts.data[r * clusters + j]).toBe(on);
      }
    }
  });

  it('give back their count from each rank', () => {
    const ranks = countRanks(counted, Random.of('ranks'));
    expect(ranks).toHaveLength(width * clusters);
    ranks.forEach((rank, at) => {
      expect(Math.floor(rank * (counted.sizes[at % clusters]! + 1))).toBe(counted.counts.data[at]);
    });
    expect(countRanks(counted, Random.of('ranks'))).toEqual(ranks);
  });

  it('are uniform for a fresh layer, and not for one whose biases are not small', () => {
    expect(kolmogorovDistance(countRanks(counted, Random.of('ranks')))).toBeLessThan(1.95);
    const pushed = { ...layer, biases: new Float64Array(width).fill(1e-5 * Math.sqrt(dimension)) };
    const after = initialCounts(preactivations(pushed, points.inputs), points.clusters, clusters);
    expect(kolmogorovDistance(countRanks(after, Random.of('ranks')))).toBeGreaterThan(1.95);
  });
});
