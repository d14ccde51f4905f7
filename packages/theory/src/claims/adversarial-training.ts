/** Adversarial training against finer labels, on clusters: what each buys and costs. */
import { balancedClasses, unitNoise } from '../assumptions.js';
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { averagedRadius } from '../quantities/index.js';
import { about, atLeast } from '../relation.js';
import { adversarialTraining, featureAveragingPaper } from '../sources.js';

const notation = {
  ε: 'axis attackRadius times √(d/k): the ℓ2 radius of the training attack',
  R: 'median exact ℓ2 radius over fresh points',
  'J, T':
    'axes attackSteps, steps: adversarial training makes T(1 + J) passes over the data, ordinary training T',
  'd, k, n': 'axes dimension, clusters, samples',
};

const robustlyFitted: Assumption = {
  name: 'robustly-fitted',
  statement: 'at least 95 % of the training points withstand the training attack at the end',
  check: (run) => scalar(run, 'robustTrainAccuracy') >= 0.95,
};
const attackedFromTheStart: Assumption = {
  name: 'attacked-from-the-start',
  statement: 'training is attacked at ε ≥ ½√(d/k) from its first step on',
  check: (run) => axis(run, 'attackRadius') >= 0.5 && axis(run, 'warmUp') === 0,
};
const warmedUp: Assumption = {
  name: 'warmed-up',
  statement: 'ε grows from 0 over at least half of the training, to at most √(d/k)/2',
  check: (run) =>
    axis(run, 'attackRadius') > 0 && axis(run, 'attackRadius') <= 0.5 && axis(run, 'warmUp') >= 0.5,
};
const attacked: Assumption = {
  name: 'attacked',
  statement: 'training is attacked: ε > 0',
  check: (run) => axis(run, 'attackRadius') > 0,
};

const ratio = (run: Parameters<Claim['measure']>[0]): number =>
  scalar(run, 'adversarialRadius') /
  averagedRadius(axis(run, 'dimension'), axis(run, 'clusters'), axis(run, 'samples'));

export const adversarialBeatsAveraging: Claim = {
  id: 'madry-makelov-schmidt-tsipras-vladu-2018/adversarial-beats-averaging',
  title: 'adversarial training from the start does better than averaging',
  statement: 'Attacked at ε = ½√(d/k) from the first step on, R ≥ 1.1 √(d/k)/√(1 + k/n).',
  source: adversarialTraining({
    locator: 'the min–max problem (2.1), on two-layer nets',
    reading: 'derived',
  }),
  notation,
  assumptions: [robustlyFitted, attackedFromTheStart, balancedClasses, unitNoise],
  measured: 'adversarialRadius over the averaged closed form; at least 1.1',
  measure: (run) => ({ quantity: ratio(run), bound: 1.1 }),
  relation: atLeast(),
  expected: 'supported: 1.3; what a neuron sees at its start decides which clusters it keeps to',
};

export const adversarialFromAveraged: Claim = {
  id: 'madry-makelov-schmidt-tsipras-vladu-2018/averaging-survives-attacks',
  title: 'once features are averaged, adversarial training leaves them so',
  statement: 'When ε grows from 0 to at most ½√(d/k), R = √(d/k)/√(1 + k/n) as without an attack.',
  source: adversarialTraining({
    locator: 'the min–max problem (2.1), from an averaged net',
    reading: 'derived',
  }),
  notation,
  assumptions: [robustlyFitted, warmedUp, balancedClasses, unitNoise],
  measured: 'adversarialRadius, against the averaged closed form',
  measure: (run) => ({ quantity: ratio(run), bound: 1 }),
  relation: about({ within: 0.06 }),
  expected:
    'supported: .98; the attack moves all points of a class along the one direction, and descent answers by longer weights',
};

export const finerLabelsMatchAdversarial: Claim = {
  id: 'li-pan-lyu-li-2025/finer-labels-match-adversarial-training',
  title: 'ordinary training on cluster labels beats adversarial training',
  statement:
    'With T passes on cluster labels and a max read-out R is at least that of T(1 + J) passes of adversarial training on class labels.',
  source: featureAveragingPaper({
    locator: 'talk, closing questions: adversarial training is slow; can finer supervision do as well?',
    reading: 'derived',
  }),
  notation,
  assumptions: [attacked, balancedClasses, unitNoise],
  measured: 'fineRadius / adversarialRadius; at least 1',
  measure: (run) => ({ quantity: scalar(run, 'fineRadius') / scalar(run, 'adversarialRadius'), bound: 1 }),
  relation: atLeast(),
  expected: 'supported: by 1.4 to 2.8 at k = 8 and 16, at a sixth of the passes',
};
