/**
 * Certificates by slopes: Σ c φ(p + Wδ) ≥ Σ c φ(p) − β ‖δ‖ for β ≥ ‖∇‖_* throughout the ball.
 * Source: Sokolić, Giryes, Sapiro & Rodrigues 2017; the local one after Hein & Andriushchenko 2017 (arXiv 1705.08475).
 */
import { gram, row, type Matrix } from '@marginalia/core';
import { halfSumConstant } from '../certificate.js';
import type { Bound, Form } from './form.js';
import { largestSingularValue } from './singular-value.js';

/** Σ c φ(p) at the point itself. */
function valueAt({ coefficients, layer }: Form): number {
  return coefficients.reduce((sum, coefficient, r) => sum + coefficient * Math.max(0, layer.p[r]!), 0);
}

/** β = Σ |c_r| ‖w_r‖_* */
export const productBound: Bound = (form) => {
  const value = valueAt(form);
  const slope = productSlope(form);
  return (radius) => value - radius * slope;
};

function productSlope({ coefficients, layer }: Form): number {
  return coefficients.reduce((sum, coefficient, r) => sum + Math.abs(coefficient) * layer.sizes[r]!, 0);
}

/** β = ‖c‖₂ σ_max(W) over the rows with c_r ≠ 0, in ℓ2: ∇ = Wᵀ(c ∘ s) with 0 ≤ s ≤ 1. */
export const spectralBound: Bound = (form) => {
  const { coefficients, layer } = form;
  const value = valueAt(form);
  const rows = Array.from(coefficients.keys()).filter((r) => coefficients[r] !== 0);
  const size = Math.sqrt(coefficients.reduce((sum, coefficient) => sum + coefficient * coefficient, 0));
  const slope = rows.length > 0 ? size * largestSingularValue(layer.weights, rows) * (1 + layer.unit) : 0;
  return (radius) => value - radius * slope;
};

/** β = ½‖Σ c_r w_r‖_* + ½ max_± ‖Σ ±c_r w_r‖_*, the maximum bounded (see `halfSumConstant`). */
export const halfSumBound: Bound = (form) => {
  const value = valueAt(form);
  const slope = halfSumSlope(form);
  return (radius) => value - radius * slope;
};

function halfSumSlope(form: Form): number {
  const { coefficients, layer } = form;
  const half = halfSumConstant(layer.weights, coefficients, layer.ball) * (1 + layer.unit + layer.pairUnit);
  return Math.min(productSlope(form), half);
}

/**
 * β(r) from the neurons that can switch within r alone: |p_r| ≤ r ‖w_r‖_*. With C the others that are on and S those,
 * ∇ = Σ_C c w + Σ_S s c w, 0 ≤ s ≤ 1, so that ‖∇‖_* ≤ ‖Σ_C c w + ½ Σ_S c w‖_* + ½ max_± ‖Σ_S ±c w‖_*. The radius is
 * the fixed point r = Σ c φ(p) / β(r). Never below the half-sum: the lesser slope counts.
 */
export const localBound: Bound = (form) => {
  const { coefficients, layer } = form;
  const { weights, ball, p, gross, sizes, unit, pairUnit } = layer;
  const value = valueAt(form);
  const global = halfSumSlope(form);
  const products = ball.name === 'l2' ? gram(weights) : undefined;
  const centre = new Float64Array(weights.columns);
  return (radius) => {
    centre.fill(0);
    const switching: number[] = [];
    let loose = 0;
    coefficients.forEach((coefficient, r) => {
      if (coefficient === 0) return;
      const steady = Math.abs(p[r]!) - unit * gross[r]! > radius * sizes[r]!;
      if (steady && p[r]! < 0) return;
      const share = steady ? coefficient : coefficient / 2;
      const line = row(weights, r);
      for (let l = 0; l < centre.length; l++) centre[l]! += share * line[l]!;
      if (steady) return;
      switching.push(r);
      loose += Math.abs(coefficient) * sizes[r]!;
    });
    const spread = products
      ? Math.min(loose, crowd(products, coefficients, switching) * (1 + pairUnit))
      : loose;
    return value - radius * Math.min(global, ball.dual(centre) * (1 + unit) + spread / 2);
  };
};

/** max_± ‖Σ_S ±c_r w_r‖ ≤ √Σ_{r,s ∈ S} |c_r c_s ⟨w_r, w_s⟩|, in ℓ2. */
function crowd(products: Matrix, coefficients: Float64Array, among: readonly number[]): number {
  let squared = 0;
  for (const r of among) {
    for (const s of among) {
      squared += Math.abs(coefficients[r]! * coefficients[s]! * products.data[r * products.columns + s]!);
    }
  }
  // Squares that leave the range of float64 bound nothing.
  return squared > 1e-280 ? Math.sqrt(squared) : Infinity;
}
