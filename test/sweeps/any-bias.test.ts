import { matrix, Random } from '@marginalia/core';
import { describe, expect, it } from 'vitest';
import { anyBias } from '../../sweeps/src/any-bias.js';

/** Two positive and two negative neurons, and what a point of each class gives them, with a spread. */
const outputs = [1, 1, -1, -1];
function points(labels: readonly number[], own: number, other: number, spread: number) {
  const random = Random.of(['any bias', ...labels]);
  const data = labels.flatMap((label) =>
    outputs.map((output) => (label === output ? own : other) + spread * random.gaussian()),
  );
  return { products: matrix(labels.length, 4, Float64Array.from(data)), labels: Int8Array.from(labels) };
}
const alternating = Array.from({ length: 40 }, (_, i) => (i % 2 ? 1 : -1));

/** The definition, point by point and net by net. */
function bruteForce({ products, labels }: ReturnType<typeof points>, shifts: Float64Array) {
  const correct = (i: number, biases: readonly [number, number], attack: number): boolean => {
    let f = 0;
    outputs.forEach((output, r) => {
      const p = products.data[4 * i + r]! + biases[output > 0 ? 0 : 1] - attack * labels[i]! * shifts[r]!;
      if (p > 0) f += output * p;
    });
    return labels[i]! * f > 0;
  };
  const every = [...labels.keys()];
  const rate = (of: readonly number[], test: (i: number) => boolean): number =>
    of.filter(test).length / of.length;
  const unit =
    every.reduce(
      (sum, i) =>
        sum +
        outputs.reduce((part, output, r) => part + (output === labels[i] ? products.data[4 * i + r]! : 0), 0),
      0,
    ) /
    (2 * labels.length);
  const grid = [-1.5, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.5];
  const tried = grid.flatMap((positive) =>
    grid.map((negative) => {
      const biases = [positive * unit, negative * unit] as const;
      const clean = (i: number): boolean => correct(i, biases, 0);
      const [plus, minus] = [1, -1].map((side) =>
        rate(
          every.filter((i) => labels[i] === side),
          clean,
        ),
      ) as [number, number];
      return { clean: (plus + minus) / 2, attacked: rate(every, (i) => clean(i) && correct(i, biases, 1)) };
    }),
  );
  return {
    anyBiasAccuracy: Math.max(...tried.filter(({ clean }) => clean >= 0.6).map(({ attacked }) => attacked)),
    anyBiasUnconditioned: Math.max(...tried.map(({ attacked }) => attacked)),
  };
}

describe('any bias', () => {
  it.each([0, 0.3, 0.8, 1.5, 3])('is the best of the grid under an attack of size %f', (size) => {
    const seen = points(alternating, 1, -0.1, 0.3);
    const shifts = Float64Array.from(outputs, (output) => size * output);
    expect(anyBias(seen, shifts)).toEqual(bruteForce(seen, shifts));
  });

  it('survives no attack of three units but as a constant classifier', () => {
    const seen = points(alternating, 1, -0.05, 0.05);
    const { anyBiasAccuracy, anyBiasUnconditioned } = anyBias(
      seen,
      Float64Array.from(outputs, (output) => 1.5 * output),
    );
    expect(anyBiasAccuracy).toBeLessThan(0.05);
    expect(anyBiasUnconditioned).toBe(0.5);
  });

  it('does not let a constant classifier in because its class is the larger one', () => {
    const skewed = Array.from({ length: 40 }, (_, i) => (i % 4 ? 1 : -1));
    const { anyBiasAccuracy, anyBiasUnconditioned } = anyBias(
      points(skewed, 1, -0.05, 0.05),
      Float64Array.from(outputs, (output) => 1.5 * output),
    );
    expect(anyBiasUnconditioned).toBe(0.75);
    expect(anyBiasAccuracy).toBeLessThan(0.05);
  });

  it('is not measured where no bias is accurate, or a class is missing', () => {
    const shifts = new Float64Array(4);
    // Every neuron is told the wrong class.
    expect(anyBias(points(alternating, -1, 1, 0), shifts).anyBiasAccuracy).toBeNaN();
    expect(
      anyBias(
        points(
          alternating.map(() => 1),
          1,
          0,
          0,
        ),
        shifts,
      ).anyBiasAccuracy,
    ).toBeNaN();
  });
});
