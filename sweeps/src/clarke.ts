/** How nearly a net is a KKT point of min ½‖θ‖² s.t. q_n ≥ 1, over Clarke's set of gradients. */
import { matrix, netInputs, norm, parametersOf, Propagation, row, type Homogeneous } from '@marginalia/core';
import { nearestInCone } from '@marginalia/theory';
import type { LabelledSet } from './margin-data.js';

/** Kinks of one sample whose sides are enumerated; of more, the nearest. Fewer gradients can only raise the residual. */
const enumerated = 8;
/**
 * Samples with q_n ≤ q_min + 10 support the margin: what others pull is below e^{−10} of what the nearest do. Slackness
 * is then λ_n(q̃_n − 1) ≤ 10 λ_n/q_min.
 */
const reach = 10;

export interface Stationarity {
  /** min ‖θ − Σ λ_n h_n‖/‖θ‖ over λ ≥ 0 and h_n ∈ ∂°q_n of the samples that support the margin. */
  readonly residual: number;
  /** How many those are. */
  readonly supports: number;
  /** Pairs (neuron, sample) on a kink. */
  readonly kinks: number;
}

/**
 * Over the gradients that one step of length `move` can meet: a pre-activation that it can carry over 0, |u| ≤ move ‖h‖, is
 * on a kink. Descent holds a point there by stepping over it to and fro, so that it is never met exactly.
 */
export function stationarity(
  network: Homogeneous,
  { inputs, labels }: LabelledSet,
  move: number,
): Stationarity {
  const x = netInputs(network, inputs);
  const passes = new Propagation(network, x, labels);
  passes.forward();
  const least = passes.margins.reduce((low, q) => Math.min(low, q), Infinity);
  const hidden = passes.preactivations.slice(0, -1);
  /** ‖h_{l−1}‖ of sample n. */
  const inputSize = (l: number, n: number): number =>
    norm(l === 0 ? row(x, n) : row(hidden[l - 1]!, n).map((u) => Math.max(0, u)));
  const gradients: Float64Array[] = [];
  let kinks = 0;
  let supports = 0;
  // Powers of ReLU are differentiable.
  const kinked = network.activation.kind === 'relu';
  for (let n = 0; n < inputs.rows; n++) {
    if (!(passes.margins[n]! <= least + reach)) continue;
    supports++;
    const near = !kinked
      ? []
      : hidden.flatMap((u, l) =>
          Array.from({ length: u.columns }, (_, r) => ({
            l,
            r,
            share: Math.abs(u.data[n * u.columns + r]!) / inputSize(l, n),
          })).filter(({ share }) => share <= move),
        );
    kinks += near.length;
    const sides = near.toSorted((a, b) => a.share - b.share).slice(0, enumerated);
    const one = new Propagation(network, matrix(1, x.columns, row(x, n)), [labels[n]!]);
    one.forward();
    for (let pattern = 0; pattern < 2 ** sides.length; pattern++) {
      if (!kinked) one.backward();
      else
        one.backward((l, _, r, u) => {
          const at = sides.findIndex((side) => side.l === l && side.r === r);
          const on = at < 0 ? u > 0 : ((pattern >> at) & 1) === 1;
          return on ? 1 : 0;
        });
      gradients.push(row(one.gradients(), 0));
    }
  }
  const theta = parametersOf(network);
  const generators = matrix(gradients.length, theta.length);
  gradients.forEach((gradient, j) => row(generators, j).set(gradient));
  const { distance } = nearestInCone(theta, generators);
  let size = 0;
  for (const value of theta) size += value * value;
  return { residual: distance / Math.sqrt(size), supports, kinks };
}
