/**
 * Closed forms of the cluster model in the noise-free limit, with their finite-sample factors.
 * d dimension, k clusters (k/2 a class), n samples, τ = ηdT/(mk) training time.
 */

/** R of the averaged net, √(d/k)/√(1 + k/n): Cauchy–Schwarz on u√(k_y d) + v√(k_{−y} d) = d, and the noise in the weights. */
export const averagedRadius = (dimension: number, clusters: number, samples: number): number =>
  Math.sqrt(dimension / clusters / (1 + clusters / samples));

/**
 * cos(w_{s,r}, μ_j), j ∈ J_s, of the averaged net: √(2/k)/√(1 + k/n + leftover). What is left of the initial weights
 * lies orthogonal to the centres: ‖w(0)‖²/‖Σ λ μ_j/d‖² = (s₀√d)²/(λ² k/2), with s₀ = σ_w√d.
 */
export function averagedCosine(
  clusters: number,
  samples: number,
  start: { readonly dimension: number; readonly initialScale: number; readonly coefficient: number },
): number {
  const leftover = (start.initialScale ** 2 * start.dimension) / (start.coefficient ** 2 * (clusters / 2));
  return Math.sqrt(2 / clusters / (1 + clusters / samples + leftover));
}

/** No classifier's mean radius exceeds half the distance of opposite centres: √(d/2). */
export const halfDistance = (dimension: number): number => Math.sqrt(dimension / 2);

/** The solution q ≥ 0 of q + e^q = 1 + τ, the margin of logistic gradient flow at time τ; Newton from above. */
export function logisticFlowMargin(time: number): number {
  let q = Math.log1p(time);
  for (let round = 0; round < 50; round++) {
    const step = (q + Math.exp(q) - 1 - time) / (1 + Math.exp(q));
    q -= step;
    if (Math.abs(step) <= 1e-15 * Math.abs(q)) break;
  }
  return q;
}

/**
 * Mean training margin: the flow's at time τ(1 + k/n). A point's own noise is part of the weights, so its margin is
 * q = λ(1 + k/n) with λ' = η̃/(1 + e^q), and q' is faster by that factor.
 */
export const trainingMargin = (time: number, clusters: number, samples: number): number =>
  logisticFlowMargin(time * (1 + clusters / samples));

/** cos(w_j, μ_j) of a decoupled neuron: its own cluster's noise, and ρ of each of the k − 1 other centres. */
export const decoupledCosine = (clusters: number, samples: number, coupling: number): number =>
  1 / Math.sqrt(1 + clusters / samples + (clusters - 1) * coupling * coupling);

/**
 * R of w_j = λ(μ_j − ρ Σ_{i≠j} μ_i) under the `sum` read-out: R² = d · min_S Q_S/(1 + Q_S) over S = 1 … k/2 opposing
 * neurons switched on, Q_S = (1 + ρS)²/(S (1 − ρ(S − 2))²), and the finite-sample factor of the averaged net.
 * Exact at ρ = 0; above it an upper bound, since an attack may also move along the other own centres: by .2 % at
 * k = 10, ρ = .02, by 3 % at ρ = .1.
 */
export function decoupledSumRadius(
  dimension: number,
  clusters: number,
  samples: number,
  coupling: number,
): number {
  let least = Infinity;
  for (let s = 1; s <= clusters / 2; s++) {
    const below = 1 - coupling * (s - 2);
    if (below <= 0) break;
    const q = (1 + coupling * s) ** 2 / (s * below * below);
    least = Math.min(least, q / (1 + q));
  }
  return Math.sqrt((dimension * least) / (1 + clusters / samples));
}

/**
 * R of the decoupled net under the `max` read-out: the nearest of k/2 bisecting hyperplanes,
 * (√d − E max of k/2 normals)/√2, times the finite-sample factor.
 */
export const decoupledMaxRadius = (dimension: number, clusters: number, samples: number): number =>
  (Math.sqrt(dimension) - expectedMaximum(clusters / 2)) / Math.sqrt(2 * (1 + clusters / samples));

/**
 * Labels that name one of g groups a class, each of K = k/(2g) clusters: neurons average within their group,
 * w_G = Σ_{j ∈ G} μ_j up to ρ of the other groups. A point at μ_j, j ∈ G, is to such a net what a point at
 * Σ_G μ/K is, so that it has the radius of a decoupled net of 2g clusters in d/K dimensions; and n/K samples, for the
 * noise in the weights is k/n of their square whatever K.
 */
function grouped({ dimension, clusters, groups, samples }: Grouping): readonly [number, number, number] {
  const size = clusters / (2 * groups);
  return [dimension / size, 2 * groups, samples / size];
}

export interface Grouping {
  readonly dimension: number;
  readonly clusters: number;
  readonly groups: number;
  readonly samples: number;
}

/** R under the `max` read-out: (√(2dg/k) − E max of g normals)/√2 / √(1 + k/n), from √(d/k) at g = 1 to near √(d/2). */
export const groupedMaxRadiusOf = (grouping: Grouping): number => decoupledMaxRadius(...grouped(grouping));

/** R under the `sum` read-out: √(2dg/(k(1 + g)))/√(1 + k/n) at ρ = 0: from √(d/k) at g = 1, at most √2 times as much. */
export const groupedSumRadiusOf = (grouping: Grouping, coupling: number): number =>
  decoupledSumRadius(...grouped(grouping), coupling);

/** E max of `count` standard normals: ∫ (1 − Φ^N) over z > 0 less ∫ Φ^N over z < 0, by the midpoint rule. */
export function expectedMaximum(count: number): number {
  const step = 1 / 512;
  let below = 0;
  let total = 0;
  for (let z = -9 + step / 2; z < 9; z += step) {
    const mass = (step * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
    const all = (below + mass / 2) ** count;
    below += mass;
    total += step * (z < 0 ? -all : 1 - all);
  }
  return total;
}
