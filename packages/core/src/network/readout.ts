/**
 * Read-outs: what makes a signed score of hidden activations h = φ(p) ∈ R^M. A network is a layer and a read-out;
 * the sign of the score is the predicted class.
 */
import { exp, log } from '../elementary.js';
import { dot, row, type Matrix } from '../matrix.js';

export type Readout = LinearReadout | GroupReadout | ArgmaxReadout;

/** f = ⟨a, h⟩: the two-layer net. `sum` of a multi-class net is of this kind. */
export interface LinearReadout {
  readonly kind: 'linear';
  /** a ∈ R^M. */
  readonly outputs: Float64Array;
}

/**
 * max or log-sum-exp over the positive classes' scores minus the same over the negative ones',
 * with class scores f_j = mean of h over the group of neurons j (neurons j·size … (j+1)·size − 1).
 */
export interface GroupReadout {
  readonly kind: 'max' | 'lse';
  /** y_j ∈ {−1, +1} of each group. */
  readonly classes: Int8Array;
  /** Neurons a group. */
  readonly size: number;
}

/**
 * f = f_own − max_{j ≠ own} f_j with class scores f_j = ⟨V_j, h⟩: the margin of an argmax classifier at a point of class
 * `own`, positive where it is right. The label of such a point is +1.
 */
export interface ArgmaxReadout {
  readonly kind: 'argmax';
  /** V: C × M, C ≥ 2. */
  readonly outputs: Matrix;
  /** The class of the point, 0 … C − 1. */
  readonly own: number;
}

export function score(readout: Readout, hidden: Float64Array): number {
  if (readout.kind === 'argmax') {
    return (
      dot(row(readout.outputs, readout.own), hidden) -
      dot(row(readout.outputs, foremostRival(readout, hidden)), hidden)
    );
  }
  if (readout.kind === 'linear') {
    let sum = 0;
    for (let r = 0; r < hidden.length; r++) sum += readout.outputs[r]! * hidden[r]!;
    return sum;
  }
  return aggregate(readout, hidden, 1) - aggregate(readout, hidden, -1);
}

/** f_j, the mean activation of group j. */
export function groupScore(readout: GroupReadout, hidden: Float64Array, group: number): number {
  let sum = 0;
  for (let r = group * readout.size; r < (group + 1) * readout.size; r++) sum += hidden[r]!;
  return sum / readout.size;
}

/** V_own − V_j of every rival j: the point is flipped where one of these linear read-outs is ≤ 0. */
export function duels({ outputs, own }: ArgmaxReadout): Float64Array[] {
  const mine = row(outputs, own);
  return Array.from({ length: outputs.rows }, (_, j) => j)
    .filter((j) => j !== own)
    .map((j) => {
      const rival = row(outputs, j);
      return mine.map((value, r) => value - rival[r]!);
    });
}

/** argmax_{j ≠ own} f_j, the first of the tied. */
export function foremostRival({ outputs, own }: ArgmaxReadout, hidden: Float64Array): number {
  let best = -1;
  let top = -Infinity;
  for (let j = 0; j < outputs.rows; j++) {
    if (j === own) continue;
    const value = dot(row(outputs, j), hidden);
    if (best < 0 || value > top) [best, top] = [j, value];
  }
  return best;
}

function aggregate(readout: GroupReadout, hidden: Float64Array, side: number): number {
  let top = -Infinity;
  for (let j = 0; j < readout.classes.length; j++) {
    if (readout.classes[j] === side) top = Math.max(top, groupScore(readout, hidden, j));
  }
  if (readout.kind === 'max') return top;
  let sum = 0;
  for (let j = 0; j < readout.classes.length; j++) {
    if (readout.classes[j] === side) sum += exp(groupScore(readout, hidden, j) - top);
  }
  return top + log(sum);
}

/** ∂f/∂h into `into` (length M). At ties of a max the first of the tied groups counts. */
export function scoreGradient(readout: Readout, hidden: Float64Array, into: Float64Array): Float64Array {
  if (readout.kind === 'argmax') {
    const own = row(readout.outputs, readout.own);
    const rival = row(readout.outputs, foremostRival(readout, hidden));
    for (let r = 0; r < into.length; r++) into[r] = own[r]! - rival[r]!;
    return into;
  }
  if (readout.kind === 'linear') {
    into.set(readout.outputs);
    return into;
  }
  into.fill(0);
  for (const side of [1, -1]) {
    const total = aggregate(readout, hidden, side);
    let taken = false;
    for (let j = 0; j < readout.classes.length; j++) {
      if (readout.classes[j] !== side) continue;
      const value = groupScore(readout, hidden, j);
      const share = readout.kind === 'lse' ? exp(value - total) : !taken && value === total ? 1 : 0;
      if (share > 0) taken = true;
      for (let r = j * readout.size; r < (j + 1) * readout.size; r++) into[r] = (side * share) / readout.size;
    }
  }
  return into;
}
