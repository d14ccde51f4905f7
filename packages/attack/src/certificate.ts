/**
 * Lipschitz certificates: R(x) ≥ y f(x) / β for any β with |f(x) − f(x')| ≤ β ‖x − x'‖.
 * Source: Sokolić, Giryes, Sapiro & Rodrigues 2017; talk, "Margin maximization and Robustness".
 */
import { duels, matrix, norm, row, timesTransposed, type Matrix, type Network } from '@marginalia/core';
import { l2, type Ball } from './ball.js';

/** Neurons up to which the sign patterns of the half-sum bound are enumerated (2^{M−1} of them). */
const enumerable = 14;

/**
 * A Lipschitz constant β of f in the norm of the ball, the least of the bounds at hand.
 * Linear read-out: Σ_r |a_r| ‖w_r‖_*; and in ℓ2, since ∇f = ½ Σ a_r w_r + ½ Σ ±a_r w_r,
 * β ≤ ½‖Σ a_r w_r‖ + ½ max_± ‖Σ ± a_r w_r‖, the maximum enumerated for few neurons and bounded by
 * √Σ_rs |⟨a_r w_r, a_s w_s⟩| otherwise. Group read-outs: a max (or lse) of β-Lipschitz scores is β-Lipschitz, and
 * the two sides add.
 */
export function lipschitzConstant(network: Network, ball: Ball): number {
  const { readout, weights } = network;
  const norms = Float64Array.from({ length: weights.rows }, (_, r) => ball.dual(row(weights, r)));
  if (readout.kind === 'argmax') {
    return Math.max(
      ...duels(readout).map((outputs) =>
        lipschitzConstant({ ...network, readout: { kind: 'linear', outputs } }, ball),
      ),
    );
  }
  if (readout.kind !== 'linear') {
    const groups = Array.from(readout.classes, (side, j) => {
      let sum = 0;
      for (let r = j * readout.size; r < (j + 1) * readout.size; r++) sum += norms[r]! / readout.size;
      return { side, sum };
    });
    const worst = (side: number): number =>
      Math.max(...groups.filter((group) => group.side === side).map((group) => group.sum));
    return worst(1) + worst(-1);
  }
  const triangle = norms.reduce((sum, size, r) => sum + Math.abs(readout.outputs[r]!) * size, 0);
  return ball.name === 'l2' ? Math.min(triangle, halfSum(weights, readout.outputs)) : triangle;
}

/**
 * ½‖Σ c_r w_r‖_* + ½ max_± ‖Σ ± c_r w_r‖_*, the maximum enumerated or bounded through the Gram matrix in ℓ2, and by
 * Σ |c_r| ‖w_r‖_* in the other norms.
 */
export function halfSumConstant(weights: Matrix, coefficients: Float64Array, ball: Ball): number {
  if (ball.name === 'l2') return halfSum(weights, coefficients);
  const sum = new Float64Array(weights.columns);
  let triangle = 0;
  for (let r = 0; r < weights.rows; r++) {
    const line = row(weights, r);
    triangle += Math.abs(coefficients[r]!) * ball.dual(line);
    for (let l = 0; l < sum.length; l++) sum[l]! += coefficients[r]! * line[l]!;
  }
  return (ball.dual(sum) + triangle) / 2;
}

/**
 * ½‖Σ a_r w_r‖ + ½ max_± ‖Σ ± a_r w_r‖ in ℓ2: the maximum through the Gram matrix of the a_r w_r, the plain sum itself,
 * which may cancel. Scaled by the largest entry, so that no square leaves the range of floating point.
 */
function halfSum(given: Matrix, outputs: Float64Array): number {
  const width = outputs.length;
  const scaled = matrix(width, given.columns, given.data.slice());
  for (let r = 0; r < width; r++) {
    const weights = row(scaled, r);
    for (let l = 0; l < weights.length; l++) weights[l]! *= outputs[r]!;
  }
  const top = l2.size(scaled.data);
  if (!(top > 0)) return top;
  const sum = new Float64Array(scaled.columns);
  scaled.data.forEach((value, at) => {
    scaled.data[at] = value / top;
    sum[at % scaled.columns]! += value / top;
  });
  const products = timesTransposed(scaled, scaled).data;
  const quadratic = (sign: (r: number) => number): number => {
    let sum = 0;
    for (let r = 0; r < width; r++) {
      for (let s = 0; s < width; s++) sum += sign(r) * sign(s) * products[r * width + s]!;
    }
    return Math.sqrt(Math.max(0, sum));
  };
  let worst = 0;
  if (width <= enumerable) {
    for (let pattern = 0; pattern < 2 ** (width - 1); pattern++) {
      worst = Math.max(
        worst,
        quadratic((r) => ((pattern >> r) & 1 ? -1 : 1)),
      );
    }
  } else {
    // max_± εᵀ G ε ≤ Σ |G_rs|.
    worst = Math.sqrt(products.reduce((sum, value) => sum + Math.abs(value), 0));
  }
  return (top * (norm(sum) + worst)) / 2;
}

/** The certified radius max(0, margin) / β less a rounding allowance; Infinity when β = 0 < margin, 0 when either is NaN. */
export function certifiedRadius(margin: number, lipschitz: number): number {
  if (!(margin > 0)) return 0;
  if (Number.isNaN(lipschitz)) return 0;
  return lipschitz > 0 ? (margin / lipschitz) * (1 - 1e-12) : Infinity;
}
