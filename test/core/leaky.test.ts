import {
  BadInput,
  evaluate,
  inputGradient,
  leakyNetwork,
  matrix,
  norm,
  row,
  score,
  type ArgmaxReadout,
  type Network,
  type Readout,
} from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';

interface Case {
  readonly network: Network;
  readonly input: Float64Array;
  readonly slope: number;
}

const slopes = fc.constantFrom(0, 0.01, 0.25, 0.5, 0.9, 1);

const cases = (readoutOf: (width: number) => fc.Arbitrary<Readout>): fc.Arbitrary<Case> =>
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(4, 6)).chain(([d, width]) =>
    fc
      .record({
        weights: vector(width * d),
        biases: vector(width),
        input: vector(d),
        slope: slopes,
        readout: readoutOf(width),
      })
      .map(({ weights, biases, input, slope, readout }) => ({
        network: { weights: matrix(width, d, weights), biases, readout },
        input,
        slope,
      })),
  );

const readouts: Record<string, (width: number) => fc.Arbitrary<Readout>> = {
  linear: (width) => vector(width).map((outputs): Readout => ({ kind: 'linear', outputs })),
  argmax: (width) =>
    vector(3 * width).map((outputs): ArgmaxReadout => ({
      kind: 'argmax',
      outputs: matrix(3, width, outputs),
      own: 1,
    })),
  max: (width) =>
    fc.constant({
      kind: 'max',
      classes: Int8Array.from({ length: width / 2 }, (_, j) => (j % 2 ? -1 : 1)),
      size: 2,
    }),
  lse: (width) =>
    fc.constant({
      kind: 'lse',
      classes: Int8Array.from({ length: width }, (_, j) => (j % 2 ? -1 : 1)),
      size: 1,
    }),
};

/** φ_α written down. */
function direct({ network, input, slope }: Case): { preactivations: Float64Array; value: number } {
  const preactivations = network.biases.map((bias, r) =>
    row(network.weights, r).reduce((sum, weight, l) => sum + weight * input[l]!, bias),
  );
  const activations = preactivations.map((p) => (p > 0 ? p : slope * p));
  return { preactivations, value: score(network.readout, activations) };
}

const sizeOf = ({ network, input }: Case): number =>
  network.weights.rows *
  (1 + norm(network.weights.data) * (1 + norm(input)) + norm(network.biases)) *
  (network.readout.kind === 'argmax'
    ? 1 + norm(network.readout.outputs.data)
    : network.readout.kind === 'linear'
      ? 1 + norm(network.readout.outputs)
      : network.readout.classes.length + network.readout.size);

describe.each(Object.entries(readouts))('a leaky net with %s read-out', (_, readoutOf) => {
  it('is its ReLU net, to rounding', () => {
    fc.assert(
      fc.property(cases(readoutOf), (one) => {
        const leaky = leakyNetwork(one.network, one.network.readout, one.slope);
        expect(Math.abs(evaluate(leaky, one.input) - direct(one).value)).toBeLessThanOrEqual(
          1e-14 * sizeOf(one),
        );
      }),
      runs(200),
    );
  });

  it('has the gradient of its ReLU net wherever no neuron is near its kink', () => {
    let checked = 0;
    fc.assert(
      fc.property(cases(readoutOf), (one) => {
        const step = 1e-6;
        const leaky = leakyNetwork(one.network, one.network.readout, one.slope);
        const kinks = direct({ ...one, network: leaky, slope: 0 }).preactivations;
        // A line that is 0 throughout is no kink.
        const bends = kinks.some((p, r) => Math.abs(p) < 1e-3 && norm(row(leaky.weights, r)) > 0);
        if (bends) return;
        const gradient = new Float64Array(one.input.length);
        inputGradient(leaky, one.input, gradient);
        const at = (l: number, sign: number): number =>
          direct({ ...one, input: one.input.map((value, i) => (i === l ? value + sign * step : value)) })
            .value;
        const [top, second] = tops(one);
        if (top - second < 1e-3) return;
        checked++;
        gradient.forEach((value, l) => {
          const slope = (at(l, 1) - at(l, -1)) / (2 * step);
          expect(Math.abs(value - slope)).toBeLessThanOrEqual(1e-6 * sizeOf(one));
        });
      }),
      runs(200),
    );
    expect(checked).toBeGreaterThan(50);
  });
});

/** Away from ties of a max: the two foremost scores of the side that is nearer to a tie. */
function tops({ network, input, slope }: Case): readonly [number, number] {
  const { readout } = network;
  if (readout.kind === 'linear' || readout.kind === 'lse') return [1, 0];
  const { preactivations } = direct({ network, input, slope });
  const h = preactivations.map((p) => (p > 0 ? p : slope * p));
  const scores =
    readout.kind === 'argmax'
      ? [0, 2].map((j) => row(readout.outputs, j).reduce((sum, value, r) => sum + value * h[r]!, 0))
      : [];
  const groups =
    readout.kind === 'max'
      ? [1, -1].map((side) =>
          Array.from(readout.classes, (one, j) => ({ one, value: (h[2 * j]! + h[2 * j + 1]!) / 2 }))
            .filter(({ one }) => one === side)
            .map(({ value }) => value),
        )
      : [scores];
  const gaps = groups
    .filter((values) => values.length > 1)
    .map((values) => values.toSorted((a, b) => b - a))
    .map(([first, second]) => first! - second!);
  return [Math.min(1, ...gaps), 0];
}

it('has two neurons more under a linear read-out, two a class under argmax, as many more as groups under max', () => {
  const layer = { weights: matrix(4, 2), biases: new Float64Array(4) };
  const widthOf = (readout: Readout): number => leakyNetwork(layer, readout, 0.1).biases.length;
  expect(widthOf({ kind: 'linear', outputs: new Float64Array(4) })).toBe(6);
  expect(widthOf({ kind: 'argmax', outputs: matrix(3, 4), own: 0 })).toBe(10);
  expect(widthOf({ kind: 'max', classes: Int8Array.of(1, -1), size: 2 })).toBe(8);
});

it.each([-0.01, 1.01, Number.NaN, Infinity])('refuses the slope %s', (slope) => {
  const layer = { weights: matrix(1, 1), biases: new Float64Array(1) };
  const make = (): Network => leakyNetwork(layer, { kind: 'linear', outputs: Float64Array.of(1) }, slope);
  expect(make).toThrow(BadInput);
  expect(make).toThrow(/slope between 0/);
});
