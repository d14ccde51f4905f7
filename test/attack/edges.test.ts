/** What an exact radius answers at the edges of what can be asked, in every norm: a value that is written down, or a `BadInput`. */
import {
  balls,
  exactRadii,
  exactRadiiIn,
  exactRadius,
  geometryOf,
  spanOf,
  type Geometry,
  type Target,
} from '@marginalia/attack';
import { BadInput, matrix, Random, row, timesTransposed, type Network, type Readout } from '@marginalia/core';
import { describe, expect, it } from 'vitest';
import { enumerable } from '../arbitraries/enumerable.js';

const net = (rows: readonly (readonly number[])[], biases: readonly number[], readout: Readout): Network => ({
  weights: matrix(rows.length, rows[0]?.length ?? 2, Float64Array.from(rows.flat())),
  biases: Float64Array.from(biases),
  readout,
});
const linear = (...outputs: number[]): Readout => ({ kind: 'linear', outputs: Float64Array.from(outputs) });
const at = (network: Network, input: readonly number[], label = 1): Target => ({
  network,
  input: Float64Array.from(input),
  label,
  ambient: input.length,
});

describe.each(balls)('in $name', (ball) => {
  const radius = async (target: Target): Promise<ReturnType<typeof exactRadius>> =>
    exactRadius(target, { geometry: await geometryOf(ball.name) });
  const nothing = { kind: 'proved', lower: 0, upper: 0 };

  it('a net without neurons, or of zeros, scores 0 everywhere, which counts as flipped', async () => {
    expect(await radius(at(net([], [], linear()), [1, 2]))).toMatchObject(nothing);
    expect(await radius(at(net([[0, 0]], [0], linear(1)), [1, 2]))).toMatchObject(nothing);
    expect(await radius(at(net([[1, 0]], [0], linear(0)), [1, 2]))).toMatchObject(nothing);
    const zeros: Readout = { kind: 'argmax', outputs: matrix(3, 1), own: 0 };
    expect(await radius(at(net([[1, 0]], [0], zeros), [1, 2]))).toMatchObject(nothing);
    const groups: Readout = { kind: 'max', classes: Int8Array.of(1, -1), size: 1 };
    expect(
      await radius(
        at(
          net(
            [
              [0, 0],
              [0, 0],
            ],
            [0, 0],
            groups,
          ),
          [1, 2],
        ),
      ),
    ).toMatchObject(nothing);
  });

  it('a constant net of the right sign has no flip: an open interval without end', async () => {
    const found = await radius(at(net([[0, 0]], [3], linear(1)), [1, 2]));
    expect(found).toMatchObject({ kind: 'open', upper: Infinity });
    expect(found.lower).toBeGreaterThan(0);
    expect(found.delta).toBeUndefined();
    expect(await radius(at(net([[0, 0]], [3], linear(1)), [1, 2], -1))).toMatchObject(nothing);
  });

  it('what is not a number or not finite classifies nothing', async () => {
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      expect(await radius(at(net([[value, 0]], [1], linear(1)), [1, 2]))).toMatchObject(nothing);
      expect(await radius(at(net([[1, 0]], [value], linear(1)), [1, 2]))).toMatchObject(nothing);
      expect(await radius(at(net([[1, 0]], [1], linear(value)), [1, 2]))).toMatchObject(nothing);
      expect(await radius(at(net([[1, 0]], [1], linear(1)), [value, 2]))).toMatchObject(nothing);
      const scores: Readout = { kind: 'argmax', outputs: matrix(2, 1, Float64Array.of(1, value)), own: 0 };
      expect((await radius(at(net([[1, 0]], [1], scores), [1, 2]))).lower).toBe(0);
    }
  });

  it('misclassified points, and points on the boundary, have radius 0 and the displacement 0', async () => {
    const two = net(
      [
        [1, 0],
        [0, 1],
      ],
      [0, 0],
      linear(1, -1),
    );
    for (const [input, label] of [
      [[1, 0], -1],
      [[0, 1], 1],
      [[1, 1], 1],
      [[1, 1], -1],
      [[-1, -1], 1],
    ] as const) {
      const found = await radius(at(two, input, label));
      expect(found).toMatchObject(nothing);
      expect(found.delta).toEqual(new Float64Array(2));
    }
  });

  it('identical neurons are one: the radius is |f| / ‖Σ a w‖_*, however many', async () => {
    for (const copies of [1, 2, 7, 40]) {
      const network = net(
        Array.from({ length: copies }, () => [3, -4]),
        Array.from({ length: copies }, () => 1),
        linear(...Array.from({ length: copies }, () => 1)),
      );
      const found = await radius(at(network, [1, 0]));
      expect(found.kind).toBe('proved');
      expect(found.upper * ball.dual(Float64Array.of(3, -4))).toBeCloseTo(4, 9);
    }
    // And twins of either sign are none.
    const none = net(
      [
        [3, -4],
        [3, -4],
      ],
      [1, 1],
      linear(1, -1),
    );
    expect(await radius(at(none, [1, 0]))).toMatchObject(nothing);
  });

  it.each([
    [
      'one class',
      net([[1, 0]], [0], { kind: 'argmax', outputs: matrix(1, 1, Float64Array.of(1)), own: 0 }),
      1,
      /two classes/,
    ],
    [
      'a class that is none',
      net([[1, 0]], [0], { kind: 'argmax', outputs: matrix(2, 1), own: 2 }),
      1,
      /a class of 0 … 1/,
    ],
    ['outputs of another width', net([[1, 0]], [0], linear(1, 2)), 1, /one output a neuron/],
    [
      'scores of another width',
      net([[1, 0]], [0], { kind: 'argmax', outputs: matrix(2, 2), own: 0 }),
      1,
      /neuron and class/,
    ],
    ['biases of another width', net([[1, 0]], [0, 1], linear(1)), 1, /as many biases/],
    ['one side', net([[1, 0]], [0], { kind: 'max', classes: Int8Array.of(1), size: 1 }), 1, /both labels/],
    ['no groups', net([], [], { kind: 'max', classes: new Int8Array(), size: 1 }), 1, /both labels/],
    [
      'groups that overlap the end',
      net(
        [
          [1, 0],
          [1, 1],
        ],
        [0, 0],
        { kind: 'max', classes: Int8Array.of(1, -1), size: 2 },
      ),
      1,
      /equal size/,
    ],
    [
      'a side of 0',
      net(
        [
          [1, 0],
          [1, 1],
        ],
        [0, 0],
        { kind: 'lse', classes: Int8Array.of(1, 0), size: 1 },
      ),
      1,
      /sides ±1/,
    ],
    ['the label 0', net([[1, 0]], [0], linear(1)), 0, /a label −1 or \+1/],
    ['the label NaN', net([[1, 0]], [0], linear(1)), Number.NaN, /a label −1 or \+1/],
    [
      'the label −1 of a class',
      net([[1, 0]], [0], { kind: 'argmax', outputs: matrix(2, 1), own: 0 }),
      -1,
      /label \+1 of a margin/,
    ],
    ['weights of another space', net([[1, 0, 2]], [0], linear(1)), 1, /points of 3 coordinates/],
  ] as const)('%s is bad input, one by one and all at once', async (_, network, label, message) => {
    const geometry = await geometryOf(ball.name);
    const one = (): unknown => exactRadius(at(network, [1, 2], label), { geometry });
    const all = (): unknown =>
      exactRadiiIn(geometry, network, { inputs: matrix(1, 2, Float64Array.of(1, 2)), labels: [label] });
    expect(one).toThrow(BadInput);
    expect(one).toThrow(message);
    expect(all).toThrow(message);
  });

  it('a budget of 0 programs leaves an interval open, and never one that is wrong', async () => {
    const geometry = await geometryOf(ball.name);
    for (let key = 0; key < 10; key++) {
      const target = enumerable('linear', 'random', { width: 6, dimension: 3 }, key);
      const exact = exactRadius(target, { geometry });
      const found = exactRadius(target, { geometry, budget: 0 });
      expect(found.programs).toBe(0);
      expect(found.lower).toBeLessThanOrEqual(exact.upper);
      expect(found.upper).toBeGreaterThanOrEqual(exact.lower);
    }
  });
});

describe('many points at once', () => {
  const points = (
    count: number,
  ): { network: Network; inputs: ReturnType<typeof matrix>; labels: number[] } => {
    const random = Random.of('many');
    const network = net(
      Array.from({ length: 6 }, () => [...random.gaussians(new Float64Array(3))]),
      [...random.gaussians(new Float64Array(6))],
      linear(1, 1, 1, -1, -1, -1),
    );
    const inputs = matrix(count, 3, random.gaussians(new Float64Array(3 * count)));
    const labels = Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 1 : -1));
    return { network, inputs, labels };
  };

  it.each(balls.map(({ name }) => name))(
    'have the radii that they have one by one, bit for bit, in any order: %s',
    async (name) => {
      const geometry = await geometryOf(name);
      const { network, inputs, labels } = points(12);
      const together = exactRadiiIn(geometry, network, { inputs, labels });
      const backwards = Array.from({ length: 12 }, (_, i) => 11 - i).map(
        (i) =>
          exactRadiiIn(geometry, network, { inputs: matrix(1, 3, row(inputs, i)), labels: [labels[i]!] })[0]!,
      );
      expect(backwards.toReversed()).toEqual(together);
      together.forEach((found, i) => {
        const target = { network, input: row(inputs, i), label: labels[i]!, ambient: 3 };
        const { lower, upper } = exactRadius(target, { geometry });
        expect(Math.abs(found.upper - upper)).toBeLessThanOrEqual(1e-9 * Math.max(1, upper));
        expect(found.lower).toBeLessThanOrEqual(upper);
        expect(lower).toBeLessThanOrEqual(found.upper);
      });
    },
  );

  it('share the norms of the neurons: no more of them for a hundred points than for one', async () => {
    const given = await geometryOf('l1');
    let norms = 0;
    const geometry: Geometry = {
      ...given,
      ball: { ...given.ball, dual: (gradient) => (norms++, given.ball.dual(gradient)) },
    };
    const { network, inputs, labels } = points(100);
    exactRadiiIn(geometry, network, { inputs, labels });
    expect(norms).toBe(6);
  });

  it('in span coordinates are refused what single points are', () => {
    const { network, inputs } = points(2);
    const products = timesTransposed(inputs, network.weights);
    expect(() => exactRadii(spanOf(network), products, [1, 0])).toThrow(/a label −1 or \+1/);
  });
});
