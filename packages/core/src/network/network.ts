/** A network: a ReLU layer and a read-out. f(x) = readout(φ(W x + b)). */
import { dot, row } from '../matrix.js';
import type { Layer } from './layer.js';
import { score, scoreGradient, type Readout } from './readout.js';

export interface Network extends Layer {
  readonly readout: Readout;
}

/** The talk's binary net: M = 2m neurons, the first m with output +1/m, the rest with −1/m, frozen. */
export function balancedOutputs(widthPerClass: number): Float64Array {
  return Float64Array.from(
    { length: 2 * widthPerClass },
    (_, r) => (r < widthPerClass ? 1 : -1) / widthPerClass,
  );
}

/** The three binary read-outs of a multi-class net whose group j of `size` neurons scores class j. */
export function binaryReadout(kind: 'sum' | 'max' | 'lse', classes: Int8Array, size: number): Readout {
  if (kind !== 'sum') return { kind, classes, size };
  return {
    kind: 'linear',
    outputs: Float64Array.from(
      { length: classes.length * size },
      (_, r) => classes[Math.floor(r / size)]! / size,
    ),
  };
}

/** Hidden activations max(W x + b, 0) into `into` (length M). */
export function hidden(network: Layer, input: Float64Array, into: Float64Array): Float64Array {
  for (let r = 0; r < into.length; r++) {
    into[r] = Math.max(0, dot(row(network.weights, r), input) + network.biases[r]!);
  }
  return into;
}

/** f(x). */
export function evaluate(network: Network, input: Float64Array): number {
  return score(network.readout, hidden(network, input, new Float64Array(network.biases.length)));
}

/** ∂f/∂x into `into` (length d), with φ'(0) = 0; returns f(x). `activations` is scratch of length 2M. */
export function inputGradient(
  network: Network,
  input: Float64Array,
  into: Float64Array,
  activations = new Float64Array(2 * network.biases.length),
): number {
  const width = network.biases.length;
  const h = hidden(network, input, activations.subarray(0, width));
  const slopes = scoreGradient(network.readout, h, activations.subarray(width));
  into.fill(0);
  for (let r = 0; r < width; r++) {
    if (h[r]! <= 0 || slopes[r] === 0) continue;
    const weights = row(network.weights, r);
    const slope = slopes[r]!;
    for (let l = 0; l < into.length; l++) into[l]! += slope * weights[l]!;
  }
  return score(network.readout, h);
}
