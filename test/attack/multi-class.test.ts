import { evaluateAttacks, robustnessAt, attacks, type Classifier, type Robustness } from '@marginalia/attack';
import { BadInput, dot, matrix, Random, row, type Matrix, type Network } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { bruteRadius } from './brute-radius.js';

interface Case {
  readonly net: Classifier;
  readonly inputs: Matrix;
  readonly labels: readonly number[];
}

/** Small classifiers and three to six labelled points; generic, or with entries in {−2, …, 2} where everything ties. */
const cases = (entry: fc.Arbitrary<number>): fc.Arbitrary<Case> =>
  fc
    .record({
      d: fc.integer({ min: 1, max: 3 }),
      width: fc.integer({ min: 1, max: 4 }),
      classes: fc.integer({ min: 2, max: 4 }),
      points: fc.integer({ min: 3, max: 6 }),
    })
    .chain(({ d, width, classes, points }) =>
      fc
        .record({
          weights: vector(width * d, entry),
          biases: vector(width, entry),
          outputs: vector(classes * width, entry),
          inputs: vector(points * d, entry),
          labels: fc.array(fc.integer({ min: 0, max: classes - 1 }), {
            minLength: points,
            maxLength: points,
          }),
        })
        .map(({ weights, biases, outputs, inputs, labels }) => ({
          net: {
            weights: matrix(width, d, weights),
            biases,
            outputs: matrix(classes, width, outputs),
          },
          inputs: matrix(points, d, inputs),
          labels,
        })),
    );
const anyCase = fc.oneof(cases(real()), cases(real(2, 1)));

/** f_y − max f_j, written out once more. */
function marginOf({ weights, biases, outputs }: Classifier, x: Float64Array, own: number): number {
  const hidden = biases.map((bias, r) => Math.max(0, dot(row(weights, r), x) + bias));
  const scores = Array.from({ length: outputs.rows }, (_, j) => dot(row(outputs, j), hidden));
  return scores[own]! - Math.max(...scores.filter((_, j) => j !== own));
}

const radii = (found: readonly Robustness[]): readonly (readonly number[])[] =>
  found.map(({ exact }) => [exact.lower, exact.upper]);

describe('a net of many classes', () => {
  it('has the margins of its argmax and the radii of brute force, each point in its place', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ net, inputs, labels }) => {
        const found = await robustnessAt(net, inputs, labels);
        expect(found.length).toBe(labels.length);
        found.forEach(({ margin, certified, exact, attacked }, i) => {
          const own = labels[i]!;
          const truth = marginOf(net, row(inputs, i), own);
          expect(margin).toBeCloseTo(truth, 8);
          if (Math.abs(truth) < 1e-6) return;
          const brute = bruteRadius({
            network: { ...net, readout: { kind: 'argmax', outputs: net.outputs, own } },
            input: row(inputs, i),
            label: 1,
            ambient: inputs.columns,
          });
          expect(exact.upper).toBeGreaterThanOrEqual(brute.atLeast * (1 - 1e-6) - 1e-9);
          expect(exact.lower).toBeLessThanOrEqual(brute.atMost * (1 + 1e-6) + 1e-9);
          expect(certified).toBeLessThanOrEqual(exact.upper * (1 + 1e-9));
          expect(attacked.radius).toBeGreaterThanOrEqual(exact.lower * (1 - 1e-9));
          if (truth < 0) expect([exact.upper, attacked.radius, certified]).toEqual([0, 0, 0]);
        });
      }),
      runs(60),
    );
  });

  it('with two classes is the binary net a = V_0 − V_1, class 0 as +1', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ net, inputs, labels }) => {
        const [first, second] = [row(net.outputs, 0), row(net.outputs, 1)];
        const outputs = matrix(2, net.outputs.columns, Float64Array.from([...first, ...second]));
        const binary: Network = {
          weights: net.weights,
          biases: net.biases,
          readout: { kind: 'linear', outputs: first.map((value, r) => value - second[r]!) },
        };
        const two = labels.map((label) => label % 2);
        const classes = await robustnessAt({ ...net, outputs }, inputs, two);
        const signs = await robustnessAt(
          binary,
          inputs,
          two.map((label) => 1 - 2 * label),
        );
        classes.forEach(({ margin, exact }, i) => {
          expect(margin).toBeCloseTo(signs[i]!.margin, 8);
          if (Math.abs(margin) < 1e-6) return;
          expect(exact.lower).toBeLessThanOrEqual(signs[i]!.exact.upper * (1 + 1e-6));
          expect(exact.upper).toBeGreaterThanOrEqual(signs[i]!.exact.lower * (1 - 1e-6));
        });
      }),
      runs(60),
    );
  });

  it('does not see the names of its classes, a score added to all, nor the order of the points', async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, vector(4), async ({ net, inputs, labels }, common) => {
        const plain = await robustnessAt(net, inputs, labels);
        const classes = net.outputs.rows;
        const renamed = matrix(classes, net.outputs.columns);
        for (let j = 0; j < classes; j++) {
          row(renamed, (j + 1) % classes).set(row(net.outputs, j).map((value, r) => value + common[r]!));
        }
        const backwards = matrix(inputs.rows, inputs.columns);
        for (let i = 0; i < inputs.rows; i++) row(backwards, inputs.rows - 1 - i).set(row(inputs, i));
        const seen = await robustnessAt(
          { ...net, outputs: renamed },
          backwards,
          labels.map((label) => (label + 1) % classes).toReversed(),
        );
        seen.toReversed().forEach(({ margin, exact }, i) => {
          expect(margin).toBeCloseTo(plain[i]!.margin, 8);
          if (Math.abs(margin) < 1e-6) return;
          expect(exact.lower).toBeLessThanOrEqual(plain[i]!.exact.upper * (1 + 1e-6));
          expect(exact.upper).toBeGreaterThanOrEqual(plain[i]!.exact.lower * (1 - 1e-6));
        });
      }),
      runs(60),
    );
  });

  it('has radii that no scale of weights or outputs changes', async () => {
    const [{ net, inputs, labels }] = fc.sample(cases(real()), { numRuns: 1, seed: 7 }) as [Case];
    const scaled = (of: Matrix, by: number): Matrix =>
      matrix(
        of.rows,
        of.columns,
        of.data.map((value) => by * value),
      );
    const plain = await robustnessAt(net, inputs, labels);
    const far = await robustnessAt(
      {
        weights: scaled(net.weights, 2 ** 500),
        biases: net.biases.map((value) => 2 ** 500 * value),
        outputs: scaled(net.outputs, 2 ** 400),
      },
      inputs,
      labels,
    );
    expect(radii(far)).toEqual(radii(plain));
  });

  it('is measured in ℓ∞ as well: f_j = ⟨e_j, x⟩ flips at half the gap', async () => {
    // Scores φ(x_j) with x > 0: the nearest tie raises one coordinate and lowers the other, each by half the gap.
    const eye = matrix(3, 3, Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1));
    const net: Classifier = { weights: eye, biases: new Float64Array(3), outputs: eye };
    const inputs = matrix(2, 3, Float64Array.of(9, 4, 5, 1, 7, 8));
    const [flat, plain] = [
      await robustnessAt(net, inputs, [0, 2], { norm: 'linf' }),
      await robustnessAt(net, inputs, [0, 2]),
    ];
    [2, 0.5].forEach((truth, i) => expect(flat[i]!.exact.upper).toBeCloseTo(truth, 6));
    [2 * Math.SQRT2, Math.SQRT1_2].forEach((truth, i) => expect(plain[i]!.exact.upper).toBeCloseTo(truth, 9));
  });

  it('is attacked by every attack of the registry, none below the exact radius', async () => {
    const random = Random.of('classes');
    const gaussian = (rows: number, columns: number, label: string): Matrix =>
      matrix(rows, columns, random.stream(label).gaussians(new Float64Array(rows * columns)));
    const net: Classifier = {
      weights: gaussian(6, 8, 'weights'),
      biases: random.stream('biases').gaussians(new Float64Array(6)),
      outputs: gaussian(3, 6, 'outputs'),
    };
    const inputs = gaussian(6, 8, 'inputs');
    const labels = Array.from({ length: 6 }, (_, i) => i % 3);
    const done: number[] = [];
    const options = { norm: 'l2', attacks: attacks.filter(({ balls }) => balls.includes('l2')) } as const;
    const found = await evaluateAttacks(net, inputs, labels, {
      ...options,
      onPoint: (count) => done.push(count),
    });
    expect(done).toEqual(labels.map((_, i) => i + 1));
    expect(found.some(({ margin }) => margin > 0)).toBe(true);
    found.forEach(({ margin, exact, attacked }, i) => {
      expect(margin).toBeCloseTo(marginOf(net, row(inputs, i), labels[i]!), 10);
      expect(attacked.length).toBe(options.attacks.length);
      for (const radius of attacked) expect(radius).toBeGreaterThanOrEqual(exact.lower * (1 - 1e-9));
    });
    // What one attack finds is its own: without the others it is the same.
    const alone = await evaluateAttacks(net, inputs, labels, {
      ...options,
      attacks: options.attacks.slice(-1),
    });
    expect(alone.map(({ attacked }) => attacked[0])).toEqual(found.map(({ attacked }) => attacked.at(-1)));
  });
});

describe('a net of classes that is none', () => {
  const eye = matrix(2, 2, Float64Array.of(1, 0, 0, 1));
  const net: Classifier = { weights: eye, biases: new Float64Array(2), outputs: eye };
  const inputs = matrix(2, 2, Float64Array.of(2, 1, 1, 2));

  it.each([
    ['one class', { ...net, outputs: matrix(1, 2) }, [0, 0], /at least two classes, got 1; /],
    ['no class', { ...net, outputs: matrix(0, 2) }, [0, 0], /at least two classes, got 0; /],
    [
      'outputs of another width',
      { ...net, outputs: matrix(2, 3) },
      [0, 1],
      /one output a neuron and class, got 3 for 2$/,
    ],
    ['a class too many', net, [0, 2], /labels 0 … 1, one of the 2 classes, got 2 at \[1\]$/],
    ['a label of −1', net, [-1, 1], /labels 0 … 1, .*got -1 at \[0\]$/],
    ['half a label', net, [0, 0.5], /got 0\.5 at \[1\]$/],
    ['a label of NaN', net, [Number.NaN, 1], /got NaN at \[0\]$/],
    ['a label too few', net, [0], /2 labels, one a point, got 1$/],
  ])('is refused: %s', async (_, wrong, labels, line) => {
    const refused = robustnessAt(wrong, inputs, labels);
    await expect(refused).rejects.toThrow(BadInput);
    await expect(refused).rejects.toThrow(line);
  });

  it.each([
    ['zero outputs', { ...net, outputs: matrix(2, 2) }],
    ['zero weights', { ...net, weights: matrix(2, 2) }],
    ['no neurons', { weights: matrix(0, 2), biases: new Float64Array(0), outputs: matrix(2, 0) }],
    ['identical classes', { ...net, outputs: matrix(2, 2, Float64Array.of(1, 1, 1, 1)) }],
    ['NaN in the outputs', { ...net, outputs: matrix(2, 2, Float64Array.of(1, 0, 0, Number.NaN)) }],
    ['NaN in the weights', { ...net, weights: matrix(2, 2, Float64Array.of(1, 0, 0, Number.NaN)) }],
  ])('of %s is on the boundary everywhere: radius 0', async (_, degenerate) => {
    const found = await robustnessAt(degenerate, inputs, [0, 1]);
    for (const { exact, attacked, certified } of found) {
      expect([exact.upper, attacked.radius, certified]).toEqual([0, 0, 0]);
    }
  });

  it('of identical neurons has the radius of one that sums them', async () => {
    const twice = matrix(4, 2, Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1));
    const outputs = matrix(2, 4, Float64Array.of(0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5));
    const found = await robustnessAt(
      { weights: twice, biases: new Float64Array(4), outputs },
      inputs,
      [0, 1],
    );
    for (const { exact } of found) expect(exact.upper).toBeCloseTo(Math.SQRT1_2, 9);
  });

  it('of one point knows no rest of the data to tell it from', async () => {
    const [only] = await robustnessAt(net, matrix(1, 2, Float64Array.of(2, 1)), [0]);
    expect(only!.exact.upper).toBeCloseTo(Math.SQRT1_2, 9);
    expect(only!.attacked.radius).toBeGreaterThanOrEqual(only!.exact.lower);
  });
});
