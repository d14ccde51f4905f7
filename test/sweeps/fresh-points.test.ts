import { matrix, orthogonalClusters, Random, row, samplePoints, timesTransposed } from '@marginalia/core';
import { describe, expect, it } from 'vitest';
import { freshPoints } from '../../sweeps/src/fresh-points.js';

const law = orthogonalClusters({ dimension: 96, clusters: 4 }, Random.of('law'));
const gaussian = (rows: number, columns: number, key: string) =>
  matrix(rows, columns, Random.of(key).gaussians(new Float64Array(rows * columns)));
const random = () => Random.of('fresh');

describe('fresh points', () => {
  it.each([96, 97])('are the points of the law, seen through the given vectors, d = %i', (dimension) => {
    const law = orthogonalClusters({ dimension, clusters: 4 }, Random.of('law'));
    const vectors = gaussian(3, dimension, 'vectors');
    const { products, labels, clusters } = freshPoints(law, 50, [vectors], random());
    const direct = samplePoints(law, 50, random().at(0));
    expect(products[0]).toEqual(timesTransposed(direct.inputs, vectors));
    expect([labels, clusters]).toEqual([direct.labels, direct.clusters]);
  });

  it('do not depend on how many vectors see them', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((key, i) => gaussian(i + 1, 96, key)) as [
      ReturnType<typeof gaussian>,
      ReturnType<typeof gaussian>,
      ReturnType<typeof gaussian>,
    ];
    const all = freshPoints(law, 40, [a, b, c], random());
    [a, b, c].forEach((one, i) => {
      const alone = freshPoints(law, 40, [one], random());
      expect(alone.products[0]).toEqual(all.products[i]);
      expect(alone.labels).toEqual(all.labels);
    });
    expect(freshPoints(law, 40, [], random()).clusters).toEqual(all.clusters);
  });

  it('are the first of more points, when there are fewer', () => {
    const vectors = gaussian(2, 96, 'vectors');
    const few = freshPoints(law, 15, [vectors], random());
    const more = freshPoints(law, 40, [vectors], random());
    expect(few.products[0]?.data).toEqual(more.products[0]?.data.subarray(0, 30));
    expect(few.labels).toEqual(more.labels.subarray(0, 15));
  });

  it('fill every chunk, and each with points of its own', () => {
    // Two points a chunk, five points: three chunks, the last one half empty.
    const wide = orthogonalClusters({ dimension: 2e6, clusters: 2, frame: 'axis' }, Random.of('wide'));
    const { products, labels, clusters } = freshPoints(wide, 5, [wide.centres], random());
    for (let i = 0; i < 5; i++) {
      const seen = row(products[0]!, i);
      expect(labels[i]).toBe(wide.classes[clusters[i]!]);
      // ⟨x, μ_j⟩/√d is √d for the own centre and a standard normal for the other.
      expect(Math.abs(seen[clusters[i]!]! / 2e6 - 1)).toBeLessThan(0.01);
      expect(Math.abs(seen[1 - clusters[i]!]! / Math.sqrt(2e6))).toBeLessThan(6);
    }
    expect(new Set(products[0]!.data).size).toBe(10);
  });
});
