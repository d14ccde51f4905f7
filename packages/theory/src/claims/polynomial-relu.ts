/** Neurons of a higher power: p = 1 averages the subclasses of a class, p ≥ 3 keeps them apart. */
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { about, atLeast, atMost } from '../relation.js';
import { polynomialReluPaper } from '../sources.js';

const conjecture = polynomialReluPaper({ locator: 'Conjecture 1', reading: 'as-stated' });
const radii = polynomialReluPaper({
  locator: 'Proposition 1 on the robustness of F and F^(p)',
  reading: 'derived',
});
const notation = {
  φ_p: 'max(⟨w, x⟩, 0)^p/‖w‖^{p−1}, p the axis power',
  'K, K_1, K_2': 'axis clusters, and the subclasses of each class',
  'μ_k, μ̄_±': 'orthonormal centres, and their normalised sums over a class',
  'F, F^{(p)}': '√K_1 σ(⟨μ̄_+, x⟩) − √K_2 σ(⟨μ̄_−, x⟩), and Σ_+ σ^p(⟨μ_k, x⟩) − Σ_− σ^p(⟨μ_k, x⟩)',
};

const fittedSubclasses: Assumption = {
  name: 'fitted-subclasses',
  statement: 'training has fitted the data: every margin exceeds 1',
  check: (run) => scalar(run, 'trainMarginMin') > 1,
};
const linearNeurons: Assumption = {
  name: 'relu-neurons',
  statement: 'p = 1',
  check: (run) => axis(run, 'power') === 1,
};
const cubicNeurons: Assumption = {
  name: 'cubic-neurons',
  statement: 'p ≥ 3',
  check: (run) => axis(run, 'power') >= 3,
};
const settledPower: Assumption = {
  name: 'settled-power',
  statement: 'p = 1 or p ≥ 3; p = 2 lies between, and is left open',
  check: (run) => axis(run, 'power') === 1 || axis(run, 'power') >= 3,
};
const littleNoise: Assumption = {
  name: 'little-noise',
  statement: 'α ≤ .1',
  check: (run) => axis(run, 'noise') <= 0.1,
};

export const preluAlignment: Claim = {
  id: 'min-vidal-2024/early-alignment',
  title: 'neurons of power p ≥ 3 align with one centre before margins grow',
  statement:
    'From a small start the direction of a neuron maximises Σ_k y_k cos^{p−1}: for p ≥ 3 its extremal vectors are the centres.',
  source: polynomialReluPaper({ locator: 'early alignment, §4', reading: 'derived' }),
  notation,
  assumptions: [fittedSubclasses, cubicNeurons, littleNoise],
  measured:
    'earlyCentreCosine: median of the largest cosine with a centre when the largest margin passes ½, over the neurons that carry 95 % of the net; at least .8',
  measure: (run) => ({ quantity: scalar(run, 'earlyCentreCosine'), bound: 0.8 }),
  relation: atLeast(),
  expected: 'supported',
};

export const preluAveraged: Claim = {
  id: 'min-vidal-2024/relu-averages',
  title: 'ReLU neurons end along the mean of their class',
  statement: 'With p = 1 gradient flow finds F: w_r ∥ μ̄_±.',
  source: conjecture,
  notation,
  assumptions: [fittedSubclasses, linearNeurons, littleNoise],
  measured:
    'meanCosine: median cosine with the mean of the class, over the neurons that carry 95 % of the net; at least .9',
  measure: (run) => ({ quantity: scalar(run, 'meanCosine'), bound: 0.9 }),
  relation: atLeast(),
  expected: 'supported',
};

export const preluDecoupled: Claim = {
  id: 'min-vidal-2024/polynomial-decouples',
  title: 'neurons of power p ≥ 3 end along one centre',
  statement: 'With p ≥ 3 gradient flow finds F^{(p)}: each w_r is parallel to some μ_k.',
  source: conjecture,
  notation,
  assumptions: [fittedSubclasses, cubicNeurons, littleNoise],
  measured:
    'centreCosine: median of the largest cosine with a centre, over the neurons that carry 95 % of the net; at least .95',
  measure: (run) => ({ quantity: scalar(run, 'centreCosine'), bound: 0.95 }),
  relation: atLeast(),
  expected: 'supported',
};

export const preluTargets: Claim = {
  id: 'min-vidal-2024/finds-its-target',
  title: 'the net is F for p = 1, and F^(p) for p ≥ 3',
  statement:
    'f is proportional to F at p = 1 and to F^{(p)} at p ≥ 3, as functions on the span of the centres.',
  source: conjecture,
  notation,
  assumptions: [fittedSubclasses, settledPower, littleNoise],
  measured: 'targetError: 1 − cos²(f, F) over random unit vectors of the span of the centres; at most .01',
  measure: (run) => ({ quantity: scalar(run, 'targetError'), bound: 0.01 }),
  relation: atMost(),
  expected: 'supported: 3e-4 at p = 1, 1e-5 at p = 3; at p = 2 it is .1, between the two',
};

export const preluAveragedRadius: Claim = {
  id: 'min-vidal-2024/relu-radius',
  title: 'with ReLU neurons the radius is 1/√K',
  statement: 'F is flipped at a centre by ‖δ‖ = 1/√K.',
  source: radii,
  notation,
  assumptions: [fittedSubclasses, linearNeurons, littleNoise],
  measured: 'attackRadius: median of the smallest flips found by walks along the boundary, against 1/√K',
  measure: (run) => ({ quantity: scalar(run, 'attackRadius'), bound: 1 / Math.sqrt(axis(run, 'clusters')) }),
  relation: about({ within: 0.1 }),
  expected: 'supported: .502 and .409 at K = 4 and 6',
};

export const preluDecoupledRadius: Claim = {
  id: 'min-vidal-2024/polynomial-radius',
  title: 'with p ≥ 3 walks along the boundary find nothing below √2/2',
  statement:
    'F^{(p)} is flipped at a centre by ‖δ‖ = √2/2, half the distance of two centres, and by nothing smaller.',
  source: radii,
  notation,
  assumptions: [fittedSubclasses, cubicNeurons, littleNoise],
  measured:
    'attackRadius: median of the smallest flips found, against √2/2. Walks that find nothing smaller prove nothing; at most √2/2 is sure for a net without errors',
  measure: (run) => ({ quantity: scalar(run, 'attackRadius'), bound: Math.SQRT1_2 }),
  relation: about({ within: 0.1 }),
  expected: 'supported: .707 and .705; .68 and .62 at p = 2',
};
