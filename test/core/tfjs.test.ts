import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  addProduct,
  balancedOutputs,
  binaryObjective,
  descend,
  gaussianLayer,
  initialisations,
  logistic,
  matrix,
  multiClassObjective,
  orthogonalClusters,
  preactivations,
  Random,
  samplePoints,
  snapshots,
  tfjsBackend,
  tfjsBackends,
  type Layer,
  type Objective,
  type TfjsLoss,
} from '@marginalia/core';
import { beforeAll, describe, expect, it, vi } from 'vitest';

/** float32 carries 6e-8; the sums of d = 48 products and the mean over n = 40 samples cost it two digits at most. */
const gradientTolerance = 1e-5;
/** Twenty-five steps add up their rounding; a ReLU that flips on a sample would show as 1/n = 2e-2. */
const trajectoryTolerance = 1e-4;

const dimension = 48;
const clusters = 4;
const size = 3;
const samples = 40;
const stepSize = 0.1;
const steps = 25;
const random = Random.of({ test: 'tfjs' });
const law = orthogonalClusters({ dimension, clusters }, random.stream('law'));
const points = samplePoints(law, samples, random.stream('points'));

interface Net {
  readonly name: string;
  readonly objective: Objective;
  /** The same loss, written with TensorFlow.js from the formula of the paper. */
  readonly loss: TfjsLoss<{ weights: Shaped; biases: Shaped }>;
}
type Shaped = { readonly shape: readonly number[]; readonly data: Float64Array };

const width = clusters * size;
const start = gaussianLayer(width, dimension, initialisations.talk(dimension), random.stream('start'));
const outputs = balancedOutputs(width / 2);

const nets: readonly [Net, Net] = [
  {
    name: 'a binary net with logistic loss',
    objective: binaryObjective(logistic, outputs, points.labels),
    loss: (tf, { weights, biases }) => {
      const x = tf.tensor2d(Float32Array.from(points.inputs.data), [samples, dimension]);
      const hidden = tf.relu(tf.add(tf.matMul(x, tf.transpose(weights)), biases));
      const f = tf.sum(tf.mul(hidden, tf.tensor1d(Float32Array.from(outputs))), 1);
      return tf.mean(tf.log1p(tf.exp(tf.neg(tf.mul(f, tf.tensor1d(Float32Array.from(points.labels)))))));
    },
  },
  {
    name: 'a multi-class net with cross-entropy',
    objective: multiClassObjective(points.clusters, clusters, size),
    loss: (tf, { weights, biases }) => {
      const x = tf.tensor2d(Float32Array.from(points.inputs.data), [samples, dimension]);
      const hidden = tf.relu(tf.add(tf.matMul(x, tf.transpose(weights)), biases));
      // f_j averages the neurons of group j: a product with a block matrix of entries 1/h.
      const groups = Float32Array.from({ length: width * clusters }, (_, at) =>
        Math.floor(Math.floor(at / clusters) / size) === at % clusters ? 1 / size : 0,
      );
      const scores = tf.matMul(hidden, tf.tensor2d(groups, [width, clusters]));
      const chosen = tf.sum(tf.mul(scores, tf.oneHot(tf.tensor1d(points.clusters, 'int32'), clusters)), 1);
      return tf.mean(tf.sub(tf.log(tf.sum(tf.exp(scores), 1)), chosen));
    },
  },
];

const parametersOf = ({ weights, biases }: Layer): { weights: Shaped; biases: Shaped } => ({
  weights: { shape: [weights.rows, weights.columns], data: weights.data },
  biases: { shape: [biases.length], data: biases },
});

/** ∂L/∂W and ∂L/∂b from the signals of the backward pass written by hand. */
function gradientByHand(
  layer: Layer,
  objective: Objective,
): { loss: number; weights: Float64Array; biases: Float64Array } {
  const signals = new Float64Array(width * samples);
  const loss = objective.backward(
    preactivations(layer, points.inputs).data,
    signals,
    new Float64Array(samples),
  );
  for (let at = 0; at < signals.length; at++) signals[at]! /= -samples;
  const weights = matrix(width, dimension);
  addProduct(weights, matrix(width, samples, signals), points.inputs);
  const biases = Float64Array.from({ length: width }, (_, r) =>
    signals.subarray(r * samples, (r + 1) * samples).reduce((sum, value) => sum + value, 0),
  );
  return { loss, weights: weights.data, biases };
}

/** ‖a − b‖ / ‖b‖ */
function distance(a: ArrayLike<number>, b: Float64Array): number {
  expect(a.length).toBe(b.length);
  return Math.hypot(...b.map((value, at) => value - a[at]!)) / Math.hypot(...b);
}

const backends = tfjsBackends.filter((backend) => backend !== 'node' || tfjsBackend() === 'node');

describe.each(backends)('on the %s backend', (backend) => {
  // A fresh copy of the package, so that it chooses its backend anew.
  let core: typeof import('@marginalia/core');
  beforeAll(async () => {
    vi.stubEnv('MARGINALIA_TFJS_BACKEND', backend);
    vi.resetModules();
    core = await import('@marginalia/core');
  });

  it('loads without a word and without a listener left behind', async () => {
    const said = [vi.spyOn(console, 'log'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
    const listeners = (): unknown[] => [
      process.listeners('uncaughtException'),
      process.listeners('unhandledRejection'),
    ];
    const before = listeners();
    const loaded = await core.loadTfjs();
    expect(loaded.backend).toBe(backend);
    expect(loaded.tf.getBackend()).toBe(backend === 'node' ? 'tensorflow' : backend);
    expect([...loaded.tf.matMul([[1, 2]], [[3], [4]]).dataSync()]).toEqual([11]);
    expect(listeners()).toEqual(before);
    for (const spy of said) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  describe.each(nets)('for $name', ({ objective, loss }) => {
    it('differentiates to the gradient written by hand, away from kinks', async () => {
      const nearest = Math.min(...preactivations(start, points.inputs).data.map(Math.abs));
      expect(nearest, 'a pre-activation within float32 rounding of a kink').toBeGreaterThan(1e-5);
      const byHand = gradientByHand(start, objective);
      const { loss: value, gradients } = await core.gradientByAutodiff(parametersOf(start), loss);
      expect(Math.abs(value / byHand.loss - 1)).toBeLessThan(gradientTolerance);
      expect(distance(gradients.weights.data, byHand.weights)).toBeLessThan(gradientTolerance);
      expect(distance(gradients.biases.data, byHand.biases)).toBeLessThan(gradientTolerance);
      expect(gradients.weights.shape).toEqual([width, dimension]);
    });

    it('follows the trajectory of descend', async () => {
      const options = { start, inputs: points.inputs, objective, stepSize, steps };
      const at = [0, 1, steps];
      const probes = {
        seen: snapshots(at, ({ step, loss: l, biases, weights }) => ({
          step,
          l,
          biases: biases.slice(),
          w: weights(),
        })),
      };
      const ours = descend({ ...options, probes });
      const theirs = await core.descendWithTfjs({ ...options, probes });
      expect(theirs.form).toBe(`tfjs-${backend}`);
      expect(theirs.ending).toEqual(ours.ending);
      expect(ours.loss).toBeLessThan(ours.folded.seen[0]!.l / 2);
      expect(distance(theirs.layer.weights.data, ours.layer.weights.data)).toBeLessThan(trajectoryTolerance);
      expect(distance(theirs.layer.biases, ours.layer.biases)).toBeLessThan(trajectoryTolerance);
      expect(distance(theirs.margins, ours.margins)).toBeLessThan(trajectoryTolerance);
      for (const [index, moment] of ours.folded.seen.entries()) {
        const other = theirs.folded.seen[index]!;
        expect(other.step).toBe(moment.step);
        expect(Math.abs(other.l / moment.l - 1)).toBeLessThan(trajectoryTolerance);
        expect(distance(other.w, moment.w)).toBeLessThan(trajectoryTolerance);
        expect(distance(other.biases, moment.biases)).toBeLessThan(trajectoryTolerance);
      }
    });

    it('follows it by the loss alone, and the same way twice', async () => {
      const told: number[] = [];
      const options = { parameters: parametersOf(start), loss, stepSize, steps };
      const first = await core.descendByAutodiff({ ...options, onStep: (_, value) => told.push(value) });
      const ours = descend({ start, inputs: points.inputs, objective, stepSize, steps });
      expect(distance(first.parameters.weights.data, ours.layer.weights.data)).toBeLessThan(
        trajectoryTolerance,
      );
      expect(distance(first.parameters.biases.data, ours.layer.biases)).toBeLessThan(trajectoryTolerance);
      expect(Math.abs(first.losses[steps]! / ours.loss - 1)).toBeLessThan(trajectoryTolerance);
      expect(told).toEqual([...first.losses.subarray(0, steps)]);
      const second = await core.descendByAutodiff(options);
      expect(second).toEqual(first);
    });

    it('gives back every tensor that it made', async () => {
      const { tf } = await core.loadTfjs();
      const before = tf.memory().numTensors;
      const parameters = parametersOf(start);
      await core.gradientByAutodiff(parameters, loss);
      await core.descendByAutodiff({ parameters, loss, stepSize, steps: 3 });
      await core.descendWithTfjs({ start, inputs: points.inputs, objective, stepSize, steps: 3 });
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it('would notice a gradient that is wrong in one entry', async () => {
    const [{ objective, loss }] = nets;
    const byHand = gradientByHand(start, objective);
    const { gradients } = await core.gradientByAutodiff(parametersOf(start), loss);
    byHand.weights[5]! += 1e-3 * Math.hypot(...byHand.weights);
    expect(distance(gradients.weights.data, byHand.weights)).toBeGreaterThan(gradientTolerance);
  });

  it('refuses what it cannot train, by name', async () => {
    const objective = binaryObjective({ ...logistic, name: 'hinge' }, outputs, points.labels);
    const { tf } = await core.loadTfjs();
    const before = tf.memory().numTensors;
    const options = { start, inputs: points.inputs, objective, stepSize, steps };
    await expect(core.descendWithTfjs(options)).rejects.toThrow(/logistic loss.*got hinge/);
    await expect(core.descendWithTfjs({ ...options, steps: -1 })).rejects.toThrow('steps');
    const short = { weights: { shape: [2, 2], data: new Float64Array(3) } };
    await expect(core.gradientByAutodiff(short, (tf, { weights }) => tf.mean(weights))).rejects.toThrow(
      '4 values for weights',
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('names the backends it knows when the environment asks for another', async () => {
  vi.stubEnv('MARGINALIA_TFJS_BACKEND', 'webgl');
  expect(() => tfjsBackend()).toThrow(/node, wasm, cpu.*webgl/);
  vi.unstubAllEnvs();
});

it('differentiates in worker threads, two at a time', async () => {
  vi.stubEnv('MARGINALIA_TFJS_BACKEND', 'wasm');
  const file = new URL('./fixtures/tfjs-worker.js', import.meta.url);
  const answers = await Promise.all(
    [1, 2].map(async () => {
      // Without the conditions of the test runner: a worker runs what is built.
      const worker = new Worker(file, { execArgv: [] });
      const [answer] = (await once(worker, 'message')) as [unknown];
      await once(worker, 'exit');
      return answer;
    }),
  );
  const answer = { backend: 'wasm', gradient: [6, -2], listeners: 0 };
  expect(answers).toEqual([answer, answer]);
  vi.unstubAllEnvs();
});
