/** Theorem (averaged features are non-robust), its closed form, its exponents, and what any classifier can reach. */
import {
  averagedFeatures,
  balancedClasses,
  errorFree,
  fittedData,
  provedRadii,
  publishedSetting,
  smallInitialisation,
  unitNoise,
} from '../assumptions.js';
import { axis, scalar, type Claim } from '../claim.js';
import { averagedRadius, halfDistance } from '../quantities/index.js';
import { about, atLeast, atMost, exactly, proportional } from '../relation.js';
import { doubleEdgedSword, featureAveragingPaper, robustLargeMargin } from '../sources.js';

const theorem = featureAveragingPaper({
  locator: 'non-robustness of averaged features; talk, "Average Features are Non-robust Features"',
  reading: 'derived',
});
const notation = {
  'R(x)': 'inf{‖δ‖₂ : y f(x + δ) ≤ 0}, the exact radius; f = 0 counts as a failure',
  'd, k, n': 'axes dimension, clusters, samples',
  'b_+, b_−': 'biases of the positive and of the negative neurons',
};
const averaged = [fittedData, smallInitialisation, averagedFeatures, balancedClasses, unitNoise];

export const averagedRadiusClosedForm: Claim = {
  id: 'li-pan-lyu-li-2025/averaged-radius',
  title: 'an averaged net is only √(d/k)-robust',
  statement: 'The exact radius of a feature-averaging net is √(d/k)/√(1 + k/n), up to order one.',
  source: theorem,
  notation,
  assumptions: [...averaged, provedRadii],
  measured: 'exactRadius: median exact ℓ2 radius over test points, against the closed form',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadius'),
    bound: averagedRadius(axis(run, 'dimension'), axis(run, 'clusters'), axis(run, 'samples')),
  }),
  relation: about({ within: 0.05 }),
  expected: 'supported: 17.3 to 17.5 against 17.44 at the published setting',
};

export const universalDirectionOptimal: Claim = {
  id: 'li-pan-lyu-li-2025/universal-direction-optimal',
  title: 'one universal direction is as good as the best attack',
  statement:
    'z = −y Σ_j y_j μ_j/k flips an averaged net at the exact radius: ‖z‖ = √(d/k) for all points at once.',
  source: theorem,
  notation,
  assumptions: [...averaged, provedRadii],
  measured: 'universalRadius / exactRadius, medians over test points; at most 1.06',
  measure: (run) => ({ quantity: scalar(run, 'universalRadius') / scalar(run, 'exactRadius'), bound: 1.06 }),
  relation: atMost(),
  expected:
    'supported: 1.01 at the published setting; the gap is each point’s own noise, of order k/n + √k/√d',
};

export const anyBias: Claim = {
  id: 'li-pan-lyu-li-2025/non-robust-for-any-bias',
  title: 'no bias makes averaged features robust and right',
  statement:
    'With averaged weights and any biases (b_+, b_−) that leave the clean accuracy, both classes weighed alike, above ½ + 0.1, the robust accuracy at δ = 3√(d/k) is o(1).',
  source: theorem,
  notation,
  assumptions: averaged,
  measured:
    'anyBiasAccuracy: the largest accuracy under the universal attack of size 3√(d/k), over a grid of (b_+, b_−) with clean accuracy ≥ .6; at most .05',
  measure: (run) => ({ quantity: scalar(run, 'anyBiasAccuracy'), bound: 0.05 }),
  range: [0, 1],
  relation: atMost(),
  expected: 'supported; the accuracy condition is ours, see the next claim',
};

export const anyBiasNeedsAccuracy: Claim = {
  id: 'li-pan-lyu-li-2025/any-bias-needs-accuracy',
  title: '“any bias” needs a condition on accuracy',
  statement:
    'Read literally the theorem fails: with |b_+ − b_−| large the net is a constant classifier, which half of all points survive at every δ.',
  source: featureAveragingPaper({
    locator: 'non-robustness of averaged features, literal reading',
    reading: 'derived',
  }),
  notation,
  assumptions: averaged,
  measured: 'anyBiasUnconditioned: the same maximum without the accuracy condition; at least .4',
  measure: (run) => ({ quantity: scalar(run, 'anyBiasUnconditioned'), bound: 0.4 }),
  relation: atLeast(),
  expected:
    'supported: the classes’ radii are (1 ± Δ)√(d/k) with Δ = (b_+ − b_−)/λ, so |Δ| ≥ 1 gives up one class for the other',
};

export const radiusExponentDimension: Claim = {
  id: 'li-pan-lyu-li-2025/radius-exponent-dimension',
  title: 'the averaged radius grows like d^½',
  statement: 'R ∝ d^{1/2} at fixed k.',
  source: theorem,
  notation,
  assumptions: [...averaged, provedRadii],
  measured: 'log of exactRadius × √(1 + k/n) on log d and log k, over the grid',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadius'),
    bound: 1 / Math.sqrt(1 + axis(run, 'clusters') / axis(run, 'samples')),
  }),
  relation: proportional({ axis: 'dimension', exponent: 0.5, alongside: ['clusters'], within: 0.03 }),
  expected: 'supported: .499 over d from 10³ to 10⁵',
};

export const radiusExponentClusters: Claim = {
  ...radiusExponentDimension,
  id: 'li-pan-lyu-li-2025/radius-exponent-clusters',
  title: 'the averaged radius falls like k^−½',
  statement: 'R ∝ k^{−1/2} at fixed d.',
  relation: proportional({ axis: 'clusters', exponent: -0.5, alongside: ['dimension'], within: 0.03 }),
  expected: 'supported: −.51 over k ∈ {4, 8, 16}; the noise of order one weighs more on smaller radii',
};

export const robustNetExists: Claim = {
  id: 'frei-vardi-bartlett-srebro-2023/robust-net-exists',
  title: 'a net that keeps features apart is √d/2-robust',
  statement: 'w_j = 4μ_j/d, b_j = −2, v_j = y_j has radius Θ(√d): √d/2 to reach f = 0.',
  source: doubleEdgedSword({ locator: 'Theorem 4.1; talk, "Robust solution exists"', reading: 'derived' }),
  notation,
  assumptions: [unitNoise],
  measured: 'robustNetRadius: median exact radius of the explicit net on the same test points, over √d/2',
  measure: (run) => ({
    quantity: scalar(run, 'robustNetRadius'),
    bound: Math.sqrt(axis(run, 'dimension')) / 2,
  }),
  relation: about({ within: 0.05 }),
  expected: 'supported: √k/2 times the radius that training finds; √(d/2) if f = 0 counted as a success',
};

export const halfDistanceBound: Claim = {
  id: 'li-pan-lyu-li-2025/half-distance-bound',
  title: 'no accurate classifier beats half the distance of centres',
  statement:
    'E R ≤ √(d/2) for every classifier without errors: a point and its shift to an opposite centre lie √(2d) apart.',
  source: featureAveragingPaper({ locator: 'robust radius of the data', reading: 'derived' }),
  notation,
  assumptions: [balancedClasses, errorFree],
  measured:
    'largestMeanRadius less four standard errors (largestMeanRadiusError), over √(d/2): the mean exact radius over test points, of the most robust net and read-out of the run',
  measure: (run) => ({
    quantity:
      (scalar(run, 'largestMeanRadius') - 4 * scalar(run, 'largestMeanRadiusError')) /
      halfDistance(axis(run, 'dimension')),
    bound: 1,
  }),
  relation: exactly(),
  expected:
    'supported: the shift maps the law of one cluster to that of the other, R(x) + R(x′) ≤ √(2d) where f is right at both',
};

/** Radius at which the published two-class curve crosses 50 %: 91 % at 14, 31 % at 16. */
const publishedTwoClassMedian = 15.4;

export const publishedTwoClassCurveBelowExact: Claim = {
  id: 'li-pan-lyu-li-2025/published-two-class-curve-below-exact',
  title: 'the published two-class curve lies below what any attack can reach',
  statement:
    'The published curve falls through 50 % at 15.4. On the net of the same setting no attack flips half of the points below the exact median, which is at least 15.4/.92: some detail of that experiment is unknown to us.',
  source: featureAveragingPaper({
    locator: 'Figure 3 left, read off: 91 % at 14, 31 % at 16',
    reading: 'published',
  }),
  notation,
  assumptions: [...averaged, publishedSetting, provedRadii],
  measured: '15.4 over exactRadius, the median exact ℓ2 radius of the averaged net; at most .92',
  measure: (run) => ({ quantity: publishedTwoClassMedian / scalar(run, 'exactRadius'), bound: 0.92 }),
  relation: atMost(),
  expected:
    'supported: .885, for 17.41 is measured and 17.44 derived; the other reading, that 15.4 is the radius of this net, is refuted by the same number',
};

export const radiusChain: Claim = {
  id: 'sokolic-giryes-sapiro-rodrigues-2017/radius-chain',
  title: 'certificate ≤ exact radius ≤ every attack',
  statement: 'q(x)/β ≤ R(x) ≤ ‖δ‖ for every β-Lipschitz bound on f and every δ that flips x.',
  source: robustLargeMargin({
    locator: 'margin over Lipschitz constant; talk, "Margin maximization and Robustness"',
    reading: 'as-stated',
  }),
  notation: { 'q(x)': 'margin y f(x)', β: 'a Lipschitz constant of f', ...notation },
  assumptions: [],
  measured:
    'chainViolation: the largest relative breach of certified ≤ exact upper and of exact lower ≤ exact upper, universal and PGD, over all test points',
  measure: (run) => ({ quantity: scalar(run, 'chainViolation'), bound: 1e-9 }),
  relation: exactly(),
  expected: 'supported in every run: the three numbers come from independent code',
};
