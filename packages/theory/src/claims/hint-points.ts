/**
 * Lyu, Li, Wang & Arora, NeurIPS 2021, beyond symmetric data: descent from a small start may end at a linear classifier that is
 * far from the global maximum of the margin. Which way neurons turn first is decided by Σ_i y_i x_i φ′, and points of large norm,
 * which are fitted with ease and support no margin, decide it.
 *
 * Here: positive points (1, ±t), a negative one (−1, 0); hints ±(c, 0). The line x_1 = 0 separates with margin 1, V = 2/(1 + α). For
 * t > √3 two neurons along (1, ±t) hold the positive side at Σ |a_k|‖w_k‖ = 2/√(1 + t²) < 1. Linear is a KKT point, since the
 * support vectors of either side average to ±e_1; but not the global optimum.
 */
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { about, atLeast, atMost, exactly } from '../relation.js';
import { simplicityBiasPaper } from '../sources.js';

const source = simplicityBiasPaper({
  locator: 'Section 6, non-symmetric data; talk, "KKT ≠ global optimality"',
  reading: 'derived',
});
const notation = {
  'γ(θ)': 'normalised margin min_i y_i f(x_i)/‖θ‖², f = Σ_k a_k φ(⟨w_k, x⟩), φ(u) = max(u, αu)',
  'γ*': 'its global maximum over nets of any width',
  hints: 'axis: the points ±(c, 0), labels ±1',
  't, c': 'axes spread, hint',
};
const withHints: Assumption = {
  name: 'with-hints',
  statement: 'the hints are among the points',
  check: (run) => run.axes['hints'] === 'with',
};
const farHints: Assumption = {
  name: 'far-hints',
  statement: 'c ≥ 3t: nearer hints do not gather the neurons before the other points pull them apart',
  check: (run) => axis(run, 'hint') >= 3 * axis(run, 'spread'),
};
const withoutHints: Assumption = {
  name: 'without-hints',
  statement: 'they are not',
  check: (run) => run.axes['hints'] === 'without',
};
const provedOptimum: Assumption = {
  name: 'proved-optimum',
  statement: 'γ* is known to 10⁻⁴ of itself',
  check: (run) => scalar(run, 'optimumGap') <= 1e-4,
};

export const optimumNotBeaten: Claim = {
  id: 'lyu-li-wang-arora-2021/global-optimum-not-beaten',
  title: 'no training passes the global maximum that a linear program gives',
  statement: 'γ(θ_t) ≤ γ* = 1/(2V), V = min Σ |c_k| s.t. y_l Σ c_k φ(⟨u_k, x_l⟩) ≥ 1, at all steps.',
  source,
  notation,
  assumptions: [provedOptimum],
  measured: 'optimumBreach: the largest γ(θ_t) over the proved upper bound of γ*, less 1',
  measure: (run) => ({ quantity: scalar(run, 'optimumBreach'), bound: 1e-12 }),
  relation: exactly(),
  expected: 'supported in every run',
};

export const hintsCostMargin: Claim = {
  id: 'lyu-li-wang-arora-2021/hints-cost-margin',
  title: 'with hints descent ends well below the global maximum',
  statement: 'γ(θ_T) → a KKT point with γ < γ*.',
  source,
  notation,
  assumptions: [withHints, farHints, provedOptimum],
  measured: 'marginShare: γ(θ_T)/γ*, γ* the lower end of its interval; at most .95',
  measure: (run) => ({ quantity: scalar(run, 'marginShare'), bound: 0.95 }),
  relation: atMost(),
  expected:
    'supported: .81 at α = 0, .87 at α = .1, .92 at α = .2 (t = 3), the share of the best linear function',
};

export const hintsMakeLinear: Claim = {
  id: 'lyu-li-wang-arora-2021/hints-make-linear',
  title: 'it ends at the max-margin linear classifier',
  statement: 'γ(θ_T) → ¼(1 + α) γ_lin, the best margin of a linear function.',
  source,
  notation,
  assumptions: [withHints, farHints, provedOptimum],
  measured: 'marginOverLinear: γ(θ_T)/(¼(1 + α) γ_lin)',
  measure: (run) => ({ quantity: scalar(run, 'marginOverLinear'), bound: 1 }),
  relation: about({ within: 0.05 }),
  expected:
    'supported: .98 to 1.00, and still 1.00 at 𝓛 = 10^−100. At c = 2t, or c = 9 at t = 3.5, descent finds bent boundaries after all',
};

export const hintsMakeLinearFunction: Claim = {
  ...hintsMakeLinear,
  id: 'lyu-li-wang-arora-2021/hints-linear-function',
  title: 'as a function, too, that net is linear',
  statement: 'f/‖θ‖² → ¼(1 + α)⟨u, x⟩.',
  measured: 'linearity: 1 − E(f − Lf)²/E f² over x ~ N(0, I), the share of the odd part; at least .99',
  measure: (run) => ({ quantity: scalar(run, 'linearity'), bound: 0.99 }),
  relation: atLeast(),
  expected: 'supported: .999; without hints .74 to .87',
};

export const noHintsGlobal: Claim = {
  id: 'lyu-li-wang-arora-2021/without-hints-global',
  title: 'without them it finds the global maximum, which is not linear',
  statement: 'γ(θ_T) → γ* > ¼(1 + α) γ_lin.',
  source,
  notation,
  assumptions: [withoutHints, provedOptimum],
  measured: 'marginShare: γ(θ_T)/γ*; at least .95',
  measure: (run) => ({ quantity: scalar(run, 'marginShare'), bound: 0.95 }),
  relation: atLeast(),
  expected: 'supported: .998 and more, 1.14 to 1.25 times the best linear function',
};

export const hintClaims: readonly Claim[] = [
  optimumNotBeaten,
  noHintsGlobal,
  hintsCostMargin,
  hintsMakeLinear,
  hintsMakeLinearFunction,
];
