/**
 * KKT ≠ global optimality, inside the cluster model without noise: k centres μ_j, orthogonal and of length √d, k/2 a class, and
 * nets f = Σ_r a_r φ(⟨w_r, x⟩) without biases.
 *
 * Ceiling. For every w, Σ_{j∈J_s} φ(⟨w, μ_j⟩) ≤ √(k/2) (Σ_j ⟨w, μ_j⟩²)^{1/2} ≤ √(kd/2) ‖w‖ (Cauchy–Schwarz, Bessel), and neurons
 * of the other sign only lower the margins of J_s. Summing y_j f(μ_j) over all j: k q_min ≤ √(kd/2) Σ_r |a_r| ‖w_r‖. With a_r =
 * ±1/m frozen Σ ‖w_r‖ ≤ √(2m) ‖W‖, so q_min/‖W‖ ≤ √(d/(mk)); with both layers trained Σ |a_r| ‖w_r‖ ≤ ‖θ‖²/2, so
 * q_min/‖θ‖² ≤ √(2d/k)/4. The averaged net w_r ∝ Σ_{J_s} μ_j has equality throughout: it is globally optimal.
 *
 * Decoupled, w_r ∝ μ_j with h neurons a cluster, m = hk/2: all margins are equal, q_min/‖W‖ = (2/k)√(d/(kh)), and with both
 * layers √d/(2k); less by √(k/2) in either case. Every other centre lies on the kink of w_r, where 0 ∈ ∂°φ: with that
 * element ∇q_j is a multiple of the neurons of cluster j, and θ = λ Σ_j ∇q_j. It is a KKT point.
 */
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { atLeast, atMost, exactly } from '../relation.js';
import { featureAveragingPaper } from '../sources.js';

const source = featureAveragingPaper({
  locator: 'the cluster model without noise; talk, "KKT ≠ global optimality"',
  reading: 'derived',
});
const notation = {
  'd, k, h': 'axes dimension, clusters, copies: neurons a cluster; m = hk/2 of each sign',
  'μ_j, J_s': 'the centres, orthogonal, of length √d; those of the class s, k/2',
  'γ(θ)':
    'normalised margin min_j y_j f(μ_j)/‖θ‖^L; L = 1 with outputs ±1/m frozen, 2 with both layers trained',
  'γ_FA, γ_FD': 'γ of the averaged net, w_r ∝ Σ_{J_s} μ_j, and of the decoupled one, w_r ∝ μ_j',
};

/** Exact radii are proved to 1e-9 of themselves. */
const radiusRounding = 1e-8;

const severalClusters: Assumption = {
  name: 'several-clusters-a-class',
  statement: 'k ≥ 4: with one cluster a class both nets are one',
  check: (run) => axis(run, 'clusters') >= 4,
};

const eightClusters: Assumption = {
  name: 'eight-clusters',
  statement: 'k ≥ 8: of one or two other clusters of its class a neuron may by chance see none, or all',
  check: (run) => axis(run, 'clusters') >= 8,
};
const sumRadiusProved: Assumption = {
  name: 'sum-radius-proved',
  statement: 'the exact radius under the sum is proved to 1e-8 of itself',
  check: (run) => scalar(run, 'sumRadiusOpen') <= radiusRounding,
};
const randomStartFitted: Assumption = {
  name: 'random-start-fitted',
  statement:
    'training from the random start fitted every centre: with few neurons some cluster is seen by none',
  check: (run) => scalar(run, 'randomShare') > 0,
};

/** Rounding of sums of some thousand products, relative. */
const rounding = 1e-12;

export const decoupledIsStationary: Claim = {
  id: 'li-pan-lyu-li-2025/decoupled-net-is-a-kkt-point',
  title: 'without noise the decoupled net is a KKT point of the margin problem',
  statement: 'θ_FD = Σ_j λ_j h_j with λ ≥ 0, h_j ∈ ∂°q_j(θ_FD), and all q_j equal.',
  source,
  notation: { ...notation, h_j: 'the element of Clarke’s set that takes φ′ = 0 on kinks' },
  assumptions: [],
  measured:
    'decoupledStationarity: the largest of min ‖θ − Σ λ_j h_j‖/‖θ‖ over λ ≥ 0, |⟨w_r, μ_j⟩|/(‖w_r‖√d) over the pairs taken for kinks, and q_max/q_min − 1',
  measure: (run) => ({ quantity: scalar(run, 'decoupledStationarity'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run',
};

export const averagedIsStationary: Claim = {
  ...decoupledIsStationary,
  id: 'li-pan-lyu-li-2025/averaged-net-is-a-kkt-point',
  title: 'without noise the averaged net is one as well',
  statement: 'θ_FA = Σ_j λ_j h_j with λ ≥ 0, h_j ∈ ∂°q_j(θ_FA), and all q_j equal.',
  measured: 'averagedStationarity: as decoupledStationarity',
  measure: (run) => ({ quantity: scalar(run, 'averagedStationarity'), bound: rounding }),
};

export const clusterMarginCeiling: Claim = {
  id: 'li-pan-lyu-li-2025/cluster-margin-ceiling',
  title: 'no net without biases has a larger margin than the averaged one',
  statement: 'γ(θ) ≤ √(d/(mk)) for L = 1, √(2d/k)/4 for L = 2, whatever θ; equality at θ_FA.',
  source,
  notation,
  assumptions: [],
  measured:
    'ceilingBreach: the larger of |γ_FA/ceiling − 1| and the largest γ/ceiling − 1 over every step of three trainings: from θ_FD, from near it, and from a small random start',
  measure: (run) => ({ quantity: scalar(run, 'ceilingBreach'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run: proved in the claim’s file',
};

export const marginsApart: Claim = {
  id: 'li-pan-lyu-li-2025/kkt-margins-apart',
  title: 'the two KKT points are √(k/2) apart in margin',
  statement: 'γ_FA/γ_FD = √(k/2), at equal width, for L = 1 and L = 2.',
  source,
  notation,
  assumptions: [severalClusters],
  measured:
    'marginGapError: |γ_FA/γ_FD/√(k/2) − 1|, or the error of γ_FD = (2/k)√(d/(kh)) (L = 1), √d/(2k) (L = 2) where that is larger',
  measure: (run) => ({ quantity: scalar(run, 'marginGapError'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run',
};

export const robustnessReversed: Claim = {
  id: 'li-pan-lyu-li-2025/smaller-margin-more-robust',
  title: 'the one with the smaller margin is as much the more robust',
  statement: 'R_FD = √(d/2) under the max read-out, R_FA = √(d/k): R_FD/R_FA = √(k/2) = γ_FA/γ_FD.',
  source,
  notation: { ...notation, R: 'the exact ℓ2 radius, the least over the centres' },
  assumptions: [severalClusters],
  measured:
    'exchangeError: the largest relative error of R_FD, R_FA and of R_FD γ_FD = R_FA γ_FA, and the width of the interval of a radius',
  measure: (run) => ({ quantity: scalar(run, 'exchangeError'), bound: radiusRounding }),
  relation: exactly(),
  expected: 'supported in every run: what is lost in margin is gained in radius',
};

export const sumReadoutKeepsLittle: Claim = {
  id: 'li-pan-lyu-li-2025/sum-readout-keeps-little',
  title: 'read out by the sum, the decoupled net is at most √2 more robust',
  statement: 'R = √(d/(1 + k/2)) for the net as it is trained, against √(d/k): a factor √(2k/(k + 2)) < √2.',
  source,
  notation,
  assumptions: [severalClusters, sumRadiusProved],
  measured: 'sumRadiusError: relative error of the least exact radius against √(d/(1 + k/2))',
  measure: (run) => ({ quantity: scalar(run, 'sumRadiusError'), bound: radiusRounding }),
  relation: exactly(),
  expected: 'supported in every run',
};

export const descentHeld: Claim = {
  id: 'li-pan-lyu-li-2025/descent-held-at-kkt-point',
  title: 'descent that starts at the decoupled net never leaves its direction',
  statement: 'With φ′(0) = 0, θ_t ∝ θ_FD for all t, though the margin could grow by √(k/2).',
  source,
  notation,
  assumptions: [severalClusters],
  measured:
    'heldTurn: 1 − cos(θ_T, θ_FD) after T steps from θ_FD, on centres √d e_j, whose products vanish exactly',
  measure: (run) => ({ quantity: scalar(run, 'heldTurn'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run',
};

export const descentReleased: Claim = {
  id: 'li-pan-lyu-li-2025/kkt-point-unstable',
  title: 'a nudge takes descent away from it, to larger margins',
  statement: 'From θ_FD + ξ, ‖ξ‖ = ‖θ_FD‖/1000, descent ends with γ > γ_FD.',
  source,
  notation,
  assumptions: [eightClusters],
  measured: 'releasedGain: γ/γ_FD at the end; at least 1.1',
  measure: (run) => ({ quantity: scalar(run, 'releasedGain'), bound: 1.1 }),
  relation: atLeast(),
  expected:
    'supported: 1.2 to 1.6. Half of the kinks are crossed, and the neurons that are switched on average',
};

export const randomStartShort: Claim = {
  id: 'li-pan-lyu-li-2025/random-start-falls-short',
  title: 'without noise, descent from a random start misses the optimum too',
  statement:
    'A neuron that is off at a centre when training starts stays off there: it averages the half of its class that it saw, and γ stays below γ_FA.',
  source,
  notation,
  assumptions: [eightClusters, randomStartFitted],
  measured: 'randomShare: γ/γ_FA at the end; at most .95',
  measure: (run) => ({ quantity: scalar(run, 'randomShare'), bound: 0.95 }),
  relation: atMost(),
  expected:
    'supported: .5 to .85. With noise in the data every neuron sees some of each cluster, and averages them all',
};

export const kktNotGlobalClaims: readonly Claim[] = [
  decoupledIsStationary,
  averagedIsStationary,
  clusterMarginCeiling,
  marginsApart,
  robustnessReversed,
  sumReadoutKeepsLittle,
  descentHeld,
  descentReleased,
  randomStartShort,
];
