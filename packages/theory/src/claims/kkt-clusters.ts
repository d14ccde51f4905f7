/** KKT points of the margin problem on clustered data: they generalise, and one direction of length √(d/k) flips them. */
import { balancedClasses, provedRadii, unitNoise } from '../assumptions.js';
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { averagedRadius } from '../quantities/index.js';
import { about, atLeast, atMost, proportional } from '../relation.js';
import { doubleEdgedSword } from '../sources.js';

const generalises = doubleEdgedSword({ locator: 'Theorem 3.1', reading: 'as-stated' });
const nonRobust = doubleEdgedSword({
  locator: 'Theorem 4.2; talk, relations to existing models',
  reading: 'as-stated',
});
const derived = doubleEdgedSword({ locator: 'proof of Theorem 4.2, at finite size', reading: 'derived' });
const notation = {
  N: 'Σ_r a_r φ(⟨w_r, x⟩ + b_r), both layers trained',
  z: 'η Σ_q y_q μ_q, the universal perturbation; Q_± the clusters of each class',
  'd, k, n': 'axes dimension, clusters, samples',
  residual: '√(1 − cos²(θ, −∇L)): the relative distance of θ from Σ_i λ_i ∇q_i with λ_i ∝ −ℓ′(q_i)',
};

const nearStationary: Assumption = {
  name: 'near-stationary',
  statement:
    'training went on to an approximate KKT point: θ lies within a quarter of its length from the cone of the gradients of its margins, and all margins are positive',
  check: (run) => scalar(run, 'stationarityResidual') <= 0.25 && scalar(run, 'trainMarginMin') > 0,
};
/** 4σ√d ln d + 1: what the paper lets inner products of noise reach. */
const slackOf = (run: Parameters<Assumption['check']>[0]): number => {
  const dimension = axis(run, 'dimension');
  return 4 * axis(run, 'noise') * Math.sqrt(dimension) * Math.log(dimension) + 1;
};
const wellSeparated: Assumption = {
  name: 'well-separated-clusters',
  statement:
    'k (max |⟨μ_i, μ_j⟩| + 4σ√d ln d + 1) ≤ (d − 4σ√d ln d + 1)/10 (Assumption 2.2), with orthogonal centres',
  check: (run) => axis(run, 'clusters') * slackOf(run) <= (axis(run, 'dimension') - slackOf(run) + 2) / 10,
};
const enoughSamples: Assumption = {
  name: 'enough-samples',
  statement: 'n ≥ k ln² d',
  check: (run) => axis(run, 'samples') >= axis(run, 'clusters') * Math.log(axis(run, 'dimension')) ** 2,
};

export const kktGeneralises: Claim = {
  id: 'frei-vardi-bartlett-srebro-2023/kkt-points-generalise',
  title: 'KKT points on clusters generalise',
  statement: 'P[y N(x) ≤ 0] ≤ ε at every KKT point of min ½‖θ‖² s.t. y_i N(x_i) ≥ 1.',
  source: generalises,
  notation,
  assumptions: [nearStationary, wellSeparated, enoughSamples],
  measured: 'cleanAccuracy: share of fresh points that are classified rightly; at least .99',
  measure: (run) => ({ quantity: scalar(run, 'cleanAccuracy'), bound: 0.99 }),
  range: [0, 1],
  relation: atLeast(),
  expected: 'supported: 1 in every run',
};

export const kktFlipped: Claim = {
  id: 'frei-vardi-bartlett-srebro-2023/kkt-points-flipped-by-one-direction',
  title: 'one direction of length O(√(d/(c²k))) flips a KKT point everywhere',
  statement:
    'There is z = η Σ_q y_q μ_q with ‖z‖ = O(√(d/(c²k))) and P[sign N(x) ≠ sign N(x − y z)] ≥ 1 − ε, c ≤ min |Q_±|/k.',
  source: nonRobust,
  notation,
  assumptions: [nearStationary, wellSeparated, balancedClasses],
  measured:
    'flipLength: ‖z‖ that flips 99 % of the fresh points, over √(d/(c²k)) with c = ½; the constant of O, which the paper leaves open, taken as 1',
  measure: (run) => ({
    quantity: scalar(run, 'flipLength') / (2 * Math.sqrt(axis(run, 'dimension') / axis(run, 'clusters'))),
    bound: 1,
  }),
  relation: atMost(),
  expected: 'supported: .50, at d = 4·10⁷ where the hypotheses hold as they stand',
};

export const kktUniversalLength: Claim = {
  id: 'frei-vardi-bartlett-srebro-2023/kkt-universal-length',
  title: 'trained to a KKT point, a net has the averaged radius',
  statement: 'R = √(d/k)/√(1 + k/n), with both layers trained and far beyond the fit.',
  source: derived,
  notation: { ...notation, R: 'the exact ℓ2 radius' },
  assumptions: [nearStationary, balancedClasses, unitNoise, provedRadii],
  measured: 'exactRadius: median exact ℓ2 radius over fresh points, against the closed form',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadius'),
    bound: averagedRadius(axis(run, 'dimension'), axis(run, 'clusters'), axis(run, 'samples')),
  }),
  relation: about({ within: 0.04 }),
  expected: 'supported: .99 to 1.00 from d = 4096 to 4·10⁷; averaging outlives the early phase of training',
};

export const kktLengthExponentDimension: Claim = {
  id: 'frei-vardi-bartlett-srebro-2023/kkt-length-exponent-dimension',
  title: 'the perturbation of KKT points grows like d^½',
  statement: '‖z‖ ∝ d^{1/2} at fixed k.',
  source: derived,
  notation,
  assumptions: [nearStationary, balancedClasses, unitNoise],
  measured: 'log of universalRadius × √(1 + k/n) on log d and log k, over the grid',
  measure: (run) => ({
    quantity: scalar(run, 'universalRadius'),
    bound: 1 / Math.sqrt(1 + axis(run, 'clusters') / axis(run, 'samples')),
  }),
  relation: proportional({ axis: 'dimension', exponent: 0.5, alongside: ['clusters'], within: 0.02 }),
  expected: 'supported over four decades of d',
};

export const kktLengthExponentClusters: Claim = {
  ...kktLengthExponentDimension,
  id: 'frei-vardi-bartlett-srebro-2023/kkt-length-exponent-clusters',
  title: 'the perturbation of KKT points falls like k^−½',
  statement: '‖z‖ ∝ k^{−1/2} at fixed d.',
  relation: proportional({ axis: 'clusters', exponent: -0.5, alongside: ['dimension'], within: 0.03 }),
  expected: 'supported',
};

export const kktClusterWeights: Claim = {
  id: 'frei-vardi-bartlett-srebro-2023/kkt-cluster-weights-even',
  title: 'at a KKT point every cluster weighs alike',
  statement: 'S_q = Σ_{i ∈ I_q} Σ_r λ_i a_r² φ′_{ir} are within absolute constants of each other.',
  source: derived,
  notation: { ...notation, λ_i: 'multipliers, ∝ −ℓ′(q_i)', 'φ′_{ir}': '1 where neuron r is on at sample i' },
  assumptions: [nearStationary, balancedClasses],
  measured: 'weightRatio: max_q S_q/min_q S_q; at most 1.5',
  measure: (run) => ({ quantity: scalar(run, 'weightRatio'), bound: 1.5 }),
  relation: atMost(),
  expected: 'supported: 1.00 to 1.02: this is what makes the gradient map the sum of y_q μ_q',
};

export const kktLayerBalance: Claim = {
  id: 'frei-vardi-bartlett-srebro-2023/kkt-layer-balance',
  title: 'the layers of a KKT point are balanced',
  statement: 'a_r² = ‖w_r‖² + b_r², which gradient flow from a balanced start keeps; steps let it drift.',
  source: derived,
  notation,
  assumptions: [nearStationary],
  measured: 'outputImbalance: max_r |a_r² − ‖w_r‖² − b_r²| / max_r a_r²; at most .01',
  measure: (run) => ({ quantity: scalar(run, 'outputImbalance'), bound: 0.01 }),
  relation: atMost(),
  expected: 'supported: below .001',
};

export const kktDoubleEdge: Claim = {
  id: 'frei-vardi-bartlett-srebro-2023/double-edge',
  title: 'the robust net is √k/2 times as robust as the KKT point',
  statement:
    'w_j = 4μ_j/d, b_j = −2, a_j = y_j classifies as well and has radius √d/2, against √(d/k)/√(1 + k/n).',
  source: doubleEdgedSword({ locator: 'Theorems 4.1 and 4.2 together', reading: 'derived' }),
  notation,
  assumptions: [nearStationary, balancedClasses, unitNoise, provedRadii],
  measured: 'robustNetRadius / exactRadius, medians over the same fresh points, against √(k(1 + k/n))/2',
  measure: (run) => ({
    quantity: scalar(run, 'robustNetRadius') / scalar(run, 'exactRadius'),
    bound: Math.sqrt(axis(run, 'clusters') * (1 + axis(run, 'clusters') / axis(run, 'samples'))) / 2,
  }),
  relation: about({ within: 0.05 }),
  expected: 'supported: more robust from k = 5 on; at k = 2 and 4 gradient descent does as well or better',
};
