/** Can any choice of biases make averaged weights robust? */
import type { Matrix } from '@marginalia/core';
import type { SeenPoints } from './measure-radii.js';

export interface AnyBias {
  /** Largest accuracy under the universal attack, over biases with clean accuracy ≥ .6; NaN when there are none. */
  readonly anyBiasAccuracy: number;
  /** The same over all biases. */
  readonly anyBiasUnconditioned: number;
}

/** Biases tried for each sign, in units of the mean own-class pre-activation. */
const grid = [-1.5, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.5];

/**
 * Accuracy of f with the trained weights and biases (b_+, b_−) at x and at x − y δ z/‖z‖, over the grid. `shifts` is
 * W z/‖z‖ times the size δ of the attack (length M, positive neurons first). An attack's accuracy bounds robust
 * accuracy from above, so the maximum over biases does too. The clean accuracy of the condition weighs both classes
 * alike: a constant classifier then has ½ on any sample, not the share of its class.
 */
export function anyBias({ products, labels }: SeenPoints, shifts: Float64Array): AnyBias {
  const width = shifts.length;
  const count = labels.length;
  let own = 0;
  for (let i = 0; i < count; i++) {
    for (let r = 0; r < width; r++) {
      if (labels[i]! > 0 === r < width / 2) own += products.data[i * width + r]!;
    }
  }
  const unit = own / (count * (width / 2));
  const sizes = {
    positive: labels.filter((label) => label > 0).length,
    negative: labels.filter((label) => label < 0).length,
  };

  // f = F_+(b_+) − F_−(b_−): each half for each of its biases once, at x and at the moved point.
  const half = (from: number): Half[] =>
    grid.map((bias) => halfScores(products, labels, shifts, from, bias * unit));
  const positives = half(0);
  const negatives = half(width / 2);

  let conditioned = Number.NaN;
  let unconditioned = 0;
  for (const positive of positives) {
    for (const negative of negatives) {
      let clean = 0;
      let cleanPositive = 0;
      let attacked = 0;
      for (let i = 0; i < count; i++) {
        const label = labels[i]!;
        if (label * (positive.still[i]! - negative.still[i]!) > 0) {
          clean++;
          if (label > 0) cleanPositive++;
          if (label * (positive.moved[i]! - negative.moved[i]!) > 0) attacked++;
        }
      }
      unconditioned = Math.max(unconditioned, attacked / count);
      const balanced = (cleanPositive / sizes.positive + (clean - cleanPositive) / sizes.negative) / 2;
      // Not Math.max: nothing has met the condition while it is NaN.
      if (balanced >= 0.6 && !(conditioned >= attacked / count)) conditioned = attacked / count;
    }
  }
  return { anyBiasAccuracy: conditioned, anyBiasUnconditioned: unconditioned };
}

/** Σ_r max(p_r + b, 0) over the neurons of one sign, at each point and at the point moved against its label. */
interface Half {
  readonly still: Float64Array;
  readonly moved: Float64Array;
}

function halfScores(
  products: Matrix,
  labels: Int8Array,
  shifts: Float64Array,
  from: number,
  bias: number,
): Half {
  const width = shifts.length;
  const still = new Float64Array(labels.length);
  const moved = new Float64Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    for (let r = from; r < from + width / 2; r++) {
      const p = products.data[i * width + r]! + bias;
      still[i]! += Math.max(0, p);
      moved[i]! += Math.max(0, p - labels[i]! * shifts[r]!);
    }
  }
  return { still, moved };
}
