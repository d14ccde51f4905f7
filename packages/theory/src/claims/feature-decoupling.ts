/** Theorem (feature decoupling): fine labels make each neuron learn one feature; what that is worth depends on the read-out. */
import {
  balancedClasses,
  decoupledFeatures,
  fittedData,
  independentSamples,
  liveClasses,
  manyClusters,
  provedRadii,
  publishedSetting,
  smallInitialisation,
  unitNoise,
  wokenNeurons,
} from '../assumptions.js';
import { axis, scalar, type Claim } from '../claim.js';
import {
  averagedRadius,
  decoupledCosine,
  decoupledMaxRadius,
  decoupledSumRadius,
} from '../quantities/index.js';
import { about, atLeast, atMost, proportional } from '../relation.js';
import { featureAveragingPaper } from '../sources.js';

const theorem = featureAveragingPaper({
  locator: 'feature decoupling theorem (4.7 in v2; 5.5 in the talk)',
  reading: 'derived',
});
const readouts = featureAveragingPaper({
  locator: 'binary use of the multi-class net, §5',
  reading: 'derived',
});
const notation = {
  f_j: 'score of cluster j, the mean of its h neurons (axis width)',
  'λ_{i,j}': 'coefficient of centre j in the neurons of class i, in units of 1/d',
  sum: 'Σ_{J_+} f_j − Σ_{J_−} f_j',
  max: 'max_{J_+} f_j − max_{J_−} f_j',
  lse: 'log Σ_{J_+} e^{f_j} − log Σ_{J_−} e^{f_j}, the log-odds',
  ρ: '−λ_{i,j}/λ_{i,i}, the mean coupling of the other centres',
};
const trained = [liveClasses, fittedData, smallInitialisation];
const decoupled = [...trained, decoupledFeatures, balancedClasses, unitNoise, provedRadii];

export const decouplingAccuracy: Claim = {
  id: 'li-pan-lyu-li-2025/decoupling-accuracy',
  title: 'the multi-class net is perfect on fresh points',
  statement: 'P[argmax_j f_j(x) ≠ j(x)] = o(1).',
  source: theorem,
  notation,
  assumptions: [liveClasses, fittedData],
  measured: 'fineAccuracy: share of fresh test points whose cluster is named, at least .99',
  measure: (run) => ({ quantity: scalar(run, 'fineAccuracy'), bound: 0.99 }),
  range: [0, 1],
  relation: atLeast(),
  expected: 'supported',
};

export const ownCoefficientLarge: Claim = {
  id: 'li-pan-lyu-li-2025/own-coefficient-large',
  title: 'each neuron’s own coefficient is large',
  statement: 'λ_{i,i} = Ω̃(1) for every class i.',
  source: theorem,
  notation,
  assumptions: [...trained, independentSamples],
  measured: 'ownCoefficientMin: the least λ_{i,i}; at least ½ of the mean training margin',
  measure: (run) => ({
    quantity: scalar(run, 'ownCoefficientMin'),
    bound: scalar(run, 'trainMarginMean') / 2,
  }),
  relation: atLeast(),
  expected: 'supported',
};

export const otherCoefficientsSmall: Claim = {
  id: 'li-pan-lyu-li-2025/other-coefficients-small',
  title: 'all other coefficients are small',
  statement: '|λ_{i,j}| = õ(1) for j ≠ i.',
  source: theorem,
  notation,
  assumptions: [...trained, independentSamples],
  measured: 'otherCoefficientRatio: the largest |λ_{i,j}|, j ≠ i, over the mean λ_{i,i}; at most 1/10',
  measure: (run) => ({ quantity: scalar(run, 'otherCoefficientRatio'), bound: 0.1 }),
  relation: atMost(),
  expected: 'supported: ρ saturates near 1/√d, where inactive neurons stop receiving gradient',
};

export const decoupledCosines: Claim = {
  id: 'li-pan-lyu-li-2025/decoupled-cosines',
  title: 'each neuron points along one centre',
  statement: 'cos(w_i, μ_i) = 1/√(1 + k/n + (k − 1)ρ²).',
  source: featureAveragingPaper({ locator: 'Figure 2(b): diagonal ≈ .99', reading: 'derived' }),
  notation,
  assumptions: [...trained, balancedClasses, unitNoise, wokenNeurons],
  measured: 'sameClassCosine: mean cosine of a neuron with its own centre, against the closed form',
  measure: (run) => ({
    quantity: scalar(run, 'sameClassCosine'),
    bound: decoupledCosine(axis(run, 'clusters'), axis(run, 'samples'), scalar(run, 'coupling')),
  }),
  relation: about({ within: 0.01 }),
  expected: 'supported: .994 at the published setting',
};

export const sumReadoutRadius: Claim = {
  id: 'li-pan-lyu-li-2025/sum-readout-radius',
  title: 'read out by a sum, decoupling gains only a constant',
  statement:
    'R_sum² = d min_S Q_S/(1 + Q_S), Q_S = (1 + ρS)²/(S(1 − ρ(S − 2))²): √(d/(1 + k/2)) at ρ = 0, still Θ(√(d/k)); up to O(kρ²).',
  source: readouts,
  notation,
  assumptions: [...decoupled, wokenNeurons],
  measured:
    'exactRadiusSum: median exact radius of the sum read-out, against the closed form at the measured ρ',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadiusSum'),
    bound: decoupledSumRadius(
      axis(run, 'dimension'),
      axis(run, 'clusters'),
      axis(run, 'samples'),
      scalar(run, 'coupling'),
    ),
  }),
  relation: about({ within: 0.05 }),
  expected: 'supported: 25.1 against 25.3 at the published setting',
};

export const maxReadoutRadius: Claim = {
  id: 'li-pan-lyu-li-2025/max-readout-radius',
  title: 'read out by a max, decoupling is optimal',
  statement:
    'R_max = (√d − E max of k/2 normals)/√2 · (1 + k/n)^{−1/2} → √(d/2), the most that any classifier can have.',
  source: readouts,
  notation,
  assumptions: decoupled,
  measured: 'exactRadiusMax: median exact radius of the max read-out, against the closed form',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadiusMax'),
    bound: decoupledMaxRadius(axis(run, 'dimension'), axis(run, 'clusters'), axis(run, 'samples')),
  }),
  relation: about({ within: 0.05 }),
  expected: 'supported: 37.7 to 38.1 against √(d/2) = 39.2 at the published setting',
};

export const lseReadoutRadius: Claim = {
  id: 'li-pan-lyu-li-2025/lse-readout-radius',
  title: 'read out by log-odds, decoupling beats averaging',
  statement:
    'R_lse lies between level sets of the max read-out, max − max ∈ [−log(k/2), log(k/2)], and exceeds the averaged √(d/k).',
  source: readouts,
  notation,
  assumptions: decoupled,
  measured:
    'exactRadiusLowerLse: median of the proved lower end of the lse radius; at least √(d/k)/√(1 + k/n)',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadiusLowerLse'),
    bound: averagedRadius(axis(run, 'dimension'), axis(run, 'clusters'), axis(run, 'samples')),
  }),
  relation: atLeast(),
  expected: 'supported once the margin exceeds a few log(k/2); the bracket closes as training goes on',
};

export const projectedGradientMasked: Claim = {
  id: 'li-pan-lyu-li-2025/projected-gradient-masked',
  title: 'PGD overstates the sum read-out’s robustness',
  statement:
    'On the sum read-out dead ReLUs hide the weakness from the gradient: the radius that PGD finds exceeds the exact radius by a quarter or more.',
  source: featureAveragingPaper({
    locator: 'Figure 3 left (attack only reported as standard PGD)',
    reading: 'derived',
  }),
  notation,
  assumptions: [...decoupled, manyClusters],
  measured: 'maskingGapSum: median of PGD radius / exact radius over test points; at least 1.25',
  measure: (run) => ({ quantity: scalar(run, 'maskingGapSum'), bound: 1.25 }),
  relation: atLeast(),
  expected: 'supported: 1.5 at the published setting',
};

/** Radius at which the published 10-class curve crosses 50 %: 86.5 % at 36, 35 % at 38. */
const publishedMedian = 37.4;

export const maskedAttackMeetsPublishedCurve: Claim = {
  id: 'li-pan-lyu-li-2025/masked-attack-meets-published-curve',
  title: 'PGD on the sum read-out meets the published 10-class curve',
  statement:
    'The published curve falls through 50 % at 37.4: where PGD first finds flips of the sum read-out (its masked radius).',
  source: featureAveragingPaper({
    locator: 'Figure 3 left, read off: 86.5 % at 36, 35 % at 38',
    reading: 'published',
  }),
  notation,
  assumptions: [...decoupled, publishedSetting],
  measured: 'pgdRadiusSum: median PGD radius of the sum read-out, against 37.4',
  measure: (run) => ({ quantity: scalar(run, 'pgdRadiusSum'), bound: publishedMedian }),
  relation: about({ within: 0.05 }),
  expected:
    'supported: 38.1; no proof of masking by itself, for the exact radius of the max read-out (38.1) lies near too',
};

export const publishedCurveNotExact: Claim = {
  ...maskedAttackMeetsPublishedCurve,
  id: 'li-pan-lyu-li-2025/published-curve-is-not-the-sum-radius',
  title: 'the sum read-out is weaker than published',
  statement: 'The exact radius of the sum read-out is at most three quarters of the published 37.4.',
  measured: 'exactRadiusSum; at most 28.05',
  measure: (run) => ({ quantity: scalar(run, 'exactRadiusSum'), bound: 0.75 * publishedMedian }),
  relation: atMost(),
  expected: 'supported: 25.1; either the paper reads out by a max, or its attack was masked',
};

export const maxRadiusExponentDimension: Claim = {
  id: 'li-pan-lyu-li-2025/max-radius-exponent-dimension',
  title: 'the max read-out’s radius grows like d^½',
  statement: 'R_max ∝ d^{1/2}.',
  source: readouts,
  notation,
  assumptions: decoupled,
  measured: 'log of exactRadiusMax × √(1 + k/n) on log d and log k, over the grid',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadiusMax'),
    bound: 1 / Math.sqrt(1 + axis(run, 'clusters') / axis(run, 'samples')),
  }),
  relation: proportional({ axis: 'dimension', exponent: 0.5, alongside: ['clusters'], within: 0.03 }),
  expected: 'supported',
};

export const maxRadiusExponentClusters: Claim = {
  ...maxRadiusExponentDimension,
  id: 'li-pan-lyu-li-2025/max-radius-exponent-clusters',
  title: 'the max read-out’s radius does not fall with k',
  statement: 'R_max ∝ k⁰.',
  relation: proportional({ axis: 'clusters', exponent: 0, alongside: ['dimension'], within: 0.03 }),
  expected: 'supported, against −½ for the averaged net: this is the √k that fine labels buy',
};

export const sumRadiusExponent: Claim = {
  id: 'li-pan-lyu-li-2025/sum-radius-exponent',
  title: 'the sum read-out’s radius falls like (1 + k/2)^−½',
  statement: 'R_sum ∝ (1 + k/2)^{−1/2} as ρ → 0: beside the closed form no power of k is left.',
  source: readouts,
  notation,
  assumptions: sumReadoutRadius.assumptions,
  measured: 'log of exactRadiusSum over the closed form at the measured ρ, on log k and log d, over the grid',
  measure: sumReadoutRadius.measure,
  relation: proportional({ axis: 'clusters', exponent: 0, alongside: ['dimension'], within: 0.03 }),
  expected: 'supported',
};
