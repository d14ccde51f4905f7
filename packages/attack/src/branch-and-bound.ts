/**
 * The exact radius R(x) = inf{‖δ‖ : y f(x + δ) ≤ 0} of a two-layer ReLU net by branch and bound: every read-out, either
 * norm, and what `settle` cannot decide.
 *
 * With P the neurons that hold the label up and N those that pull it down, Σ_N c φ(p) = max_{S ⊆ N} Σ_S c p, so
 * {y f ≤ 0} is a union over S of convex sets {Σ_P c φ(p + Wδ) − Σ_S c (p + Wδ) ≤ 0}, and stays one when each is cut by
 * the signs that S names, p_r + w_r δ ≥ 0 for r ∈ S and ≤ 0 otherwise: near-parallel neurons then decide each other.
 * Branch and bound over S: an undecided neuron is replaced by the chord of φ over the pre-activations that it can take
 * within the best radius known, which is convex, and from below. Each convex problem is cut by its own linear pieces (`LeastDistance`), whose iterates
 * bound from below; an exact line search along them bounds from above. For the `max` read-out, one such union for each
 * rival group, with one convex constraint for each own group. For `lse` the max read-out's level sets bracket it:
 * max − max − log k_rival ≤ lse − lse ≤ max − max + log k_own.
 * A point whose margin is not a positive number, or a net that is not finite there, has radius 0.
 */
import {
  dot,
  duels,
  log,
  matrix,
  preactivations,
  row,
  scoreGradient,
  type GroupReadout,
  type Network,
} from '@marginalia/core';
import { firstCrossing } from './ray.js';
import {
  deeper,
  euclidean,
  relax,
  type Choice,
  type Geometry,
  type Node,
  type Union,
  type Weighted,
} from './relaxation.js';
import { marginAt, type Target } from './target.js';

export interface ExactRadius {
  /** `proved`: upper − lower ≤ tolerance · upper. `open`: the budget ran out, or the read-out is only bracketed. */
  readonly kind: 'proved' | 'open';
  readonly lower: number;
  readonly upper: number;
  /** A displacement of norm `upper` that flips the point; absent when none was found (`upper` = Infinity). */
  readonly delta?: Float64Array;
  /** Convex problems solved, by the method that ended the search. */
  readonly programs: number;
}

export interface ExactOptions {
  /** ℓ2 when absent. */
  readonly geometry?: Geometry;
  /** Convex programs that may be solved; 5000 up to 64 neurons when absent, beyond by the square of their number fewer. */
  readonly budget?: number;
}

/** Neurons up to which a convex program takes microseconds, and a search of thousands milliseconds. */
export const narrow = 64;

/** Programs of one search when nothing is said: on wide nets, whose programs cost M² and more, fewer. */
const programsFor = (width: number): number => Math.ceil(5000 * Math.min(1, (narrow / width) ** 2));

interface OpenNode extends Node {
  readonly lower: number;
}

/** R(x) as an interval [lower, upper], by branch and bound alone. */
export function branchAndBound(target: Target, options: ExactOptions = {}): ExactRadius {
  return searchesOf(target.network, options)(target);
}

/** `branchAndBound` at many points of one net: what does not depend on the point is computed once. */
export function searchesOf(network: Network, options: ExactOptions = {}): (target: Target) => ExactRadius {
  const { readout, weights } = network;
  const { ball } = options.geometry ?? euclidean;
  const sizes = Float64Array.from(network.biases, (_, r) => ball.dual(row(weights, r)));
  const finite = finiteNet(network, sizes);
  const known = new Map<number, readonly Union[]>();
  return (target) => {
    const level = readout.kind === 'lse' ? lseLevel(readout, target.label) : 0;
    const unions = known.get(target.label) ?? unionsOf(network, target.label, level);
    known.set(target.label, unions);
    const found = search(target, { unions, sizes, finite }, options);
    if (readout.kind !== 'lse') return found;
    // Below the relaxed level set nothing flips; above it, what the line search along its minimiser finds.
    return { ...found, kind: found.upper === 0 ? 'proved' : 'open' };
  };
}

/** What a search needs to know of a net, whatever the point. */
interface Prepared {
  readonly unions: readonly Union[];
  /** ‖w_r‖_* */
  readonly sizes: Float64Array;
  readonly finite: boolean;
}

/** log k_rival: lse ≥ max of the own groups less this over max of the rivals. */
export function lseLevel({ classes }: GroupReadout, label: number): number {
  let rivals = 0;
  for (let j = 0; j < classes.length; j++) if (classes[j] !== label) rivals++;
  return log(rivals);
}

function duelOf(outputs: Float64Array, label: number, level: number): Union {
  const owns: Weighted[] = [];
  const rivals: Weighted[] = [];
  outputs.forEach((output, neuron) => {
    if (label * output > 0) owns.push({ neuron, weight: Math.abs(output) });
    if (label * output < 0) rivals.push({ neuron, weight: Math.abs(output) });
  });
  return { owns: [owns], rivals, level };
}

function unionsOf(network: Network, label: number, level: number): Union[] {
  const { readout } = network;
  if (readout.kind === 'linear') return [duelOf(readout.outputs, label, level)];
  if (readout.kind === 'argmax') return duels(readout).map((outputs) => duelOf(outputs, 1, level));
  const groups = Array.from(readout.classes, (side, j) => ({
    side,
    members: Array.from({ length: readout.size }, (_, r) => ({
      neuron: j * readout.size + r,
      weight: 1 / readout.size,
    })),
  }));
  const owns = groups.filter((group) => group.side === label).map((group) => group.members);
  return groups
    .filter((group) => group.side !== label)
    .map((group) => ({ owns, rivals: group.members, level }));
}

function search(
  target: Target,
  { unions, sizes, finite }: Prepared,
  { geometry = euclidean, budget = programsFor(target.network.biases.length) }: ExactOptions,
): ExactRadius {
  const { network, input } = target;
  const { ball, tolerance } = geometry;
  const dimension = input.length;
  const still = new Float64Array(dimension);
  const p = preactivations(network, matrix(1, dimension, input)).data;
  // What is not a positive number classifies nothing correctly: a net that blew up is not a robust one.
  if (!(marginAt(target, still) > 0 && finite && p.every(Number.isFinite))) {
    return { kind: 'proved', lower: 0, upper: 0, delta: still, programs: 0 };
  }
  let upper = Infinity;
  let delta: Float64Array | undefined;
  const tryRay = (direction: Float64Array): void => {
    const length = ball.size(direction);
    if (!(length > 0)) return;
    const unit = direction.map((value) => value / length);
    const reach = firstCrossing(target, unit);
    if (reach < upper) {
      upper = reach;
      delta = unit.map((value) => value * reach);
    }
  };
  const tryPoint = (point: Float64Array): void => {
    tryRay(point);
    for (const candidate of [point, snapped(point, ball.size(point))]) {
      const size = ball.size(candidate);
      if (size < upper && marginAt(target, candidate) <= 0) {
        upper = size;
        delta = candidate.slice();
      }
    }
  };
  for (const direction of openingRays(target, unions)) tryRay(ball.steepest(direction));

  // Without a flip the chords have no end: search a ball that holds every kink many times over, and say so.
  const scale = p.reduce(
    (top, value, r) => (sizes[r]! > 0 ? Math.max(top, Math.abs(value) / sizes[r]!) : top),
    1,
  );
  const horizon = 1e4 * scale;

  const queue: OpenNode[] = unions.map((union) => ({
    union,
    choices: union.rivals.map(() => 'undecided'),
    lower: 0,
  }));
  let programs = 0;
  let settled = Infinity;
  while (queue.length > 0) {
    let first = 0;
    for (let i = 1; i < queue.length; i++) if (queue[i]!.lower < queue[first]!.lower) first = i;
    const node = queue[first]!;
    const reach = Math.min(upper, horizon);
    if (node.lower >= reach * (1 - tolerance)) break;
    if (programs >= budget) break;
    queue.splice(first, 1);
    programs++;
    const bound = relax(network, p, sizes, node, reach, geometry);
    if (!bound || bound.distance >= reach) continue;
    tryPoint(bound.point);
    const lower = Math.max(node.lower, bound.distance);
    if (lower >= Math.min(upper, horizon) * (1 - tolerance)) {
      settled = Math.min(settled, lower);
      continue;
    }
    if (bound.branch < 0) {
      // A leaf is exact, but its minimiser may miss the boundary by rounding where the set is pointed: step just inside.
      settled = Math.min(settled, lower);
      const choices = node.union.rivals.map(({ neuron }, index): Choice => {
        if (node.choices[index] !== 'undecided') return node.choices[index]!;
        return p[neuron]! + dot(row(network.weights, neuron), bound.point) > 0 ? 'in' : 'out';
      });
      const inside = relax(
        network,
        deeper(p, node.union, tolerance),
        sizes,
        { ...node, choices },
        2 * reach,
        geometry,
      );
      if (inside) tryPoint(inside.point);
      continue;
    }
    for (const choice of ['in', 'out'] as const) {
      queue.push({ union: node.union, choices: node.choices.with(bound.branch, choice), lower });
    }
  }
  const open = queue.reduce((least, node) => Math.min(least, node.lower), Infinity);
  const lower = Math.min(open, settled, upper, horizon);
  const proved = upper < Infinity && upper - lower <= tolerance * upper;
  return { kind: proved ? 'proved' : 'open', lower, upper, programs, ...(delta ? { delta } : {}) };
}

/** The same point on a grid: where the flipped set has no inside, rounding alone may keep a point of it off. */
function snapped(point: Float64Array, size: number): Float64Array {
  if (!(size > 1e-290 && size < 1e290)) return point;
  // The power of two just below the size, by its bits: a logarithm is not the same on every engine.
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, size);
  bits.setUint32(0, bits.getUint32(0) & 0x7ff00000);
  bits.setUint32(4, 0);
  const grid = bits.getFloat64(0) * 2 ** -40;
  return point.map((value) => grid * Math.round(value / grid));
}

function finiteNet({ readout }: Network, sizes: Float64Array): boolean {
  const outputs =
    readout.kind === 'linear' ? readout.outputs : readout.kind === 'argmax' ? readout.outputs.data : [];
  return [...sizes, ...outputs].every(Number.isFinite);
}

/** Rays that flip most nets: against the score's gradient, along each rival, and along all rivals against all owns. */
function* openingRays(target: Target, unions: readonly Union[]): Generator<Float64Array> {
  const { network, label } = target;
  const width = network.biases.length;
  const combine = (coefficients: ArrayLike<number>): Float64Array => {
    const sum = new Float64Array(target.input.length);
    for (let r = 0; r < width; r++) {
      if (coefficients[r] === 0) continue;
      const weights = row(network.weights, r);
      for (let l = 0; l < sum.length; l++) sum[l]! += coefficients[r]! * weights[l]!;
    }
    return sum;
  };
  const all = scoreGradient(network.readout, new Float64Array(width).fill(1), new Float64Array(width));
  yield combine(all.map((slope) => -label * slope));
  const p = preactivations(network, matrix(1, target.input.length, target.input)).data;
  for (const union of unions) {
    const coefficients = new Float64Array(width);
    for (const own of union.owns) {
      for (const { neuron, weight } of own) if (p[neuron]! > 0) coefficients[neuron] = -weight;
    }
    yield combine(coefficients);
    for (const { neuron, weight } of union.rivals) {
      const towards = coefficients.slice();
      towards[neuron] = weight;
      yield combine(towards);
    }
  }
}
