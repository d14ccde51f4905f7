/**
 * The trajectory of `descend`, with TensorFlow.js holding the parameters and differentiating the loss by the
 * pre-activations, in float32: the backward pass written by hand takes no part in it.
 * It agrees with the float64 forms to about 1e-5 while no pre-activation crosses a kink within rounding.
 */
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { BadInput } from '../bad-input.js';
import { checkDescent, follow, type Descent, type DescentOptions, type State } from '../descent/descend.js';
import { withoutIdleCoordinates } from '../descent/idle-coordinates.js';
import { even } from '../kernel/resident.js';
import { Buffers, kernel } from '../kernel/index.js';
import type { Objective } from '../descent/objective.js';
import { matrix, type Matrix } from '../matrix.js';
import type { Probes } from '../probe.js';
import { loadTfjs, type Tf } from './load-tfjs.js';

/** `descend` by TensorFlow.js; `form` of the result names the backend: `tfjs-node`, `tfjs-wasm`, `tfjs-cpu`. */
export async function descendWithTfjs<P extends Probes = Record<never, never>>(
  options: Omit<DescentOptions<P>, 'form' | 'kernel'>,
): Promise<Descent<P>> {
  checkDescent(options);
  const active = withoutIdleCoordinates(options);
  if (active) return active.complete(await descendWithTfjs(active.options));
  const { tf, backend } = await loadTfjs();
  const state = tfjsState(tf, options);
  try {
    return {
      ...follow(state, options.objective, options.steps, options.probes ?? ({} as P)),
      form: `tfjs-${backend}`,
    };
  } finally {
    state.end();
  }
}

function tfjsState(
  tf: Tf,
  { start, inputs, objective, stepSize }: Omit<DescentOptions<unknown>, 'form' | 'kernel'>,
): State {
  const loss = tfjsObjective(tf, objective);
  const x = tensor2d(tf, inputs);
  // The wasm backend multiplies by a transposed operand thirty times slower: keep the transposes instead.
  const xTransposed = tf.tidy(() => tf.transpose(x));
  const slopes = tf.grad((p) => loss.of(p as Tensor2D));
  let w = tf.tidy(() => tf.transpose(tensor2d(tf, start.weights)));
  let b = tf.tensor1d(Float32Array.from(start.biases));
  let p = tf.tidy(() => tf.add(tf.matMul(x, w), b));
  const buffers = new Buffers(kernel());
  const [n, width] = [inputs.rows, start.biases.length];
  const stride = even(n);
  const current = buffers.floats(width * stride);
  /** tfjs holds P as n × M. */
  const show = (values: ArrayLike<number>): void => {
    for (let r = 0; r < width; r++) {
      for (let i = 0; i < n; i++) current[r * stride + i] = values[i * width + r]!;
    }
  };
  show(p.dataSync());
  const biases = Float64Array.from(b.dataSync());
  return {
    preactivations: current,
    stride,
    biases,
    outputs: buffers.copy(objective.outputs),
    weights() {
      const transposed = tf.transpose(w);
      const data = Float64Array.from(transposed.dataSync());
      transposed.dispose();
      return matrix(start.biases.length, inputs.columns, data);
    },
    advance() {
      const before = [w, b, p];
      [w, b, p] = tf.tidy((): [Tensor2D, Tensor1D, Tensor2D] => {
        const slope = slopes(p) as Tensor2D;
        const nextW = tf.sub(w, tf.mul(tf.matMul(xTransposed, slope), stepSize)) as Tensor2D;
        const nextB = tf.sub(b, tf.mul(tf.sum(slope, 0), stepSize)) as Tensor1D;
        return [nextW, nextB, tf.add(tf.matMul(x, nextW), nextB) as Tensor2D];
      });
      tf.dispose(before);
      show(p.dataSync());
      biases.set(b.dataSync());
    },
    end() {
      tf.dispose([x, xTransposed, w, b, p]);
      loss.dispose();
      buffers.end();
    },
  };
}

function tensor2d(tf: Tf, of: Matrix): Tensor2D {
  return tf.tensor2d(Float32Array.from(of.data), [of.rows, of.columns]);
}

/** The mean loss of an objective as TensorFlow.js writes it, a function of the pre-activations (n × M). */
function tfjsObjective(
  tf: Tf,
  { kind, samples }: Objective,
): { readonly of: (preactivations: Tensor2D) => Scalar; readonly dispose: () => void } {
  if (kind.kind === 'binary') {
    if (kind.loss !== 'logistic') {
      throw new BadInput({
        expected: 'the logistic loss for training with tfjs',
        got: kind.loss,
        try: 'logistic',
      });
    }
    const outputs = tf.tensor2d(Float32Array.from(kind.outputs), [kind.outputs.length, 1]);
    const labels = tf.tensor2d(Float32Array.from(kind.labels), [samples, 1]);
    return {
      of: (at) => tf.mean(tf.softplus(tf.neg(tf.mul(labels, tf.matMul(tf.relu(at), outputs))))),
      dispose: () => tf.dispose([outputs, labels]),
    };
  }
  const { classes, size, targets } = kind;
  if (kind.kind === 'partial') {
    // log of the mask: far below any score that float32 tells from −∞ beside another.
    const barred = tf.tensor2d(
      Float32Array.from(kind.allowed, (free) => (free ? 0 : -1e9)),
      [samples, classes],
    );
    return {
      of: (at) => {
        const scores = tf.mean(tf.reshape(tf.relu(at), [samples, classes, size]), 2);
        return tf.mean(tf.sub(tf.logSumExp(scores, 1), tf.logSumExp(tf.add(scores, barred), 1)));
      },
      dispose: () => barred.dispose(),
    };
  }
  const oneHot = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(targets, 'int32'), classes), 'float32'));
  return {
    of: (at) => {
      const scores = tf.mean(tf.reshape(tf.relu(at), [samples, classes, size]), 2);
      return tf.neg(tf.mean(tf.sum(tf.mul(oneHot, tf.logSoftmax(scores)), 1)));
    },
    dispose: () => oneHot.dispose(),
  };
}
