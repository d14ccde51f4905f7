/** Small training problems: Gaussian points and a Gaussian layer, keyed, with either objective of the house. */
import {
  balancedOutputs,
  binaryObjective,
  gaussianLayer,
  logistic,
  matrix,
  multiClassObjective,
  Random,
  type Layer,
  type Matrix,
  type Objective,
} from '@marginalia/core';
import fc from 'fast-check';

export interface Problem {
  readonly start: Layer;
  readonly inputs: Matrix;
  readonly objective: Objective;
  readonly stepSize: number;
  readonly steps: number;
  /** Sign that a coefficient c_{r,i} owes: s·y_i, or + for the own class and − for the others. */
  readonly sign: (neuron: number, sample: number) => number;
  /** Largest |Δc_{r,i}| of one step over η/n: 1/m or 1/h. */
  readonly weight: number;
}

export const problem = (kind: 'binary' | 'multi-class'): fc.Arbitrary<Problem> =>
  fc
    .record({
      n: fc.integer({ min: 1, max: 24 }),
      d: fc.integer({ min: 1, max: 16 }),
      size: fc.integer({ min: 1, max: 3 }),
      classes: fc.integer({ min: 2, max: 4 }),
      pace: fc.integer({ min: 1, max: 20 }),
      steps: fc.integer({ min: 0, max: 30 }),
      key: fc.nat(),
    })
    .map(({ n, d, size, classes, pace, steps, key }) => {
      const random = Random.of(['problem', key]);
      const inputs = matrix(n, d, random.stream('inputs').gaussians(new Float64Array(n * d)));
      const width = kind === 'binary' ? 2 * size : classes * size;
      const start = gaussianLayer(
        width,
        d,
        { weightDeviation: 1, biasDeviation: 0.5 },
        random.stream('start'),
      );
      const draw = random.stream('labels');
      const labels = Int8Array.from({ length: n }, () => 2 * draw.integer(2) - 1);
      const targets = Int32Array.from({ length: n }, () => draw.integer(classes));
      const objective =
        kind === 'binary'
          ? binaryObjective(logistic, balancedOutputs(size), labels)
          : multiClassObjective(targets, classes, size);
      const sign = (neuron: number, sample: number): number =>
        kind === 'binary'
          ? (neuron < size ? 1 : -1) * labels[sample]!
          : Math.floor(neuron / size) === targets[sample]
            ? 1
            : -1;
      return { start, inputs, objective, stepSize: pace / 20, steps, sign, weight: 1 / size };
    });
