/**
 * The dimpled manifold model, on nets that average: statements of Shamir, Melamed & BenShmuel about where small perturbations
 * point, with the closed forms that feature averaging gives them. What the manifold is, is said each time: the span of
 * the centres, the simplex of the centres of one class, or the span of the training inputs. The answers differ.
 *
 * w_± ∝ Σ_{J_±} μ_j + noise, the noise with k/n of the square of the length of the rest. The smallest perturbation
 * is δ* = −y R (w_+ − w_−)/‖w_+ − w_−‖, R = √(d/k)/√(1 + k/n). Hence its share in the span of the centres is 1/√(1 + k/n), and
 * confined to that span, or kept out of it, the boundary is √(d/k), or √(d/k)·√(n/k), away. ⟨δ*, μ_i − μ_j⟩ = 0 within a class;
 * along a chord to the other class the cosine is 2d/(√(kd)√(2d)) = √(2/k), times 1/√(1 + k/n).
 */
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { about, atLeast, atMost } from '../relation.js';
import { balancedClasses, provedRadii, unitNoise } from '../assumptions.js';
import { dimpledManifold } from '../sources.js';

const orthogonal = dimpledManifold({
  locator: 'adversarial perturbations are nearly perpendicular to the manifold',
  reading: 'derived',
});
const confined = dimpledManifold({
  locator: 'on-manifold perturbations are much larger than off-manifold ones',
  reading: 'derived',
});
const training = dimpledManifold({ locator: 'clinging first, dimples later', reading: 'derived' });
const isoperimetry = dimpledManifold({
  locator:
    'almost all points are close to the boundary (the talk, “Connection to Dimpled Manifold Models”); Gaussian isoperimetry, Borell 1975; Sudakov & Tsirelson 1974',
  reading: 'derived',
});
const notation = {
  'd, k, n': 'axes dimension, clusters, samples',
  μ_j: 'centres, orthogonal of length √d; chords μ_j − μ_i have length √(2d)',
  'δ*': 'the smallest perturbation that flips a fresh point, ‖δ*‖ = R its exact radius; medians over fresh points',
  'span of the centres': 'T = span{μ_1, …, μ_k}',
  'simplex of a class': 'the centres of one class; T = span{μ_i − μ_j: i, j ∈ J_y}',
  'span of the inputs': 'T = span{x_1, …, x_n}',
};

const averaged: Assumption = {
  name: 'averaged-net',
  statement:
    'the net has fitted what it averaged: mean margin at least ½, no fresh point misclassified, and a start σ_w√d ≤ .003',
  check: (run) =>
    scalar(run, 'trainMarginMean') >= 0.5 &&
    scalar(run, 'cleanAccuracy') === 1 &&
    scalar(run, 'initialScale') <= 0.003,
};
const cornered: Assumption = {
  name: 'clusters-apart',
  statement: 'd ≥ 100 k: the radius √(d/k) is far above the noise along any direction',
  check: (run) => axis(run, 'dimension') >= 100 * axis(run, 'clusters'),
};
const tripledMargin: Assumption = {
  name: 'tripled-margin',
  statement: 'training went on until margins were at least three times what they were at an early stop',
  check: (run) => scalar(run, 'earlyMarginShare') <= 1 / 3,
};
const tenfoldMargin: Assumption = {
  name: 'tenfold-margin',
  statement: 'training went on until margins were at least ten times what two steps had made them',
  check: (run) => scalar(run, 'twoStepsMarginShare') <= 0.1,
};
const outgrownEarly: Assumption = {
  name: 'start-outgrown-early',
  statement: 'at the early stop at most a tenth of the square of the weights is left of the start',
  check: (run) => scalar(run, 'earlyLeftover') <= 0.1,
};
const outgrownAtOnce: Assumption = {
  name: 'start-outgrown-at-once',
  statement:
    'two steps have outgrown the start: 2(σ_w d)²/(mkλ²) ≤ .15, the square of what is left of it beside λ Σ μ_j/d',
  check: (run) => scalar(run, 'twoStepsLeftover') <= 0.15,
};
const hypotheses = [averaged, balancedClasses, unitNoise, cornered, provedRadii];

/** √(1 + k/n): noise of the training points in the weights. */
const withNoise = (run: Parameters<Claim['measure']>[0]): number =>
  Math.sqrt(1 + axis(run, 'clusters') / axis(run, 'samples'));

export const attackInCentres: Claim = {
  id: 'shamir-melamed-benshmuel-2021/attack-within-centres',
  title: 'relative to the span of the centres attacks lie on the manifold',
  statement: '‖Π δ*‖/‖δ*‖ = 1/√(1 + k/n), Π the projection to the span of the centres.',
  source: orthogonal,
  notation,
  assumptions: hypotheses,
  measured: 'onCentresFraction against 1/√(1 + k/n): on the manifold, in this sense of the word',
  measure: (run) => ({ quantity: scalar(run, 'onCentresFraction'), bound: 1 / withNoise(run) }),
  relation: about({ within: 0.03 }),
  expected: 'supported',
};

export const attackInInputs: Claim = {
  id: 'shamir-melamed-benshmuel-2021/attack-within-inputs',
  title: 'relative to the span of the inputs attacks lie on the manifold',
  statement: 'δ* lies in the span of the training inputs, up to what is left of the start.',
  source: orthogonal,
  notation,
  assumptions: hypotheses,
  measured: 'onInputsFraction: ‖Π δ*‖/‖δ*‖ with Π the projection to the span of the inputs; at least .99',
  measure: (run) => ({ quantity: scalar(run, 'onInputsFraction'), bound: 0.99 }),
  relation: atLeast(),
  expected: 'supported',
};

export const orthogonalToSiblings: Claim = {
  id: 'shamir-melamed-benshmuel-2021/attack-orthogonal-to-class',
  title: 'relative to the simplex of its class an attack is orthogonal',
  statement: 'δ* ⊥ μ_i − μ_j for all i, j of the point’s own class.',
  source: orthogonal,
  notation,
  assumptions: hypotheses,
  measured:
    'siblingCosine: largest |cos(δ*, μ_j − μ_i)| over the siblings j of a point’s cluster i; at most .1',
  measure: (run) => ({ quantity: scalar(run, 'siblingCosine'), bound: 0.1 }),
  relation: atMost(),
  expected: 'supported',
};

export const alongChords: Claim = {
  id: 'shamir-melamed-benshmuel-2021/attack-along-chords',
  title: 'an attack’s cosine with chords to the other class is √(2/k)',
  statement:
    'cos(δ*, μ_j − μ_i) = √(2/k)/√(1 + k/n) for j of the other class: to no cluster of it in particular.',
  source: orthogonal,
  notation,
  assumptions: hypotheses,
  measured: 'chordCosine: mean over the clusters of the other class, against the closed form',
  measure: (run) => ({
    quantity: scalar(run, 'chordCosine'),
    bound: Math.sqrt(2 / axis(run, 'clusters')) / withNoise(run),
  }),
  relation: about({ within: 0.05 }),
  expected: 'supported',
};

export const chordFraction: Claim = {
  id: 'shamir-melamed-benshmuel-2021/attack-short-beside-chord',
  title: 'an attack is 1/√(2k) of the way to the other class',
  statement: 'R/‖μ_j − μ_i‖ = 1/√(2k)/√(1 + k/n): less and less of the half way at which classes meet.',
  source: confined,
  notation,
  assumptions: hypotheses,
  measured: 'exactRadius/√(2d) against the closed form',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadius') / Math.sqrt(2 * axis(run, 'dimension')),
    bound: 1 / (Math.sqrt(2 * axis(run, 'clusters')) * withNoise(run)),
  }),
  relation: about({ within: 0.1 }),
  expected: 'supported',
};

export const onCentresRadius: Claim = {
  id: 'shamir-melamed-benshmuel-2021/radius-within-centres',
  title: 'within the span of the centres the boundary is √(d/k) away',
  statement: 'R_on = √(d/k) for the span of the centres: the noise in the weights is no help there.',
  source: confined,
  notation,
  assumptions: hypotheses,
  measured: 'onCentresRadius against √(d/k)',
  measure: (run) => ({
    quantity: scalar(run, 'onCentresRadius'),
    bound: Math.sqrt(axis(run, 'dimension') / axis(run, 'clusters')),
  }),
  relation: about({ within: 0.1 }),
  expected: 'supported',
};

export const offCentresRadius: Claim = {
  id: 'shamir-melamed-benshmuel-2021/radius-outside-centres',
  title: 'across the span of the centres it is √(n/k) times as far: the reverse',
  statement:
    'R_off = √(d/k)·√(n/k) for the span of the centres: off-manifold perturbations are the larger ones, in this sense of the word.',
  source: confined,
  notation,
  assumptions: hypotheses,
  measured: 'offCentresRadius against √(dn)/k',
  measure: (run) => ({
    quantity: scalar(run, 'offCentresRadius'),
    bound: Math.sqrt(axis(run, 'dimension') * axis(run, 'samples')) / axis(run, 'clusters'),
  }),
  relation: about({ within: 0.1 }),
  expected: 'supported',
};

export const siblingsSafe: Claim = {
  id: 'shamir-melamed-benshmuel-2021/radius-within-class',
  title: 'within the simplex of its class nothing flips a point on its way',
  statement:
    'R_on ≥ √(2d) for the simplex of the class: no sibling’s centre is farther, nor any point between.',
  source: confined,
  notation,
  assumptions: hypotheses,
  measured:
    'siblingShare: √(2d)/R_on with δ in the span of the differences of the own class’s centres; at most 1',
  measure: (run) => ({ quantity: scalar(run, 'siblingShare'), bound: 1 }),
  relation: atMost(),
  expected: 'supported',
};

export const offClassRadius: Claim = {
  id: 'shamir-melamed-benshmuel-2021/radius-outside-class',
  title: 'orthogonal to the simplex of its class nothing is lost: R_off = R',
  statement: 'R_off = R for the simplex of the class.',
  source: confined,
  notation,
  assumptions: hypotheses,
  measured:
    'offSiblingsRadius, δ orthogonal to the differences of the own class’s centres, against exactRadius',
  measure: (run) => ({
    quantity: scalar(run, 'offSiblingsRadius'),
    bound: scalar(run, 'exactRadius'),
  }),
  relation: about({ within: 0.01 }),
  expected: 'supported',
};

export const offInputsRadius: Claim = {
  id: 'shamir-melamed-benshmuel-2021/radius-outside-inputs',
  title: 'from a small start, off the span of the inputs it is ten times as far',
  statement: 'R_off ≥ 10 R for the span of the inputs: what the weights have there is their start alone.',
  source: confined,
  notation,
  assumptions: hypotheses,
  measured: 'offInputsShare: R/R_off with δ orthogonal to all training inputs; at most .1',
  measure: (run) => ({ quantity: scalar(run, 'offInputsShare'), bound: 0.1 }),
  relation: atMost(),
  expected: 'supported',
};

export const boundaryPlaced: Claim = {
  id: 'shamir-melamed-benshmuel-2021/boundary-placed-in-two-steps',
  title: 'clinging takes two steps: the boundary is then within a tenth of its end',
  statement:
    'R(2) ≥ .9 R(T) though margins grow tenfold and more afterwards: weights of all clusters grow alike, and a net has the boundary of its multiples.',
  source: training,
  notation,
  assumptions: [...hypotheses, tenfoldMargin, outgrownAtOnce],
  measured:
    'twoStepsRadiusShare: median radius of fresh points after two steps, over the final one; at least .9',
  measure: (run) => ({ quantity: scalar(run, 'twoStepsRadiusShare'), bound: 0.9 }),
  relation: atLeast(),
  expected:
    'supported: .86 after one step, .97 after two. From a longer start clinging lasts: R grows with the margins until they have outgrown it, ten steps at σ_w√d = .002, d = 32 768, k = 4',
};

export const boundaryStays: Claim = {
  id: 'shamir-melamed-benshmuel-2021/boundary-stays',
  title: 'the boundary stays where the first steps put it while margins triple',
  statement:
    'R(t) at margins of a third of the last is R(T): training goes on, and moves the boundary no more.',
  source: training,
  notation,
  assumptions: [...hypotheses, tripledMargin, outgrownEarly],
  measured:
    'earlyRadiusShare: median radius at the latest stop with at most a third of the final mean margin, over the final one',
  measure: (run) => ({ quantity: scalar(run, 'earlyRadiusShare'), bound: 1 }),
  relation: about({ within: 0.1 }),
  expected: 'supported',
};

export const dimpleDepth: Claim = {
  id: 'shamir-melamed-benshmuel-2021/dimple-depth',
  title: 'training points lie 1 + k/n times as far from the boundary as fresh ones',
  statement:
    'R(x_i)/R(x) = 1 + k/n for a training point and a fresh one: its own noise is in the weights. That is the dimple.',
  source: training,
  notation,
  assumptions: hypotheses,
  measured:
    'dimpleRatio: mean exact radius of all training points over that of noisePoints fresh ones, against 1 + k/n',
  measure: (run) => ({
    quantity: scalar(run, 'dimpleRatio'),
    bound: 1 + axis(run, 'clusters') / axis(run, 'samples'),
  }),
  // Radii have deviation one about √(d/k): a percent, of the mean over n points. No dimple at all is 4 % off at n = 25 k.
  relation: about({ within: 0.03 }),
  expected: 'supported',
};

/** Φ^{-1}(3/4). */
const upperQuartile = 0.6744897501960817;

export const halfspaceMedian: Claim = {
  id: 'shamir-melamed-benshmuel-2021/halfspace-median',
  title: 'at Gaussian noise a halfspace through 0 has median radius .674',
  statement: 'x ~ N(0, I_d): |⟨w, x⟩|/‖w‖ has median Φ^{-1}(3/4), whatever d and w.',
  source: isoperimetry,
  notation,
  assumptions: [],
  measured:
    'halfspaceRadius: median exact radius of φ(⟨w, x⟩) − φ(−⟨w, x⟩), w = Σ_j y_j μ_j, at noisePoints points',
  measure: (run) => ({ quantity: scalar(run, 'halfspaceRadius'), bound: upperQuartile }),
  // The median of 1000 half-normals has standard error 3.7 % of itself.
  relation: about({ within: 0.15 }),
  expected: 'supported',
};

export const gaussianIsoperimetry: Claim = {
  id: 'shamir-melamed-benshmuel-2021/gaussian-isoperimetry',
  title: 'at Gaussian noise no such classifier has a larger median radius',
  statement:
    'No class above half the mass: P[R > t] ≤ 2Φ(−t) for x ~ N(0, I_d), so that the median is at most Φ^{-1}(3/4), beside ‖x‖ = √d. Where f = 0, R = 0.',
  source: isoperimetry,
  notation,
  assumptions: [averaged],
  measured:
    'gaussianRadius: median exact radius of the trained net at 200 of the noisePoints, with the labels it gives them',
  measure: (run) => ({ quantity: scalar(run, 'gaussianRadius'), bound: upperQuartile }),
  relation: atMost(),
  expected: 'supported',
};
