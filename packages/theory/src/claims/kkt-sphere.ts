/** KKT points on nearly orthogonal data with arbitrary labels: one perturbation of length √(d/n) flips every training point. */
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { about, atMost, proportional } from '../relation.js';
import { gradientMethodsNonRobust } from '../sources.js';

const theorem = gradientMethodsNonRobust({ locator: 'Theorem 4.1', reading: 'as-stated' });
const notation = {
  N: 'Σ_r a_r φ(⟨w_r, x⟩ + b_r), both layers trained',
  'x_i, y_i': 'n training points of length √d and their labels ±1, drawn independently of them',
  z: 'η Σ_i y_i x_i; with the margin set I, η Σ_{i ∈ I} y_i x_i',
  p: 'overlap, max_{i ≠ j} |⟨x_i, x_j⟩|',
  'd, n, m': 'axes dimension, samples, width',
};

const nearStationaryFit: Assumption = {
  name: 'stationary-fit',
  statement:
    'training went on to an approximate KKT point: θ lies within a quarter of its length from the cone of the gradients of its margins, and all margins are positive',
  check: (run) => scalar(run, 'stationarityResidual') <= 0.25 && scalar(run, 'trainMarginMin') > 0,
};
const fewPoints: Assumption = {
  name: 'few-points',
  statement: 'n ≤ (d + 1)/(3(p + 1))',
  check: (run) => axis(run, 'samples') <= (axis(run, 'dimension') + 1) / (3 * (scalar(run, 'overlap') + 1)),
};
const orthogonalPoints: Assumption = {
  name: 'orthogonal-points',
  statement: 'the points are orthogonal, and at most a third as many as dimensions',
  check: (run) =>
    run.axes['placement'] === 'orthogonal' && 3 * axis(run, 'samples') <= axis(run, 'dimension') + 1,
};
const spherical: Assumption = {
  name: 'points-on-the-sphere',
  statement: 'the points are uniform on the sphere, at most as many as dimensions',
  check: (run) => run.axes['placement'] === 'sphere' && axis(run, 'samples') <= axis(run, 'dimension'),
};

export const sphereFlipped: Claim = {
  id: 'vardi-yehudai-shamir-2022/all-points-flipped',
  title: 'one perturbation of length O(√(d/(c²n))) flips every training point',
  statement:
    'At every KKT point z = η Σ_i y_i x_i, ‖z‖ = O(√(d/(c²n))), has y_i N(x_i − y_i z) < 0 for all i; c ≤ min |I_±|/n.',
  source: theorem,
  notation,
  assumptions: [nearStationaryFit, fewPoints],
  measured:
    'flipLength: ‖z‖ that flips all training points, over √(d/(c²n)) with c = ½; the constant of O taken as 1',
  measure: (run) => ({
    quantity: scalar(run, 'flipLength') / (2 * Math.sqrt(axis(run, 'dimension') / axis(run, 'samples'))),
    bound: 1,
  }),
  relation: atMost(),
  expected: 'supported: .5 to .6',
};

export const sphereMarginSetFlipped: Claim = {
  id: 'vardi-yehudai-shamir-2022/margin-set-flipped',
  title: 'beyond the hypotheses on n, the margin set is flipped as easily',
  statement: 'z = η Σ_{i ∈ I} y_i x_i over the margin set I flips all of I, ‖z‖ = O(√(d/(c²|I|))).',
  source: gradientMethodsNonRobust({ locator: 'Theorem 4.2 and the experiments', reading: 'as-stated' }),
  notation,
  assumptions: [nearStationaryFit, spherical],
  measured:
    'flipLengthMarginSet, over √(d/(c²|I|)) with c = ½ and |I| = n marginSetShare: margins up to 1.1 times the least; the constant of O taken as 1',
  measure: (run) => ({
    quantity:
      scalar(run, 'flipLengthMarginSet') /
      (2 * Math.sqrt(axis(run, 'dimension') / (axis(run, 'samples') * scalar(run, 'marginSetShare')))),
    bound: 1,
  }),
  relation: atMost(),
  expected: 'supported: .5 to .7, though n is far above (d + 1)/(3(p + 1)) on the sphere',
};

export const sphereFlipLength: Claim = {
  id: 'vardi-yehudai-shamir-2022/orthogonal-closed-form',
  title: 'on orthogonal points the perturbation has length √(d/n)',
  statement: 'For the averaged solution on orthogonal points ‖z‖ = √(d/n).',
  source: gradientMethodsNonRobust({ locator: 'proof of Theorem 4.1, orthogonal data', reading: 'derived' }),
  notation,
  assumptions: [nearStationaryFit, orthogonalPoints],
  measured: 'flipLength: ‖z‖ that flips all training points, against √(d/n)',
  measure: (run) => ({
    quantity: scalar(run, 'flipLength'),
    bound: Math.sqrt(axis(run, 'dimension') / axis(run, 'samples')),
  }),
  relation: about({ within: 0.1 }),
  expected: 'supported',
};

export const sphereExponentSamples: Claim = {
  id: 'vardi-yehudai-shamir-2022/length-exponent-samples',
  title: 'more training points make the perturbation smaller: n^−½',
  statement: '‖z‖ ∝ n^{−1/2} at fixed d.',
  source: gradientMethodsNonRobust({ locator: 'Theorem 4.1 and Figure 1', reading: 'derived' }),
  notation,
  assumptions: [nearStationaryFit, orthogonalPoints],
  measured: 'log of flipLength on log n and log d, over the grid',
  measure: (run) => ({ quantity: scalar(run, 'flipLength'), bound: 1 }),
  relation: proportional({ axis: 'samples', exponent: -0.5, alongside: ['dimension'], within: 0.05 }),
  expected: 'supported',
};

export const sphereExponentDimension: Claim = {
  ...sphereExponentSamples,
  id: 'vardi-yehudai-shamir-2022/length-exponent-dimension',
  title: 'the perturbation that flips all points grows like d^½',
  statement: '‖z‖ ∝ d^{1/2} at fixed n.',
  relation: proportional({ axis: 'dimension', exponent: 0.5, alongside: ['samples'], within: 0.05 }),
};

export const sphereWidthFree: Claim = {
  ...sphereExponentSamples,
  id: 'vardi-yehudai-shamir-2022/length-width-free',
  title: 'wider nets are flipped by the same perturbation',
  statement: '‖z‖ ∝ m⁰ at fixed d and n.',
  relation: proportional({ axis: 'width', exponent: 0, alongside: ['samples', 'dimension'], within: 0.05 }),
};
