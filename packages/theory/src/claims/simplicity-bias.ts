/**
 * Lyu, Li, Wang & Arora, NeurIPS 2021: f(x) = Σ_k a_k φ(⟨w_k, x⟩) with φ(u) = max(u, αu), both layers trained, no biases, on
 * linearly separable data that are symmetric, (x, y) ∈ S ⇒ (−x, −y) ∈ S. From a small start gradient flow converges in
 * direction to the global maximum of the normalised margin, and that is a linear function: the max-margin one.
 *
 * Ceiling, for every θ and 0 ≤ α ≤ 1. φ(u) − φ(−u) = (1 + α)u, so (f(x) − f(−x))/2 = ½(1 + α)⟨v, x⟩ with v = Σ_k a_k w_k. The
 * margins of (x, y) and (−x, −y) have the mean ½(1 + α) y⟨v, x⟩, hence
 *   q_min ≤ ½(1 + α) min_i y_i⟨v, x_i⟩ ≤ ½(1 + α) γ_lin ‖v‖ ≤ ½(1 + α) γ_lin Σ_k |a_k|‖w_k‖ ≤ ¼(1 + α) γ_lin ‖θ‖².
 * Equality: two neurons, w = ±½u* and a = ±1/2, that is f = ¼(1 + α)⟨u*, x⟩ at ‖θ‖ = 1.
 */
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { atLeast, atMost, exactly } from '../relation.js';
import { simplicityBiasPaper } from '../sources.js';

const theorem = simplicityBiasPaper({
  locator: 'Theorem 4.3 (symmetric data); talk, "Connection to Simplicity Bias"',
  reading: 'derived',
});
const proof = simplicityBiasPaper({
  locator: 'proof of the optimal margin on symmetric data',
  reading: 'derived',
});
const smallness = simplicityBiasPaper({ locator: 'Theorem 4.3, the role of small σ', reading: 'derived' });
const notation = {
  'f, θ': 'Σ_k a_k φ(⟨w_k, x⟩), φ(u) = max(u, αu); all w_k and a_k',
  'γ(θ)': 'normalised margin min_i y_i f(x_i)/‖θ‖²',
  'u*, γ_lin': 'unit max-margin direction of the data through the origin, and its margin',
  σ: 'axis startScale: ‖w_k‖ and |a_k| are of this size at the start',
};

const fittedPairs: Assumption = {
  name: 'fitted-pairs',
  statement: 'training fitted the data: γ > 0 at the end',
  check: (run) => scalar(run, 'marginShare') > 0,
};
const tinyStart: Assumption = {
  name: 'tiny-start',
  statement: 'σ ≤ 10⁻³ (σ → 0 in the theorem)',
  check: (run) => axis(run, 'startScale') <= 1e-3,
};
const notOutgrown: Assumption = {
  name: 'start-not-outgrown',
  statement: '‖θ_T‖² ≤ 4‖θ_0‖²: after all steps the start is still a good part of the weights',
  check: (run) => scalar(run, 'growth') <= 4,
};
const bothSigns: Assumption = {
  name: 'both-signs-grow',
  statement:
    'a_k + ⟨w_k, μ/‖μ‖⟩ with μ = Σ y_i x_i has both signs at the start: the mode that grows first makes neurons of either sign (fails with probability 2^{−(m−1)})',
  check: (run) => scalar(run, 'growingSigns') === 2,
};
const small = [tinyStart, bothSigns, fittedPairs];

/** Rounding, and the width of the proved interval of γ_lin. */
const bracket = 2e-8;

export const marginCeiling: Claim = {
  id: 'lyu-li-wang-arora-2021/margin-ceiling',
  title: 'on symmetric data no two-layer net beats the best linear function',
  statement: 'γ(θ) ≤ ¼(1 + α) γ_lin for every θ, m and 0 ≤ α ≤ 1.',
  source: proof,
  notation,
  assumptions: [],
  measured:
    'ceilingBreach: the largest γ(θ_t)/ceiling − 1 over all steps, γ_lin the upper end of its proved interval',
  measure: (run) => ({ quantity: scalar(run, 'ceilingBreach'), bound: 1e-12 }),
  relation: exactly(),
  expected: 'supported in every run, from any start: proved in the claim’s file',
};

export const ceilingAttained: Claim = {
  id: 'lyu-li-wang-arora-2021/ceiling-attained',
  title: 'two antipodal neurons attain that margin',
  statement: 'w = ±½u*, a = ±½ has γ = ¼(1 + α) γ_lin.',
  source: proof,
  notation,
  assumptions: [],
  measured: 'attainmentError: |γ/ceiling − 1| of that net, u* from the reference solver',
  measure: (run) => ({ quantity: scalar(run, 'attainmentError'), bound: bracket }),
  relation: exactly(),
  expected: 'supported in every run',
};

export const oddPartLinear: Claim = {
  id: 'lyu-li-wang-arora-2021/odd-part-linear',
  title: 'the odd part of a leaky net is linear',
  statement: 'f(x) − f(−x) = (1 + α)⟨Σ_k a_k w_k, x⟩ for every x.',
  source: proof,
  notation,
  assumptions: [],
  measured: 'oddPartError: largest difference of the sides over fresh x, over (1 + α) Σ |a_k|‖w_k‖‖x‖',
  measure: (run) => ({ quantity: scalar(run, 'oddPartError'), bound: 1e-12 }),
  relation: exactly(),
  expected: 'supported in every run: only the even part can make a net more than linear',
};

export const globalMargin: Claim = {
  id: 'lyu-li-wang-arora-2021/global-max-margin',
  title: 'from a small start descent reaches the global maximum of the margin',
  statement: 'γ(θ_t) → ¼(1 + α) γ_lin as t → ∞, for all small enough σ.',
  source: theorem,
  notation,
  assumptions: small,
  measured: 'marginShare: γ(θ_T)/(¼(1 + α) γ_lin); at least .95',
  measure: (run) => ({ quantity: scalar(run, 'marginShare'), bound: 0.95 }),
  relation: atLeast(),
  expected: 'supported: .98 to 1 after 6000 steps; the rest is a matter of log t',
};

export const linearFunction: Claim = {
  id: 'lyu-li-wang-arora-2021/linear-function',
  title: 'from a small start the net is a linear function, whatever its width',
  statement: 'f/‖θ‖² → ¼(1 + α)⟨u*, x⟩.',
  source: theorem,
  notation,
  assumptions: small,
  measured:
    'linearity: 1 − E(f − Lf)²/E f² over x ~ N(0, I), Lf the best linear fit; that is the share of the odd part. At least .99',
  measure: (run) => ({ quantity: scalar(run, 'linearity'), bound: 0.99 }),
  relation: atLeast(),
  expected: 'supported: 1 − 10⁻⁵ and nearer',
};

export const maxMarginDirection: Claim = {
  id: 'lyu-li-wang-arora-2021/max-margin-direction',
  title: 'that linear function is the max-margin one',
  statement: 'Σ_k a_k w_k/‖·‖ → u*.',
  source: theorem,
  notation,
  assumptions: small,
  measured: 'directionCosine: cos(Σ a_k w_k, u*); at least .995',
  measure: (run) => ({ quantity: scalar(run, 'directionCosine'), bound: 0.995 }),
  relation: atLeast(),
  expected: 'supported: .997 and more, where Σ y_i x_i has .91',
};

export const rankOne: Claim = {
  id: 'lyu-li-wang-arora-2021/rank-one',
  title: 'neurons of one sign end in one direction',
  statement: 'W_+ and W_− become of rank one.',
  source: theorem,
  notation: { ...notation, 'W_±': 'rows w_k with a_k > 0, a_k < 0' },
  assumptions: small,
  measured: 'rankOneShare: σ_1²/‖W‖_F², the lesser of W_+ and W_−; at least .99',
  measure: (run) => ({ quantity: scalar(run, 'rankOneShare'), bound: 0.99 }),
  relation: atLeast(),
  expected: 'supported: 1 − 10⁻⁸',
};

export const earlyAlignment: Claim = {
  id: 'lyu-li-wang-arora-2021/early-alignment',
  title: 'while margins are small all neurons turn to the mean of the data',
  statement: 'In the first phase w_k aligns with sign(a_k) Σ_i y_i x_i.',
  source: simplicityBiasPaper({ locator: 'Section 5, Phase I', reading: 'derived' }),
  notation,
  assumptions: small,
  measured:
    'earlyAlignment: mean of sign(a_k) cos(w_k, Σ y_i x_i), weighted by |a_k|‖w_k‖, when the largest margin first exceeds .05; at least .97',
  measure: (run) => ({ quantity: scalar(run, 'earlyAlignment'), bound: 0.97 }),
  relation: atLeast(),
  expected: 'supported: .9999',
};

export const wideStartLags: Claim = {
  id: 'lyu-li-wang-arora-2021/large-start-lags',
  title: 'as long as a large start is not outgrown the margin lags behind',
  statement: 'From a large start γ(θ_T) is well below the global maximum until ‖θ‖ has grown.',
  source: smallness,
  notation,
  assumptions: [notOutgrown, fittedPairs],
  measured: 'marginShare, as above; at most .95',
  measure: (run) => ({ quantity: scalar(run, 'marginShare'), bound: 0.95 }),
  relation: atMost(),
  expected:
    'supported: .3 to .88. It is outgrown, only later: .92 to .96 at ‖θ_T‖² = 8‖θ_0‖², .97 to .99 at 20‖θ_0‖², whatever σ and m',
};

export const wideStartManyDirections: Claim = {
  id: 'lyu-li-wang-arora-2021/large-start-keeps-directions',
  title: 'and its neurons keep many directions',
  statement: 'Until then W_+ or W_− is far from rank one.',
  source: smallness,
  notation: { ...notation, 'W_±': 'rows w_k with a_k > 0, a_k < 0' },
  assumptions: [notOutgrown, fittedPairs],
  measured: 'rankOneShare, as above; at most .9',
  measure: (run) => ({ quantity: scalar(run, 'rankOneShare'), bound: 0.9 }),
  relation: atMost(),
  expected: 'supported: .25 to .8',
};

export const simplicityClaims: readonly Claim[] = [
  marginCeiling,
  ceilingAttained,
  oddPartLinear,
  earlyAlignment,
  globalMargin,
  linearFunction,
  maxMarginDirection,
  rankOne,
  wideStartLags,
  wideStartManyDirections,
];
