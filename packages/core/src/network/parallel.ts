/** Which neurons of a layer are positive multiples of one another, decided without rounding. */
import type { Layer } from './layer.js';

/** A neuron, and λ > 0 with (w, b) = λ (w, b) of the first of its class, correctly rounded. */
export interface Parallel {
  readonly neuron: number;
  readonly factor: number;
}

/** (w_r, b_r), d + 1 numbers. */
export function preactivationRow({ weights, biases }: Layer, neuron: number): Float64Array {
  const d = weights.columns;
  const line = new Float64Array(d + 1);
  line.set(weights.data.subarray(neuron * d, (neuron + 1) * d));
  line[d] = biases[neuron]!;
  return line;
}

/**
 * The neurons of a finite layer in classes of parallel ones, in order of their first members; those that are never on
 * (w = 0, b ≤ 0) are in none. O(M d): rows are hashed by their quotients with their largest entry, which division rounds
 * alike for proportional rows, and compared by exact products.
 */
export function parallelClasses(layer: Layer): Parallel[][] {
  const d = layer.weights.columns;
  const classes: Parallel[][] = [];
  const byHash = new Map<
    number,
    { readonly line: Float64Array; readonly at: number; readonly members: Parallel[] }[]
  >();
  for (let neuron = 0; neuron < layer.biases.length; neuron++) {
    const line = preactivationRow(layer, neuron);
    const at = largestAt(line);
    if (line[at] === 0 || (at === d && line[d]! < 0 && line.subarray(0, d).every((value) => value === 0)))
      continue;
    const key = hashOf(line, Math.abs(line[at]!));
    const bucket = byHash.get(key) ?? [];
    byHash.set(key, bucket);
    const known = bucket.find((one) => one.at === at && proportional(one.line, line, at));
    if (known) known.members.push({ neuron, factor: line[at]! / known.line[at]! });
    else {
      const members = [{ neuron, factor: 1 }];
      bucket.push({ line, at, members });
      classes.push(members);
    }
  }
  return classes;
}

function largestAt(line: Float64Array): number {
  let at = 0;
  for (let l = 1; l < line.length; l++) if (Math.abs(line[l]!) > Math.abs(line[at]!)) at = l;
  return at;
}

const quotient = new Float64Array(1);
const halves = new Int32Array(quotient.buffer);

function hashOf(line: Float64Array, top: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let l = 0; l < line.length; l++) {
    // −0 and 0 are one number.
    quotient[0] = line[l]! / top + 0;
    hash = Math.imul(hash ^ halves[0]!, 0x01000193);
    hash = Math.imul(hash ^ halves[1]!, 0x01000193);
  }
  return hash;
}

/** u_l v_k = v_l u_k for every l without rounding, and a positive factor. */
function proportional(u: Float64Array, v: Float64Array, at: number): boolean {
  if (Math.sign(u[at]!) !== Math.sign(v[at]!)) return false;
  for (let l = 0; l < u.length; l++) {
    const left = u[l]! * v[at]!;
    const right = v[l]! * u[at]!;
    if (left !== right || lostBy(u[l]!, v[at]!, left) !== lostBy(v[l]!, u[at]!, right)) return false;
  }
  return true;
}

/** a b − fl(a b) by Dekker's product; rows whose products leave the range of float64 compare unequal, and stay apart. */
function lostBy(a: number, b: number, product: number): number {
  const [high, low] = split(a);
  const [top, rest] = split(b);
  return low * rest - (product - high * top - low * top - high * rest);
}

function split(value: number): [number, number] {
  const shifted = 134217729 * value;
  const high = shifted - (shifted - value);
  return [high, value - high];
}
