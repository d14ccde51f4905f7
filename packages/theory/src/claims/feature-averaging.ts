/** Theorem (feature averaging): gradient descent fits, generalises, and learns the average of a class's features. */
import {
  balancedClasses,
  fittedData,
  independentSamples,
  smallInitialisation,
  stableStep,
  unitNoise,
} from '../assumptions.js';
import { axis, scalar, type Claim } from '../claim.js';
import { averagedCosine, trainingMargin } from '../quantities/index.js';
import { about, atLeast, atMost } from '../relation.js';
import { featureAveragingPaper } from '../sources.js';

const theorem = featureAveragingPaper({
  locator: 'feature averaging theorem (4.4 and 4.5 in v2)',
  reading: 'derived',
});
const notation = {
  'λ_{s,r,j}': 'coefficient of centre j in neuron r of sign s, in units of 1/‖μ_j‖²',
  J_s: 'the clusters of class s',
  'd, k, m, n': 'axes dimension, clusters, width, samples',
};
const trained = [fittedData, smallInitialisation, stableStep];
const withCoefficients = [...trained, independentSamples];

export const perfectAccuracy: Claim = {
  id: 'li-pan-lyu-li-2025/perfect-accuracy',
  title: 'the trained net is perfect on fresh points',
  statement: 'P[sgn f(x) = y] = 1 − o(1) over fresh (x, y).',
  source: theorem,
  notation,
  assumptions: [fittedData],
  measured: 'cleanAccuracy on fresh test points, at least .99',
  measure: (run) => ({ quantity: scalar(run, 'cleanAccuracy'), bound: 0.99 }),
  range: [0, 1],
  relation: atLeast(),
  expected: 'supported: at d/k ≥ 50 the margin is dozens of standard deviations wide',
};

export const sameClassCoefficientsLarge: Claim = {
  id: 'li-pan-lyu-li-2025/same-class-coefficients-large',
  title: 'every same-class coefficient is large',
  statement: 'λ_{s,r,j} ≥ Ω̃(1) for every neuron r and every cluster j ∈ J_s.',
  source: theorem,
  notation,
  assumptions: withCoefficients,
  measured:
    'sameClassCoefficientMin: the least over neurons and clusters; at least ½ of the mean training margin',
  measure: (run) => ({
    quantity: scalar(run, 'sameClassCoefficientMin'),
    bound: scalar(run, 'trainMarginMean') / 2,
  }),
  relation: atLeast(),
  expected: 'supported: coefficients gather around the margin, since f = λ on noise-free data',
};

export const sameClassCoefficientsComparable: Claim = {
  id: 'li-pan-lyu-li-2025/same-class-coefficients-comparable',
  title: 'no same-class coefficient dominates',
  statement: 'λ_{s,r,j}/λ_{s,r,j′} ≤ Õ(1) for j, j′ ∈ J_s (1 ± o(1) in v2).',
  source: theorem,
  notation,
  assumptions: withCoefficients,
  measured: 'coefficientRatio: the largest ratio within a neuron; at most 2',
  measure: (run) => ({ quantity: scalar(run, 'coefficientRatio'), bound: 2 }),
  relation: atMost(),
  expected:
    'supported; the ratio tends to 1 only like 1/log T (cluster-count imbalance and the first step’s activations)',
};

export const oppositeCoefficientsSmall: Claim = {
  id: 'li-pan-lyu-li-2025/opposite-coefficients-small',
  title: 'opposite-class coefficients stay small',
  statement: '|λ_{−s,r,j}| ≤ õ(1) for j ∈ J_s.',
  source: theorem,
  notation,
  assumptions: withCoefficients,
  measured:
    'oppositeCoefficientRatio: the largest |λ| of the opposite class over the mean same-class λ; at most 1/5',
  measure: (run) => ({ quantity: scalar(run, 'oppositeCoefficientRatio'), bound: 0.2 }),
  relation: atMost(),
  expected: 'supported: left over from the first step, .07 at d = 3072, falling with d to a floor (η̃/2)/λ',
};

export const averagedCosines: Claim = {
  id: 'li-pan-lyu-li-2025/averaged-cosines',
  title: 'a neuron’s cosine with each of its centres is √(2/k)',
  statement:
    'cos(w_{s,r}, μ_j) = √(2/k)/√(1 + k/n + s₀²d/(λ²k/2)) for every j ∈ J_s: the neuron points along the average, but for its samples’ noise and what is left of its start.',
  source: featureAveragingPaper({
    locator: 'Figure 2(a): same-class cosines .40 to .48',
    reading: 'derived',
  }),
  notation,
  assumptions: [...trained, balancedClasses, unitNoise],
  measured: 'sameClassCosine: mean over neurons and same-class centres, against the closed form',
  measure: (run) => ({
    quantity: scalar(run, 'sameClassCosine'),
    bound: averagedCosine(axis(run, 'clusters'), axis(run, 'samples'), {
      dimension: axis(run, 'dimension'),
      initialScale: scalar(run, 'initialScale'),
      // λ is the margin of noise-free data: f(μ_j) = λ.
      coefficient: scalar(run, 'trainMarginMean') / (1 + axis(run, 'clusters') / axis(run, 'samples')),
    }),
  }),
  relation: about({ within: 0.03 }),
  expected: 'supported: .443 against .445 at the published setting',
};

export const marginCurve: Claim = {
  id: 'li-pan-lyu-li-2025/margin-curve',
  title: 'the mean training margin follows logistic gradient flow',
  statement:
    'The mean training margin q obeys q + e^q = 1 + τ(1 + k/n) with τ = ηdT/(mk): q = λ(1 + k/n), each point’s own noise being part of the weights.',
  source: featureAveragingPaper({ locator: 'dynamics of the averaged net', reading: 'derived' }),
  notation: { ...notation, τ: 'training time η d T/(m k)' },
  assumptions: [...trained, balancedClasses, unitNoise],
  measured: 'trainMarginMean, against the closed form',
  measure: (run) => ({
    quantity: scalar(run, 'trainMarginMean'),
    bound: trainingMargin(scalar(run, 'trainingTime'), axis(run, 'clusters'), axis(run, 'samples')),
  }),
  relation: about({ within: 0.03 }),
  expected: 'supported: 1.704 at the published setting (τ = 6.14)',
};
