/**
 * Gradients and full-batch gradient descent by automatic differentiation, for any loss that TensorFlow.js can
 * write. All in float32 (24 bits): a gradient agrees with float64 to 1e-5 of its norm for the nets of this house
 * away from kinks, and a trajectory of tens of steps to 1e-4. Where a loss throws, TensorFlow.js keeps its tape.
 */
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { BadInput } from '../bad-input.js';
import { checkDescent } from '../descent/descend.js';
import { loadTfjs, type Tf } from './load-tfjs.js';

/** Row-major values and their shape; [] for a number. */
export interface ShapedArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export type Parameters = Readonly<Record<string, ShapedArray>>;

type Tensors<P extends Parameters> = { readonly [Name in keyof P]: Tensor };
type Arrays<P extends Parameters> = { readonly [Name in keyof P]: ShapedArray };

/** The loss at the given parameters. Must be differentiable by TensorFlow.js and free of side effects. */
export type TfjsLoss<P extends Parameters> = (tf: Tf, parameters: Tensors<P>) => Scalar;

export interface AutodiffGradient<P extends Parameters> {
  readonly loss: number;
  readonly gradients: Arrays<P>;
}

export interface TfjsDescentOptions<P extends Parameters> {
  /** θ_0; not changed. */
  readonly parameters: P;
  readonly loss: TfjsLoss<P>;
  /** η > 0 */
  readonly stepSize: number;
  /** T */
  readonly steps: number;
  /** Called with the loss at θ_t for t = 0, …, T − 1, before the step from θ_t. */
  readonly onStep?: (step: number, loss: number) => void;
}

export interface TfjsDescent<P extends Parameters> {
  readonly parameters: Arrays<P>;
  /** L(θ_t) for t = 0, …, T. */
  readonly losses: Float64Array;
}

/** ∇L by reverse mode: the oracle for gradients written by hand. */
export async function gradientByAutodiff<P extends Parameters>(
  parameters: P,
  loss: TfjsLoss<P>,
): Promise<AutodiffGradient<P>> {
  const { tf } = await loadTfjs();
  const tensors = upload(tf, parameters);
  try {
    const { value, gradients } = valueAndGradients(tf, parameters, tensors, loss);
    const found = download(parameters, gradients);
    tf.dispose(gradients);
    return { loss: value, gradients: found };
  } finally {
    tf.dispose(tensors);
  }
}

/** θ_{t+1} = θ_t − η ∇L(θ_t), T times. */
export async function descendByAutodiff<P extends Parameters>(
  options: TfjsDescentOptions<P>,
): Promise<TfjsDescent<P>> {
  checkDescent(options);
  const { tf } = await loadTfjs();
  const { parameters, loss, stepSize, steps, onStep } = options;
  const losses = new Float64Array(steps + 1);
  let tensors = upload(tf, parameters);
  try {
    for (let step = 0; step < steps; step++) {
      const { value, gradients } = valueAndGradients(tf, parameters, tensors, loss);
      losses[step] = value;
      onStep?.(step, value);
      const before = tensors;
      tensors = tf.tidy(() => before.map((tensor, at) => tf.sub(tensor, tf.mul(gradients[at]!, stepSize))));
      tf.dispose([before, gradients]);
    }
    const last = tf.tidy(() => loss(tf, named(parameters, tensors)));
    losses[steps] = scalarValue(last);
    last.dispose();
    return { parameters: download(parameters, tensors), losses };
  } finally {
    tf.dispose(tensors);
  }
}

function upload(tf: Tf, parameters: Parameters): Tensor[] {
  for (const [name, { shape, data }] of Object.entries(parameters)) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (size !== data.length) {
      throw new BadInput({
        expected: `${size} values for ${name} of shape [${shape.join(', ')}]`,
        got: `${data.length}`,
      });
    }
  }
  return Object.values(parameters).map(({ shape, data }) => tf.tensor(Float32Array.from(data), [...shape]));
}

/** Tensors under the names of the parameters, whose order they have. */
function named<P extends Parameters>(parameters: P, tensors: readonly Tensor[]): Tensors<P> {
  return Object.fromEntries(Object.keys(parameters).map((name, at) => [name, tensors[at]])) as Tensors<P>;
}

function download<P extends Parameters>(parameters: P, tensors: readonly Tensor[]): Arrays<P> {
  const arrays: Record<string, ShapedArray> = {};
  for (const [name, tensor] of Object.entries(named(parameters, tensors))) {
    arrays[name] = { shape: tensor.shape, data: Float64Array.from(tensor.dataSync()) };
  }
  return arrays as Arrays<P>;
}

/** The caller owns the gradients; everything between is disposed of. */
function valueAndGradients<P extends Parameters>(
  tf: Tf,
  parameters: P,
  tensors: Tensor[],
  loss: TfjsLoss<P>,
): { value: number; gradients: Tensor[] } {
  const { value, grads } = tf.valueAndGrads((...at: Tensor[]) => loss(tf, named(parameters, at)))(tensors);
  const number = scalarValue(value);
  value.dispose();
  return { value: number, gradients: grads };
}

function scalarValue(loss: Tensor): number {
  const [value = Number.NaN] = loss.dataSync();
  return value;
}
