import {
  binaryObjective,
  clusterLaw,
  clusterLawLayer,
  descend,
  descendWithTfjs,
  gaussianLayer,
  initialisations,
  logistic,
  matrix,
  multiClassObjective,
  partialLabelObjective,
  preactivations,
  Random,
  type Objective,
} from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../arbitraries/runs.js';

interface Sample {
  readonly p: Float64Array;
  readonly targets: Int32Array;
  readonly known: Uint8Array;
  readonly classes: Int8Array;
  readonly size: number;
}

/** Gaussian pre-activations of a few samples, with any share of the fine labels known. */
const sample = fc
  .record({
    n: fc.integer({ min: 1, max: 6 }),
    groups: fc.integer({ min: 1, max: 3 }),
    size: fc.integer({ min: 1, max: 2 }),
    scale: fc.constantFrom(0.1, 1, 30, 2000),
    key: fc.nat(),
  })
  .map(({ n, groups, size, scale, key }): Sample => {
    const random = Random.of(['partial labels', key]);
    return {
      p: random.stream('p').gaussians(new Float64Array(n * 2 * groups * size), scale),
      targets: Int32Array.from({ length: n }, () => random.integer(2 * groups)),
      known: Uint8Array.from({ length: n }, () => random.integer(2)),
      classes: Int8Array.from({ length: 2 * groups }, (_, j) => (j < groups ? 1 : -1)),
      size,
    };
  });

function backward(objective: Objective, p: Float64Array) {
  const signals = new Float64Array(objective.width * objective.samples);
  const margins = new Float64Array(objective.samples);
  return { loss: objective.backward(p, signals, margins), signals, margins };
}

describe('cross-entropy on partial labels', () => {
  it('has −n ∂L/∂P for its signals, away from kinks', () => {
    fc.assert(
      fc.property(sample, ({ p, ...labels }) => {
        const objective = partialLabelObjective(labels);
        const { signals } = backward(objective, p);
        const { width, samples } = objective;
        const h = 1e-5;
        p.forEach((value, at) => {
          if (Math.abs(value) < 2 * h) return;
          const loss = (shift: number): number => backward(objective, p.with(at, value + shift)).loss;
          const slope = (loss(-h) - loss(h)) / (2 * h);
          const given = signals[(at % width) * samples + Math.floor(at / width)]!;
          // A difference of losses of size |p| carries their rounding.
          expect(Math.abs(samples * slope - given)).toBeLessThan(1e-6 * samples * (1 + Math.abs(value)));
        });
      }),
      runs(100),
    );
  });

  it('is the multi-class loss where all labels are known', () => {
    fc.assert(
      fc.property(sample, ({ p, ...labels }) => {
        const all = partialLabelObjective({ ...labels, known: labels.known.map(() => 1) });
        const fine = multiClassObjective(labels.targets, labels.classes.length, labels.size);
        expect(backward(all, p)).toEqual(backward(fine, p));
      }),
      runs(50),
    );
  });

  it('is the logistic loss of f_+ − f_− where one group a class is unknown', () => {
    fc.assert(
      fc.property(sample, ({ p, targets, size }) => {
        const classes = Int8Array.of(1, -1);
        const two = targets.map((j) => j % 2);
        const values = p.slice(0, targets.length * 2 * size);
        const coarse = backward(
          partialLabelObjective({ targets: two, known: new Uint8Array(two.length), classes, size }),
          values,
        );
        const outputs = Float64Array.from({ length: 2 * size }, (_, r) => (r < size ? 1 : -1) / size);
        const binary = backward(
          binaryObjective(
            logistic,
            outputs,
            Int8Array.from(two, (j) => classes[j]!),
          ),
          values,
        );
        expect(coarse.loss).toBeCloseTo(binary.loss, 9);
        coarse.signals.forEach((signal, at) => expect(signal).toBeCloseTo(binary.signals[at]!, 12));
      }),
      runs(50),
    );
  });

  it('keeps its digits where a class has no mass left in float64', () => {
    const labels = {
      targets: Int32Array.of(0),
      known: Uint8Array.of(0),
      classes: Int8Array.of(1, 1, -1),
      size: 1,
    };
    const { loss, signals } = backward(partialLabelObjective(labels), Float64Array.of(1, 2, 5000));
    expect(loss).toBeCloseTo(4998 - Math.log1p(Math.exp(-1)), 9);
    expect(signals[0]! + signals[1]!).toBeCloseTo(1, 12);
    expect(signals[2]).toBeCloseTo(-1, 12);
  });
});

describe('descent on partial labels', () => {
  const size = { dimension: 256, clusters: 8, samples: 96 };
  const random = Random.of('descent on partial labels');
  const law = clusterLaw(size, random.stream('law'));
  const { inputs, clusters } = law.train;
  const groups = Int32Array.from(clusters, (j) => Math.floor(j / 2));
  const draw = random.stream('labels');
  const objective = partialLabelObjective({
    // A fifth of the labels are wrong within the class, half of them are not seen.
    targets: groups.map((group) =>
      draw.uniform() < 0.2 ? 2 * Math.floor(group / 2) + draw.integer(2) : group,
    ),
    known: Uint8Array.from(groups, () => draw.integer(2)),
    classes: Int8Array.of(1, 1, -1, -1),
    size: 2,
    blocks: groups,
  });

  it('ends at the same net in every form', () => {
    const start = clusterLawLayer(law, 8, initialisations.paper(), random.stream('start'));
    const options = { start, inputs, objective, stepSize: 8e-3, steps: 80 };
    const plain = descend({ ...options, form: 'plain' });
    const scale = Math.max(...plain.layer.weights.data.map(Math.abs));
    for (const form of ['gram', 'factored'] as const) {
      const other = descend({ ...options, form });
      const error = other.layer.weights.data.map((value, at) =>
        Math.abs(value - plain.layer.weights.data[at]!),
      );
      expect(Math.max(...error)).toBeLessThan(1e-11 * scale);
    }
  });

  it('is what automatic differentiation of log-masses gives', async () => {
    const dimension = inputs.columns;
    const start = gaussianLayer(8, dimension, initialisations.talk(dimension), random.stream('talk'));
    const full = matrix(inputs.rows, dimension, inputs.data);
    const options = { start, inputs: full, objective, stepSize: 1e-3, steps: 5 };
    const [ours, theirs] = [descend({ ...options, form: 'plain' }), await descendWithTfjs(options)];
    const moved = ours.layer.weights.data.map((value, at) => value - start.weights.data[at]!);
    const error = ours.layer.weights.data.map((value, at) => value - theirs.layer.weights.data[at]!);
    expect(Math.hypot(...moved)).toBeGreaterThan(0);
    // Float32 of weights near 1/√d against steps of them.
    expect(Math.hypot(...error)).toBeLessThan(1e-3 * Math.hypot(...moved));
    expect(preactivations(ours.layer, full).data.length).toBe(96 * 8);
  });
});
