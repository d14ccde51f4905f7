/** Assumption 4.3 as a phase diagram: where features average, what a large start does, and what a large step does not do. */
import {
  balancedClasses,
  fittedData,
  independentSamples,
  provedRadii,
  smallInitialisation,
  stableStep,
  unitNoise,
} from '../assumptions.js';
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { averagedRadius } from '../quantities/index.js';
import { about, atMost, proportional } from '../relation.js';
import { featureAveragingPaper } from '../sources.js';

const source = featureAveragingPaper({
  locator: 'Assumption 4.3 (v2) on step size and initialisation, in dimensionless form',
  reading: 'derived',
});
const notation = {
  's₀': 'axis initialScale, σ_w√d',
  η̃: 'axis pace, ηd/(mk)',
  τ: 'axis time, η̃T',
  'R, d, k, m, n': 'exact radius; axes dimension, clusters, width, samples',
};

const moderateStep: Assumption = {
  name: 'moderate-step',
  statement: 'η̃ ≤ ½: the first step, which half of the neurons see, leaves opposite coefficients of η̃/2',
  check: (run) => axis(run, 'pace') <= 0.5,
};
const longTraining: Assumption = {
  name: 'long-training',
  statement: 'τ ≥ 5',
  check: (run) => axis(run, 'time') >= 5,
};
const largeInitialisation: Assumption = {
  name: 'large-initialisation',
  statement: 'initial pre-activations are of the order of the margins that are learnt, or larger: s₀ ≥ ½',
  check: (run) => axis(run, 'initialScale') >= 0.5,
};
const nearlyFitted: Assumption = {
  name: 'nearly-fitted',
  statement: 'at least 99 % of the training points are on their side',
  check: (run) => scalar(run, 'trainAccuracy') >= 0.99,
};
const lazyStep: Assumption = {
  name: 'lazy-step',
  statement: 'η̃ ≤ 2 s₀: no step turns the pattern of activations',
  check: (run) => axis(run, 'pace') <= 2 * axis(run, 'initialScale'),
};

export const averagingPhase: Claim = {
  id: 'li-pan-lyu-li-2025/averaging-phase',
  title: 'features average wherever s₀ ≤ η̃/10 and η̃ ≤ ½',
  statement:
    'λ_{s,r,j}/λ_{s,r,j′} ≤ 2 for clusters of one class, at every s₀ and η̃ of this corner, once τ ≥ 5.',
  source,
  notation: { ...notation, 'λ_{s,r,j}': 'coefficient of centre j in neuron r of sign s' },
  assumptions: [
    fittedData,
    smallInitialisation,
    moderateStep,
    longTraining,
    independentSamples,
    balancedClasses,
  ],
  measured: 'coefficientRatio: the largest ratio of two own coefficients of one neuron',
  measure: (run) => ({ quantity: scalar(run, 'coefficientRatio'), bound: 2 }),
  relation: atMost(),
  expected: 'supported: 1.2 to 1.5; at η̃ = 2 it is 2 to 4, and beyond the edge of stability it has no bound',
};

export const radiusAtEveryStep: Claim = {
  id: 'li-pan-lyu-li-2025/radius-at-every-step',
  title: 'from a small start the radius is √(d/k) whatever the step',
  statement:
    'R = √(d/k)/√(1 + k/n) for every η̃ below the edge of stability 8/(1 + k/n), also where coefficients are no longer alike: the radius of averaged features does not depend on what opposite classes leave in them.',
  source,
  notation,
  assumptions: [
    fittedData,
    smallInitialisation,
    stableStep,
    longTraining,
    balancedClasses,
    unitNoise,
    provedRadii,
  ],
  measured: 'exactRadius: median exact ℓ2 radius over test points, against the closed form',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadius'),
    bound: averagedRadius(axis(run, 'dimension'), axis(run, 'clusters'), axis(run, 'samples')),
  }),
  relation: about({ within: 0.07 }),
  expected: 'supported: .99 of it for η̃ from .02 to 2; past the edge, at η̃ = 20, from .84 to 1.05',
};

export const lazyRadius: Claim = {
  id: 'li-pan-lyu-li-2025/lazy-radius',
  title: 'from a large start the radius is q√m/s₀, of order one in d',
  statement:
    'Weights that hardly turn leave ‖∇f‖ = s₀/√m, half of 2m random neurons being on: R = q√m/s₀ with q the mean margin.',
  source,
  notation: { ...notation, q: 'trainMarginMean, the mean training margin' },
  assumptions: [nearlyFitted, largeInitialisation, lazyStep, balancedClasses, provedRadii],
  measured: 'exactRadius, against trainMarginMean √m/s₀',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadius'),
    bound: (scalar(run, 'trainMarginMean') * Math.sqrt(axis(run, 'width'))) / axis(run, 'initialScale'),
  }),
  relation: about({ within: 0.15 }),
  expected:
    'supported: a net that does not average either, and is still less robust, at σ_w² = 1/d by a factor √(d/k)/3',
};

export const lazyRadiusExponent: Claim = {
  ...lazyRadius,
  id: 'li-pan-lyu-li-2025/lazy-radius-exponent',
  title: 'from a large start the radius does not grow with d',
  statement: 'R ∝ d⁰ at fixed s₀, η̃, τ, n/k.',
  measured: 'log of exactRadius over trainMarginMean on log d and log η̃, over the grid',
  measure: (run) => ({ quantity: scalar(run, 'exactRadius'), bound: scalar(run, 'trainMarginMean') }),
  relation: proportional({ axis: 'dimension', exponent: 0, alongside: ['pace'], within: 0.05 }),
  expected: 'supported, against ½ from a small start',
};
