/**
 * One convex problem of the exact radius: a set of opposing neurons partly decided, the rest under their chords, cut by
 * its own linear pieces until its least-distance point is found.
 */
import { dot, row, type Network } from '@marginalia/core';
import { l2, type Ball } from './ball.js';
import { LeastDistance, type NearestPoint } from './least-distance.js';

/** A neuron with the weight |coefficient| that it has in the score. */
export interface Weighted {
  readonly neuron: number;
  readonly weight: number;
}

/** Flipped where, for every own group, Σ_own c φ(p) − Σ_rivals c φ(p) ≤ level. */
export interface Union {
  readonly owns: readonly (readonly Weighted[])[];
  readonly rivals: readonly Weighted[];
  readonly level: number;
}

export type Choice = 'in' | 'out' | 'undecided';

/** A union with some of its rivals decided. */
export interface Node {
  readonly union: Union;
  /** One a rival: `in` for a pre-activation ≥ 0, `out` for ≤ 0. */
  readonly choices: readonly Choice[];
}

/** A norm with its least-distance solver: `euclidean`, or `await geometryOf('linf')`. */
export interface Geometry {
  readonly ball: Ball;
  readonly nearest: (dimension: number) => NearestPoint;
  /** Relative width at which the solver's intervals close. */
  readonly tolerance: number;
}

export const euclidean: Geometry = {
  ball: l2,
  nearest: (dimension) => new LeastDistance(dimension),
  tolerance: 1e-9,
};

/** side · (p_r + w_r δ) ≥ 0: what deciding a rival says of its pre-activation. */
interface Sign extends Weighted {
  readonly side: number;
}

/** Σ_own c φ(p + Wδ) ≤ ⟨pull, δ⟩ + lift for every own group, and the signs. */
interface Convex {
  readonly owns: Union['owns'];
  readonly pull: Float64Array;
  readonly lift: number;
  readonly signs: readonly Sign[];
}

/** φ ≤ slope · (z − low) on the pre-activations within reach of an undecided rival. */
interface Chord extends Weighted {
  readonly index: number;
  readonly slope: number;
  readonly low: number;
}

/** Pre-activations a hundredth of the tolerance in the label's favour: what flips them flips the true ones. */
export function deeper(p: Float64Array, { owns, rivals }: Union, tolerance: number): Float64Array {
  const shift = (tolerance / 100) * p.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  const shifted = p.slice();
  for (const { neuron } of owns.flat()) shifted[neuron]! += shift;
  for (const { neuron } of rivals) shifted[neuron]! -= shift;
  return shifted;
}

/**
 * The relaxed problem of a node within ‖δ‖ ≤ reach: its least-distance point, and the undecided rival whose chord is
 * furthest above φ there (−1 when the relaxation is exact at the point). Undefined when it has no solution.
 */
export function relax(
  network: Network,
  p: Float64Array,
  sizes: Float64Array,
  { union, choices }: Node,
  reach: number,
  geometry: Geometry,
): Relaxed | undefined {
  const dimension = network.weights.columns;
  // Σ_rivals is bounded above by ⟨pull, δ⟩ + lift: exact for `in` and `out`, a chord for the undecided.
  const pull = new Float64Array(dimension);
  const magnitude = magnitudeOf(p, union);
  let lift = union.level;
  const chords: Chord[] = [];
  const signs: Sign[] = [];
  union.rivals.forEach(({ neuron, weight }, index) => {
    const low = p[neuron]! - reach * sizes[neuron]!;
    const high = p[neuron]! + reach * sizes[neuron]!;
    let choice = choices[index]!;
    if (choice === 'in' && low < 0) signs.push({ neuron, weight, side: 1 });
    if (choice === 'out' && high > 0) signs.push({ neuron, weight, side: -1 });
    if (choice === 'undecided' && high <= 0) choice = 'out';
    if (choice === 'undecided' && low >= 0) choice = 'in';
    if (choice === 'out') return;
    const slope = choice === 'in' ? 1 : high / (high - low);
    if (choice === 'undecided') chords.push({ index, neuron, weight, slope, low });
    const weights = row(network.weights, neuron);
    for (let l = 0; l < dimension; l++) pull[l]! += weight * slope * weights[l]!;
    lift += weight * (choice === 'in' ? p[neuron]! : slope * (p[neuron]! - low));
  });

  const convex: Convex = { owns: union.owns, pull, lift, signs };
  const within = (slack: number): Relaxed | 'none' | 'unsure' => {
    const nearest = geometry.nearest(dimension);
    try {
      const ended = cutDown(network, p, convex, { reach, slack: slack * magnitude, magnitude }, nearest);
      if (ended === 'none') return ended;
      const branch = widestChord(network, p, chords, nearest.point, magnitude);
      // A set without an inside may look empty: which of its points is nearest then is not known.
      if (ended === 'unsure' && slack === 0) return ended;
      return { point: nearest.point, distance: nearest.distance, branch };
    } finally {
      nearest.end();
    }
  };
  let found = within(0);
  // Every constraint a hundredth of the tolerance looser: what is nearest to that set bounds from below.
  if (found === 'unsure') found = within(geometry.tolerance / 100);
  return typeof found === 'string' ? undefined : found;
}

interface Relaxed {
  readonly point: Float64Array;
  readonly distance: number;
  readonly branch: number;
}

/** How a convex problem ended: its nearest point found; nothing within reach; or what is left is of rounding's size. */
type Ended = 'found' | 'none' | 'unsure';

/** In units of the score: what a constraint may be broken by, and what rounding in it is relative to. */
interface Precision {
  readonly reach: number;
  readonly slack: number;
  readonly magnitude: number;
}

/** Cut by linear pieces of the convex constraints until none is broken. */
function cutDown(
  network: Network,
  p: Float64Array,
  { owns, pull, lift, signs }: Convex,
  { reach, slack, magnitude }: Precision,
  nearest: NearestPoint,
): Ended {
  const dimension = pull.length;
  const normal = new Float64Array(dimension);
  for (let round = 0; round < 50 * (1 + owns.length + signs.length); round++) {
    let worst = slack;
    let offset = 0;
    let scale = 1;
    for (const own of owns) {
      // g(δ) = Σ_own c φ(p + Wδ) − ⟨pull, δ⟩ − lift ≤ 0, linearised at the current point.
      let value = -dot(pull, nearest.point) - lift;
      const active = own.filter(({ neuron, weight }) => {
        const z = p[neuron]! + dot(row(network.weights, neuron), nearest.point);
        if (z > 0) value += weight * z;
        return z > 0;
      });
      if (value <= worst) continue;
      worst = value;
      scale = 1;
      normal.set(pull);
      offset = -lift;
      for (const { neuron, weight } of active) {
        const weights = row(network.weights, neuron);
        for (let l = 0; l < dimension; l++) normal[l]! -= weight * weights[l]!;
        offset += weight * p[neuron]!;
      }
    }
    for (const { neuron, weight, side } of signs) {
      const weights = row(network.weights, neuron);
      // In units of the score, as the tolerance below.
      const value = -side * weight * (p[neuron]! + dot(weights, nearest.point));
      if (value <= worst) continue;
      worst = value;
      scale = weight;
      for (let l = 0; l < dimension; l++) normal[l] = side * weights[l]!;
      offset = -side * p[neuron]!;
    }
    if (worst - slack <= 1e-13 * magnitude) break;
    offset -= slack / scale;
    const before = nearest.distance;
    // Out of reach for certain, or for what floating point can tell: then the node stays at the bound it has.
    if (!nearest.add(normal, offset)) return nearest.distance < reach ? 'unsure' : 'none';
    const distance = nearest.distance;
    if (distance >= reach) return 'none';
    // A cut that moves neither the distance nor the point is one of rounding. In ℓ∞ and ℓ1 the point may move alone.
    if (distance <= before && offset - dot(normal, nearest.point) > (worst - slack) / (2 * scale)) break;
  }
  return 'found';
}

/** The largest |c_r p_r| of a union: what rounding in its constraints is relative to. */
function magnitudeOf(p: Float64Array, { owns, rivals }: Union): number {
  return [...owns.flat(), ...rivals].reduce(
    (top, { neuron, weight }) => Math.max(top, weight * Math.abs(p[neuron]!)),
    0,
  );
}

/** The undecided rival whose chord is furthest above φ at a point; −1 when all of them touch. */
function widestChord(
  network: Network,
  p: Float64Array,
  chords: readonly Chord[],
  point: Float64Array,
  magnitude: number,
): number {
  let branch = -1;
  let widest = 1e-12 * magnitude;
  for (const { index, neuron, weight, slope, low } of chords) {
    const z = p[neuron]! + dot(row(network.weights, neuron), point);
    const gap = weight * (slope * (z - low) - Math.max(0, z));
    if (gap > widest) {
      widest = gap;
      branch = index;
    }
  }
  return branch;
}
