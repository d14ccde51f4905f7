/**
 * Exact ℓ2 radii of a net by `settle`, O(M) a point once the net's patterns are known: linear and max read-outs.
 *
 * A linear read-out is one contest. With a max read-out the point flips where some rival group's score reaches all the
 * own groups'. Against the own group that is on top at the point alone, the contest with each rival group bounds the
 * distance from below; the nearest of these displacements is the nearest flip if the other own groups stay below there.
 */
import { gram, matrix, row, type GroupReadout, type Matrix, type Network } from '@marginalia/core';
import type { ExactRadius } from './branch-and-bound.js';
import { contestOf } from './contest.js';
import { Settling, type Settlement } from './settle.js';

export type SettledRadius =
  | { readonly kind: 'settled'; readonly radius: ExactRadius }
  | { readonly kind: 'unsettled'; readonly why: Unsettled; readonly interval?: ExactRadius };

export type Unsettled =
  | Exclude<Settlement, 'settled'>
  /** The read-out is log-sum-exp. */
  | 'readout'
  /** Squares of the weights leave the range of floating point, or weights are not finite. */
  | 'range'
  /** The flip that is nearest for the top group of the label leaves another group of it on top. */
  | 'outdone'
  /** More convex programs than the budget. */
  | 'budget';

/** The radius of a point that is classified rightly, from its pre-activations p (M, finite) and label. */
export type SettledRadii = (p: Float64Array, label: number, budget: number) => SettledRadius;

const unsettled = (why: Unsettled): SettledRadius => ({ kind: 'unsettled', why });

export function settledRadii({ readout, weights }: Network): SettledRadii {
  if (readout.kind === 'lse') return () => unsettled('readout');
  return readout.kind === 'linear' ? linearRadii(weights, readout.outputs) : maxRadii(weights, readout);
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

function maxRadii(weights: Matrix, { classes, size }: GroupReadout): SettledRadii {
  const count = classes.length;
  const width = weights.rows;
  const products = gram(weights).data;
  if (!inRange(products, width)) return () => unsettled('range');
  const sides = Float64Array.from({ length: 2 * size }, (_, r) => (r < size ? 1 : -1));
  /** The net's number of neuron r of a contest. */
  const member = (own: number, rival: number, r: number): number =>
    r < size ? own * size + r : rival * size + r - size;
  const settlingOf = once((pair: number) => {
    const [own, rival] = [Math.floor(pair / count), pair % count];
    const vectors = matrix(2 * size, weights.columns);
    const block = new Float64Array(4 * size * size);
    for (let r = 0; r < 2 * size; r++) {
      row(vectors, r).set(row(weights, member(own, rival, r)).map((value) => value / size));
      for (let s = 0; s < 2 * size; s++) {
        block[r * 2 * size + s] =
          products[member(own, rival, r) * width + member(own, rival, s)]! / (size * size);
      }
    }
    return new Settling(contestOf(vectors, block, sides));
  });
  const absorbed = new Float64Array(2 * size);
  const unit = (2 * size + weights.columns + 8) * 2 ** -53;

  /** Do the own groups but `top` stay below the rival group where it draws level with `top`? */
  const staysOnTop = (p: Float64Array, label: number, top: number, rival: number): boolean => {
    const settling = settlingOf(top * count + rival);
    const at = (group: number, lean: number): number => {
      let sum = 0;
      for (let r = group * size; r < (group + 1) * size; r++) {
        let pull = 0;
        for (let s = 0; s < 2 * size; s++) {
          pull += settling.coefficient(s) * products[r * width + member(top, rival, s)]!;
        }
        // As in the contest, where weights are divided by the size of a group.
        const z = (p[r]! - (settling.scale * pull) / size) / size;
        const length = Math.sqrt(products[r * width + r]!) / size;
        const error = unit * (Math.abs(p[r]!) / size + settling.scale * settling.gross * length);
        sum += Math.max(0, z + lean * error);
      }
      return sum;
    };
    const level = at(rival, -1);
    for (let j = 0; j < count; j++) if (classes[j] === label && j !== top && at(j, 1) > level) return false;
    return true;
  };

  return (p, label, budget) => {
    let top = -1;
    let highest = 0;
    for (let j = 0; j < count; j++) {
      if (classes[j] !== label) continue;
      let sum = 0;
      for (let r = j * size; r < (j + 1) * size; r++) if (p[r]! > 0) sum += p[r]!;
      if (top >= 0 && sum <= highest) continue;
      top = j;
      highest = sum;
    }
    let nearest = -1;
    let least = Infinity;
    let programs = 0;
    for (let rival = 0; rival < count; rival++) {
      if (classes[rival] === label) continue;
      const settling = settlingOf(top * count + rival);
      for (let r = 0; r < 2 * size; r++) absorbed[r] = p[member(top, rival, r)]! / size;
      const settlement = settling.settle(absorbed);
      if (settlement !== 'settled') return unsettled(settlement);
      programs += settling.programs;
      if (settling.radius < least) {
        least = settling.radius;
        nearest = rival;
      }
    }
    if (programs > budget) return unsettled('budget');
    if (nearest < 0 || !staysOnTop(p, label, top, nearest)) return unsettled('outdone');
    return { kind: 'settled', radius: radiusOf(settlingOf(top * count + nearest), programs) };
  };
}

function radiusOf(settling: Settling, programs: number): ExactRadius {
  const delta = settling.displace(new Float64Array(settling.contest.vectors.columns));
  let squared = 0;
  for (let l = 0; l < delta.length; l++) squared += delta[l]! * delta[l]!;
  const upper = Math.sqrt(squared);
  return { kind: 'proved', lower: Math.min(upper, settling.lower), upper, delta, programs };
}
