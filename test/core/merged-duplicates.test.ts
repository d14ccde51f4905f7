import {
  evaluate,
  inputGradient,
  matrix,
  mergedDuplicates,
  Random,
  type Network,
  type Readout,
} from '@marginalia/core';
import { describe, expect, it } from 'vitest';

const linear = (
  rows: readonly (readonly number[])[],
  biases: readonly number[],
  outputs: readonly number[],
): Network => ({
  weights: matrix(rows.length, rows[0]!.length, Float64Array.from(rows.flat())),
  biases: Float64Array.from(biases),
  readout: { kind: 'linear', outputs: Float64Array.from(outputs) },
});

const outputsOf = ({ readout }: Network): number[] => (readout.kind === 'linear' ? [...readout.outputs] : []);

describe('parallel neurons of a linear read-out', () => {
  it('are one, with the sum of their coefficients, each times its factor', () => {
    const merged = mergedDuplicates(
      linear(
        [
          [1, 2],
          [3, 6],
          [0.5, 1],
        ],
        [1, 3, 0.5],
        [1, 2, 4],
      ),
    );
    expect(merged.biases).toEqual(Float64Array.of(1));
    expect(outputsOf(merged)).toEqual([1 + 6 + 2]);
  });

  it('cancel to nothing where their coefficients do, exactly', () => {
    const merged = mergedDuplicates(
      linear(
        [
          [1, 2],
          [2, 4],
          [1, 0],
        ],
        [1, 2, 0],
        [1, -0.5, 3],
      ),
    );
    expect(outputsOf(merged)).toEqual([3]);
  });

  it('are not merged with another bias, the other direction, or one ulp beside', () => {
    const apart = linear(
      [
        [1, 2],
        [1, 2],
        [-1, -2],
        [1, 2 + 2 ** -51],
      ],
      [1, 0, -1, 1],
      [1, 1, 1, 1],
    );
    expect(mergedDuplicates(apart)).toBe(apart);
  });

  it('of both signs stay two where adding them up rounds', () => {
    // A third is no number of this machine: 3 · (1/3 of it) cancels only up to rounding.
    const merged = mergedDuplicates(
      linear(
        [
          [3, 3],
          [1, 1],
          [3, 3],
        ],
        [0, 0, 0],
        [0.1, -0.3, 0.7],
      ),
    );
    expect(outputsOf(merged)).toHaveLength(2);
    expect(outputsOf(merged)[0]).toBeCloseTo(0.8, 15);
    expect(outputsOf(merged)[1]).toBeCloseTo(-0.1, 15);
  });

  it('that are never on, or have no coefficient, are left out, and constants are one', () => {
    const merged = mergedDuplicates(
      linear(
        [
          [0, 0],
          [0, 0],
          [0, 0],
          [1, 1],
          [2, 1],
        ],
        [-1, 2, 4, 0, 0],
        [5, 1, 1, 0, 1],
      ),
    );
    expect([...merged.biases]).toEqual([2, 0]);
    expect(outputsOf(merged)).toEqual([3, 1]);
    expect(mergedDuplicates(linear([[0, 0]], [0], [1])).biases.length).toBe(0);
  });
});

/** Doubled, tripled, halved and negated copies of a few neurons, shuffled. */
function doctored(kind: 'linear' | 'argmax' | 'max', key: number): Network {
  const random = Random.of(['doctored', kind, key]);
  const d = 3;
  const width = 12;
  const base = random.stream('base').gaussians(new Float64Array(4 * (d + 1)));
  const weights = matrix(width, d);
  const biases = new Float64Array(width);
  const draw = random.stream('draw');
  for (let r = 0; r < width; r++) {
    const of = draw.integer(4);
    const factor = [1, 2, 0.5, 3, 0][draw.integer(5)]!;
    for (let l = 0; l < d; l++) weights.data[r * d + l] = factor * base[of * (d + 1) + l]!;
    biases[r] = factor * base[of * (d + 1) + d]!;
  }
  const readout: Readout =
    kind === 'linear'
      ? { kind, outputs: Float64Array.from({ length: width }, () => draw.integer(5) - 2) }
      : kind === 'argmax'
        ? {
            kind,
            own: 1,
            outputs: matrix(
              3,
              width,
              Float64Array.from({ length: 3 * width }, () => draw.integer(5) - 2),
            ),
          }
        : { kind, classes: Int8Array.of(1, -1, 1), size: 4 };
  return { weights, biases, readout };
}

describe.each(['linear', 'argmax', 'max'] as const)('a net of copies with %s read-out', (kind) => {
  it('is the same function, with the same gradient off its kinks, and fewer neurons', () => {
    let saved = 0;
    for (let key = 0; key < 60; key++) {
      const network = doctored(kind, key);
      const merged = mergedDuplicates(network);
      saved += network.biases.length - merged.biases.length;
      const random = Random.of(['points', key]);
      for (let i = 0; i < 5; i++) {
        const input = random.gaussians(new Float64Array(3));
        const [one, other] = [new Float64Array(3), new Float64Array(3)];
        expect(evaluate(merged, input)).toBeCloseTo(evaluate(network, input), 10);
        inputGradient(network, input, one);
        inputGradient(merged, input, other);
        one.forEach((value, l) => expect(other[l]).toBeCloseTo(value, 10));
      }
      expect(mergedDuplicates(merged).biases.length).toBe(merged.biases.length);
    }
    expect(saved / 60).toBeGreaterThan(1);
  });
});

it('nets that are not numbers, and nets without copies, are left as they are', () => {
  const odd = linear(
    [
      [1, Number.NaN],
      [1, 2],
    ],
    [0, 0],
    [1, 1],
  );
  expect(mergedDuplicates(odd)).toBe(odd);
  const random = Random.of('no copies');
  const plain = linear(
    Array.from({ length: 5 }, () => [...random.gaussians(new Float64Array(4))]),
    [...random.gaussians(new Float64Array(5))],
    [1, 1, 1, -1, -1],
  );
  expect(mergedDuplicates(plain)).toBe(plain);
});
