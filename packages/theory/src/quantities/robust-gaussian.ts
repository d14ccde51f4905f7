/**
 * Robust maximum likelihood for y = ±1, x ~ N(yμ*, Σ*), against displacements with E‖δ‖₂² ≤ ε². In the eigenbasis of Σ*:
 *   sup_δ E NLL(x + δ) = min_{λ > 1/s_min} ½ Σ log s_i + ½ Σ s*_i/(s_i − 1/λ) + λε²/2     at μ = μ*,
 * for the inner supremum is a quadratic under one quadratic constraint: δ = (λΣ − I)^{-1}(x − μ), and duality has no gap. Its
 * stationary point in s_i is (s_i − 1/λ)² = s_i s*_i, that in λ is ε² = Σ 1/(λ² s_i):
 *   Σ_r = ½Σ* + λ^{-1}I + √(λ^{-1}Σ* + ¼Σ*²), of eigenvalues (√(1/λ + s*_i/4) + √s*_i/2)².
 * Source: Ilyas et al., NeurIPS 2019, Theorem 2, whose adversary is bounded on average as here (derived above).
 */
import { BadInput, log } from '@marginalia/core';

export interface RobustCovariance {
  /** s_i, in the order of the given eigenvalues of Σ*. */
  readonly eigenvalues: Float64Array;
  /** 1/λ; 0 at ε = 0. */
  readonly inverseMultiplier: number;
}

/** Σ_r at ε ≥ 0, of Σ* with positive eigenvalues. Budget spent grows with 1/λ: found by bisection to the last bit. */
export function robustCovariance(truth: Float64Array, budget: number): RobustCovariance {
  if (
    !truth.every((value) => value > 0 && Number.isFinite(value)) ||
    !(budget >= 0 && Number.isFinite(budget))
  ) {
    throw new BadInput({
      expected: 'positive eigenvalues and a budget ε ≥ 0',
      got: `eigenvalues from ${Math.min(...truth)}, ε = ${budget}`,
    });
  }
  const at = (inverse: number): Float64Array =>
    truth.map((value) => (Math.sqrt(inverse + value / 4) + Math.sqrt(value) / 2) ** 2);
  const spent = (inverse: number): number =>
    at(inverse).reduce((sum, value) => sum + (inverse * inverse) / value, 0);
  let [low, high] = [0, 1];
  while (spent(high) < budget * budget) high *= 2;
  for (let round = 0; round < 1100; round++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (spent(middle) < budget * budget) low = middle;
    else high = middle;
  }
  return { eigenvalues: at(low), inverseMultiplier: low };
}

/**
 * sup over E‖δ‖² ≤ ε² of the mean negative log-likelihood (less ½ log 2π a coordinate) of N(μ* + shift, diag s) on
 * x ~ N(μ*, diag s*), by solving for the adversary: independent of the closed form above.
 */
export function robustLikelihoodLoss(
  truth: Float64Array,
  model: Float64Array,
  shift: Float64Array,
  budget: number,
): number {
  const least = model.reduce((low, value) => Math.min(low, value), Infinity);
  const energy = truth.map((value, i) => value + shift[i]! * shift[i]!);
  // δ_i = v_i/(λ s_i − 1): with λ = 1/(θ s_min), θ ∈ (0, 1), the budget spent grows with θ.
  const gain = (theta: number, i: number): number => (theta * least) / (model[i]! - theta * least);
  const spent = (theta: number): number =>
    energy.reduce((sum, value, i) => sum + value * gain(theta, i) * gain(theta, i), 0);
  let [low, high] = [0, 1];
  for (let round = 0; round < 200; round++) {
    const middle = (low + high) / 2;
    if (spent(middle) < budget * budget) low = middle;
    else high = middle;
  }
  return energy.reduce((sum, value, i) => {
    const reached = value * (1 + gain(low, i)) * (1 + gain(low, i));
    return sum + (log(model[i]!) + reached / model[i]!) / 2;
  }, 0);
}
