/** Fully connected nets of any depth without inner biases: homogeneous in the weights that are trained. */
import { BadInput } from '../bad-input.js';
import { matrix, row, type Matrix } from '../matrix.js';
import type { Random } from '../random/random.js';
import { checkActivation, degrees, relu, type Activation } from './activation.js';

/**
 * f(x) = W_L φ(W_{L−1} … φ(W_1 x)), φ neuron by neuron; with `bias` the input is (x, 1), which leaves f homogeneous in
 * the weights. One output is a score of the labels ±1, C ≥ 2 outputs are scores of classes.
 */
export interface Homogeneous {
  readonly activation: Activation;
  /** W_l, m_l × m_{l−1}: m_0 = d, or d + 1 with a bias; m_L = C. */
  readonly weights: readonly Matrix[];
  readonly bias: boolean;
  /** Layers, counted from 0, that stay as they are. θ is what the others hold. */
  readonly frozen: readonly number[];
}

export interface HomogeneousOptions {
  readonly weights: readonly Matrix[];
  readonly activation?: Activation;
  readonly bias?: boolean;
  readonly frozen?: readonly number[];
}

/** Shapes checked; a layer's matrix is not copied. */
export function homogeneous({
  weights,
  activation = relu,
  bias = false,
  frozen = [],
}: HomogeneousOptions): Homogeneous {
  checkActivation(activation);
  const shapes = weights.map(({ rows, columns }) => `${rows} × ${columns}`).join(', ');
  if (weights.length === 0 || weights.some(({ columns }, l) => l > 0 && columns !== weights[l - 1]!.rows)) {
    throw new BadInput({
      expected: 'layers W_1, …, W_L, each as wide as the one before it is high',
      got: shapes || 'none',
    });
  }
  const known = frozen.every((l) => Number.isInteger(l) && l >= 0 && l < weights.length);
  if (!known || new Set(frozen).size >= weights.length) {
    throw new BadInput({
      expected: `frozen layers among 0 … ${weights.length - 1}, and one that is trained`,
      got: JSON.stringify(frozen),
    });
  }
  return { activation, weights, bias, frozen: [...new Set(frozen)].sort((a, b) => a - b) };
}

export interface GaussianNetOptions extends Omit<HomogeneousOptions, 'weights'> {
  /** d, m_1, …, m_{L−1}, C. */
  readonly widths: readonly number[];
  /** Standard deviation of the entries of each W_l, one a layer or one for all; √(2/m_{l−1}) (He) when absent. */
  readonly deviation?: number | readonly number[];
}

/** W_l with independent entries N(0, σ_l²). Each layer has its stream, so that a wider one moves no other. */
export function gaussianNet({ widths, deviation, ...rest }: GaussianNetOptions, random: Random): Homogeneous {
  if (widths.length < 2 || !widths.every((width) => Number.isInteger(width) && width >= 1)) {
    throw new BadInput({
      expected: 'widths d, m_1, …, C, whole and ≥ 1',
      got: JSON.stringify(widths),
      try: '[2, 8, 1]',
    });
  }
  const weights = widths.slice(1).map((rows, l) => {
    const columns = widths[l]! + (l === 0 && rest.bias ? 1 : 0);
    const given = typeof deviation === 'number' ? deviation : deviation?.[l];
    const layer = matrix(rows, columns);
    random.stream('layer', l).gaussians(layer.data, given ?? Math.sqrt(2 / columns));
    return layer;
  });
  return homogeneous({ ...rest, weights });
}

/** C. */
export const outputsOf = ({ weights }: Homogeneous): number => weights[weights.length - 1]!.rows;

/** L with f(cθ) = c^L f(θ) for c > 0. A frozen layer adds nothing of its own. */
export function degreeOfHomogeneity({ weights, activation, frozen }: Homogeneous): number {
  const { weights: own, input } = degrees(activation);
  let degree = 0;
  weights.forEach((_, l) => {
    const trained = frozen.includes(l) ? 0 : 1;
    degree = l === weights.length - 1 ? degree + trained : input * degree + own * trained;
  });
  return degree;
}

/** P: entries of θ. */
export function parameterCount({ weights, frozen }: Homogeneous): number {
  return weights.reduce((sum, { data }, l) => sum + (frozen.includes(l) ? 0 : data.length), 0);
}

/** θ (P): the trained layers one after another, row-major; a copy. */
export function parametersOf(net: Homogeneous): Float64Array {
  const theta = new Float64Array(parameterCount(net));
  let at = 0;
  net.weights.forEach(({ data }, l) => {
    if (net.frozen.includes(l)) return;
    theta.set(data, at);
    at += data.length;
  });
  return theta;
}

/** The net at θ: its trained layers are views of `theta`, which moves with them. */
export function atParameters(net: Homogeneous, theta: Float64Array): Homogeneous {
  let at = 0;
  const weights = net.weights.map((layer, l) => {
    if (net.frozen.includes(l)) return layer;
    at += layer.data.length;
    return matrix(layer.rows, layer.columns, theta.subarray(at - layer.data.length, at));
  });
  return { ...net, weights };
}

/** X as the net reads it: with a column of ones where it has a bias. */
export function netInputs({ bias, weights }: Homogeneous, inputs: Matrix): Matrix {
  const wanted = weights[0]!.columns - (bias ? 1 : 0);
  if (inputs.columns !== wanted) {
    throw new BadInput({ expected: `inputs of dimension ${wanted}`, got: String(inputs.columns) });
  }
  if (!bias) return inputs;
  const padded = matrix(inputs.rows, inputs.columns + 1);
  for (let i = 0; i < inputs.rows; i++) {
    const values = row(padded, i);
    values.set(row(inputs, i));
    values[inputs.columns] = 1;
  }
  return padded;
}
