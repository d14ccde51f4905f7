/**
 * Linear models on separable data: what the regularisation path, gradient descent and its faster variants converge to, and
 * how fast. Throughout Z_i = y_i x_i, q_i = ⟨w, Z_i⟩, R = max ‖Z_i‖, ŵ = argmin{‖w‖ : Zw ≥ 1} = Σ α_i Z_i, γ* = 1/‖ŵ‖.
 *
 * Derivations of what is `derived` here:
 *
 * Path. B = ‖w_λ‖, and Bŵ/‖ŵ‖ has the same norm and margins ≥ Bγ*; so (1/n)ℓ(q_min) ≤ mean ℓ(w_λ) ≤ ℓ(Bγ*). The gradient
 * vanishes against w_λ: λB² = (1/n)Σ −ℓ'(q_i)q_i.
 *
 * Constants of the gap. Let p be the normalised pulls and suppose p → a with Σ a_i Z_i = γ*² ŵ. For exponential tails
 * log p_i = −q_i + c_t, so q_j − Σ a_i q_i → Σ a_i log a_i − log a_j; and Σ a_i q_i = γ*²⟨w, ŵ⟩ = γ*‖w‖ up to the square of
 * the part of w orthogonal to ŵ. Hence (γ* − m)‖w‖ → Σ a_i log(a_max/a_i), whatever the schedule: as ‖w‖γ* = log t + O(1) under
 * gradient descent, and ηγ*²t + O(1) under constant normalised steps. Copies of one row share its a_i.
 *
 * How soon: u_i = log(ηt e^{−q_i}/α_i) obeys du/d(log t) ≈ 1 − K D e^u on the support, K = ZZᵀ, D = diag(α), Kα = 1; so u falls
 * like t^−κ with κ the least eigenvalue of D^½ K D^½ (which is at most 1), and another margin q adds t^−(q−1).
 *
 * Normalised steps. ψ = log Σ e^{−q} has curvature ≤ R², whence the descent inequality; summed, with ψ(0) = log n,
 * q_min ≥ −ψ and γ* ≤ ‖∇ψ‖: (γ* − m) Σ η_s‖∇ψ_s‖ ≤ log n + ½R² Σ η_s²‖∇ψ_s‖².
 * Constant η ≤ 1/R²: p_t is mirror descent on f(p) = ½‖Zᵀp‖², p_{t+1} ∝ p_t e^{−ηZZᵀp_t}. Its three-point inequality, smoothness of
 * f in ℓ1 (|⟨Z_i, Z_j⟩| ≤ R²) and Pinsker give, for each i, η Σ_{t<T} (f(p_t) + f(p_{t+1})) ≤ log n + q_i(T). With
 * ‖w_T‖ ≤ η Σ‖∇ψ_t‖, f = ½‖∇ψ‖² and ‖∇ψ‖ ≥ γ*: γ* − m ≤ (log n + ½ηR²)/(ηγ*T).
 */
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { about, atLeast, atMost, exactly } from '../relation.js';
import {
  averagedLinearRule,
  convergenceOnSeparable,
  dualAcceleration,
  maximumMarginLosses,
  primalDual,
  separableBias,
  supportVectorNetworks,
} from '../linear-sources.js';

const notation = {
  'Z_i, q_i': 'y_i x_i, and the margin ⟨w, Z_i⟩ of sample i',
  'ŵ, α, γ*': 'argmin{‖w‖ : Zw ≥ 1} = Σ α_i Z_i, and its margin 1/‖ŵ‖: from the reference solver',
  m: 'min_i q_i/‖w‖, the margin of w',
  R: 'max_i ‖Z_i‖',
};
const pathNotation = { ...notation, 'w_λ, B': 'argmin (1/n) Σ ℓ(q_i) + (λ/2)‖w‖², and its norm' };
const stepNotation = { ...notation, 'η, t, T': 'step size; steps so far; axis steps' };

/** Rounding of the closed forms and of sums over up to a few thousand samples. */
const rounding = 1e-9;

export const solvedReference: Assumption = {
  name: 'solved-reference',
  statement: 'the reference solver proves γ* to a relative 1e-8 by weak duality',
  check: (run) => scalar(run, 'bracketWidth') <= 1e-8,
};

export const clearSupport: Assumption = {
  name: 'clear-support',
  statement:
    'the limit lies within the run: T^−κ ≤ 1/12 for the rate κ at which pulls on the support settle, and T^−(q−1) ≤ 1/7 for every other margin q of ŵ',
  check: (run) => {
    const duration = Math.log(axis(run, 'steps'));
    return scalar(run, 'limitRate') * duration >= 2.5 && (scalar(run, 'nextMargin') - 1) * duration >= 2;
  },
};

export const unevenSupport: Assumption = {
  name: 'uneven-support',
  statement:
    'the multipliers of single samples differ: Σ a_i log(a_max/a_i) ≥ 0.02 (were they equal, the residual would lie along ŵ and the gap close faster)',
  check: (run) => scalar(run, 'gapConstant') >= 0.02,
};

export const orthogonalCentres: Assumption = {
  name: 'noise-free-clusters',
  statement: 'the samples are the k orthogonal centres themselves, each at least once',
  check: (run) => run.axes['data'] === 'clusters' && scalar(run, 'emptyClusters') === 0,
};

const limits = [solvedReference, clearSupport];
const rates = [solvedReference, clearSupport, unevenSupport];

export const maximumMarginDuality: Claim = {
  id: 'cortes-vapnik-1995/maximum-margin-duality',
  title: 'multipliers sum to 1/γ*²',
  statement: 'Σ_i α_i = ‖ŵ‖² = 1/γ*², with α_i ≥ 0 on margins that are exactly 1.',
  source: supportVectorNetworks({
    locator: 'section 2 and appendix A.1, the dual of the optimal hyperplane',
    reading: 'as-stated',
  }),
  notation,
  assumptions: [],
  measured:
    'dualityError: the largest of |γ*² Σα_i − 1|, the complementarity residual, and the relative width of the bracket of γ*',
  measure: (run) => ({ quantity: scalar(run, 'dualityError'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run: an identity, up to rounding',
};

export const clusterMaximumMargin: Claim = {
  id: 'li-pan-lyu-li-2025/linear-maximum-margin',
  title: 'the max-margin rule of noise-free clusters is their average',
  statement: 'On orthogonal centres of norm √d: ŵ = Σ_j y_j μ_j/d and γ* = √(d/k).',
  source: averagedLinearRule({
    locator: 'the averaged linear rule; the normal equations of k orthogonal rows',
    reading: 'derived',
  }),
  notation: { ...notation, 'μ_j, y_j': 'centre and label of cluster j', 'd, k': 'axes dimension, clusters' },
  assumptions: [orthogonalCentres],
  measured: 'closedFormError: the larger of ‖ŵ − Σ y_j μ_j/d‖/‖ŵ‖ and |γ*/√(d/k) − 1|',
  measure: (run) => ({ quantity: scalar(run, 'closedFormError'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run: the linear classifier of largest margin averages as well',
};

export const pathMarginBound: Claim = {
  id: 'rosset-zhu-hastie-2004/path-margin-bound',
  title: 'the margin along the path is at least ℓ⁻¹(nℓ(Bγ*))/B',
  statement: 'm(w_λ) ≥ ℓ^{-1}(n ℓ(Bγ*))/B for every λ > 0; for the exponential loss this is γ* − (log n)/B.',
  source: maximumMarginLosses({ locator: 'Theorem 3 (w_λ/‖w_λ‖ → ŵ/‖ŵ‖), at finite λ', reading: 'derived' }),
  notation: pathNotation,
  assumptions: [solvedReference],
  measured: 'pathBoundExcess: max over λ = 10⁻¹ … 10⁻¹² of (bound − m)/γ*; a violation is positive',
  measure: (run) => ({ quantity: scalar(run, 'pathBoundExcess'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run, with .08 to .15 of γ* to spare',
};

export const pathNormGrows: Claim = {
  id: 'rosset-zhu-hastie-2004/path-norm-grows',
  title: 'the norm along the path never falls as λ falls',
  statement: 'λ < λ′ implies ‖w_λ‖ ≥ ‖w_λ′‖.',
  source: maximumMarginLosses({
    locator: 'section 3: exchange of minimisers at λ and λ′',
    reading: 'derived',
  }),
  notation: pathNotation,
  assumptions: [],
  measured: 'pathNormDrop: the largest relative fall of ‖w_λ‖ from one λ to the next smaller one',
  measure: (run) => ({ quantity: scalar(run, 'pathNormDrop'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run',
};

export const pathStationarity: Claim = {
  id: 'rosset-zhu-hastie-2004/path-stationarity',
  title: 'λB² is the mean of −ℓ′(q) q',
  statement: 'λ‖w_λ‖² = (1/n) Σ_i −ℓ′(q_i) q_i.',
  source: maximumMarginLosses({
    locator: 'stationarity of the penalised loss along w_λ',
    reading: 'derived',
  }),
  notation: pathNotation,
  assumptions: [],
  measured: 'pathStationarityError: the largest relative error over λ = 10⁻¹ … 10⁻¹²',
  measure: (run) => ({ quantity: scalar(run, 'pathStationarityError'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run: an identity of the minimiser, up to the residual of Newton’s method',
};

export const pathReachesMaximumMargin: Claim = {
  id: 'rosset-zhu-hastie-2004/path-converges',
  title: 'the path converges to the max-margin direction',
  statement: 'm(w_λ) → γ* as λ → 0: with a gap of O(1/log(1/λ)), so that few digits are had at λ = 10⁻¹².',
  source: maximumMarginLosses({
    locator: 'Theorem 3; talk, "Theorem (Rosset et al., 2004)"',
    reading: 'derived',
  }),
  notation: pathNotation,
  assumptions: [solvedReference],
  measured: 'pathMargin: m(w_λ)/γ* at λ = 10⁻¹²; at least 0.9',
  measure: (run) => ({ quantity: scalar(run, 'pathMargin'), bound: 0.9 }),
  relation: atLeast(),
  expected: 'supported: .94 to 1.00',
};

export const normGrowsLogarithmically: Claim = {
  id: 'soudry-hoffer-nacson-gunasekar-srebro-2018/norm-grows-logarithmically',
  title: 'under gradient descent ‖w‖γ* grows like log t',
  statement: 'w(t) = ŵ log t + ρ(t) with bounded ρ, hence ‖w(T)‖γ* − ‖w(T/10)‖γ* → log 10.',
  source: separableBias({ locator: 'Theorem 3; talk, "Theorem [Soudry et al. 2017]"', reading: 'derived' }),
  notation: stepNotation,
  assumptions: limits,
  measured: 'normGrowth: (‖w(T)‖ − ‖w(T/10)‖)γ*/log 10; the constant of ρ drops out',
  measure: (run) => ({ quantity: scalar(run, 'normGrowth'), bound: 1 }),
  relation: about({ within: 0.05 }),
  expected: 'supported: .97 to 1.00 at T = 10⁴',
};

export const directionErrorFalls: Claim = {
  id: 'soudry-hoffer-nacson-gunasekar-srebro-2018/direction-error',
  title: 'the direction converges as fast as 1/log t',
  statement: '‖w/‖w‖ − ŵ/‖ŵ‖‖ = O(1/log t).',
  source: separableBias({ locator: 'Theorem 5, equation (3.4)', reading: 'derived' }),
  notation: stepNotation,
  assumptions: limits,
  measured:
    'directionGrowth: the error times log t, at T over at T/10; at most 1.1, where a slower rate would let it grow',
  measure: (run) => ({ quantity: scalar(run, 'directionGrowth'), bound: 1.1 }),
  relation: atMost(),
  expected: 'supported: close to 1, below where the support is even',
};

export const gradientGapConstant: Claim = {
  id: 'soudry-hoffer-nacson-gunasekar-srebro-2018/gap-constant',
  title: 'margin gap × ‖w‖ tends to Σ a log(a_max/a), gradient descent',
  statement:
    '(γ* − m)‖w‖ → Σ_i a_i log(a_max/a_i), a = γ*²α, so that the gap is this constant times γ*/log t: O(1/log t) and no faster.',
  source: separableBias({ locator: 'Theorem 5, equation (3.6), with its constant', reading: 'derived' }),
  notation: { ...stepNotation, a: 'γ*²α on the simplex, split evenly over copies of a row' },
  assumptions: limits,
  measured: 'gradientGapError: |γ*²⟨w(T), ŵ⟩ − min q_i − Σ a log(a_max/a)|; at most 0.1',
  measure: (run) => ({ quantity: scalar(run, 'gradientGapError'), bound: 0.1 }),
  relation: atMost(),
  expected: 'supported: hundredths at T = 10⁴',
};

export const supportLimits: Claim = {
  id: 'soudry-hoffer-nacson-gunasekar-srebro-2018/support-limits',
  title: 'ηt e^{−q} of a support vector tends to its multiplier',
  statement: 'η t e^{−q_i(t)} → α_i for every support vector (sum of losses).',
  source: separableBias({
    locator: 'Theorem 3, the equation of w̃: exp(−⟨w̃, Z_i⟩) ∝ α_i',
    reading: 'derived',
  }),
  notation: { ...stepNotation, α: 'multipliers, split evenly over copies of a row' },
  assumptions: limits,
  measured: 'supportError: max over support vectors of |ηT e^{−q_i}/α_i − 1|; at most 0.15',
  measure: (run) => ({ quantity: scalar(run, 'supportError'), bound: 0.15 }),
  relation: atMost(),
  expected: 'supported: a few percent at T = 10⁴, and falling like a power of t',
};

export const lossLimit: Claim = {
  id: 'soudry-hoffer-nacson-gunasekar-srebro-2018/loss-limit',
  title: 'ηt times the loss tends to 1/γ*²',
  statement: '𝓛(w(t)) = Θ(1/t): η t 𝓛 → Σ_i α_i = 1/γ*² (sum of losses).',
  source: separableBias({ locator: 'Theorem 5, equation (3.7), with its constant', reading: 'derived' }),
  notation: { ...stepNotation, '𝓛': 'Σ_i ℓ(q_i)' },
  assumptions: limits,
  measured: 'lossLimit: ηTγ*² Σ ℓ(q_i)',
  measure: (run) => ({ quantity: scalar(run, 'lossLimit'), bound: 1 }),
  relation: about({ within: 0.06 }),
  expected: 'supported: .95 to 1.00 at T = 10⁴',
};

export const gradientSlope: Claim = {
  id: 'soudry-hoffer-nacson-gunasekar-srebro-2018/gap-slope',
  title: 'gradient descent closes the margin gap by no power of t',
  statement: 'log(γ* − m) falls by less than 0.25 a unit of log t: slope 0, up to 1/log t.',
  source: separableBias({ locator: 'Theorem 5: the rate 1/log t is tight', reading: 'derived' }),
  notation: stepNotation,
  assumptions: rates,
  measured: 'gradientSlope: slope of log(γ* − m) on log t over the last decade; at least −0.25',
  measure: (run) => ({ quantity: scalar(run, 'gradientSlope'), bound: -0.25 }),
  relation: atLeast(),
  expected: 'supported: −1/log t is −.11 at T = 10⁴',
};

export const normalisedDescent: Claim = {
  id: 'ji-telgarsky-2021/normalised-descent',
  title: 'each normalised step lowers log Σ e^{−q} by its due',
  statement: 'ψ(w + ηv) ≤ ψ(w) − η(1 − ηR²/2)‖v‖² with ψ = log Σ e^{−q_i} and v = −∇ψ.',
  source: primalDual({ locator: 'smoothness of ψ; section 3', reading: 'derived' }),
  notation: stepNotation,
  assumptions: [],
  measured: 'descentExcess: max over all steps of both schedules of ψ_{t+1} − the right side, over 1 + |ψ_t|',
  measure: (run) => ({ quantity: scalar(run, 'descentExcess'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every step of every run',
};

export const gradientAboveMargin: Claim = {
  id: 'ji-telgarsky-2021/gradient-above-margin',
  title: 'a normalised gradient is never shorter than γ*',
  statement: '‖Σ p_i Z_i‖ ≥ γ* for every p on the simplex, hence for every gradient of ψ.',
  source: primalDual({ locator: 'weak duality of the max-margin problem', reading: 'as-stated' }),
  notation: stepNotation,
  assumptions: [solvedReference],
  measured: 'shortGradient: max over all steps of 1 − ‖∇ψ‖/γ*',
  measure: (run) => ({ quantity: scalar(run, 'shortGradient'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every step of every run',
};

export const decayingStepsBound: Claim = {
  id: 'nacson-lee-gunasekar-savarese-srebro-soudry-2019/decaying-steps-bound',
  title: 'normalised steps ∝ 1/√t: the gap is O(log t/√t), by explicit bound',
  statement:
    'γ* − m ≤ (log n + ½R² Σ η_s²‖∇ψ_s‖²)/Σ η_s‖∇ψ_s‖, which is O(log t/√t) for η_t = 1/(R²√(t + 1)).',
  source: convergenceOnSeparable({
    locator: 'Theorem 5 (normalised gradient descent), at finite t',
    reading: 'derived',
  }),
  notation: stepNotation,
  assumptions: [solvedReference],
  measured: 'decayingRatio: the largest ratio of gap to bound over t = 1 … T; at most 1',
  measure: (run) => ({ quantity: scalar(run, 'decayingRatio'), bound: 1 + rounding }),
  relation: exactly(),
  expected: 'supported in every run, with a factor 3 or more to spare',
};

export const constantStepsBound: Claim = {
  id: 'ji-telgarsky-2021/constant-steps-bound',
  title: 'constant normalised steps: the gap is at most (log n + ½)/(ηγ*t)',
  statement: 'γ* − m(w_t) ≤ (log n + ½ηR²)/(ηγ*t) for every t and η ≤ 1/R².',
  source: primalDual({
    locator: 'Theorem 3.1, re-derived for this step with its constant',
    reading: 'derived',
  }),
  notation: stepNotation,
  assumptions: [solvedReference],
  measured: 'constantRatio: the largest ratio of gap to bound over t = 1 … T, at η = 1/R²; at most 1',
  measure: (run) => ({ quantity: scalar(run, 'constantRatio'), bound: 1 + rounding }),
  relation: exactly(),
  expected: 'supported in every run, with a factor 2 or more to spare',
};

export const constantStepsGapConstant: Claim = {
  id: 'ji-telgarsky-2021/gap-constant',
  title: 'margin gap × ‖w‖ tends to Σ a log(a_max/a), normalised steps',
  statement:
    '(γ* − m)‖w‖ → Σ_i a_i log(a_max/a_i), a = γ*²α: the constant of gradient descent, at ‖w‖ ∝ t in place of log t.',
  source: primalDual({
    locator: 'convergence of the dual iterate; the constant is ours',
    reading: 'derived',
  }),
  notation: stepNotation,
  assumptions: limits,
  measured: 'normalisedGapError: |γ*²⟨w(T), ŵ⟩ − min q_i − Σ a log(a_max/a)| at η = 1/R²; at most 0.05',
  measure: (run) => ({ quantity: scalar(run, 'normalisedGapError'), bound: 0.05 }),
  relation: atMost(),
  expected: 'supported: the dual iterate has converged to several digits',
};

export const constantStepsSlope: Claim = {
  id: 'ji-telgarsky-2021/gap-slope',
  title: 'constant normalised steps close the margin gap like 1/t',
  statement: 'log(γ* − m) has slope −1 on log t.',
  source: primalDual({ locator: 'Theorem 3.1', reading: 'derived' }),
  notation: stepNotation,
  assumptions: rates,
  measured: 'constantSlope: slope of log(γ* − m) on log t over the last decade',
  measure: (run) => ({ quantity: scalar(run, 'constantSlope'), bound: -1 }),
  relation: about({ within: 0.05 }),
  expected: 'supported: −.98 to −1.00',
};

export const decayingStepsSlope: Claim = {
  id: 'nacson-lee-gunasekar-savarese-srebro-soudry-2019/gap-slope',
  title: 'normalised steps ∝ 1/√t close the margin gap like 1/√t',
  statement: 'log(γ* − m) has slope −½ on log t: the constant of the gap over ‖w‖ ∝ Σ η_s ∝ √t.',
  source: convergenceOnSeparable({ locator: 'Theorem 5 (normalised gradient descent)', reading: 'derived' }),
  notation: stepNotation,
  assumptions: rates,
  measured: 'decayingSlope: slope of log(γ* − m) on log t over the last decade',
  measure: (run) => ({ quantity: scalar(run, 'decayingSlope'), bound: -0.5 }),
  relation: about({ within: 0.1 }),
  expected: 'supported: −.5, without the logarithm of the upper bound',
};

export const acceleratedBound: Claim = {
  id: 'ji-srebro-telgarsky-2021/accelerated-bound',
  title: 'the accelerated gap is at most 4(1+ln n)(1+2 ln(t+1))/(γ(t+1)²)',
  statement: 'γ* − m(w_t) ≤ 4(1 + ln n)(1 + 2 ln(t + 1))/(γ*(t + 1)²) for ‖Z_i‖ ≤ 1, θ = 1, β_t = t/(t + 1).',
  source: dualAcceleration({ locator: 'Theorem 3.1; Algorithm 1', reading: 'as-stated' }),
  notation: { ...stepNotation, 'β_t, θ': 'momentum and step of Algorithm 1; here on Z/R with γ*/R' },
  assumptions: [solvedReference],
  measured: 'acceleratedRatio: the largest ratio of gap to bound over t = 1 … T; at most 1',
  measure: (run) => ({ quantity: scalar(run, 'acceleratedRatio'), bound: 1 + rounding }),
  relation: exactly(),
  expected: 'supported in every run, with a factor 15 or more to spare',
};

export const acceleratedSlope: Claim = {
  id: 'ji-srebro-telgarsky-2021/gap-slope',
  title: 'dual acceleration closes the margin gap like 1/t²',
  statement: 'log(γ* − m) has slope −2 on log t.',
  source: dualAcceleration({ locator: 'Theorem 3.1', reading: 'derived' }),
  notation: stepNotation,
  assumptions: rates,
  measured: 'acceleratedSlope: slope of log(γ* − m) on log t over the last decade',
  measure: (run) => ({ quantity: scalar(run, 'acceleratedSlope'), bound: -2 }),
  relation: about({ within: 0.05 }),
  expected: 'supported: −1.97 to −2.02',
};

export const linearSeparableClaims: readonly Claim[] = [
  maximumMarginDuality,
  clusterMaximumMargin,
  pathMarginBound,
  pathNormGrows,
  pathStationarity,
  pathReachesMaximumMargin,
  normGrowsLogarithmically,
  directionErrorFalls,
  gradientGapConstant,
  supportLimits,
  lossLimit,
  gradientSlope,
  normalisedDescent,
  gradientAboveMargin,
  decayingStepsBound,
  decayingStepsSlope,
  constantStepsBound,
  constantStepsGapConstant,
  constantStepsSlope,
  acceleratedBound,
  acceleratedSlope,
];
