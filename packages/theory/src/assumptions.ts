/** Hypotheses that the claims share. A measurement that is missing is NaN and meets nothing. */
import { axis, scalar, type Assumption } from './claim.js';

export const fittedData: Assumption = {
  name: 'fitted-data',
  statement:
    'training has fitted the data: every training margin is positive, and the mean margin is at least ½',
  check: (run) => scalar(run, 'trainAccuracy') === 1 && scalar(run, 'trainMarginMean') >= 0.5,
};

export const smallInitialisation: Assumption = {
  name: 'small-initialisation',
  statement:
    'initial pre-activations are small beside one step of training: s₀ = σ_w√d ≤ η̃/10 with η̃ = ηd/(mk); a finite-size form of Assumption 4.3',
  check: (run) => scalar(run, 'initialScale') <= scalar(run, 'scaledStepSize') / 10,
};

export const stableStep: Assumption = {
  name: 'stable-step',
  statement: 'the step is below the stability limit: η̃ = ηd/(mk) ≤ 8/(1 + k/n)',
  check: (run) => scalar(run, 'scaledStepSize') <= 8 / (1 + axis(run, 'clusters') / axis(run, 'samples')),
};

export const balancedClasses: Assumption = {
  name: 'balanced-classes',
  statement: 'each class owns k/2 clusters',
  check: (run) => axis(run, 'positiveClusters') === axis(run, 'clusters') / 2,
};

export const unitNoise: Assumption = {
  name: 'unit-noise',
  statement: 'σ = 1',
  check: (run) => axis(run, 'noise') === 1,
};

export const independentSamples: Assumption = {
  name: 'independent-samples',
  statement:
    'the training inputs are linearly independent (n ≤ d), and by enough that rounding stays within its allowance: coefficients are unique',
  check: (run) => scalar(run, 'independentSamples') === 1,
};

export const converged: Assumption = {
  name: 'not-diverged',
  statement: 'training did not diverge',
  check: (run) => scalar(run, 'diverged') === 0,
};

export const averagedFeatures: Assumption = {
  name: 'averaged-features',
  statement:
    'the net averages: same-class coefficients within a factor 3 of each other, opposite ones below ¼ of their mean',
  check: (run) => scalar(run, 'coefficientRatio') <= 3 && scalar(run, 'oppositeCoefficientRatio') <= 0.25,
};

export const decoupledFeatures: Assumption = {
  name: 'decoupled-features',
  statement: 'the net decouples: each neuron’s own coefficient is at least ten times any other',
  check: (run) => scalar(run, 'otherCoefficientRatio') <= 0.1,
};

export const liveClasses: Assumption = {
  name: 'live-classes',
  statement:
    'after training every class has a neuron that is active on a point of its cluster (with h neurons a class about k/(n/k + 1)^h of them see none at initialisation, and some never wake)',
  check: (run) => scalar(run, 'deadClasses') === 0,
};

export const wokenNeurons: Assumption = {
  name: 'woken-neurons',
  statement:
    'every neuron has been moved by a point of its own cluster: its own coefficient is above rounding (of several neurons a class one may never wake; it has no direction and no ρ)',
  check: (run) => scalar(run, 'sameClassCoefficientMin') > scalar(run, 'roundingAllowance'),
};

export const errorFree: Assumption = {
  name: 'error-free',
  statement: 'the net names the class of every fresh point (a constant classifier has R = ∞ on half of them)',
  check: (run) => scalar(run, 'largestMeanAccuracy') === 1,
};

export const manyClusters: Assumption = {
  name: 'many-clusters',
  statement: 'k ≥ 8, so that the sum read-out’s weakness is visible',
  check: (run) => axis(run, 'clusters') >= 8,
};

export const publishedSetting: Assumption = {
  name: 'published-setting',
  statement: 'k = 10, d = 3072, n = 1000, η = 1e-3, T = 100, as published',
  check: (run) =>
    axis(run, 'clusters') === 10 &&
    axis(run, 'dimension') === 3072 &&
    axis(run, 'samples') === 1000 &&
    axis(run, 'stepSize') === 1e-3 &&
    axis(run, 'steps') === 100,
};

export const provedRadii: Assumption = {
  name: 'proved-radii',
  statement: 'at least 99 % of the exact radii are proved',
  check: (run) => scalar(run, 'provedShare') >= 0.99,
};
