/**
 * A net with its largest weight and largest output near one. Radii do not see the scale of a homogeneous net, but squares
 * of weights leave the range of float64 beyond 1e±154. Powers of two change no bit. A log-sum-exp read-out is not
 * homogeneous and is left as it is.
 */
import { matrix, type Matrix, type Network } from '@marginalia/core';
import type { Classifier } from './classifier.js';

/** The net in unit scale, and what its scores are to be multiplied by. */
export function unitScaleOf(net: Network): { readonly network: Network; readonly unit: number };
export function unitScaleOf(net: Network | Classifier): {
  readonly network: Network | Classifier;
  readonly unit: number;
};
export function unitScaleOf(net: Network | Classifier): {
  readonly network: Network | Classifier;
  readonly unit: number;
} {
  if ('outputs' in net) {
    const outer = powerOfTwo(net.outputs.data);
    const { layer, inner } = scaledLayer(net);
    return { network: { ...net, ...layer, outputs: divided(net.outputs, outer) }, unit: inner * outer };
  }
  const { readout } = net;
  if (readout.kind === 'lse') return { network: net, unit: 1 };
  const { layer, inner } = scaledLayer(net);
  if (readout.kind === 'linear') {
    const outer = powerOfTwo(readout.outputs);
    const outputs = readout.outputs.map((value) => value / outer);
    return { network: { ...net, ...layer, readout: { ...readout, outputs } }, unit: inner * outer };
  }
  if (readout.kind === 'argmax') {
    const outer = powerOfTwo(readout.outputs.data);
    const outputs = divided(readout.outputs, outer);
    return { network: { ...net, ...layer, readout: { ...readout, outputs } }, unit: inner * outer };
  }
  return { network: { ...net, ...layer }, unit: inner };
}

function scaledLayer({ weights, biases }: Pick<Network, 'weights' | 'biases'>): {
  readonly layer: Pick<Network, 'weights' | 'biases'>;
  readonly inner: number;
} {
  const inner = powerOfTwo(weights.data);
  return { layer: { weights: divided(weights, inner), biases: biases.map((value) => value / inner) }, inner };
}

const divided = ({ rows, columns, data }: Matrix, by: number): Matrix =>
  matrix(
    rows,
    columns,
    data.map((value) => value / by),
  );

/** The power of two just below the largest size; 1 for zeros and for what is not finite. */
function powerOfTwo(values: Float64Array): number {
  const top = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return top > 0 && Number.isFinite(top) ? 2 ** Math.max(-1022, Math.floor(Math.log2(top))) : 1;
}
