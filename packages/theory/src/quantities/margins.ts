/**
 * Normalised margins of an L-homogeneous net, smoothed and not. Source: Lyu & Li, ICLR 2020 (arXiv 1906.05890),
 * Definitions 2 and 3; 𝓛 is the sum of the losses.
 */
import { exp, log, type LogLoss } from '@marginalia/core';

/** x^n of a whole n ≥ 0. */
export function raised(x: number, n: number): number {
  let product = 1;
  for (let i = 0; i < n; i++) product *= x;
  return product;
}

/** x^{1/n} for x > 0. */
export const rooted = (x: number, n: number): number => (n === 1 ? x : exp(log(x) / n));

/** γ̄ = q_min/ρ^L. */
export const normalisedMargin = (least: number, size: number, degree: number): number =>
  least / raised(size, degree);

/**
 * The softmin of the margins: log(1/𝓛) for ℓ(q) = e^{−q}, and −log(e^𝓛 − 1) for the logistic loss: the margin at which
 * one sample alone would have the loss 𝓛. At most q_min, and at least q_min − log N.
 */
export function softMargin(loss: LogLoss, logLoss: number): number {
  if (loss.name === 'exponential') return -logLoss;
  if (logLoss > 3) return -exp(Math.min(logLoss, 700));
  // −log 𝓛 − log((e^𝓛 − 1)/𝓛), the series of the latter to 𝓛⁴/2880.
  const value = exp(logLoss);
  if (value > 1e-3) return -log(exp(value) - 1);
  return -logLoss - (value / 2 + (value * value) / 24);
}

/** γ̃ = softMargin/ρ^L. */
export const smoothedMargin = (loss: LogLoss, logLoss: number, size: number, degree: number): number =>
  softMargin(loss, logLoss) / raised(size, degree);

/** log of L²γ^{2/L} t (log t)^{2−2/L}, what 1/𝓛 grows like, at log t > 0. */
export function logRate(margin: number, degree: number, logTime: number): number {
  return 2 * log(degree) + (2 / degree) * log(margin) + logTime + (2 - 2 / degree) * log(logTime);
}

/** Slope of a least-squares line; NaN of fewer than two abscissae. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const n = points.length;
  const x = points.reduce((sum, [at]) => sum + at, 0) / n;
  const y = points.reduce((sum, [, value]) => sum + value, 0) / n;
  const along = points.reduce((sum, [at]) => sum + (at - x) * (at - x), 0);
  return points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / along;
}
