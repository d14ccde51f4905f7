/**
 * The contests of a net whose read-out is over groups, at a level: the point lies in the set where some rival group's
 * score, and the level, reaches all the own groups'. Against the own group that is on top at the point alone, the contest
 * with each rival group bounds the distance from below; the nearest of these displacements is the nearest of the set if
 * the other own groups stay below there.
 */
import { matrix, row, type GroupReadout, type Matrix } from '@marginalia/core';
import { contestOf } from './contest.js';
import { Settling, type Settlement } from './settle.js';

export type Standoff =
  | 'settled'
  | Exclude<Settlement, 'settled'>
  /** The displacement that is nearest for the top group of the label leaves another group of it on top. */
  | 'outdone'
  /** More convex programs than the budget. */
  | 'budget';

export class GroupContests {
  readonly #weights: Matrix;
  readonly #products: Float64Array;
  readonly #readout: GroupReadout;
  readonly #level: (label: number) => number;
  readonly #settlings = new Map<number, Settling>();
  readonly #absorbed: Float64Array;
  readonly #coefficients: Float64Array;
  readonly #unit: number;
  /** Where the last search ended: the top own group, the nearest rival, and the convex programs solved. */
  top = -1;
  nearest = -1;
  programs = 0;

  constructor(
    weights: Matrix,
    products: Float64Array,
    readout: GroupReadout,
    level: (label: number) => number,
  ) {
    this.#weights = weights;
    this.#products = products;
    this.#readout = readout;
    this.#level = level;
    this.#absorbed = new Float64Array(2 * readout.size);
    this.#coefficients = new Float64Array(2 * readout.size);
    this.#unit = (2 * readout.size + weights.columns + 8) * 2 ** -53;
  }

  /** For pre-activations p whose top own score is above all rivals' by more than the level. */
  settle(p: Float64Array, label: number, budget: number): Standoff {
    const { classes, size } = this.#readout;
    this.top = -1;
    let highest = 0;
    for (let j = 0; j < classes.length; j++) {
      if (classes[j] !== label) continue;
      let sum = 0;
      for (let r = j * size; r < (j + 1) * size; r++) if (p[r]! > 0) sum += p[r]!;
      if (this.top >= 0 && sum <= highest) continue;
      this.top = j;
      highest = sum;
    }
    this.nearest = -1;
    this.programs = 0;
    let least = Infinity;
    for (let rival = 0; rival < classes.length; rival++) {
      if (classes[rival] === label) continue;
      const settling = this.against(rival);
      for (let r = 0; r < 2 * size; r++) this.#absorbed[r] = p[this.#member(rival, r)]! / size;
      const settlement = settling.settle(this.#absorbed);
      if (settlement !== 'settled') return settlement;
      this.programs += settling.programs;
      if (settling.radius < least) {
        least = settling.radius;
        this.nearest = rival;
      }
    }
    if (this.programs > budget) return 'budget';
    return this.nearest >= 0 && this.#staysOnTop(p, label) ? 'settled' : 'outdone';
  }

  /** The contest of the top group with a rival. */
  against(rival: number): Settling {
    const { classes, size } = this.#readout;
    const pair = this.top * classes.length + rival;
    const known = this.#settlings.get(pair);
    if (known) return known;
    const width = this.#weights.rows;
    const vectors = matrix(2 * size, this.#weights.columns);
    const block = new Float64Array(4 * size * size);
    for (let r = 0; r < 2 * size; r++) {
      const member = this.#member(rival, r);
      row(vectors, r).set(row(this.#weights, member).map((value) => value / size));
      for (let s = 0; s < 2 * size; s++) {
        block[r * 2 * size + s] = this.#products[member * width + this.#member(rival, s)]! / (size * size);
      }
    }
    const sides = Float64Array.from({ length: 2 * size }, (_, r) => (r < size ? 1 : -1));
    const settling = new Settling(contestOf(vectors, block, sides, this.#level(classes[this.top]!)));
    this.#settlings.set(pair, settling);
    return settling;
  }

  /** W δ of the displacement that settled the contest with a rival. */
  moved(rival: number, into: Float64Array): void {
    const scale = -this.against(rival).scale / this.#readout.size;
    this.#recall(rival);
    for (let r = 0; r < into.length; r++) into[r] = scale * this.#pull(rival, r);
  }

  /** The net's number of neuron r of the contest with a rival. */
  #member(rival: number, r: number): number {
    const { size } = this.#readout;
    return r < size ? this.top * size + r : rival * size + r - size;
  }

  #recall(rival: number): void {
    const settling = this.against(rival);
    for (let s = 0; s < this.#coefficients.length; s++) this.#coefficients[s] = settling.coefficient(s);
  }

  /** ⟨w_r, v⟩ · size for the v that was recalled. */
  #pull(rival: number, r: number): number {
    const width = this.#weights.rows;
    let pull = 0;
    for (let s = 0; s < this.#coefficients.length; s++) {
      pull += this.#coefficients[s]! * this.#products[r * width + this.#member(rival, s)]!;
    }
    return pull;
  }

  /** Do the own groups but the top one stay below the nearest rival, and the level, where it draws level with the top? */
  #staysOnTop(p: Float64Array, label: number): boolean {
    const { classes, size } = this.#readout;
    const width = this.#weights.rows;
    const { scale, gross } = this.against(this.nearest);
    this.#recall(this.nearest);
    const at = (group: number, lean: number): number => {
      let sum = 0;
      for (let r = group * size; r < (group + 1) * size; r++) {
        // As in the contest, where weights are divided by the size of a group.
        const z = (p[r]! - (scale * this.#pull(this.nearest, r)) / size) / size;
        const length = Math.sqrt(this.#products[r * width + r]!) / size;
        const error = this.#unit * (Math.abs(p[r]!) / size + scale * gross * length);
        sum += Math.max(0, z + lean * error);
      }
      return sum;
    };
    const reach = at(this.nearest, -1) + this.#level(label);
    for (let j = 0; j < classes.length; j++) {
      if (classes[j] === label && j !== this.top && at(j, 1) > reach) return false;
    }
    return true;
  }
}
