/** What is attacked: a network at a labelled point. */
import {
  BadInput,
  duels,
  evaluate,
  inputGradient,
  row,
  score,
  type Matrix,
  type Network,
} from '@marginalia/core';
import type { Box } from './box.js';

export interface Target {
  readonly network: Network;
  /** x */
  readonly input: Float64Array;
  /** y ∈ {−1, +1} */
  readonly label: number;
  /**
   * Dimension of the space that x lives in. Larger than x's length in span coordinates (see `span`), whose last
   * coordinate stands for everything orthogonal to the neurons.
   */
  readonly ambient: number;
  /** Where every coordinate of x + δ must stay, such as a pixel range; all of R^d where absent. */
  readonly box?: Box;
}

/**
 * The targeted attack: the same point of an argmax net, flipped only by class `rival`, as the duel V_own − V_rival. What
 * flips the duel flips the point.
 */
export function aimedAt(target: Target, rival: number): Target {
  const { readout } = target.network;
  if (readout.kind !== 'argmax' || rival === readout.own || !(rival >= 0 && rival < readout.outputs.rows)) {
    throw new BadInput({
      expected: 'an argmax net and one of its classes other than the own one',
      got: `class ${rival} of a ${readout.kind} read-out`,
      try: 'no rival: with two classes there is one, and every attack aims at it',
    });
  }
  const outputs = duels(readout)[rival < readout.own ? rival : rival - 1]!;
  return { ...target, network: { ...target.network, readout: { kind: 'linear', outputs } } };
}

/** y f(x + δ). */
export function marginAt(target: Target, delta: Float64Array): number {
  return target.label * evaluate(target.network, displaced(target.input, delta));
}

/** y f(x) of many points, from W x without biases (N × M) and their labels ±1. */
export function marginsOf(
  { biases, readout }: Network,
  { products, labels }: { readonly products: Matrix; readonly labels: ArrayLike<number> },
): number[] {
  const hidden = new Float64Array(biases.length);
  return Array.from({ length: products.rows }, (_, i) => {
    const line = row(products, i);
    for (let r = 0; r < hidden.length; r++) hidden[r] = Math.max(0, line[r]! + biases[r]!);
    return labels[i]! * score(readout, hidden);
  });
}

/** ∂(y f)/∂x at x + δ into `into`; returns y f(x + δ). */
export function marginGradient(target: Target, delta: Float64Array, into: Float64Array): number {
  const margin = target.label * inputGradient(target.network, displaced(target.input, delta), into);
  for (let l = 0; l < into.length; l++) into[l]! *= target.label;
  return margin;
}

/** x + δ. */
export function displaced(input: Float64Array, delta: Float64Array): Float64Array {
  const moved = new Float64Array(input.length);
  for (let l = 0; l < moved.length; l++) moved[l] = input[l]! + delta[l]!;
  return moved;
}
