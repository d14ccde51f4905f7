/**
 * Exact ℓ2 radii of a net by `settle`, O(M) a point once the net's patterns are known: one contest for a linear read-out,
 * one a rival group for a max read-out (see `group-contests`). For log-sum-exp these settle the distance of a level set
 * of max, below which nothing flips: an interval, `open`.
 */
import {
  duels,
  gram,
  matrix,
  norm,
  row,
  score,
  type GroupReadout,
  type Matrix,
  type Network,
} from '@marginalia/core';
import { lseLevel, type ExactRadius } from './branch-and-bound.js';
import { contestOf } from './contest.js';
import { GroupContests, type Standoff } from './group-contests.js';
import { crossing } from './ray.js';
import { Settling } from './settle.js';

export type SettledRadius =
  | { readonly kind: 'settled'; readonly radius: ExactRadius }
  | { readonly kind: 'unsettled'; readonly why: Unsettled; readonly interval?: ExactRadius };

export type Unsettled =
  | Exclude<Standoff, 'settled'>
  /** The point lies in the level set of max that bounds log-sum-exp from below. */
  | 'level'
  /** Squares of the weights leave the range of floating point, or weights are not finite. */
  | 'range';

/** The radius of a point that is classified rightly, from its pre-activations p (M, finite) and label. */
export type SettledRadii = (p: Float64Array, label: number, budget: number) => SettledRadius;

const unsettled = (why: Unsettled): SettledRadius => ({ kind: 'unsettled', why });

export function settledRadii({ readout, weights }: Network): SettledRadii {
  if (readout.kind === 'linear') return linearRadii(weights, readout.outputs);
  if (readout.kind === 'argmax') return argmaxRadii(weights, duels(readout));
  return readout.kind === 'max' ? maxRadii(weights, readout) : lseRadii(weights, readout);
}

/** The largest ‖ŵ_r‖² is a number whose square neither vanishes nor overflows. */
function inRange(products: Float64Array, width: number): boolean {
  let largest = 0;
  for (let r = 0; r < width; r++) {
    const squared = products[r * width + r]!;
    if (!(squared < 1e120)) return false;
    largest = Math.max(largest, squared);
  }
  return largest > 1e-120;
}

/** Made when first asked for, and kept. */
function once<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(key)));
    return value;
  };
}

function linearRadii(weights: Matrix, outputs: Float64Array): SettledRadii {
  const neurons = Int32Array.from(outputs.keys()).filter((r) => outputs[r] !== 0);
  const n = neurons.length;
  const parts = Float64Array.from(neurons, (r) => Math.abs(outputs[r]!));
  const vectors = matrix(n, weights.columns);
  neurons.forEach((neuron, r) => {
    row(vectors, r).set(row(weights, neuron).map((value) => parts[r]! * value));
  });
  const products = gram(vectors).data;
  if (!inRange(products, n)) return () => unsettled('range');
  const settlingOf = once((label: number) => {
    const sides = Float64Array.from(neurons, (r) => Math.sign(label * outputs[r]!));
    return new Settling(contestOf(vectors, products, sides));
  });
  const absorbed = new Float64Array(n);
  return (p, label, budget) => {
    const settling = settlingOf(label);
    for (let r = 0; r < n; r++) absorbed[r] = parts[r]! * p[neurons[r]!]!;
    const settlement = settling.settle(absorbed);
    if (settling.programs > budget) return unsettled('budget');
    if (settlement === 'settled') return { kind: 'settled', radius: radiusOf(settling, settling.programs) };
    const lower = settling.bracket(absorbed);
    if (lower === undefined) return unsettled(settlement);
    const interval: ExactRadius = { ...radiusOf(settling, settling.programs), kind: 'open', lower };
    return { ...unsettled(settlement), interval };
  };
}

/** The nearest of the sets where a rival draws level: the least radius of the duels. */
function argmaxRadii(weights: Matrix, contenders: readonly Float64Array[]): SettledRadii {
  const each = contenders.map((outputs) => linearRadii(weights, outputs));
  return (p, label, budget) => {
    let nearest: ExactRadius | undefined;
    let lower = Infinity;
    let programs = 0;
    for (const settle of each) {
      const found = settle(p, label, budget - programs);
      if (found.kind === 'unsettled') return unsettled(found.why);
      programs += found.radius.programs;
      lower = Math.min(lower, found.radius.lower);
      if (!nearest || found.radius.upper < nearest.upper) nearest = found.radius;
    }
    // Each lower end is a proof for its own duel: the least of them bounds the union.
    return nearest ? { kind: 'settled', radius: { ...nearest, lower, programs } } : unsettled('range');
  };
}

function maxRadii(weights: Matrix, readout: GroupReadout): SettledRadii {
  const products = gram(weights).data;
  if (!inRange(products, weights.rows)) return () => unsettled('range');
  const contests = new GroupContests(weights, products, readout, () => 0);
  return (p, label, budget) => {
    const ended = contests.settle(p, label, budget);
    if (ended !== 'settled') return unsettled(ended);
    return { kind: 'settled', radius: radiusOf(contests.against(contests.nearest), contests.programs) };
  };
}

/** As `branchAndBound` brackets it, by level sets of max; from above, along the displacement of each rival's contest. */
function lseRadii(weights: Matrix, readout: GroupReadout): SettledRadii {
  const products = gram(weights).data;
  if (!inRange(products, weights.rows)) return () => unsettled('range');
  const contests = new GroupContests(weights, products, readout, (label) => lseLevel(readout, label));
  const max: GroupReadout = { ...readout, kind: 'max' };
  const hidden = new Float64Array(weights.rows);
  const moved = new Float64Array(weights.rows);
  return (p, label, budget) => {
    for (let r = 0; r < hidden.length; r++) hidden[r] = Math.max(0, p[r]!);
    // The point itself may lie in the level set: nothing is bounded then.
    if (!(label * score(max, hidden) > lseLevel(readout, label))) return unsettled('level');
    const ended = contests.settle(p, label, budget);
    if (ended !== 'settled') return unsettled(ended);
    let least = Infinity;
    let best = -1;
    let reach = 0;
    for (let rival = 0; rival < readout.classes.length; rival++) {
      if (readout.classes[rival] === label) continue;
      contests.moved(rival, moved);
      const share = crossing(readout, label, p, moved);
      const size = share * contests.against(rival).radius;
      if (!(size < least)) continue;
      least = size;
      best = rival;
      reach = share;
    }
    if (best < 0) return unsettled('outdone');
    const { lower } = radiusOf(contests.against(contests.nearest), contests.programs);
    const along = radiusOf(contests.against(best), contests.programs);
    const delta = along.delta!.map((value) => reach * value);
    const radius: ExactRadius = {
      kind: 'open',
      lower,
      upper: norm(delta),
      delta,
      programs: contests.programs,
    };
    return { kind: 'settled', radius };
  };
}

/** Displacements are lent from blocks: many small arrays of their own are what a collector of garbage sweeps longest. */
const blockNumbers = 4096;
let block = new Float64Array();
let taken = 0;

function displacement(length: number): Float64Array {
  if (taken + length > block.length) {
    block = new Float64Array(Math.max(blockNumbers, length));
    taken = 0;
  }
  taken += length;
  return block.subarray(taken - length, taken);
}

function radiusOf(settling: Settling, programs: number): ExactRadius {
  const delta = settling.displace(displacement(settling.contest.vectors.columns));
  let squared = 0;
  for (let l = 0; l < delta.length; l++) squared += delta[l]! * delta[l]!;
  const upper = Math.sqrt(squared);
  return { kind: 'proved', lower: Math.min(upper, settling.lower), upper, delta, programs };
}
