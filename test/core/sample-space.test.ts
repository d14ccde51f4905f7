/**
 * Descent in sample space on cluster data, where after a few steps neurons share their products with K and differ by single
 * columns: the same trajectory as in weight space, whether the outputs are frozen or trained, and as TensorFlow.js has it.
 */
import {
  addProduct,
  balancedOutputs,
  BadInput,
  binaryObjective,
  Buffers,
  clusterLaw,
  clusterLawLayer,
  descend,
  descendByAutodiff,
  descentMemory,
  gaussianLayer,
  initialisations,
  kernel,
  logistic,
  matrix,
  multiClassObjective,
  orthogonalClusters,
  Random,
  row,
  sampleKernel,
  samplePoints,
  snapshots,
  timesTransposed,
  type DescentOptions,
  type Form,
} from '@marginalia/core';
import { describe, expect, it } from 'vitest';

const difference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((top, value, at) => Math.max(top, Math.abs(value - b[at]!)), 0);
const largest = (a: Float64Array): number => a.reduce((top, value) => Math.max(top, Math.abs(value)), 0);

const size = { dimension: 256, clusters: 4, samples: 120 };

type Kind = 'binary' | 'multi-class';

function problem(kind: Kind, how: 'law' | 'explicit', key: number): DescentOptions<Record<never, never>> {
  const random = Random.of(['sample space', kind, how, key]);
  const width = kind === 'binary' ? 10 : 8;
  const start = initialisations.paper();
  const drawn =
    how === 'law'
      ? ((law) => ({ ...law, layer: clusterLawLayer(law, width, start, random.stream('start')) }))(
          clusterLaw(size, random.stream('law')),
        )
      : {
          train: samplePoints(orthogonalClusters(size, random), size.samples, random.stream('points')),
          layer: gaussianLayer(width, size.dimension, start, random.stream('start')),
        };
  const { inputs, labels, clusters } = drawn.train;
  const objective =
    kind === 'binary'
      ? binaryObjective(logistic, balancedOutputs(width / 2), labels)
      : multiClassObjective(clusters, size.clusters, width / size.clusters);
  return { start: drawn.layer, inputs, objective, stepSize: 8e-3, steps: 60 };
}

describe.each(['binary', 'multi-class'] as const)('on the %s objective', (kind) => {
  it.each(['law', 'explicit'] as const)('every form ends at the same net, data drawn %s', (how) => {
    for (let key = 0; key < 4; key++) {
      const options = problem(kind, how, key);
      const plain = descend({ ...options, form: 'plain' });
      expect(plain.ending.kind).toBe('fitted');
      for (const form of ['gram', 'factored'] as const) {
        const other = descend({ ...options, form });
        const scale = largest(plain.layer.weights.data);
        // A point that is parked on a kink may be counted in by one form and out by the other: a step of η/(mn) apart.
        expect(difference(other.layer.weights.data, plain.layer.weights.data)).toBeLessThan(1e-11 * scale);
        expect(difference(other.layer.biases, plain.layer.biases)).toBeLessThan(
          1e-11 * largest(plain.layer.biases),
        );
        expect(difference(other.margins, plain.margins)).toBeLessThan(1e-10);
        expect(other.ending).toEqual(plain.ending);
        // C X is the whole movement, in the coordinates that inputs have.
        const moved = matrix(other.coefficients!.rows, options.inputs.columns);
        addProduct(moved, other.coefficients!, options.inputs);
        for (let r = 0; r < moved.rows; r++) {
          const [from, to] = [row(options.start.weights, r), row(other.layer.weights, r)];
          const owed = row(moved, r).map((_, l) => to[l]! - from[l]!);
          expect(difference(row(moved, r), owed)).toBeLessThan(1e-13);
        }
      }
    }
  });

  it('in single precision ends within 1e-4 of the net in double, and is refused to other forms', () => {
    for (let key = 0; key < 4; key++) {
      const options = problem(kind, 'law', key);
      const double = descend({ ...options, form: 'gram' });
      const single = descend({ ...options, precision: 'float32' });
      expect(single.form).toBe('gram');
      const scale = largest(double.layer.weights.data);
      expect(difference(single.layer.weights.data, double.layer.weights.data)).toBeLessThan(1e-4 * scale);
      expect(difference(single.margins, double.margins)).toBeGreaterThan(0);
      expect(difference(single.margins, double.margins)).toBeLessThan(1e-4);
      expect(() => descend({ ...options, form: 'plain', precision: 'float32' })).toThrow(/form gram/);
    }
  });

  it('does not depend on how the samples are ordered', () => {
    const options = problem(kind, 'explicit', 9);
    const order = Random.of('order').shuffle(Int32Array.from({ length: size.samples }, (_, i) => i));
    const inputs = matrix(size.samples, size.dimension);
    order.forEach((from, to) => row(inputs, to).set(row(options.inputs, from)));
    const shuffled = { ...options, inputs, objective: options.objective.reordered(order) };
    for (const form of ['gram', 'factored'] as const) {
      const [one, other] = [descend({ ...options, form }), descend({ ...shuffled, form })];
      expect(difference(one.layer.weights.data, other.layer.weights.data)).toBeLessThan(1e-14);
      const margins = Float64Array.from(order, (from) => one.margins[from]!);
      expect(difference(margins, other.margins)).toBeLessThan(1e-10);
    }
  });
});

describe.each(['binary', 'multi-class'] as const)('a long run on the %s objective', (kind) => {
  it('puts off what blocks owe each other, and has the trajectory of one that does not', () => {
    const options = { ...problem(kind, 'law', 5), steps: 1500 };
    const keep = snapshots([100, 700, 1500], ({ preactivations }) => preactivations.slice());
    const made = sampleKernel(options.inputs, 'formed');
    let near = 0;
    let far = 0;
    const parts = made.parts!;
    const counting = {
      ...made,
      parts: {
        ...parts,
        applyNear: (...given: Parameters<typeof parts.applyNear>) => {
          near++;
          parts.applyNear(...given);
        },
        applyFar: (...given: Parameters<typeof parts.applyFar>) => {
          far++;
          parts.applyFar(...given);
        },
      },
    };
    const found = descend({ ...options, form: 'gram', kernel: counting, probes: { keep } });
    made.end();
    expect(near).toBeGreaterThan(700);
    expect(far).toBeLessThan(near / 3);
    const other = descend({ ...options, form: 'factored', probes: { keep } });
    other.folded.keep.forEach((wanted, at) => {
      expect(difference(found.folded.keep[at]!, wanted)).toBeLessThan(1e-10);
    });
    expect(difference(found.layer.weights.data, other.layer.weights.data)).toBeLessThan(
      1e-11 * largest(other.layer.weights.data),
    );
    // Looking at pre-activations settles nothing: a probe moves no bit.
    const unwatched = descend({ ...options, form: 'gram' });
    expect(unwatched.layer).toEqual(found.layer);
  });

  it('a bound that is too small is caught: samples become active unseen', () => {
    const options = { ...problem(kind, 'law', 5), steps: 1500 };
    const made = sampleKernel(options.inputs, 'formed');
    const doctored = { ...made, parts: { ...made.parts!, largestAcross: () => 1e-3 } };
    const found = descend({ ...options, form: 'gram', kernel: doctored });
    made.end();
    const right = descend({ ...options, form: 'factored' });
    expect(difference(found.layer.weights.data, right.layer.weights.data)).toBeGreaterThan(
      1e-9 * largest(right.layer.weights.data),
    );
  });
});

describe('trained outputs', () => {
  const steps = 25;

  it('take the same steps in every form, and do not move when they are frozen', () => {
    for (let key = 0; key < 4; key++) {
      const options = { ...problem('binary', 'law', key), steps, trainOutputs: true };
      const forms: readonly Form[] = ['plain', 'gram', 'factored'];
      const [plain, ...others] = forms.map((form) => descend({ ...options, form }));
      expect(difference(plain!.outputs, options.objective.outputs)).toBeGreaterThan(1e-3);
      for (const other of others) {
        expect(difference(other.outputs, plain!.outputs)).toBeLessThan(1e-11);
        expect(difference(other.layer.weights.data, plain!.layer.weights.data)).toBeLessThan(1e-11);
      }
      const frozen = descend({ ...options, trainOutputs: false });
      expect(frozen.outputs).toEqual(options.objective.outputs);
    }
  });

  it('are those of TensorFlow.js, which differentiates the loss by all three parameters', async () => {
    const { start, inputs, objective, stepSize } = problem('binary', 'explicit', 3);
    if (objective.kind.kind !== 'binary') throw new Error('a binary problem');
    const { labels, outputs } = objective.kind;
    const found = descend({ start, inputs, objective, stepSize, steps, trainOutputs: true });
    const { rows, columns } = inputs;
    const width = outputs.length;
    const wanted = await descendByAutodiff({
      parameters: {
        w: { shape: [columns, width], data: transposed(start.weights.data, width, columns) },
        b: { shape: [width], data: start.biases },
        a: { shape: [width, 1], data: outputs },
      },
      loss: (tf, { w, b, a }) => {
        const x = tf.tensor2d(Float32Array.from(inputs.data), [rows, columns]);
        const y = tf.tensor2d(Float32Array.from(labels), [rows, 1]);
        const f = tf.matMul(tf.relu(tf.add(tf.matMul(x, w), b)), a);
        return tf.mean(tf.softplus(tf.neg(tf.mul(y, f))));
      },
      stepSize,
      steps,
    });
    expect(difference(found.outputs, wanted.parameters.a.data)).toBeLessThan(2e-4);
    const weights = transposed(wanted.parameters.w.data, columns, width);
    expect(difference(found.layer.weights.data, weights)).toBeLessThan(1e-3 * largest(weights));
  });

  it('are refused for several classes, in one line', () => {
    expect(() => descend({ ...problem('multi-class', 'law', 0), trainOutputs: true })).toThrow(BadInput);
  });
});

const transposed = (of: Float64Array, rows: number, columns: number): Float64Array =>
  of.map((_, at) => of[(at % rows) * columns + Math.floor(at / rows)]!);

describe('K = X Xᵀ + 11ᵀ', () => {
  it.each([
    ['formed', 1e-11],
    ['factored', 1e-11],
    ['formed32', 1e-3],
  ] as const)('multiplies as its definition says when it is %s', (form, tolerance) => {
    const { inputs, objective } = problem('binary', 'law', 1);
    const n = inputs.rows;
    const naive = timesTransposed(inputs, inputs).data.map((value) => value + 1);
    const buffers = new Buffers(kernel());
    const made = sampleKernel(inputs, form);
    made.lazy?.prepare([3, 77, n - 1]);
    for (const i of [3, 77, n - 1]) {
      const line = buffers.floats(n);
      const samples = buffers.integers(1);
      samples[0] = i;
      made.addColumns(line, samples, buffers.copy([2]), 1);
      const owed = naive.subarray(i * n, (i + 1) * n).map((value) => 2 * value);
      expect(difference(line, owed)).toBeLessThan(tolerance);
    }
    const first = objective.blocks.filter((block) => block === 0).length;
    const bounds = buffers.integers(3);
    bounds.set([0, first, n]);
    const v = buffers.copy(Random.of('v').gaussians(new Float64Array(n)));
    const out = { data: buffers.floats(2 * n), rows: 2, stride: n };
    made.apply(v, bounds, out);
    const all = { data: buffers.floats(n), rows: 1, stride: n };
    made.applyAll({ data: v, rows: 1, stride: n }, all);
    for (let i = 0; i < n; i++) {
      const part = (from: number, to: number): number => {
        let sum = 0;
        for (let j = from; j < to; j++) sum += naive[i * n + j]! * v[j]!;
        return sum;
      };
      expect(Math.abs(out.data[i]! - part(0, first))).toBeLessThan(10 * tolerance);
      expect(Math.abs(out.data[n + i]! - part(first, n))).toBeLessThan(10 * tolerance);
      expect(Math.abs(all.data[i]! - part(0, n))).toBeLessThan(10 * tolerance);
    }
    made.end();
    buffers.end();
  });

  it('adds sparse vectors up before X is applied, and then knows the columns it was asked for', () => {
    const { inputs, objective } = problem('binary', 'law', 2);
    const n = inputs.rows;
    const naive = timesTransposed(inputs, inputs).data.map((value) => value + 1);
    const buffers = new Buffers(kernel());
    const made = sampleKernel(inputs, 'factored');
    const first = objective.blocks.filter((block) => block === 0).length;
    const bounds = buffers.integers(3);
    bounds.set([0, first, n]);
    const v = buffers.copy(Random.of('v').gaussians(new Float64Array(n)));
    const samples = buffers.integers(5);
    samples.set([n - 1, 0, 7, 11, n - 2]);
    // A share of block 0, none of block 1, and a neuron with four entries of its own.
    const sparse = {
      starts: Int32Array.of(0, 1, 1),
      ends: Int32Array.of(1, 1, 5),
      samples,
      values: buffers.copy([2, -1, 3, 0.5, 4]),
    };
    const dense = [0, 1, 2].map((row) =>
      Float64Array.from(v, (value, i) => (row < 2 && (i < first ? 0 : 1) === row ? value : 0)),
    );
    for (let row = 0; row < 3; row++) {
      for (let at = sparse.starts[row]!; at < sparse.ends[row]!; at++) {
        dense[row]![samples[at]!]! += sparse.values[at]!;
      }
    }
    const out = { data: buffers.floats(3 * n).fill(99), rows: 3, stride: n };
    made.lazy!.applyWith(v, bounds, sparse, out);
    const owed = dense.flatMap((vector) =>
      Array.from({ length: n }, (_, i) =>
        vector.reduce((sum, value, j) => sum + naive[i * n + j]! * value, 0),
      ),
    );
    expect(difference(out.data, Float64Array.from(owed))).toBeLessThan(1e-10);
    expect(made.lazy!.knows(7)).toBe(false);
    made.lazy!.prepare([7]);
    expect([made.lazy!.knows(7), made.lazy!.knows(8)]).toEqual([true, false]);
    made.end();
    buffers.end();
  });

  it('takes the memory that is predicted for it, within a factor of two', () => {
    const shape = { samples: 1000, entries: 511, width: 10, steps: 100, blocks: 2 };
    expect(descentMemory('gram', shape) / (8 * 1000 * 1511)).toBeGreaterThan(1);
    expect(descentMemory('gram', shape) / (8 * 1000 * 1511)).toBeLessThan(2);
  });
});
