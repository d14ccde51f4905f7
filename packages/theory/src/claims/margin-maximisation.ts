/**
 * Lyu & Li, ICLR 2020: once the data are fitted, training an L-homogeneous net maximises its normalised margin. The theorems
 * are about gradient flow, or about descent on smooth nets; runs take steps of the loss-based size α/𝓛 with
 * α ≤ c_0/max ‖∇q_n‖², on ReLU nets too, and t is the sum of the step sizes.
 */
import { log } from '@marginalia/core';
import { provedRadii } from '../assumptions.js';
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { about, atLeast, atMost, exactly } from '../relation.js';
import {
  balancedLayers,
  directionalConvergence,
  marginMaximisationPaper,
  robustLargeMargin,
} from '../sources.js';

const notation = {
  'q_n, q_min': 'margin y_n f(x_n) of training point n; the least of them',
  '𝓛, t': 'training loss, the sum over N points; Σ η over the steps −η∇𝓛',
  'θ, ρ, L': 'trained weights, their norm, and the degree: f(cθ) = c^L f(θ)',
  'γ̄, γ̃': 'normalised margin q_min/ρ^L; smoothed: log(1/𝓛)/ρ^L, or −log(e^𝓛 − 1)/ρ^L for the logistic loss',
  'θ̃, λ_n': 'θ/q_min^{1/L}; q_min^{1−2/L} ρ |ℓ′(q_n)|/‖∇𝓛‖',
  β: 'cos(θ, −∇𝓛)',
};

const positiveMargins: Assumption = {
  name: 'positive-margins',
  statement: 'training came to 𝓛 < ℓ(0), so that every margin is positive, and ended there',
  check: (run) => scalar(run, 'fitted') === 1,
};
const longTrained: Assumption = {
  name: 'long-trained',
  statement: 'log t ≥ 200, so that log log t can be told from a constant',
  check: (run) => scalar(run, 'logTime') >= 200,
};
const outgrownStart: Assumption = {
  name: 'outgrown-start',
  statement: '(ρ/ρ_0)^L ≥ 30: the weights have outgrown where they began',
  check: (run) => scalar(run, 'growth') >= 30,
};
const lazyStart: Assumption = {
  name: 'lazy-start',
  statement:
    'at 𝓛 = 10^−10.04 the weights are still near a large start, ρ ≤ 1.5 ρ_0, as the published net’s are',
  check: (run) => scalar(run, 'firstGrowth') <= 1.5,
};
const fiveLosses: Assumption = {
  name: 'five-losses',
  statement: 'training reached all five losses, 10^−10.04 to 10^−881.51',
  check: (run) => scalar(run, 'lossesReached') === 5,
};
const exponentialLoss: Assumption = {
  name: 'exponential-loss',
  statement: 'ℓ(q) = e^{−q}',
  check: (run) => run.axes['loss'] === 'exponential',
};
const adjacentLayers: Assumption = {
  name: 'adjacent-layers',
  statement: 'two adjacent layers are trained',
  check: (run) => scalar(run, 'balancedPairs') >= 1,
};
const layerwise: Assumption = {
  name: 'layerwise-homogeneous',
  statement: 'f is 1-homogeneous in each trained layer: L is their number',
  check: (run) => scalar(run, 'degree') === scalar(run, 'layers'),
};

/** Rounding of sums of some hundred terms of size one. */
const rounding = 1e-12;

export const marginSandwich: Claim = {
  id: 'lyu-li-2020/margin-sandwich',
  title: 'the smoothed margin is within log N/ρ^L below the margin',
  statement: 'γ̄ − ρ^{−L} log N ≤ γ̃ ≤ γ̄; for the logistic loss with γ̃ of N equal margins q_min on the left.',
  source: marginMaximisationPaper({
    locator: 'Definition 2; talk, "Implicit Bias: Margin Maximization"',
    reading: 'as-stated',
  }),
  notation,
  assumptions: [positiveMargins],
  measured: 'sandwichBreach: largest breach of either side over all steps since 𝓛 < ℓ(0), relative to γ̄',
  measure: (run) => ({ quantity: scalar(run, 'sandwichBreach'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run: an inequality of log-sum-exp',
};

export const smoothedMarginGrows: Claim = {
  id: 'lyu-li-2020/smoothed-margin-grows',
  title: 'the smoothed margin never falls',
  statement: 'dγ̃/dt ≥ 0 for almost every t after 𝓛 < ℓ(0). Steps may lose a little where they cross a kink.',
  source: marginMaximisationPaper({
    locator: 'Theorem 4.1 (flow); talk, "Smooth normalized margin increases monotonically"',
    reading: 'derived',
  }),
  notation,
  assumptions: [positiveMargins],
  measured:
    'smoothedMarginFall: largest relative fall of γ̃ below the highest that it had been; at most c_0/1000, in proportion to the step',
  measure: (run) => ({ quantity: scalar(run, 'smoothedMarginFall'), bound: axis(run, 'cap') / 1000 }),
  relation: atMost(),
  expected:
    'supported: 0 where no training point sits on a kink, up to 1e-4 at c_0 = .3 where some do; 1e-5 at c_0 = .1. Without a cap it falls by a tenth and more',
};

export const lossRate: Claim = {
  id: 'lyu-li-2020/loss-rate',
  title: 'the loss falls like 1/(L²γ^{2/L} t (log t)^{2−2/L})',
  statement: '1/𝓛 ~ L²γ^{2/L} t (log t)^{2−2/L} where γ̄ → γ and β → 1; the paper proves the order.',
  source: marginMaximisationPaper({
    locator: 'Theorem 4.3; talk, 𝓛 = Θ(1/(t (log t)^{2−2/L}))',
    reading: 'derived',
  }),
  notation,
  assumptions: [positiveMargins, longTrained, outgrownStart],
  measured:
    'lossRate: 1/𝓛 over the right side at the last checkpoint, γ = γ̄ there. d(1/𝓛)/dt = L² γ^{2/L} (log 1/𝓛)^{2−2/L}/β² on the flow, and a step adds half of what it adds to log(1/𝓛)',
  measure: (run) => ({ quantity: scalar(run, 'lossRate'), bound: 1 }),
  relation: about({ within: 0.2 }),
  expected: 'supported: 1.01 for L = 1, 1.03 for L = 2, 1.07 to 1.13 for L = 3, where 1 − β is still .03',
};

export const lossRateExponent: Claim = {
  id: 'lyu-li-2020/loss-rate-exponent',
  title: 'log(1/𝓛) − log t grows by (2 − 2/L) log log t',
  statement: 'The exponent of log t is 0, 1, 4/3 for L = 1, 2, 3.',
  source: marginMaximisationPaper({ locator: 'Theorem 4.3', reading: 'derived' }),
  notation,
  assumptions: [positiveMargins, longTrained, outgrownStart],
  measured:
    'loglogExponent less 2 − 2/L, in absolute value: slope of log(1/𝓛) − log t on log log t, log t ≥ 100; at most .08',
  measure: (run) => ({
    quantity: Math.abs(scalar(run, 'loglogExponent') - (2 - 2 / scalar(run, 'degree'))),
    bound: 0.08,
  }),
  relation: atMost(),
  expected: 'supported: 0.00, 0.98, 1.30; the last two are short by (2 − 2/L)² log log t/log t and the like',
};

export const normRate: Claim = {
  id: 'lyu-li-2020/norm-rate',
  title: 'the weights grow like (log t)^{1/L}',
  statement: 'ρ^L γ/log t → 1.',
  source: marginMaximisationPaper({ locator: 'Theorem 4.3; talk, ρ = Θ((log t)^{1/L})', reading: 'derived' }),
  notation,
  assumptions: [positiveMargins, longTrained],
  measured: 'normRate: ρ^L γ̄/log t at the last checkpoint',
  measure: (run) => ({ quantity: scalar(run, 'normRate'), bound: 1 }),
  relation: about({ within: 0.06 }),
  expected:
    'supported: .99 for L = 1, 1.01 for L = 2, up to 1.04 for L = 3, which (2 − 2/L) log log t/log t explains',
};

export const kktEquality: Claim = {
  id: 'lyu-li-2020/kkt-equality',
  title: 'the KKT residual is 2γ̄^{−2/L}(1 − β), exactly',
  statement: '‖θ̃ − Σ λ_n ∇q_n(θ̃)‖² = 2 γ̄^{−2/L} (1 − β); the paper has ≤ in the approximate KKT conditions.',
  source: marginMaximisationPaper({
    locator: 'proof of Theorem 4.4, approximate KKT points',
    reading: 'derived',
  }),
  notation,
  assumptions: [positiveMargins],
  measured:
    'kktEqualityError: largest difference of the sides over ‖θ̃‖² at any checkpoint, the left one from gradients taken at θ̃ itself',
  measure: (run) => ({ quantity: scalar(run, 'kktEqualityError'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run: homogeneity of f and of its gradient',
};

export const kktSlackness: Claim = {
  id: 'lyu-li-2020/kkt-slackness',
  title: 'complementary slackness holds up to 1/log(1/𝓛)',
  statement: 'Σ λ_n (q̃_n − 1) ≤ (N/(eL)) γ̄^{−2/L}/log(1/𝓛), since e^{−x} x ≤ 1/e.',
  source: marginMaximisationPaper({
    locator: 'proof of Theorem 4.4, approximate KKT points',
    reading: 'derived',
  }),
  notation,
  assumptions: [positiveMargins, exponentialLoss],
  measured: 'kktSlackRatio: largest ratio of the sides at any checkpoint',
  measure: (run) => ({ quantity: scalar(run, 'kktSlackRatio'), bound: 1 }),
  relation: exactly(),
  expected: 'supported in every run, with a factor of seven to spare',
};

export const kktLimit: Claim = {
  id: 'lyu-li-2020/kkt-limit',
  title: 'the direction comes ever nearer to a KKT point',
  statement: 'Every limit point of θ/ρ is the direction of a KKT point of min ½‖θ‖² s.t. q_n ≥ 1.',
  source: marginMaximisationPaper({
    locator: 'Theorem 4.4; talk, "Margin Maximization"',
    reading: 'derived',
  }),
  notation: { ...notation, h_n: 'an element of Clarke’s ∂°q_n, kinks within one step of zero taken as zero' },
  assumptions: [positiveMargins, longTrained, outgrownStart],
  measured:
    'kktResidual over kktResidualEarly: min ‖θ − Σ λ_n h_n‖/‖θ‖ over λ ≥ 0 and h_n of the points with q_n ≤ q_min + 10, at the last checkpoint and at a tenth of the steps; at most .8',
  measure: (run) => ({ quantity: scalar(run, 'kktResidual') / scalar(run, 'kktResidualEarly'), bound: 0.8 }),
  relation: atMost(),
  expected:
    'supported: falls like 1/t in steps for L = 1, like t^{−.4} for L = 2 and 3. The gradient of the net as it happens to stand does not, where points sit on kinks: 1 − β stalls',
};

export const directionSettles: Claim = {
  id: 'ji-telgarsky-2020/direction-settles',
  title: 'the direction converges',
  statement: 'θ/ρ converges along gradient flow on nets definable in an o-minimal structure.',
  source: directionalConvergence({ locator: 'Theorem 3.1', reading: 'derived' }),
  notation,
  assumptions: [positiveMargins, longTrained, outgrownStart],
  measured:
    'directionTurn: 1 − cosine of θ between log(1/𝓛) at half its last value and the last; at most .01',
  measure: (run) => ({ quantity: scalar(run, 'directionTurn'), bound: 0.01 }),
  relation: atMost(),
  expected: 'supported: 1e-6 for L = 1, up to 5e-3 for L = 3',
};

export const balanceKept: Claim = {
  id: 'du-hu-lee-2018/balance-kept',
  title: 'steps move the balance of a neuron by their squares at most',
  statement:
    'Gradient flow keeps p‖v_r‖² − ‖w_r‖² of every hidden neuron, w_r into it, v_r out of it, φ of degree p; steps change it by at most p Σ ‖θ_{t+1} − θ_t‖², since ⟨w_r, ∇_{w_r}𝓛⟩ = p⟨v_r, ∇_{v_r}𝓛⟩.',
  source: balancedLayers({ locator: 'Theorem 2.1, for steps', reading: 'derived' }),
  notation,
  assumptions: [positiveMargins, adjacentLayers],
  measured: 'balanceDrift: the largest change of a neuron over that bound',
  measure: (run) => ({ quantity: scalar(run, 'balanceDrift'), bound: 1 }),
  relation: exactly(),
  expected: 'supported in every run: a tenth of the bound',
};

export const balancedLimit: Claim = {
  id: 'lyu-li-2020/balanced-limit',
  title: 'in the limit every hidden neuron is balanced',
  statement: 'p‖v_r‖² = ‖w_r‖² at every KKT point: (p‖v_r‖² − ‖w_r‖²)/ρ² → 0.',
  source: marginMaximisationPaper({
    locator: 'Theorem 4.4, KKT conditions neuron by neuron',
    reading: 'derived',
  }),
  notation,
  assumptions: [positiveMargins, outgrownStart, adjacentLayers],
  measured: 'imbalance: the largest |p‖v_r‖² − ‖w_r‖²|/ρ² at the end; at most .02',
  measure: (run) => ({ quantity: scalar(run, 'imbalance'), bound: 0.02 }),
  relation: atMost(),
  expected: 'supported: 1e-3 for L = 2, 1e-2 for L = 3, what is left of the start',
};

export const productMargin: Claim = {
  id: 'lyu-li-2020/product-margin',
  title: 'q_min over the product of the norms is at least L^{L/2} γ̄',
  statement:
    'q_min/∏_l ‖W_l‖ ≥ L^{L/2} q_min/ρ^L by the means of the ‖W_l‖², equal where the layers balance.',
  source: marginMaximisationPaper({
    locator: 'normalisation of the experiments: the talk’s table divides by the product',
    reading: 'derived',
  }),
  notation,
  assumptions: [positiveMargins, layerwise],
  measured: 'productRatio: the largest L^{L/2} γ̄ ∏‖W_l‖/q_min at any checkpoint',
  measure: (run) => ({ quantity: scalar(run, 'productRatio'), bound: 1 + rounding }),
  relation: exactly(),
  expected: 'supported in every run',
};

export const uncappedScheduler: Claim = {
  id: 'lyu-li-2020/uncapped-scheduler',
  title: 'without a cap the published scheduler loses the margin',
  statement:
    'With one full-batch step a decision, a longer step along θ always lowers the loss, so that α doubles every five steps while the direction is lost: γ̃ falls.',
  source: marginMaximisationPaper({
    locator: 'loss-based learning rate of the experiments',
    reading: 'derived',
  }),
  notation,
  assumptions: [positiveMargins],
  measured: 'uncappedDip: largest relative fall of γ̃ from the same start, before 𝓛 < e^{−10⁶}; at least .01',
  measure: (run) => ({ quantity: scalar(run, 'uncappedDip'), bound: 0.01 }),
  relation: atLeast(),
  expected:
    'supported: a tenth to all of it, where capped steps lose 1e-4. Longer rounds do not help, nor do mini-batches: after one step that lowers the loss a stale η = α/𝓛 makes the rest of the round negligible',
};

const talkTable = (reading: 'derived' | 'published') =>
  marginMaximisationPaper({ locator: 'talk, "Margin maximization and Robustness", five models', reading });

export const fiveMarginsRise: Claim = {
  id: 'lyu-li-2020/five-margins-rise',
  title: 'of the five models each has the larger margin',
  statement:
    'Training to 𝓛 = 10^−10.04, −15.12, −20.07, −120.01, −881.51 gave margins 5.65e-5, 9.50e-5, 1.30e-4, 4.61e-4, 1.18e-3.',
  source: talkTable('derived'),
  notation,
  assumptions: [positiveMargins, fiveLosses],
  measured: 'fiveMarginsLeastGain: the least ratio of γ̄ of a model to that of the one before; at least 1',
  measure: (run) => ({ quantity: scalar(run, 'fiveMarginsLeastGain'), bound: 1 }),
  relation: atLeast(),
  expected: 'supported, on clouds instead of MNIST: what is published is one net, we compare the order',
};

export const fiveMarginsGain: Claim = {
  id: 'lyu-li-2020/five-margins-gain',
  title: 'from the first model to the fifth the margin grows twentyfold',
  statement: 'γ̄_5/γ̄_1 = 20.9, published; log(1/𝓛) grows 88-fold, and ρ^L takes the rest.',
  source: talkTable('published'),
  notation,
  assumptions: [positiveMargins, fiveLosses, lazyStart],
  measured: 'fiveMarginsGain: log(γ̄_5/γ̄_1)/log 20.9, within .4: a factor of 6 to 70',
  measure: (run) => ({ quantity: log(scalar(run, 'fiveMarginsGain')), bound: log(20.9) }),
  relation: about({ within: 0.4 }),
  expected:
    'supported in form: 10 to 30 from a start sixteen times as far out as He’s. How much is a matter of the start alone: from He’s own these small nets gain 1.01 to 1.6',
};

export const marginOverLipschitz: Claim = {
  id: 'sokolic-giryes-sapiro-rodrigues-2017/margin-over-lipschitz',
  title: 'no point is less robust than its margin over β',
  statement: 'R(x) ≥ q(x)/β for each of the models, f being β-Lipschitz in x.',
  source: robustLargeMargin({
    locator: 'margin over Lipschitz constant; talk, "Margin maximization and Robustness"',
    reading: 'as-stated',
  }),
  notation: { 'R(x)': 'exact ℓ2 radius', 'q(x)': 'margin y f(x)', β: 'a Lipschitz constant of f' },
  assumptions: [positiveMargins, provedRadii],
  measured: 'lipschitzBreach: the largest q/β over R, less 1, over fresh points and models',
  measure: (run) => ({ quantity: scalar(run, 'lipschitzBreach'), bound: 1e-9 }),
  relation: exactly(),
  expected: 'supported in every run',
};

export const longerIsMoreRobust: Claim = {
  id: 'lyu-li-2020/longer-is-more-robust',
  title: 'from a large start, training longer does not cost robust accuracy',
  statement: 'Robust accuracy rises with the length of training, but only slightly.',
  source: talkTable('derived'),
  notation: { ε: 'the median exact radius of the first model' },
  assumptions: [positiveMargins, fiveLosses, lazyStart, provedRadii],
  measured: 'robustAccuracyGain: accuracy at ε of the fifth model less that of the first; at least −.05',
  measure: (run) => ({ quantity: scalar(run, 'robustAccuracyGain'), bound: -0.05 }),
  range: [-1, 1],
  relation: atLeast(),
  expected:
    'supported: .1 to .5 more from a start far out. From He’s start, where the margin has little left to gain, training from 10^−10 to 10^−120 changes it by −7 to +5 points: a larger margin is no promise',
};

/** In the order of the talk. */
export const marginClaims: readonly Claim[] = [
  marginSandwich,
  smoothedMarginGrows,
  lossRate,
  lossRateExponent,
  normRate,
  kktEquality,
  kktSlackness,
  kktLimit,
  directionSettles,
  balanceKept,
  balancedLimit,
  productMargin,
  uncappedScheduler,
  fiveMarginsRise,
  fiveMarginsGain,
  marginOverLipschitz,
  longerIsMoreRobust,
];
