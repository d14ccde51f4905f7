/**
 * Square, for vectors: random search that sees scores alone. A query changes a random block of h = p d coordinates and
 * keeps the change where the margin is lower; p = 0.8, halved after 10, 50, 200, 500, 1000, 2000, 4000, 6000 and 8000
 * queries; 5000 queries. Source: Andriushchenko, Croce, Flammarion & Hein, ECCV 2020 (arXiv 1912.00049), Algorithms 1–3.
 * ℓ∞: signs ±ε anew on the block. ℓ2 and ℓ1: mass of a second block, and what of the budget is unused, goes to the first,
 * whose direction is drawn about its old one. Coordinates of a vector have no neighbours, so blocks are subsets, not
 * squares, and signs differ within a block; the share that moves is drawn too, since the squares of an image shrink to a
 * pixel of thousands and coordinates of a short vector do not.
 */
import { BadInput, dot, row, score, type Random } from '@marginalia/core';
import type { Attack } from './attack.js';
import type { Ball } from './ball.js';
import { confine } from './box.js';
import { marginAt, displaced, type Target } from './target.js';

export interface SquareOptions {
  readonly queries?: number;
  /** p at first. */
  readonly share?: number;
}

const halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

export function square({ queries = 5000, share = 0.8 }: SquareOptions = {}): Attack {
  return {
    name: 'square',
    balls: ['l2', 'linf', 'l1'],
    propose(target, ball, radius, key) {
      const dimension = target.input.length;
      if (target.ambient !== dimension) {
        throw new BadInput({
          expected: 'a point in the coordinates of its data for square, which changes them in blocks',
          got: `${dimension} span coordinates of R^${target.ambient}`,
          try: 'an attack that follows gradients, or the net itself',
        });
      }
      const random = key.stream('square');
      let delta = confine(target, ball, firstOf(ball, dimension, radius, random), radius);
      const scores = new Scores(target);
      let margin = scores.settle(delta);
      const order = Int32Array.from({ length: dimension }, (_, l) => l);
      for (let query = 1; query < queries && margin > 0; query++) {
        const p = share / 2 ** halvings.filter((at) => query > at).length;
        const size = Math.min(dimension, Math.max(1, Math.round(p * dimension)));
        const moved = confine(target, ball, proposal(ball, delta, radius, { order, size, random }), radius);
        const found = scores.moved(delta, moved);
        if (!(found < margin)) continue;
        delta = moved;
        margin = scores.settle(delta);
      }
      return marginAt(target, delta) <= marginAt(target, new Float64Array(dimension))
        ? delta
        : new Float64Array(dimension);
    },
  };
}

interface Draw {
  /** A permutation of the coordinates, shuffled as far as it is needed. */
  readonly order: Int32Array;
  /** Coordinates of a block. */
  readonly size: number;
  readonly random: Random;
}

/** On the sphere of the ball: a corner for ℓ∞, a uniform direction for the others. */
function firstOf(ball: Ball, dimension: number, radius: number, random: Random): Float64Array {
  const delta = ball.draw(new Float64Array(dimension), radius, dimension, random);
  if (ball.name === 'linf') return delta.map((value) => (value < 0 ? -radius : radius));
  const size = ball.size(delta);
  return size > 0 ? delta.map((value) => (radius / size) * value) : delta;
}

function proposal(ball: Ball, delta: Float64Array, radius: number, draw: Draw): Float64Array {
  const { order, random } = draw;
  const moved = delta.slice();
  const twice = ball.name === 'linf' ? draw.size : Math.min(order.length, 2 * draw.size);
  for (let i = 0; i < twice; i++) {
    const j = i + random.integer(order.length - i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  if (ball.name === 'linf') {
    for (let i = 0; i < twice; i++) moved[order[i]!] = random.uniform() < 0.5 ? -radius : radius;
    return moved;
  }
  const first = order.subarray(0, Math.max(1, Math.ceil(twice / 2)));
  const second = order.subarray(first.length, twice);
  // Masses add: squares for ℓ2, sizes for ℓ1.
  const power = ball.name === 'l2' ? 2 : 1;
  const mass = (of: Float64Array, at: Int32Array): number =>
    at.reduce((sum, l) => sum + Math.abs(of[l]!) ** power, 0);
  const share = random.uniform();
  const total = radius ** power - mass(delta, order);
  const budget = Math.max(0, total) + mass(delta, first) + share * mass(delta, second);
  const held = mass(delta, first);
  const scale = held > 0 ? 1 / (power === 2 ? Math.sqrt(held) : held) : 0;
  const spread = random.uniform() / first.length;
  for (const l of first) moved[l] = scale * delta[l]! + spread * first.length * random.gaussian();
  const drawn = mass(moved, first);
  const factor = drawn > 0 ? (power === 2 ? Math.sqrt(budget / drawn) : budget / drawn) : 0;
  for (const l of first) moved[l]! *= factor;
  const kept = power === 2 ? Math.sqrt(1 - share) : 1 - share;
  for (const l of second) moved[l]! *= kept;
  return moved;
}

/** Margins by pre-activations: a query costs M times what it changes; kept iterates are computed anew. */
class Scores {
  readonly #target: Target;
  readonly #p: Float64Array;
  readonly #hidden: Float64Array;

  constructor(target: Target) {
    this.#target = target;
    this.#p = new Float64Array(target.network.biases.length);
    this.#hidden = new Float64Array(target.network.biases.length);
  }

  settle(delta: Float64Array): number {
    const { network, input } = this.#target;
    const x = displaced(input, delta);
    for (let r = 0; r < this.#p.length; r++) {
      this.#p[r] = dot(row(network.weights, r), x) + network.biases[r]!;
    }
    return this.#margin(this.#p);
  }

  moved(from: Float64Array, to: Float64Array): number {
    const { weights } = this.#target.network;
    const p = this.#p.slice();
    for (let l = 0; l < to.length; l++) {
      const step = to[l]! - from[l]!;
      if (step === 0) continue;
      for (let r = 0; r < p.length; r++) p[r]! += step * weights.data[r * weights.columns + l]!;
    }
    return this.#margin(p);
  }

  #margin(p: Float64Array): number {
    for (let r = 0; r < p.length; r++) this.#hidden[r] = Math.max(0, p[r]!);
    return this.#target.label * score(this.#target.network.readout, this.#hidden);
  }
}
