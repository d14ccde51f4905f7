/**
 * What certificates bound: forms Σ_r c_r φ(p_r + ⟨w_r, δ⟩) over balls of δ. A margin is one form (linear), the least of
 * several (argmax: V_own − V_j for each rival; max: the label's top group at the point against each rival group), or
 * lse of forms less lse of forms.
 */
import { duels, exp, groupScore, hidden, log, row, type GroupReadout, type Matrix } from '@marginalia/core';
import type { Ball } from '../ball.js';
import type { Target } from '../target.js';

export interface Form {
  /** c_r, M. */
  readonly coefficients: Float64Array;
  readonly layer: Bounded;
}

/** What a ball's certificates need to know of a layer at a point. */
export interface Bounded {
  readonly weights: Matrix;
  readonly ball: Ball;
  /** p_r at the point. */
  readonly p: Float64Array;
  /** Σ_l |w_rl x_l| + |b_r|: what rounding of p_r is relative to. */
  readonly gross: Float64Array;
  /** ‖w_r‖_*, rounded up. */
  readonly sizes: Float64Array;
  /**
   * (M + d + 16) · 2^−52: twice a unit roundoff for each operation of the longest chain of sums and products that a
   * bound is made of, so that its relative error stays below by a factor of two (Higham 2002, §3.1), and room for a few more.
   */
  readonly unit: number;
  /**
   * The same for √Σ ±⟨c_r w_r, c_s w_s⟩ over pairs of neurons, relative to the largest over all signs, whose square is at
   * least the trace and so at least 1/M of the sum of sizes.
   */
  readonly pairUnit: number;
}

/** A lower bound of a form over ‖δ‖ ≤ radius, but for rounding. Made once a form, asked at many radii. */
export type Bound = (form: Form) => (radius: number) => number;

/** A sum of positive numbers that stays in the range of normal ones: nothing below tells a sign. */
const tiny = 2 ** -960;

/** Is the margin of the target positive throughout ‖δ‖ ≤ radius? One function a set of forms: all must say yes. */
export type Holds = (radius: number) => boolean;

export function boundedAt({ network, input }: Target, ball: Ball): Bounded {
  const { weights, biases } = network;
  const [width, dimension] = [weights.rows, weights.columns];
  const unit = (width + dimension + 16) * 2 ** -52;
  const p = new Float64Array(width);
  const gross = new Float64Array(width);
  const sizes = new Float64Array(width);
  for (let r = 0; r < width; r++) {
    const line = row(weights, r);
    let sum = 0;
    let size = Math.abs(biases[r]!);
    for (let l = 0; l < dimension; l++) {
      sum += line[l]! * input[l]!;
      size += Math.abs(line[l]! * input[l]!);
    }
    p[r] = sum + biases[r]!;
    gross[r] = size;
    sizes[r] = ball.dual(line) * (1 + unit);
  }
  const pairUnit = (width * (width * Math.min(width, 16) + dimension) + 16) * 2 ** -52;
  return { weights, ball, p, gross, sizes, unit, pairUnit };
}

/** The questions whose answers must all be yes for a ball to be certified. */
export function holdings({ network, input, label }: Target, layer: Bounded, boundOf: Bound): Holds[] {
  const { readout } = network;
  const width = network.biases.length;
  const positive = (coefficients: Float64Array): Holds => {
    const floor = floorOf({ coefficients, layer }, boundOf);
    return (radius) => floor(radius) > tiny;
  };
  if (readout.kind === 'linear') return [positive(readout.outputs.map((output) => label * output))];
  if (readout.kind === 'argmax') {
    return duels(readout).map((outputs) => positive(outputs.map((output) => label * output)));
  }
  const share = (group: number, sign: number): Float64Array =>
    new Float64Array(width).fill(sign / readout.size, group * readout.size, (group + 1) * readout.size);
  const side = (own: boolean): number[] =>
    Array.from(readout.classes.keys()).filter((j) => (readout.classes[j] === label) === own);
  if (readout.kind === 'max') {
    const top = topGroup(readout, hidden(network, input, new Float64Array(width)), side(true));
    return side(false).map((rival) => {
      const coefficients = share(top, 1);
      share(rival, -1).forEach((value, r) => (coefficients[r]! += value));
      return positive(coefficients);
    });
  }
  const floors = (own: boolean): ((radius: number) => number)[] =>
    side(own).map((group) => floorOf({ coefficients: share(group, own ? 1 : -1), layer }, boundOf));
  const [owns, rivals] = [floors(true), floors(false)];
  return [
    (radius) => {
      const low = logSumExp(owns.map((floor) => floor(radius)));
      const high = logSumExp(rivals.map((floor) => -floor(radius)));
      // Of exp, log and the sum, relative to what goes in; `elementary` is faithful to two units.
      const rounding = layer.unit * (Math.abs(low) + Math.abs(high) + 8 * (1 + readout.classes.length));
      return low - high > rounding + tiny;
    },
  ];
}

/** The bound less what rounding can have added to it: no sum in it has terms beyond Σ |c| (gross + radius ‖w‖_*). */
function floorOf(form: Form, boundOf: Bound): (radius: number) => number {
  const { coefficients, layer } = form;
  let [still, moving] = [0, 0];
  coefficients.forEach((coefficient, r) => {
    still += Math.abs(coefficient) * layer.gross[r]!;
    moving += Math.abs(coefficient) * layer.sizes[r]!;
  });
  const bound = boundOf(form);
  return (radius) => bound(radius) - 4 * layer.unit * (still + radius * moving);
}

function topGroup(readout: GroupReadout, activations: Float64Array, groups: readonly number[]): number {
  return groups.reduce((best, group) =>
    groupScore(readout, activations, group) > groupScore(readout, activations, best) ? group : best,
  );
}

function logSumExp(values: readonly number[]): number {
  const top = Math.max(...values);
  if (!Number.isFinite(top)) return top;
  return top + log(values.reduce((sum, value) => sum + exp(value - top), 0));
}
