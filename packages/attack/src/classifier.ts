/**
 * Nets of many classes: f_j = ⟨V_j, φ(W x + b)⟩, and the class of x is argmax_j f_j. At a point of class y such a net is
 * the network f_y − max_{j ≠ y} f_j with label +1, a tie counting as an error: what is known of binary nets applies, one
 * class at a time.
 */
import { BadInput, row, type Layer, type Matrix, type Network } from '@marginalia/core';
import { checkNet } from './check-net.js';
import { universalDirection } from './universal-direction.js';

export interface Classifier extends Layer {
  /** V: C × M, C ≥ 2. */
  readonly outputs: Matrix;
}

/** Labelled points of which one network tells the margins: all points of a binary net, or those of one class. */
export interface LabelledGroup {
  readonly network: Network;
  /** Rows of the inputs, ascending. */
  readonly at: readonly number[];
  /** Of these rows, in ±1: what `network` is to say of them. */
  readonly labels: Float64Array;
}

/** f_own − max_{j ≠ own} f_j. */
export function ofClass({ outputs, ...layer }: Classifier, own: number): Network {
  return { ...layer, readout: { kind: 'argmax', outputs, own } };
}

/**
 * Points by what network they are judged by: one group for a binary net, whose labels are ±1, and one a class that occurs
 * for a classifier, whose labels are 0 … C − 1. Throws BadInput for a classifier of one class, outputs that are not one
 * column a neuron, and labels that are none.
 */
export function labelledGroups(net: Network | Classifier, labels: ArrayLike<number>): LabelledGroup[] {
  const at = Array.from({ length: labels.length }, (_, i) => i);
  if ('readout' in net) {
    checkNet(net);
    const strange = at.find((i) => Math.abs(labels[i]!) !== 1);
    if (strange !== undefined) {
      throw new BadInput({ expected: 'labels −1 or +1', got: `${labels[strange]} at [${strange}]` });
    }
    return [{ network: net, at, labels: Float64Array.from(labels) }];
  }
  const { outputs } = net;
  checkNet(ofClass(net, 0));
  const strange = at.find(
    (i) => !(Number.isInteger(labels[i]) && labels[i]! >= 0 && labels[i]! < outputs.rows),
  );
  if (strange !== undefined) {
    throw new BadInput({
      expected: `labels 0 … ${outputs.rows - 1}, one of the ${outputs.rows} classes`,
      got: `${labels[strange]} at [${strange}]`,
    });
  }
  return Array.from({ length: outputs.rows }, (_, own) => ({
    network: ofClass(net, own),
    at: at.filter((i) => labels[i] === own),
    labels: new Float64Array(0),
  }))
    .filter((group) => group.at.length > 0)
    .map((group) => ({ ...group, labels: new Float64Array(group.at.length).fill(1) }));
}

/**
 * Where a group's points stand against the others: Σ y x for a binary net; for a class, the mean of its points less the
 * mean of all others (of its own alone where there are no others). A universal attack steps against it.
 */
export function directionOf({ network, at, labels }: LabelledGroup, inputs: Matrix): Float64Array {
  if (network.readout.kind !== 'argmax') return universalDirection(inputs, Int8Array.from(labels));
  const own = new Set(at);
  const others = inputs.rows - own.size;
  const direction = new Float64Array(inputs.columns);
  for (let i = 0; i < inputs.rows; i++) {
    const weight = own.has(i) ? 1 / own.size : -1 / others;
    row(inputs, i).forEach((value, l) => (direction[l]! += weight * value));
  }
  return direction;
}
