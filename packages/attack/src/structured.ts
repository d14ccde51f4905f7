/**
 * The structured attack: along −Σ_own |a_r| w_r + b Σ_S |a_r| w_r for sets S of rival neurons, whether they are on at x or
 * not. A gradient does not see a rival that is off; where all of a class must be switched on at once, descent is masked
 * and this is not. S in the order of the exact radius: all rivals, then each alone; own neurons: those on at x, then all;
 * b on a grid, refined about the best. Along each direction the first flip is found exactly.
 * Derivation: {y f ≤ 0} = ∪_S {Σ_own |a_r| φ(p_r) ≤ Σ_S |a_r| p_r}, whose normal where all own neurons are on is b = 1.
 */
import { dot, duels, row, type Readout } from '@marginalia/core';
import { nearestFlip, type Attack } from './attack.js';
import type { Ball } from './ball.js';
import { confine } from './box.js';
import { firstCrossing } from './ray.js';
import { shortened } from './shorten.js';
import { marginAt, type Target } from './target.js';

/** Weights of the own and of the rival neurons in one contest, ≥ 0 (M each). */
interface Sides {
  readonly own: Float64Array;
  /** Sets S: all first, then each neuron or group alone. */
  readonly sets: readonly Float64Array[];
}

const weightsOfRivals = [0, 0.25, 0.5, 1, 2, 4, 8];
/** Golden-section steps about the best b: 0.618^12 = 0.3 % of its interval. */
const refinements = 12;
const golden = (Math.sqrt(5) - 1) / 2;

export function structured({ singles = 64 }: { readonly singles?: number } = {}): Attack {
  return nearestFlip('structured', ['l2', 'linf', 'l1'], (target, ball, radius) => {
    const along = new Along(target, ball);
    for (const { own, sets } of sidesOf(target)) {
      const lit = own.map((weight, r) => (along.on(r) ? weight : 0));
      for (const set of sets.slice(0, 1 + singles)) {
        for (const mine of same(lit, own) ? [own] : [lit, own]) {
          const sizes = weightsOfRivals.map((b) => along.size(mine, set, b));
          const at = sizes.indexOf(Math.min(...sizes));
          if (sizes[at]! < 1.05 * along.least) along.refine(mine, set, at);
        }
      }
    }
    return along.best ?? confine(target, ball, along.last.slice(), radius);
  });
}

const same = (a: Float64Array, b: Float64Array): boolean => a.every((value, r) => value === b[r]);

/** Flips along directions of one point, and the nearest of them. */
class Along {
  readonly #target: Target;
  readonly #ball: Ball;
  readonly #p: Float64Array;
  best: Float64Array | undefined;
  least = Infinity;
  last: Float64Array;

  constructor(target: Target, ball: Ball) {
    this.#target = target;
    this.#ball = ball;
    const { weights, biases } = target.network;
    this.#p = biases.map((bias, r) => dot(row(weights, r), target.input) + bias);
    this.last = new Float64Array(target.input.length);
  }

  on(r: number): boolean {
    return this.#p[r]! > 0;
  }

  /** The size of the first flip along the direction; Infinity where there is none. */
  size(own: Float64Array, set: Float64Array, b: number): number {
    const { weights } = this.#target.network;
    const direction = new Float64Array(weights.columns);
    for (let r = 0; r < own.length; r++) {
      const weight = b * set[r]! - own[r]!;
      if (weight === 0) continue;
      const line = row(weights, r);
      for (let l = 0; l < direction.length; l++) direction[l]! += weight * line[l]!;
    }
    this.#ball.steepest(direction);
    this.last = direction;
    const t = firstCrossing(this.#target, direction);
    if (!(t < this.least)) return t;
    const far = direction.map((value) => value * t * (1 + 2 ** -20));
    const flip = shortened(this.#target, confine(this.#target, this.#ball, far, Infinity));
    // In a box a direction may be bent into one that does not flip.
    if (!(marginAt(this.#target, flip) <= 0)) return Infinity;
    const size = this.#ball.size(flip);
    if (size < this.least) [this.best, this.least] = [flip, size];
    return size;
  }

  /** Golden section between the neighbours of the best b on the grid. */
  refine(own: Float64Array, set: Float64Array, at: number): void {
    let low = weightsOfRivals[Math.max(0, at - 1)]!;
    let high = weightsOfRivals[Math.min(weightsOfRivals.length - 1, at + 1)]!;
    let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
    let [atLeft, atRight] = [this.size(own, set, left), this.size(own, set, right)];
    for (let i = 0; i < refinements; i++) {
      if (atLeft <= atRight) {
        [high, right, atRight] = [right, left, atLeft];
        left = high - golden * (high - low);
        atLeft = this.size(own, set, left);
      } else {
        [low, left, atLeft] = [left, right, atRight];
        right = low + golden * (high - low);
        atRight = this.size(own, set, right);
      }
    }
  }
}

function sidesOf({ network: { readout, biases }, label }: Target): readonly Sides[] {
  const width = biases.length;
  if (readout.kind === 'argmax') return duels(readout).map((outputs) => linearSides(outputs));
  if (readout.kind === 'linear') return [linearSides(readout.outputs.map((value) => label * value))];
  const group = (chosen: (side: number, j: number) => boolean): Float64Array =>
    Float64Array.from({ length: width }, (_, r) => {
      const j = Math.floor(r / readout.size);
      return j < readout.classes.length && chosen(readout.classes[j]!, j) ? 1 / readout.size : 0;
    });
  const rivals = groupsOf(readout, -label);
  return [
    {
      own: group((side) => side === label),
      sets: [group((side) => side !== label), ...rivals.map((rival) => group((_, j) => j === rival))],
    },
  ];
}

const groupsOf = ({ classes }: Extract<Readout, { kind: 'max' | 'lse' }>, side: number): number[] =>
  Array.from(classes, (_, j) => j).filter((j) => classes[j] === side);

function linearSides(outputs: Float64Array): Sides {
  const all = outputs.map((value) => Math.max(0, -value));
  const singles = Array.from(all, (_, r) => r)
    .filter((r) => all[r]! > 0)
    .map((r) => all.map((value, at) => (at === r ? value : 0)));
  return { own: outputs.map((value) => Math.max(0, value)), sets: [all, ...singles] };
}
