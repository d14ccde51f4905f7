/** What is attacked: a network at a labelled point. */
import { evaluate, inputGradient, type Network } from '@marginalia/core';

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
}

/** y f(x + δ). */
export function marginAt(target: Target, delta: Float64Array): number {
  return target.label * evaluate(target.network, displaced(target.input, delta));
}

/** ∂(y f)/∂x at x + δ into `into`; returns y f(x + δ). */
export function marginGradient(target: Target, delta: Float64Array, into: Float64Array): number {
  const margin = target.label * inputGradient(target.network, displaced(target.input, delta), into);
  for (let l = 0; l < into.length; l++) into[l]! *= target.label;
  return margin;
}

function displaced(input: Float64Array, delta: Float64Array): Float64Array {
  const moved = new Float64Array(input.length);
  for (let l = 0; l < moved.length; l++) moved[l] = input[l]! + delta[l]!;
  return moved;
}
