/**
 * Projected gradient descent on many points of one net, O(M) a step: the iterates of `projectedGradient` in ℓ2, followed
 * by their pre-activations z = p + Wδ. With c = ∂(y f)/∂z the gradient is g = Wᵀc, and with h = G c, G = W Wᵀ,
 *   ‖g‖² = ⟨c, h⟩,   ⟨δ, g⟩ = Σ c_r (z_r − p_r),   δ ← Π(δ − s g)  is  z − p ← shrink · (z − p − s h),
 * where h changes by a row of G when a neuron switches; on a log-sum-exp read-out, whose c changes with every step, it is
 * computed anew, O(M²). δ itself is κ δ₀ + Wᵀq, of which κ and q are kept.
 * A point has one uniform draw b from the unit ball of R^d a restart, and starts from radius · b at every radius.
 * What the descent hands over is judged here as `judge` does: δ is projected, and the net evaluated afresh at it.
 */
import { BadInput, dot, matrix, row, score, timesFactor, type Matrix, type Random } from '@marginalia/core';
import { growth } from './attack.js';
import { l2 } from './ball.js';
import {
  attackKernel,
  type AttackKernel,
  type Field,
  type SmoothField,
  type Standing,
} from './kernel/index.js';
import type { ProjectedGradientOptions } from './projected-gradient.js';
import type { Span } from './span.js';

/** Points of one net: N × M products W x without biases, and labels ±1 (N). */
export interface SpanPoints {
  readonly products: Matrix;
  readonly labels: ArrayLike<number>;
}

export interface RadiusSearch {
  /** For point i, a radius > 0 below which nothing can succeed (the exact one, a certificate), and where to give up. */
  readonly bracket: (i: number) => { readonly from: number; readonly to: number };
  readonly tolerance?: number;
}

/** The size of a flip found within this radius, or Infinity. */
type Attempt = (radius: number) => number;

/**
 * The smallest radius at which the attack flips each point, by the search of `attackRadius`: Infinity where it withstood
 * its bracket, 0 where the net is wrong. A point's numbers come from `random.at(i)`.
 */
export function projectedGradientRadii(
  span: Span,
  { products, labels }: SpanPoints,
  { bracket, tolerance = 1 / 256 }: RadiusSearch,
  random: Random,
  options: ProjectedGradientOptions = {},
): Float64Array {
  return eachPoint(span, { products, labels }, random, options, (attempt, i) =>
    smallest(attempt, bracket(i), tolerance),
  );
}

/**
 * The share of points that withstand each of the ascending `radii`. A flip counts at all larger radii as well: its
 * displacement lies in those balls. No share of robust points: the attack may miss a flip.
 */
export function shareWithstanding(
  span: Span,
  points: SpanPoints,
  radii: readonly number[],
  random: Random,
  options: ProjectedGradientOptions = {},
): number[] {
  if (radii.some((radius, i) => !(radius >= (radii[i - 1] ?? 0) && radius < Infinity))) {
    throw new BadInput({ expected: 'finite radii ≥ 0, ascending', got: radii.join(' ') });
  }
  const flippedFrom = eachPoint(span, points, random, options, (attempt) => {
    const first = radii.findIndex((radius) => radius > 0 && attempt(radius) < Infinity);
    return first < 0 ? Infinity : radii[first]!;
  });
  return radii.map((radius) => {
    let withstood = 0;
    for (const reach of flippedFrom) if (reach > radius) withstood++;
    return withstood / flippedFrom.length;
  });
}

/** The search of `attackRadius` on an attempt. */
function smallest(
  attempt: Attempt,
  { from, to }: { readonly from: number; readonly to: number },
  tolerance: number,
): number {
  if (!(from > 0 && to >= from)) {
    throw new BadInput({ expected: 'a bracket 0 < from ≤ to', got: `${from} … ${to}` });
  }
  let below = 0;
  let best = attempt(from);
  for (let radius = from; best === Infinity;) {
    if (!(radius < to)) return Infinity;
    below = radius;
    radius = Math.min(radius * growth, to);
    best = attempt(radius);
  }
  while (best - below > tolerance * best) {
    const middle = (below + best) / 2;
    if (middle === below || middle === best) break;
    const size = attempt(middle);
    if (size < Infinity) best = size;
    else below = middle;
  }
  return best;
}

/** What `measure` makes of each point that is classified rightly; 0 for the others. */
function eachPoint(
  span: Span,
  { products, labels }: SpanPoints,
  random: Random,
  options: ProjectedGradientOptions,
  measure: (attempt: Attempt, i: number) => number,
): Float64Array {
  const results = new Float64Array(products.rows);
  const { biases } = span.network;
  const descent = new SpanDescent(span, options, attackKernel());
  try {
    descent.drawAll(results.length, random);
    const p = new Float64Array(biases.length);
    for (let i = 0; i < results.length; i++) {
      for (let r = 0; r < p.length; r++) p[r] = products.data[i * p.length + r]! + biases[r]!;
      if (!(descent.aim(p, labels[i]!) > 0)) continue;
      descent.startAt(i);
      results[i] = measure(descent.attempt, i);
    }
  } finally {
    descent.end();
  }
  return results;
}

/** As in `ball`. */
const justInside = 1 - 2 ** -52;

/** One descent after another on points of one net. */
export class SpanDescent {
  readonly #span: Span;
  readonly #kernel: AttackKernel;
  readonly #steps: number;
  readonly #stepScale: number;
  readonly #arrays: Float64Array[] = [];
  readonly #sides: Map<number, Side>;
  readonly #standing: Standing;
  /** W b and ‖b‖² of each restart's draw b. */
  readonly #starts: Float64Array[];
  readonly #squares: Float64Array;
  #allStarts: readonly Matrix[] = [];
  #allSquares: readonly Float64Array[] = [];
  readonly #hidden: Float64Array;
  readonly #far: Float64Array;
  readonly #coefficients: Float64Array;
  readonly #finite: boolean;
  #side!: Side;
  #label = 1;

  constructor(
    span: Span,
    { steps = 40, restarts = 1, stepScale = 2.5 }: ProjectedGradientOptions,
    kernel: AttackKernel,
  ) {
    const { biases } = span.network;
    const width = biases.length;
    const stride = width + (width & 1);
    this.#span = span;
    this.#kernel = kernel;
    this.#steps = steps;
    this.#stepScale = stepScale;
    const floats = (length: number): Float64Array => {
      const array = kernel.floats(length);
      this.#arrays.push(array);
      return array;
    };
    const products = floats(width * stride);
    const square = span.products;
    this.#finite = square.data.every(Number.isFinite);
    if (stride === width) products.set(square.data);
    else for (let r = 0; r < width; r++) products.set(row(square, r), r * stride);
    this.#sides = new Map([1, -1].map((label) => [label, sideOf(span, label, products, stride, floats)]));
    this.#standing = {
      start: floats(stride),
      moved: floats(stride),
      trail: floats(stride),
      slopes: floats(stride),
      pull: floats(stride),
      wanted: floats(stride),
      state: floats(4),
    };
    this.#starts = Array.from({ length: restarts }, () => new Float64Array(width));
    this.#squares = new Float64Array(restarts);
    this.#hidden = new Float64Array(width);
    this.#far = floats(stride);
    this.#coefficients = floats(stride);
  }

  /** Give back the kernel's memory. */
  end(): void {
    for (const array of this.#arrays) this.#kernel.free(array);
  }

  /** Take aim at a point, by its pre-activations; returns its margin, NaN where the net is not finite. */
  aim(p: Float64Array, label: number): number {
    this.#label = label;
    this.#side = this.#sides.get(label)!;
    this.#standing.start.set(p);
    return this.#finite ? this.#marginAt(p) : Number.NaN;
  }

  /** Starts of all points: a draw from the unit ball of R^d each and a restart, as the net sees it. */
  drawAll(count: number, random: Random): void {
    const { network, ambient, factored } = this.#span;
    const units = this.#starts.map(() => matrix(count, network.weights.columns));
    this.#allSquares = this.#starts.map(() => new Float64Array(count));
    const unit = new Float64Array(network.weights.columns);
    for (let i = 0; i < count; i++) {
      const key = random.at(i);
      for (let restart = 0; restart < units.length; restart++) {
        l2.draw(unit, 1, ambient, key);
        units[restart]!.data.set(unit, i * unit.length);
        this.#allSquares[restart]![i] = dot(unit, unit);
      }
    }
    // The last coordinate of a weight is zero.
    this.#allStarts = units.map((drawn) => timesFactor(drawn, { ...factored, factor: network.weights }));
  }

  /** Those of point i. */
  startAt(i: number): void {
    for (let restart = 0; restart < this.#starts.length; restart++) {
      const start = this.#starts[restart]!;
      const { data } = this.#allStarts[restart]!;
      for (let r = 0, from = i * start.length; r < start.length; r++) start[r] = data[from + r]!;
      this.#squares[restart] = this.#allSquares[restart]![i]!;
    }
  }

  /** Descend within this radius from each start until one flips the point. */
  readonly attempt = (radius: number): number => {
    const { moved, trail, slopes, pull, state } = this.#standing;
    const { field, slopes: first, pull: firstPull } = this.#side;
    const alpha = (this.#stepScale * radius) / this.#steps;
    for (let restart = 0; restart < this.#starts.length; restart++) {
      const start = this.#starts[restart]!;
      for (let r = 0; r < start.length; r++) {
        moved[r] = radius * start[r]!;
        trail[r] = 0;
        slopes[r] = first[r]!;
        pull[r] = firstPull[r]!;
      }
      state[0] = radius * radius * this.#squares[restart]!;
      state[1] = 1;
      state[2] = 0;
      if ('sides' in field) this.#kernel.descendSmooth(field, this.#standing, radius, alpha, this.#steps);
      else this.#kernel.descend(field, this.#standing, radius, alpha, this.#steps, false);
      if (state[3]! > 0) continue;
      const size = this.#judge(restart, radius);
      if (size < Infinity) return size;
    }
    return Infinity;
  };

  /** ‖δ‖ if δ, projected into the ball, flips the point; its pre-activations and norm from its coefficients alone. */
  #judge(restart: number, radius: number): number {
    const { start, trail, slopes, state } = this.#standing;
    const far = this.#far;
    const q = this.#coefficients;
    const width = start.length;
    const share = state[1]! * radius;
    const begin = this.#starts[restart]!;
    for (let r = 0; r < begin.length; r++) {
      far[r] = share * begin[r]!;
      q[r] = state[1]! * trail[r]! + state[2]! * slopes[r]!;
    }
    this.#kernel.combine(this.#side.field, q, far);
    // ‖u + Wᵀq‖² = ‖u‖² + ⟨q, W u⟩ + ⟨q, W (u + Wᵀq)⟩.
    let squared = share * share * this.#squares[restart]!;
    for (let s = 0; s < begin.length; s++) squared += q[s]! * (share * begin[s]! + far[s]!);
    const size = Math.sqrt(Math.max(0, squared));
    const inside = size > radius ? (radius / size) * justInside : 1;
    for (let r = 0; r < width; r++) far[r] = start[r]! + inside * far[r]!;
    return this.#marginAt(far) <= 0 ? inside * size : Infinity;
  }

  #marginAt(z: Float64Array): number {
    for (let r = 0; r < this.#hidden.length; r++) this.#hidden[r] = Math.max(0, z[r]!);
    return this.#label * score(this.#span.network.readout, this.#hidden);
  }
}

/** A label's outputs, and a pattern to start from: all own neurons on (linear read-out), none (others). */
interface Side {
  readonly field: Field | SmoothField;
  readonly slopes: Float64Array;
  readonly pull: Float64Array;
}

function sideOf(
  { network }: Span,
  label: number,
  products: Float64Array,
  stride: number,
  floats: (length: number) => Float64Array,
): Side {
  const { readout } = network;
  const width = network.biases.length;
  const none = floats(stride);
  const shared = { gram: products, width, stride };
  if (readout.kind === 'lse') {
    const { classes, size } = readout;
    const sides = floats(classes.length + (classes.length & 1));
    sides.set(classes.map((side) => label * side));
    return { field: { ...shared, sides, size }, slopes: none, pull: none };
  }
  const outputs = floats(stride);
  if (readout.kind === 'linear') {
    const slopes = new Float64Array(stride);
    const [ownPull, allPull] = [floats(stride), floats(stride)];
    readout.outputs.forEach((output, r) => {
      const slope = label * output;
      outputs[r] = slope;
      if (slope > 0) slopes[r] = slope;
      for (let s = 0; s < width; s++) {
        const part = slope * products[r * stride + s]!;
        allPull[s]! += part;
        if (slope > 0) ownPull[s]! += part;
      }
    });
    return { field: { ...shared, outputs, size: 0, ownPull, allPull }, slopes, pull: ownPull };
  }
  if (readout.kind === 'argmax') {
    throw new BadInput({ expected: 'a linear, max or lse read-out', got: 'argmax over classes' });
  }
  const { classes, size } = readout;
  for (let r = 0; r < width; r++) outputs[r] = (label * classes[Math.floor(r / size)]!) / size;
  return { field: { ...shared, outputs, size, ownPull: none, allPull: none }, slopes: none, pull: none };
}
