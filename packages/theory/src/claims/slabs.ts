/**
 * Shah, Tamuly, Raghunathan, Jain & Netrapalli, NeurIPS 2020: where every coordinate alone tells the classes apart, nets rely on
 * the simplest one and ignore the others, although using all of them would be √d times as robust.
 *
 * All-feature margin. Points of different labels lie in different slabs of every coordinate, at least 2μ apart each, so their
 * distance is at least 2μ√d: the rule that goes by the nearer class withstands every displacement shorter than μ√d. The
 * threshold on a linear coordinate x = y(μ + (1 − μ)U) has the radius |x|, below μ√d for a share (√d − 1)μ/(1 − μ) of points.
 */
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { about, atLeast, atMost, exactly } from '../relation.js';
import { simplicityPitfalls } from '../sources.js';

const extreme = simplicityPitfalls({
  locator: 'Section 4, extreme simplicity bias; talk, "Simple vs. complex features"',
  reading: 'as-stated',
});
const notation = {
  'S, Sᶜ': 'the simple coordinate, the first; the others',
  'S-randomised':
    'values of S permuted over the test points, those of Sᶜ as they are; and the other way round',
  'd, μ': 'axes dimension, margin: half the distance between slabs of different labels',
};

const fittedSlabs: Assumption = {
  name: 'fitted-slabs',
  statement: 'training came to a loss of at most .03, and to an AUC of at least .99 on fresh points',
  check: (run) => scalar(run, 'trainLoss') <= 0.03 && scalar(run, 'auc') >= 0.99,
};
const linearSimple: Assumption = {
  name: 'linear-simple-coordinate',
  statement: 'S is linear: data LMS-5',
  check: (run) => run.axes['data'] === 'lms-5',
};
const slabSimple: Assumption = {
  name: 'slab-simple-coordinate',
  statement: 'S has five slabs: data MS-(5,7)',
  check: (run) => run.axes['data'] === 'ms-5-7',
};

export const simpleRandomised: Claim = {
  id: 'shah-tamuly-raghunathan-jain-netrapalli-2020/simple-randomised',
  title: 'without the simple coordinate a trained net does no better than chance',
  statement: 'The S-randomised AUC is ½, though every coordinate of Sᶜ alone would give 1.',
  source: extreme,
  notation,
  assumptions: [fittedSlabs],
  measured: 'simpleRandomisedAuc: |AUC − ½|; at most .08',
  measure: (run) => ({ quantity: Math.abs(scalar(run, 'simpleRandomisedAuc') - 0.5), bound: 0.08 }),
  relation: atMost(),
  expected: 'supported: .50 to .54',
};

export const complexRandomised: Claim = {
  id: 'shah-tamuly-raghunathan-jain-netrapalli-2020/complex-randomised',
  title: 'without all the complex coordinates it does as well as before',
  statement: 'The Sᶜ-randomised AUC is 1.',
  source: extreme,
  notation,
  assumptions: [fittedSlabs],
  measured: 'complexRandomisedAuc; at least .98',
  measure: (run) => ({ quantity: scalar(run, 'complexRandomisedAuc'), bound: 0.98 }),
  relation: atLeast(),
  expected: 'supported: 1.000, as published',
};

const publishedAuc = (data: string, published: number, unmet: Assumption): Claim => ({
  id: `shah-tamuly-raghunathan-jain-netrapalli-2020/published-auc-${data}`,
  title: `the published S-randomised AUC on ${data === 'lms-5' ? 'LMS-5' : 'MS-(5,7)'} is .${published * 1000}`,
  statement: `A net of 200 × 1 neurons on 100 000 points of R^50 came to ${published}, one of 100 × 2 to ${data === 'lms-5' ? 0.507 : 0.502}.`,
  source: simplicityPitfalls({ locator: 'notebook 01 of the published code', reading: 'published' }),
  notation,
  assumptions: [unmet, fittedSlabs],
  measured: 'simpleRandomisedAuc against the published one, within 15 %',
  measure: (run) => ({ quantity: scalar(run, 'simpleRandomisedAuc'), bound: published }),
  relation: about({ within: 0.15 }),
  expected: 'supported: .47 to .52; nets and samples of `quick` are smaller than those published',
});
export const publishedLinear = publishedAuc('lms-5', 0.491, linearSimple);
export const publishedSlabs = publishedAuc('ms-5-7', 0.512, slabSimple);

export const attackInSimple: Claim = {
  id: 'shah-tamuly-raghunathan-jain-netrapalli-2020/attack-in-one-coordinate',
  title: 'attacks change the simple coordinate alone',
  statement:
    'PGD in the ℓ2 ball of half the range of S puts nearly all of its displacement there: .997 on LMS-5, .991 on MS-(5,7).',
  source: extreme,
  notation,
  assumptions: [fittedSlabs],
  measured: 'attackShare: δ_S²/‖δ‖², the mean over points that PGD from δ = 0 flips at radius 1; at least .9',
  measure: (run) => ({ quantity: scalar(run, 'attackShare'), bound: 0.9 }),
  relation: atLeast(),
  expected: 'supported',
};

export const attackedAccuracy: Claim = {
  id: 'shah-tamuly-raghunathan-jain-netrapalli-2020/attacked-accuracy',
  title: 'half the range of one coordinate is enough to flip every point',
  statement: 'Accuracy under PGD in that ball is 0.',
  source: extreme,
  notation,
  assumptions: [fittedSlabs],
  measured:
    'attackedAccuracy: share of fresh points that are right and that PGD does not flip at radius 1; at most .05',
  measure: (run) => ({ quantity: scalar(run, 'attackedAccuracy'), bound: 0.05 }),
  range: [0, 1],
  relation: atMost(),
  expected: 'supported',
};

export const allFeatureMargin: Claim = {
  id: 'shah-tamuly-raghunathan-jain-netrapalli-2020/all-feature-margin',
  title: 'all coordinates together have a margin of μ√d',
  statement: 'Points of different labels are at least 2μ√d apart.',
  source: simplicityPitfalls({ locator: 'Section 3, the datasets', reading: 'derived' }),
  notation,
  assumptions: [],
  measured: 'separationShare: 2μ√d over the least distance between fresh points of different labels, less 1',
  measure: (run) => ({ quantity: scalar(run, 'separationShare') - 1, bound: 1e-12 }),
  relation: exactly(),
  expected: 'supported in every run',
};

export const simpleIsFragile: Claim = {
  id: 'shah-tamuly-raghunathan-jain-netrapalli-2020/simple-is-fragile',
  title: 'the trained net is flipped where the all-feature rule withstands',
  statement:
    'At radius μ√d the nearest-class rule has robust accuracy 1; a threshold on S leaves 1 − (√d − 1)μ/(1 − μ) of LMS-5.',
  source: simplicityPitfalls({ locator: 'Section 4, simplicity bias and robustness', reading: 'derived' }),
  notation,
  assumptions: [linearSimple, fittedSlabs],
  measured:
    'flippedAtMargin: share of fresh points that PGD flips within μ√d, against (√d − 1)μ/(1 − μ) less .1 for points and thresholds that vary',
  measure: (run) => ({
    quantity: scalar(run, 'flippedAtMargin'),
    bound: ((Math.sqrt(axis(run, 'dimension')) - 1) * axis(run, 'margin')) / (1 - axis(run, 'margin')) - 0.1,
  }),
  relation: atLeast(),
  expected: 'supported',
};

export const slabsAreFragile: Claim = {
  ...simpleIsFragile,
  id: 'shah-tamuly-raghunathan-jain-netrapalli-2020/five-slabs-are-fragile',
  title: 'on five slabs nearly every point is flipped within that radius',
  statement: 'A rule by S has radii of at most μ + w/2 in inner slabs, less than μ√d for d ≥ 12 at μ = .1.',
  assumptions: [slabSimple, fittedSlabs],
  measured: 'flippedAtMargin: share of fresh points that PGD flips within μ√d; at least .9',
  measure: (run) => ({ quantity: scalar(run, 'flippedAtMargin'), bound: 0.9 }),
};

export const slabClaims: readonly Claim[] = [
  simpleRandomised,
  complexRandomised,
  publishedLinear,
  publishedSlabs,
  attackInSimple,
  attackedAccuracy,
  allFeatureMargin,
  simpleIsFragile,
  slabsAreFragile,
];
