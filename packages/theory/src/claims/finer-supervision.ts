/** Between class labels and cluster labels: what g groups a class, partial labels and noisy labels are worth. */
import {
  balancedClasses,
  fittedData,
  liveClasses,
  provedRadii,
  smallInitialisation,
  unitNoise,
} from '../assumptions.js';
import { axis, scalar, type Assumption, type Claim, type Evidence } from '../claim.js';
import {
  averagedRadius,
  expectedMaximum,
  groupedMaxRadiusOf,
  groupedSumRadiusOf,
  halfDistance,
  type Grouping,
} from '../quantities/index.js';
import { about, atLeast, atMost, proportional } from '../relation.js';
import { featureAveragingPaper } from '../sources.js';

const source = featureAveragingPaper({
  locator:
    'feature decoupling theorem, between its two ends; talk, closing question on structured supervision',
  reading: 'derived',
});
const notation = {
  g: 'axis groups: the label names one of g groups a class, each of k/(2g) clusters',
  'd, k, n': 'axes dimension, clusters, samples',
  ρ: '−⟨w_G, μ_j⟩/⟨w_G, μ_i⟩ for j outside the group G and i in it, the coupling of neurons',
  max: 'max_{G positive} f_G − max_{G negative} f_G',
  sum: 'Σ_{G positive} f_G − Σ_{G negative} f_G',
};

const completeLabels: Assumption = {
  name: 'complete-labels',
  statement: 'every training point carries the true label of its group',
  check: (run) => axis(run, 'knownShare') === 1 && axis(run, 'labelNoise') === 0,
};
const partialLabels: Assumption = {
  name: 'partial-labels',
  statement: 'at least a quarter of the training points, but not all, carry the true label of their group',
  check: (run) =>
    axis(run, 'knownShare') >= 0.25 && axis(run, 'knownShare') < 1 && axis(run, 'labelNoise') === 0,
};
const noisyLabels: Assumption = {
  name: 'noisy-labels',
  statement:
    'labels of at least two groups a class, at least half of them drawn anew over the groups of the class',
  check: (run) => axis(run, 'groups') > 1 && axis(run, 'knownShare') === 1 && axis(run, 'labelNoise') >= 0.5,
};
const informativeLabels: Assumption = {
  name: 'informative-labels',
  statement: 'at least one label in 16 is there, and at most three quarters of them are drawn anew',
  check: (run) => axis(run, 'knownShare') >= 1 / 16 && axis(run, 'labelNoise') <= 0.75,
};
const accurateClasses: Assumption = {
  name: 'accurate-classes',
  statement: 'the max read-out names the class of at least 99 % of the fresh points',
  check: (run) => scalar(run, 'cleanAccuracyMax') >= 0.99,
};
const common = [liveClasses, smallInitialisation, balancedClasses, unitNoise, provedRadii];
const clean = [completeLabels, fittedData, ...common];

const groupingOf = (run: Evidence): Grouping => ({
  dimension: axis(run, 'dimension'),
  clusters: axis(run, 'clusters'),
  groups: axis(run, 'groups'),
  samples: axis(run, 'samples'),
});
const averagedOf = (run: Evidence): number =>
  averagedRadius(axis(run, 'dimension'), axis(run, 'clusters'), axis(run, 'samples'));

export const groupedCosines: Claim = {
  id: 'li-pan-lyu-li-2025/grouped-cosines',
  title: 'a neuron averages the clusters that its label does not tell apart',
  statement: 'cos(w_G, μ_j) = √(2g/k)/√(1 + k/n) for j ∈ G: averaging at g = 1, decoupling at g = k/2.',
  source,
  notation,
  assumptions: clean,
  measured: 'sameClassCosine: mean cosine of a neuron with the centres of its group, against the closed form',
  measure: (run) => ({
    quantity: scalar(run, 'sameClassCosine'),
    bound: Math.sqrt(
      (2 * axis(run, 'groups')) /
        (axis(run, 'clusters') * (1 + axis(run, 'clusters') / axis(run, 'samples'))),
    ),
  }),
  relation: about({ within: 0.02 }),
  expected: 'supported: .349, .494, .699, .990 for g = 1, 2, 4, 8 at k = 16; ρ takes a few thousandths off',
};

export const groupedMaxRadius: Claim = {
  id: 'li-pan-lyu-li-2025/grouped-max-radius',
  title: 'g groups a class are √(dg/k)-robust, read out by a max',
  statement:
    'R_max = (√(2dg/k) − E max of g normals)/√2 · (1 + k/n)^{−1/2}: from √(d/k) with class labels to √(d/2) with cluster labels.',
  source,
  notation,
  assumptions: clean,
  measured: 'exactRadiusMax: median exact radius of the max read-out, against the closed form',
  measure: (run) => ({ quantity: scalar(run, 'exactRadiusMax'), bound: groupedMaxRadiusOf(groupingOf(run)) }),
  relation: about({ within: 0.05 }),
  expected: 'supported: 13.7, 19.0, 26.6, 37.6 for g = 1, 2, 4, 8 at d = 3072, k = 16',
};

export const groupedRadiusExponent: Claim = {
  ...groupedMaxRadius,
  id: 'li-pan-lyu-li-2025/grouped-radius-exponent',
  title: 'the radius grows like g^½ in the groups that labels tell apart',
  statement: 'R_max ∝ g^{1/2} at fixed d and k, once what the largest of g normals takes off is added back.',
  measured: 'log of exactRadiusMax √(1 + k/n) + E max of g normals/√2 on log g and log k, over the grid',
  measure: (run) => {
    const { clusters, samples, groups } = groupingOf(run);
    return {
      quantity:
        scalar(run, 'exactRadiusMax') * Math.sqrt(1 + clusters / samples) +
        expectedMaximum(groups) / Math.SQRT2,
      bound: 1,
    };
  },
  relation: proportional({ axis: 'groups', exponent: 0.5, alongside: ['clusters'], within: 0.03 }),
  expected: 'supported: finer labels buy robustness all the way, at every doubling of g alike',
};

export const groupedSumRadius: Claim = {
  id: 'li-pan-lyu-li-2025/grouped-sum-radius',
  title: 'read out by a sum, finer labels gain at most √2',
  statement:
    'R_sum² = (2dg/k) min_S Q_S/(1 + Q_S) with Q_S as for decoupled features, S ≤ g: √(2dg/(k(1 + g))) at ρ = 0.',
  source,
  notation,
  assumptions: clean,
  measured:
    'exactRadiusSum: median exact radius of the sum read-out, against the closed form at the measured ρ',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadiusSum'),
    bound: groupedSumRadiusOf(groupingOf(run), scalar(run, 'cosineCoupling')),
  }),
  relation: about({ within: 0.06 }),
  expected: 'supported: 13.7, 16.7, 19.4, 21.6 for g = 1, 2, 4, 8 at d = 3072, k = 16',
};

export const radiusFollowsCosine: Claim = {
  id: 'li-pan-lyu-li-2025/radius-follows-cosine',
  title: 'whatever the labels, robustness is the cosine with one’s own centre',
  statement:
    'R_max = cos(w_G, μ_j) √(d/2) − E max of g normals/√2 for neurons of like norms and small inner products: complete, partial or noisy labels alike.',
  source,
  notation,
  assumptions: [informativeLabels, accurateClasses, ...common],
  measured: 'exactRadiusMax, against the same from sameClassCosine',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadiusMax'),
    bound:
      scalar(run, 'sameClassCosine') * halfDistance(axis(run, 'dimension')) -
      expectedMaximum(axis(run, 'groups')) / Math.SQRT2,
  }),
  relation: about({ within: 0.08 }),
  expected:
    'supported: the radius is ⟨w_G, μ_j⟩/‖w_G − w_G′‖; unequal neurons take up to 5 % off where labels are few or wrong',
};

export const finerNeverWorse: Claim = {
  id: 'li-pan-lyu-li-2025/finer-never-worse',
  title: 'labels within the class never make a net less robust than averaging',
  statement:
    'R_max ≥ √(d/k)/√(1 + k/n), whatever share of the labels is there and however many of them are wrong.',
  source,
  notation,
  assumptions: [accurateClasses, ...common],
  measured: 'exactRadiusMax, over the averaged closed form; at least .96',
  measure: (run) => ({ quantity: scalar(run, 'exactRadiusMax') / averagedOf(run), bound: 0.96 }),
  relation: atLeast(),
  expected:
    'supported: with labels that are all noise the groups of a class learn alike, and that is averaging',
};

export const partialLabelsSuffice: Claim = {
  id: 'li-pan-lyu-li-2025/partial-labels-suffice',
  title: 'a quarter of the fine labels is worth nearly all of them',
  statement:
    'Where the other points carry their class, and the loss is −log of the class’s mass, gradient descent completes the labels itself: R_max ≥ .95 of that with complete labels.',
  source,
  notation,
  assumptions: [partialLabels, accurateClasses, ...common],
  measured: 'exactRadiusMax, over the closed form of complete labels; at least .95',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadiusMax') / groupedMaxRadiusOf(groupingOf(run)),
    bound: 0.95,
  }),
  relation: atLeast(),
  expected:
    'supported: .98 and more; a coarse point pulls the group that it scores highest the most, as in expectation–maximisation',
};

export const noisyLabelsAverage: Claim = {
  id: 'li-pan-lyu-li-2025/noisy-labels-average',
  title: 'labels that are wrong within the class bring averaging back',
  statement:
    'With a share ε drawn anew the best logits have f_i − f_j = log(1 + (1 − ε)g/ε) within the class, while all grow beyond it: neurons of a class become alike, and R_max falls below .8 of its clean value at ε = ½.',
  source,
  notation: { ...notation, ε: 'axis labelNoise' },
  assumptions: [noisyLabels, accurateClasses, ...common],
  measured: 'exactRadiusMax, over the closed form of complete labels; at most .8',
  measure: (run) => ({
    quantity: scalar(run, 'exactRadiusMax') / groupedMaxRadiusOf(groupingOf(run)),
    bound: 0.8,
  }),
  relation: atMost(),
  expected: 'supported: .74, .67, .66 for g = 2, 4, 8; fewer labels harm far less than wrong ones',
};
