/**
 * Useful and robustly useful features (Ilyas et al. 2019): f with E f² = 1 is ρ-useful when E[y f] ≥ ρ, and γ-robustly useful
 * when E inf_{‖δ‖ ≤ ε} y f(x + δ) ≥ γ. The robust radius of a feature: the largest ε at which the latter is not negative.
 * Classes are balanced (E y = 0), so that a constant added to f changes neither.
 */
import { meanPositivePart } from './normal.js';

/** √(d/k) of the averaged feature a = Σ y_j μ_j: E[y⟨a, x⟩] = d against ε‖a‖ = ε√(kd). No linear feature does better: ‖E[yx]‖. */
export const averagedFeatureRadius = (dimension: number, clusters: number): number =>
  Math.sqrt(dimension / clusters);

/** √d/k of one centre, a = y_j μ_j: E[y⟨a, x⟩] = d/k against ε√d. */
export const singleFeatureRadius = (dimension: number, clusters: number): number =>
  Math.sqrt(dimension) / clusters;

/** ρ of the averaged feature: d/√(d² + σ²kd) = (1 + σ²k/d)^{−½}. */
export const averagedUsefulness = (dimension: number, clusters: number, noise: number): number =>
  1 / Math.sqrt(1 + (noise * noise * clusters) / dimension);

/**
 * The robust radius of y_j φ(⟨μ_j, x⟩ − d/2), φ = ReLU; √d/2 without noise. With θ = √d/2 and all in units of √d,
 *   E φ(√d − θ − ε + σZ) + (k/2 − 1) E φ(−θ − ε + σZ) − (k/2) E φ(−θ + ε + σZ) = 0: falling in ε, by bisection.
 */
export function thresholdedFeatureRadius(dimension: number, clusters: number, noise: number): number {
  const size = Math.sqrt(dimension);
  if (noise === 0) return size / 2;
  const usefulness = (radius: number): number =>
    meanPositivePart(size / 2 - radius, noise) +
    (clusters / 2 - 1) * meanPositivePart(-size / 2 - radius, noise) -
    (clusters / 2) * meanPositivePart(radius - size / 2, noise);
  return fallsBelowZero(usefulness, size);
}

/**
 * The robust radius of a bias-free neuron along Σ_own μ − ρ Σ_other μ (k/2 clusters each), trained on n points: without the
 * noise of fresh points ε‖w‖ = (1 + ρ)d/2, ‖w‖² = (kd/2)(1 + ρ²)(1 + k/n).
 */
export const averagedNeuronRadius = (
  dimension: number,
  clusters: number,
  samples: number,
  coupling: number,
): number =>
  (Math.sqrt(dimension / clusters) * (1 + coupling)) /
  Math.sqrt(2 * (1 + coupling * coupling) * (1 + clusters / samples));

/** Where a function that falls from `usefulness(0)` is no longer ≥ 0, below `reach`; 0 where it never is. */
export function fallsBelowZero(usefulness: (radius: number) => number, reach: number): number {
  if (usefulness(0) < 0) return 0;
  let [low, high] = [0, reach];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (usefulness(middle) >= 0) low = middle;
    else high = middle;
  }
  return low;
}
