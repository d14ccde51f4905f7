/**
 * Robust and non-robust features: exact for linear ones, in closed form for those of the cluster model, measured for the
 * neurons of trained nets; robust maximum likelihood in the Gaussian model; adversarial examples as data.
 *
 * Derivations of what is `derived` here:
 *
 * Linear features. inf over ‖δ‖ ≤ ε of y⟨a, x + δ⟩ is y⟨a, x⟩ − ε‖a‖, whatever x: the mean is E[yf] − ε‖a‖/‖a‖_Σ. Its zero in
 * ε is ⟨a, E[yx]⟩/‖a‖ ≤ ‖E[yx]‖, with equality for a = E[yx] alone: the averaged feature.
 *
 * Alignment. Σ_r has eigenvalues s = (√(α + ¼s_*) + ½√s_*)², α = 1/λ; d(log s)/dα = 1/(√(α + ¼s_*)·√s) falls with s_*. For w = Σ_r^{-1}μ
 * with weights ν_i = μ_i², cos² = (Σ ν/s)²/(Σ ν · Σ ν/s²), and d log cos²/dα = 2(E_2[h] − E_1[h]) ≥ 0 for h = d(log s)/dα, which
 * falls with s, under weights ν/s² and ν/s: the first weigh small s more. And α grows with ε. So cos(w_ε, μ) never falls.
 */
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { adversarialFeatures } from '../linear-sources.js';
import {
  averagedFeatureRadius,
  averagedUsefulness,
  singleFeatureRadius,
  thresholdedFeatureRadius,
} from '../quantities/index.js';
import { about, atLeast, atMost, exactly } from '../relation.js';

const notation = {
  'f, ρ': 'a feature with E f² = 1, and its usefulness E[y f]',
  ε: 'ℓ2 budget of the adversary; the robust radius of f is the largest one with E inf y f(x + δ) ≥ 0',
  'μ_j, y_j': 'centre and label of cluster j, ‖μ_j‖² = d',
  'd, k, n': 'axes dimension, clusters, samples',
};
const gaussianNotation = {
  'μ, Σ*': 'mean and covariance of the Gaussian model x ~ N(yμ, Σ*)',
  'Σ_r, w_ε': 'robust maximum likelihood at budget ε, and its linear rule Σ_r^{-1}μ',
};
const definitions = adversarialFeatures({
  locator: 'Section 2, definitions of useful features',
  reading: 'derived',
});
const rounding = 1e-9;

export const averagedNeurons: Assumption = {
  name: 'averaged-neurons',
  statement:
    'the net is right on every training point, and its neurons average: cos(w_r, Σ_own μ − ρ Σ_other μ) ≥ 0.8 for each',
  check: (run) => scalar(run, 'trainAccuracy') === 1 && scalar(run, 'leastAveragingCosine') >= 0.8,
};

export const trulyAdversarial: Assumption = {
  name: 'truly-adversarial',
  statement:
    'the first net calls at least 95 % of the displaced points by the label that the attack aimed at',
  check: (run) => scalar(run, 'attackSuccess') >= 0.95,
};

export const farDisplacements: Assumption = {
  name: 'far-displacements',
  statement:
    'the displacements have at least 1.5 times the length √(d/k) at which the first net begins to err (at 1.2 its labels are all flipped, and the second net still learns the clusters)',
  check: (run) => axis(run, 'reach') >= 1.5,
};

export const linearRobustUsefulness: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/linear-robust-usefulness',
  title: 'a linear feature loses ε‖a‖/‖a‖_Σ of its usefulness',
  statement: 'E inf_{‖δ‖ ≤ ε} y f(x + δ) = E[y f] − ε‖a‖/‖a‖_Σ for f = ⟨a, x⟩/‖a‖_Σ, ‖a‖_Σ² = E⟨a, x⟩².',
  source: definitions,
  notation: {
    ...notation,
    a: 'weights of a linear feature: averaged, of one centre, of the trained net, and random',
  },
  assumptions: [],
  measured:
    'linearUsefulnessError: the largest difference over features and radii, the left side by displacing each fresh point and evaluating f there; and by how much random displacements go below it',
  measure: (run) => ({ quantity: scalar(run, 'linearUsefulnessError'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run: an identity, up to rounding',
};

export const averagingBestLinear: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/best-linear-feature',
  title: 'no linear feature is robustly useful beyond ‖E[yx]‖',
  statement:
    'The robust radius of ⟨a, x⟩ is ⟨a, E[yx]⟩/‖a‖ ≤ ‖E[yx]‖: among linear features the averaged one is the most robust.',
  source: definitions,
  notation,
  assumptions: [],
  measured: 'linearRadiusExcess: largest robust radius of the linear features, over ‖mean of yx‖, less 1',
  measure: (run) => ({ quantity: scalar(run, 'linearRadiusExcess'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run: Cauchy–Schwarz',
};

export const averagedFeatureUseful: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/averaged-feature-useful',
  title: 'the averaged feature is (1 + k/d)^−½-useful',
  statement: 'E[y f] = (1 + σ²k/d)^{−½} for f ∝ Σ_j y_j ⟨μ_j, x⟩.',
  source: definitions,
  notation,
  assumptions: [],
  measured: 'averagedUsefulness: mean of y f over fresh points, f normalised on them',
  measure: (run) => ({
    quantity: scalar(run, 'averagedUsefulness'),
    bound: averagedUsefulness(axis(run, 'dimension'), axis(run, 'clusters'), axis(run, 'noise')),
  }),
  relation: about({ within: 0.01 }),
  expected: 'supported',
};

export const averagedFeatureRobust: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/averaged-feature-radius',
  title: 'the averaged feature is robustly useful up to √(d/k)',
  statement: 'f ∝ Σ_j y_j ⟨μ_j, x⟩ is γ-robustly useful for some γ ≥ 0 if and only if ε ≤ √(d/k).',
  source: definitions,
  notation,
  assumptions: [],
  measured: 'averagedFeatureRadius: the robust radius on fresh points',
  measure: (run) => ({
    quantity: scalar(run, 'averagedFeatureRadius'),
    bound: averagedFeatureRadius(axis(run, 'dimension'), axis(run, 'clusters')),
  }),
  relation: about({ within: 0.02 }),
  expected: 'supported',
};

export const singleFeatureRobust: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/single-feature-radius',
  title: 'one linear cluster feature is robustly useful up to √d/k only',
  statement:
    'f ∝ y_j ⟨μ_j, x⟩ is robustly useful if and only if ε ≤ √d/k: keeping features apart linearly is worse than averaging.',
  source: definitions,
  notation,
  assumptions: [],
  measured: 'singleFeatureRadius: the robust radius on fresh points, mean over the k features',
  measure: (run) => ({
    quantity: scalar(run, 'singleFeatureRadius'),
    bound: singleFeatureRadius(axis(run, 'dimension'), axis(run, 'clusters')),
  }),
  relation: about({ within: 0.02 }),
  expected: 'supported',
};

export const thresholdedFeatureRobust: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/thresholded-feature-radius',
  title: 'a thresholded cluster feature is robustly useful up to about √d/2',
  statement:
    'f ∝ y_j max(⟨μ_j, x⟩ − d/2, 0) is robustly useful up to √d/2 without noise; with it, up to the zero of an explicit function.',
  source: definitions,
  notation,
  assumptions: [],
  measured:
    'thresholdedFeatureRadius: the robust radius on fresh points (exact: the worst δ is −ε y μ_j/‖μ_j‖), mean over the k features',
  measure: (run) => ({
    quantity: scalar(run, 'thresholdedFeatureRadius'),
    bound: thresholdedFeatureRadius(axis(run, 'dimension'), axis(run, 'clusters'), axis(run, 'noise')),
  }),
  relation: about({ within: 0.03 }),
  expected: 'supported: a robust feature of this model needs the non-linearity',
};

export const averagedNeuronRobust: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/averaged-neuron-radius',
  title: 'a neuron of an averaged net is a non-robust feature',
  statement:
    'φ(⟨w, x⟩) with w ∝ Σ_own μ − ρ Σ_other μ is robustly useful up to √(d/k)(1 + ρ)/√(2(1 + ρ²)(1 + k/n)).',
  source: definitions,
  notation: {
    ...notation,
    ρ: 'minus the mean of ⟨w, μ_j⟩ over the other class, over its mean on the own class; also the usefulness above',
  },
  assumptions: [averagedNeurons],
  measured:
    'neuronRadius: the robust radius on fresh points (exact: φ is monotone), over the closed form at each neuron’s own ρ; mean over neurons',
  measure: (run) => ({ quantity: scalar(run, 'neuronRadiusRatio'), bound: 1 }),
  relation: about({ within: 0.06 }),
  expected: 'supported: below √(d/k), however long one trains',
};

export const gaussianRobustShare: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/gaussian-robust-share',
  title: 'P[R > ε] of a linear rule is a normal integral',
  statement: 'P[R > ε] = Φ(⟨μ, w⟩/‖w‖_Σ − ε‖w‖/‖w‖_Σ) for x ~ N(yμ, Σ) and the rule sign⟨w, x⟩.',
  source: adversarialFeatures({
    locator: 'Section 4, linear classification under misaligned metrics',
    reading: 'derived',
  }),
  notation: gaussianNotation,
  assumptions: [],
  measured:
    'gaussianDeviation: root mean square over three rules of (observed share − Φ)/√(Φ(1 − Φ)/N); at most 2.5',
  measure: (run) => ({ quantity: scalar(run, 'gaussianDeviation'), bound: 2.5 }),
  relation: atMost(),
  expected: 'supported: three standard normals have a root mean square above 2.5 in 0.03 % of runs',
};

export const robustLikelihoodFormula: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/robust-likelihood',
  title: 'Σ_r = ½Σ* + I/λ + √(Σ*/λ + ¼Σ*²) minimises the robust likelihood',
  statement:
    'Against E‖δ‖² ≤ ε² the robust maximum-likelihood estimate is μ_r = μ*, Σ_r = ½Σ* + λ^{-1}I + √(λ^{-1}Σ* + ¼Σ*²), ε² = tr(Σ_r^{-1})/λ².',
  source: adversarialFeatures({ locator: 'Theorem 2', reading: 'derived' }),
  notation: { ...gaussianNotation, λ: 'multiplier of the budget' },
  assumptions: [],
  measured:
    'likelihoodExcess: the most by which a perturbed mean or covariance, or scales of it from 1e-3 to 1, beat the formula, the adversary of each solved for anew',
  measure: (run) => ({ quantity: scalar(run, 'likelihoodExcess'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run, for the adversary that is bounded on average',
};

export const alignmentGrows: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/alignment-grows',
  title: 'gradients align with the means as the budget grows',
  statement:
    'cos(Σ_r^{-1}μ, μ) never falls as ε grows: the gradient of the rule turns to the direction between the means.',
  source: adversarialFeatures({ locator: 'Theorem 3, along the whole path of ε', reading: 'derived' }),
  notation: gaussianNotation,
  assumptions: [],
  measured:
    'alignmentDrop: the largest fall of the cosine from one ε to the next larger one, over 24 of them',
  measure: (run) => ({ quantity: scalar(run, 'alignmentDrop'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run: proved above',
};

export const accuracyPaysForRobustness: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/accuracy-pays',
  title: 'robust rules have longer radii and lower clean accuracy',
  statement:
    'As ε grows, the median radius ⟨μ, w_ε⟩/‖w_ε‖ does not fall, and the clean accuracy Φ(⟨μ, w_ε⟩/‖w_ε‖_Σ) is never above that of w_0: w_0 = Σ*^{-1}μ is the most accurate rule and the least robust of the path.',
  source: adversarialFeatures({
    locator: 'Section 4.2, Theorem 1 in its linear consequence',
    reading: 'derived',
  }),
  notation: gaussianNotation,
  assumptions: [],
  measured:
    'tradeViolation: the largest relative fall of the median radius, or rise of ⟨μ, w⟩/‖w‖_Σ above that of w_0, over 24 values of ε',
  measure: (run) => ({ quantity: scalar(run, 'tradeViolation'), bound: rounding }),
  relation: exactly(),
  expected: 'supported in every run: Cauchy–Schwarz, and the alignment above',
};

export const adversarialDataTeach: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/random-targets-teach',
  title: 'adversarial examples with random labels teach clean classification',
  statement:
    'A net trained on (x + δ, t), t a random target that δ makes the first net believe, classifies clean points.',
  source: adversarialFeatures({
    locator: 'Section 3.2, D_rand, at the scale of the cluster model',
    reading: 'derived',
  }),
  notation,
  assumptions: [averagedNeurons, trulyAdversarial],
  measured:
    'randomTargetAccuracy: accuracy on clean fresh points of a net trained on the displaced and relabelled training set; at least 0.9',
  measure: (run) => ({ quantity: scalar(run, 'randomTargetAccuracy'), bound: 0.9 }),
  range: [0, 1],
  relation: atLeast(),
  expected: 'supported: clean parts cancel over random targets, and what is left is the averaged feature',
};

export const flippedDataTeach: Claim = {
  id: 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019/flipped-targets-teach',
  title: 'adversarial examples with the wrong label teach clean classification',
  statement:
    'A net trained on (x + δ, −y), where δ makes the first net say −y, still says y on clean points, once δ outweighs what is left of the clusters.',
  source: adversarialFeatures({
    locator: 'Section 3.2, D_det, at the scale of the cluster model',
    reading: 'derived',
  }),
  notation,
  assumptions: [averagedNeurons, trulyAdversarial, farDisplacements],
  measured:
    'flippedTargetAccuracy: accuracy on clean fresh points of a net trained on the displaced and relabelled training set; at least 0.9',
  measure: (run) => ({ quantity: scalar(run, 'flippedTargetAccuracy'), bound: 0.9 }),
  range: [0, 1],
  relation: atLeast(),
  expected:
    'supported: its neurons follow (c/2) Σ_own μ + (1 − c/2) Σ_other μ at ‖δ‖ = c√(d/k), which favours the own class for c > 1, and by enough for all points from c ≈ 1.5 on; at c = 1.2 accuracy is .2',
};

export const robustFeatureClaims: readonly Claim[] = [
  linearRobustUsefulness,
  averagingBestLinear,
  averagedFeatureUseful,
  averagedFeatureRobust,
  singleFeatureRobust,
  thresholdedFeatureRobust,
  averagedNeuronRobust,
  gaussianRobustShare,
  robustLikelihoodFormula,
  alignmentGrows,
  accuracyPaysForRobustness,
  adversarialDataTeach,
  flippedDataTeach,
];
