/**
 * Read-outs: what makes a signed score of hidden activations h = φ(p) ∈ R^M. A network is a layer and a read-out;
 * the sign of the score is the predicted class.
 */
import { exp, log } from '../elementary.js';

export type Readout = LinearReadout | GroupReadout;

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

export function score(readout: Readout, hidden: Float64Array): number {
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
