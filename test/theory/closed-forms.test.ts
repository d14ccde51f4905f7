import {
  balancedOutputs,
  binaryObjective,
  descend,
  logistic,
  matrix,
  orthogonalClusters,
  Random,
  row,
  samplePoints,
} from '@marginalia/core';
import {
  averagedCosine,
  averagedRadius,
  cosines,
  decoupledCosine,
  decoupledMaxRadius,
  decoupledSumRadius,
  expectedMaximum,
  halfDistance,
  logisticFlowMargin,
  mean,
  median,
  robustNetwork,
  standardError,
  trainingMargin,
} from '@marginalia/theory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagedNet, centreOf, classesOf, decoupledNet, radius } from './explicit-nets.js';

/** The exact radius closes its interval to 1e-9. */
const exactly = 1e-8;
const relative = (value: number, of: number): number => Math.abs(value / of - 1);
const even = (atLeast: number, atMost: number): fc.Arbitrary<number> =>
  fc.integer({ min: atLeast / 2, max: atMost / 2 }).map((half) => 2 * half);
/** Reals on a lattice. */
const lattice = (steps: number, step: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: steps }).map((i) => i * step);

describe('the averaged radius', () => {
  it('is the exact radius of an averaged net at every centre, whatever its opposite coefficients', () => {
    fc.assert(
      fc.property(even(2, 12), lattice(10, 0.1), fc.integer({ min: 1, max: 4000 }), (k, coupling, d) => {
        const net = averagedNet(d, k, coupling, 0);
        classesOf(k).forEach((label, j) => {
          expect(
            relative(radius(net, centreOf(net, d, j), label), averagedRadius(d, k, Infinity)),
          ).toBeLessThan(exactly);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('loses √(1 + k/n) to the samples’ noise in the weights', () => {
    for (const [k, n] of [
      [4, 20],
      [10, 1000],
      [8, 8],
    ] as const) {
      const net = averagedNet(3072, k, 0, k / n);
      expect(relative(radius(net, centreOf(net, 3072, 0), 1), averagedRadius(3072, k, n))).toBeLessThan(
        exactly,
      );
    }
  });

  it('is √(2/k) of what any accurate classifier can reach', () => {
    expect(relative(averagedRadius(3072, 10, Infinity), halfDistance(3072) * Math.sqrt(2 / 10))).toBeLessThan(
      1e-15,
    );
  });
});

describe('the radius of the sum read-out', () => {
  it('bounds the exact radius of a decoupled net at every centre, and is it up to the square of the coupling', () => {
    fc.assert(
      fc.property(even(2, 12), lattice(20, 0.005), fc.integer({ min: 1, max: 4000 }), (k, coupling, d) => {
        const net = decoupledNet('sum', d, k, coupling, 0);
        const label = classesOf(k)[k - 1]!;
        const excess =
          decoupledSumRadius(d, k, Infinity, coupling) / radius(net, centreOf(net, d, k - 1), label) - 1;
        expect(excess).toBeGreaterThan(-exactly);
        // Seen: 9.2 ρ² at k = 12, .17 ρ² at k = 4, nothing at k = 2.
        expect(excess).toBeLessThan((k * coupling) ** 2 / 10 + exactly);
      }),
      { numRuns: 60 },
    );
  });

  it('is √(d/(1 + k/2)) without coupling, and loses √(1 + k/n) to noise', () => {
    for (const k of [2, 4, 10, 16]) {
      expect(relative(decoupledSumRadius(3072, k, Infinity, 0), Math.sqrt(3072 / (1 + k / 2)))).toBeLessThan(
        1e-14,
      );
      const net = decoupledNet('sum', 3072, k, 0, k / 100);
      expect(
        relative(radius(net, centreOf(net, 3072, 0), 1), decoupledSumRadius(3072, k, 100, 0)),
      ).toBeLessThan(exactly);
    }
  });
});

describe('the radius of the max read-out', () => {
  it('is √(d/2) at every centre, whatever the coupling', () => {
    for (const coupling of [0, 0.02, 0.3]) {
      const net = decoupledNet('max', 3072, 8, coupling, 0);
      classesOf(8).forEach((label, j) => {
        expect(relative(radius(net, centreOf(net, 3072, j), label), halfDistance(3072))).toBeLessThan(
          exactly,
        );
      });
    }
  });

  it('loses √(1 + k/n) to noise in the weights', () => {
    const net = decoupledNet('max', 3072, 2, 0, 0.2);
    expect(relative(radius(net, centreOf(net, 3072, 0), 1), decoupledMaxRadius(3072, 2, 10))).toBeLessThan(
      exactly,
    );
  });

  it('is the mean exact radius of noisy points', () => {
    const [d, k] = [3072, 10];
    const net = decoupledNet('max', d, k, 0, 0);
    const random = Random.of('points of the max read-out');
    const radii = Array.from({ length: 600 }, () =>
      radius(net, centreOf(net, d, 0, random.gaussians(new Float64Array(k))), 1),
    );
    // Six standard errors; a second own cluster that has to be overtaken as well never is the nearest here.
    expect(Math.abs(mean(radii) - decoupledMaxRadius(d, k, Infinity))).toBeLessThan(6 * standardError(radii));
  });
});

describe('the robust net', () => {
  it('is √d/2-robust at every centre, 2 and −2 being its pre-activations', () => {
    for (const [d, k] of [
      [64, 4],
      [100, 2],
      [48, 12],
    ] as const) {
      const { centres, classes } = orthogonalClusters({ dimension: d, clusters: k }, Random.of('robust'));
      const net = robustNetwork(centres, classes);
      expect([...net.biases]).toEqual(Array.from({ length: k }, () => -2));
      classes.forEach((label, j) => {
        expect(relative(radius(net, row(centres, j).slice(), label), Math.sqrt(d) / 2)).toBeLessThan(exactly);
      });
    }
  });
});

describe('the margin of logistic gradient flow', () => {
  it('solves q + e^q = 1 + τ', () => {
    fc.assert(
      fc.property(lattice(2000, 0.01), (exponent) => {
        const time = Math.expm1(exponent);
        const q = logisticFlowMargin(time);
        expect(q).toBeGreaterThanOrEqual(0);
        expect(relative(1 + q + Math.expm1(q), 1 + time)).toBeLessThan(1e-13);
      }),
    );
    expect(logisticFlowMargin(0)).toBe(0);
  });

  it('is where q′ = 1/(1 + e^q) arrives from 0', () => {
    const slope = (q: number): number => 1 / (1 + Math.exp(q));
    const step = 1 / 256;
    let q = 0;
    for (let i = 1; i <= 20 / step; i++) {
      const a = slope(q);
      const b = slope(q + (step / 2) * a);
      const c = slope(q + (step / 2) * b);
      const d = slope(q + step * c);
      q += (step / 6) * (a + 2 * b + 2 * c + d);
      if (i % 512 === 0) expect(Math.abs(q - logisticFlowMargin(i * step))).toBeLessThan(1e-11);
    }
    expect(q).toBeGreaterThan(2);
  });

  it('is the training margin at τ(1 + k/n), not 1 + k/n times the one at τ', () => {
    // Five points a cluster, where the two differ by 8 %; gradient descent tells them apart.
    const [d, k, n, m, pace, steps] = [8192, 4, 20, 5, 0.06144, 100];
    const random = Random.of('training margin');
    const law = orthogonalClusters(
      { dimension: d, clusters: k, assignment: 'balanced' },
      random.stream('law'),
    );
    const train = samplePoints(law, n, random.stream('points'));
    // Already averaged and tiny, so that no neuron has yet to see a cluster: of random ones a sixth would.
    const start = { weights: matrix(2 * m, d), biases: new Float64Array(2 * m) };
    for (let r = 0; r < 2 * m; r++) {
      for (let j = 0; j < k; j++) {
        if (law.classes[j]! > 0 !== r < m) continue;
        row(law.centres, j).forEach((value, l) => (start.weights.data[r * d + l]! += 1e-9 * value));
      }
    }
    const { margins } = descend({
      start,
      inputs: train.inputs,
      objective: binaryObjective(logistic, balancedOutputs(m), train.labels),
      stepSize: (pace * m * k) / d,
      steps,
    });
    const trained = mean([...margins]);
    expect(relative(trained, trainingMargin(pace * steps, k, n))).toBeLessThan(0.01);
    expect(relative(trained, logisticFlowMargin(pace * steps) * (1 + k / n))).toBeGreaterThan(0.05);
  });
});

describe('cosines', () => {
  it('of averaged weights are √(2/k), less noise and what is left of the start', () => {
    const [d, k, n, initialScale, coefficient] = [3072, 10, 1000, 0.03, 1.7];
    // Both lie orthogonal to the centres: their squares add. λ μ_j/d has length λ/√d, the start s₀.
    const leftover = initialScale ** 2 / (((coefficient ** 2 / d) * k) / 2);
    const { weights } = averagedNet(d, k, 0, k / n + leftover);
    const centres = matrix(k, weights.columns);
    for (let j = 0; j < k; j++) centres.data[j * weights.columns + j] = Math.sqrt(d);
    const table = cosines(weights, centres);
    const expected = averagedCosine(k, n, { dimension: d, initialScale, coefficient });
    for (let j = 0; j < k; j++) {
      expect(table.data[j]).toBeCloseTo(j < k / 2 ? expected : 0, 12);
    }
    // The start matters here: it must not be lost among the digits.
    expect(averagedCosine(k, n, { dimension: d, initialScale: 0, coefficient }) / expected).toBeGreaterThan(
      1.05,
    );
  });

  it('of decoupled weights are 1/√(1 + k/n + (k − 1)ρ²)', () => {
    const [d, k, n, coupling] = [3072, 10, 1000, 0.05];
    const { weights } = decoupledNet('sum', d, k, coupling, k / n);
    const centres = matrix(k, weights.columns);
    for (let j = 0; j < k; j++) centres.data[j * weights.columns + j] = Math.sqrt(d);
    const table = cosines(weights, centres);
    for (let j = 0; j < k; j++) {
      expect(table.data[j * k + j]).toBeCloseTo(decoupledCosine(k, n, coupling), 12);
    }
  });
});

describe('the expected maximum of normals', () => {
  it.each([
    [1, 0],
    [2, 1 / Math.sqrt(Math.PI)],
    [3, 1.5 / Math.sqrt(Math.PI)],
    // Harter, Biometrika 1961.
    [4, 1.02938],
    [5, 1.16296],
    [10, 1.53875],
    [100, 2.50759],
  ])('of %d is %f', (count, expected) => {
    expect(expectedMaximum(count)).toBeCloseTo(expected, 5);
  });

  it('is what a simulation gives', () => {
    const random = Random.of('maxima');
    const maxima = Array.from({ length: 40_000 }, () => Math.max(...random.gaussians(new Float64Array(7))));
    expect(Math.abs(mean(maxima) - expectedMaximum(7))).toBeLessThan(5 * standardError(maxima));
    expect(median(maxima)).toBeLessThan(mean(maxima));
  });
});
