/**
 * The sampler in reduced coordinates: what it draws has the law of points drawn in R^d. Two-sample tests with pinned
 * keys, for n < d − k and n > d, against samples that share no code beyond the normals themselves.
 */
import { exactRadii, robustnessAt, spanOf } from '@marginalia/attack';
import {
  BadInput,
  balancedOutputs,
  binaryObjective,
  clusterLaw,
  clusterLawLayer,
  descend,
  dot,
  gaussianLayer,
  initialisations,
  logistic,
  matrix,
  orthogonalClusters,
  Random,
  row,
  samplePoints,
  timesTransposed,
  type Layer,
  type LabelledPoints,
  type OrthogonalClusters,
} from '@marginalia/core';
import { clusterCoefficients, cosines, decompose, decomposeTriangular, median } from '@marginalia/theory';
import { describe, expect, it } from 'vitest';
import { freshPoints, freshPointsInLaw } from '../../sweeps/src/fresh-points.js';
import { twoSampleCritical, twoSampleDistance } from '../arbitraries/goodness-of-fit.js';

interface Drawn {
  readonly distribution: OrthogonalClusters;
  readonly train: LabelledPoints;
  readonly start: Layer;
}

interface Shape {
  readonly dimension: number;
  readonly clusters: number;
  readonly samples: number;
  readonly width: number;
  readonly noise?: number;
}

function drawn(how: 'law' | 'explicit', shape: Shape, random: Random): Drawn {
  const { dimension, samples, width } = shape;
  const initialisation = initialisations.talk(dimension);
  if (how === 'law') {
    const law = clusterLaw(shape, random.stream('law'));
    return { ...law, start: clusterLawLayer(law, width, initialisation, random.stream('start')) };
  }
  const distribution = orthogonalClusters(shape, random.stream('centres'));
  return {
    distribution,
    train: samplePoints(distribution, samples, random.stream('points'), 'by-cluster'),
    start: gaussianLayer(width, dimension, initialisation, random.stream('start')),
  };
}

/** What a run measures, one number each. */
function statistics(how: 'law' | 'explicit', shape: Shape, key: number): Readonly<Record<string, number>> {
  const random = Random.of(['law against explicit', how, JSON.stringify(shape), key]);
  const { distribution, train, start } = drawn(how, shape, random);
  const { dimension, clusters, width } = shape;
  const m = width / 2;
  const objective = binaryObjective(logistic, balancedOutputs(m), train.labels);
  const stepSize = (2 * m * clusters) / dimension / 2;
  const { layer, margins, loss } = descend({ start, inputs: train.inputs, objective, stepSize, steps: 12 });
  const table = cosines(layer.weights, distribution.centres).data;
  const fresh = (how === 'law' ? freshPointsInLaw : freshPoints)(
    distribution,
    9,
    [layer.weights],
    random.stream('fresh'),
  );
  const network = {
    ...layer,
    ambient: dimension,
    readout: { kind: 'linear', outputs: balancedOutputs(m) },
  } as const;
  const radii = exactRadii(spanOf(network), fresh.products[0]!, fresh.labels).map(({ upper }) => upper);
  const moved = matrix(
    width,
    layer.weights.columns,
    layer.weights.data.map((value, at) => value - start.weights.data[at]!),
  );
  const triangular = train.inputs.columns === clusters + shape.samples && how === 'law';
  const [found] = (triangular ? decomposeTriangular : decompose)(train.inputs, [moved]) ?? [];
  const lambda = found && clusterCoefficients(found.coefficients, train.clusters, clusters, dimension).data;
  const inner = timesTransposed(layer.weights, layer.weights).data;
  return {
    leastMargin: Math.min(...margins),
    loss,
    ownCosine: table[0]!,
    otherCosine: table[clusters - 1]!,
    size: Math.sqrt(inner[0]!),
    product: inner[1]!,
    bias: layer.biases[0]!,
    length: dot(row(train.inputs, 0), row(train.inputs, 0)),
    overlap: dot(row(train.inputs, 0), row(train.inputs, shape.samples - 1)),
    radius: median(radii),
    ...(lambda && { coefficient: lambda[0]!, other: lambda[clusters - 1]! }),
  };
}

describe.each([
  ['n < d − k', { dimension: 1024, clusters: 4, samples: 40, width: 4 }, 150],
  ['d − k < n ≤ d', { dimension: 48, clusters: 4, samples: 46, width: 4 }, 300],
  ['n > d', { dimension: 32, clusters: 4, samples: 60, width: 4 }, 300],
  ['few idle coordinates', { dimension: 48, clusters: 4, samples: 42, width: 6 }, 300],
  ['noise of another size', { dimension: 96, clusters: 4, samples: 40, width: 2, noise: 0.5 }, 300],
] as const)('in law, %s', (_, shape, runs) => {
  it('measures what points drawn one by one measure, in distribution', () => {
    const samples = (['law', 'explicit'] as const).map((how) =>
      Array.from({ length: runs }, (_run, key) => statistics(how, shape, key)),
    );
    const names = Object.keys(samples[0]![0]!);
    expect(names.length).toBeGreaterThan(9);
    for (const name of names) {
      const [law, explicit] = samples.map((set) => set.map((one) => one[name]!)) as [number[], number[]];
      expect(twoSampleDistance(law, explicit), name).toBeLessThan(twoSampleCritical(runs, runs));
    }
  });
});

describe('in law', () => {
  const shape: Shape = { dimension: 64, clusters: 4, samples: 24, width: 4 };

  it('a sampler that is off is caught: one degree of freedom in ten, or a noise a tenth too large', () => {
    const runs = 300;
    const lengths = (noise: number, dimension: number): number[] =>
      Array.from({ length: runs }, (_, key) => {
        const { train } = clusterLaw(
          { ...shape, noise, dimension },
          Random.of(['doctored', noise, dimension, key]),
        );
        const last = row(train.inputs, shape.samples - 1);
        return dot(last, last) - dimension;
      });
    const truth = Array.from({ length: runs }, (_, key) => {
      const random = Random.of(['truth', key]);
      const { inputs } = samplePoints(orthogonalClusters(shape, random), 1, random.stream('one'));
      return dot(row(inputs, 0), row(inputs, 0)) - shape.dimension;
    });
    const critical = twoSampleCritical(runs, runs);
    expect(twoSampleDistance(lengths(1, 64), truth)).toBeLessThan(critical);
    expect(twoSampleDistance(lengths(1.1, 64), truth)).toBeGreaterThan(critical);
    expect(twoSampleDistance(lengths(1, 57), truth)).toBeGreaterThan(critical);
  });

  it('points have k + min(n, d − k) coordinates, zeros where their row of the triangle has ended', () => {
    for (const [dimension, columns] of [
      [64, 28],
      [1e9, 28],
      [20, 20],
    ] as const) {
      const { train, distribution, idle } = clusterLaw({ ...shape, dimension }, Random.of('shape'));
      expect(train.inputs.columns).toBe(columns);
      expect(distribution.centres.columns).toBe(columns);
      expect(idle).toBe(dimension - columns);
      train.inputs.extents!.forEach((extent, i) => {
        expect(
          row(train.inputs, i)
            .subarray(extent)
            .every((value) => value === 0),
        ).toBe(true);
        expect(row(train.inputs, i)[extent - 1]).not.toBe(0);
      });
      expect([...train.clusters]).toEqual([...train.clusters].sort((a, b) => a - b));
    }
  });

  it('centres may have any Gram matrix', () => {
    const gram = matrix(4, 4, Float64Array.from([64, 8, 0, -4, 8, 50, 2, 0, 0, 2, 64, 16, -4, 0, 16, 80]));
    const { distribution } = clusterLaw({ ...shape, gram }, Random.of('gram'));
    const products = timesTransposed(distribution.centres, distribution.centres).data;
    products.forEach((value, at) => expect(value).toBeCloseTo(gram.data[at]!, 10));
    const singular = matrix(4, 4, new Float64Array(16).fill(1));
    expect(() => clusterLaw({ ...shape, gram: singular }, Random.of('gram'))).toThrow(BadInput);
    expect(() => clusterLaw({ ...shape, gram: matrix(2, 2) }, Random.of('gram'))).toThrow(
      /4 × 4 matrix.+got 2 × 2/,
    );
  });

  it('idle coordinates of the weights stay where they began, and count in their size', () => {
    const random = Random.of('idle');
    const { train, start } = drawn('law', shape, random);
    const { layer } = descend({
      start,
      inputs: train.inputs,
      objective: binaryObjective(logistic, balancedOutputs(2), train.labels),
      stepSize: 0.1,
      steps: 5,
    });
    const active = train.inputs.columns;
    expect(start.weights.columns).toBe(active + 4);
    for (let r = 0; r < 4; r++) {
      expect(row(layer.weights, r).subarray(active)).toEqual(row(start.weights, r).subarray(active));
      expect(row(start.weights, r)[active + r]).toBeGreaterThan(0);
    }
  });

  it('refuses what points in R^d refuse', () => {
    expect(() => clusterLaw({ ...shape, dimension: 3 }, Random.of('few'))).toThrow(/dimension ≥ clusters/);
    expect(() => clusterLaw({ ...shape, clusters: 5 }, Random.of('odd'))).toThrow(/even number of clusters/);
  });
});

it('ℓ∞ radii are refused in reduced coordinates, in one line', async () => {
  const law = clusterLaw({ dimension: 64, clusters: 4, samples: 24 }, Random.of('linf'));
  const start = clusterLawLayer(law, 4, initialisations.talk(64), Random.of('start'));
  const network = { ...start, readout: { kind: 'linear', outputs: balancedOutputs(2) } } as const;
  const inputs = matrix(1, start.weights.columns);
  await expect(robustnessAt(network, inputs, [1], { norm: 'linf' })).rejects.toThrow(
    /^expected .+ norm linf.+, got 32 reduced coordinates of R\^64; try the norm l2, or data drawn explicitly$/,
  );
});
