/**
 * Linearly separable data that are easy to classify and hard to classify robustly. The N = 2^{d−1} corners u_i of a cube of side 1
 * in R^{d−1}, labels φ_i ∈ {±1} drawn fairly, x_i = (u_i, ε₀φ_i), y_i = φ_i: the last coordinate says it all, by ε₀.
 *
 * Derivations. An adversary of budget ε₀ moves every x_i to (u_i, 0), of which a learner that saw n other corners knows nothing:
 * given its training set, φ_i of an unseen corner is a fair coin, independent of what the learner says at (u_i, 0). Hence
 * E[robust error] ≥ ½(1 − n/N) for every learner, with equality for one that is right where it saw and deterministic elsewhere;
 * and given the training sets, errors on L labelings with U unseen corners each have standard deviation √(U/L)/(2N) at least
 * about ½(1 − n/N). A net that is robust at ε₀ takes the values φ_i at (u_i, 0): random labels on N points.
 * Bumps: φ(⟨u_i, u⟩ − (d−1)/4 + ¼) is ¼ at u_i and inactive at all other corners (⟨u_i, u_j⟩ ≤ (d−1)/4 − ½). Within 1/(2√(d−1)) of u_i
 * its own neuron stays on and the others off; towards −u_i that length switches it off.
 */
import { axis, scalar, type Claim } from '../claim.js';
import { expressivePower, geometricalProperties } from '../linear-sources.js';
import { about, exactly, proportional } from '../relation.js';

const notation = {
  'u_i, φ_i': 'corner i of the cube, and its label',
  'ε₀': 'axis offset: half the gap between the classes',
  'N, d': 'axis corners = 2^{d−1}',
  'n/N': 'axis fraction: share of corners that a learner sees',
};
const lowerBound = expressivePower({
  locator:
    'exponential lower bound for linearly separable data; talk, "Connection to lower bound examples in [Li et al. 22]"',
  reading: 'derived',
});

export const linearRuleNotRobust: Claim = {
  id: 'li-jin-zhong-hopcroft-wang-2022/linear-rule-not-robust',
  title: 'a linear rule is always right, and never robust from ε₀ on',
  statement: 'sign(x_d) has clean accuracy 1, and robust accuracy 0 for every ε ≥ ε₀.',
  source: lowerBound,
  notation,
  assumptions: [],
  measured:
    'linearRuleFailure: its clean error plus its accuracy once x_d is moved by ε₀ against the label; both are 0',
  measure: (run) => ({ quantity: scalar(run, 'linearRuleFailure'), bound: 0 }),
  relation: exactly(),
  expected: 'supported in every run, by construction',
};

export const halfOfUnseen: Claim = {
  id: 'li-jin-zhong-hopcroft-wang-2022/half-of-the-unseen',
  title: 'the best learner errs robustly on half of what it has not seen',
  statement: 'The mean over labelings of the robust error of the best learner is ½(1 − n/N).',
  source: lowerBound,
  notation,
  assumptions: [],
  measured:
    'bestRobustError: error at (u_i, 0) of a learner that recalls what it saw and says +1 elsewhere, mean over labelings',
  measure: (run) => ({
    quantity: scalar(run, 'bestRobustError'),
    bound: (1 - axis(run, 'fraction')) / 2,
  }),
  relation: about({ within: 0.1 }),
  expected: 'supported: an expectation, met within its standard error',
};

export const noLearnerBelow: Claim = {
  id: 'li-jin-zhong-hopcroft-wang-2022/no-learner-does-better',
  title: 'no learner’s robust error is below ½(1 − n/N)',
  statement:
    'E[robust error] ≥ ½(1 − n/N) for every learner that saw n of N corners, the mean over labelings.',
  source: lowerBound,
  notation,
  assumptions: [],
  measured:
    'learnerExcess: ½(1 − n/N) less the robust error of the best of four learners (recall, nearest neighbour, max-margin, a trained net), less four standard errors √(U/L)/(2N)',
  measure: (run) => ({ quantity: scalar(run, 'learnerExcess'), bound: 0 }),
  relation: exactly(),
  expected: 'supported in every run: a breach by chance has a probability of about 1e-4',
};

export const robustWidthGrows: Claim = {
  id: 'li-jin-zhong-hopcroft-wang-2022/robust-width-exponent',
  title: 'the width that robustness takes grows like N = 2^{d−1}',
  statement:
    'A two-layer net that is robust at ε₀ fits φ at all (u_i, 0): its smallest width grows like N, exponentially in d.',
  source: lowerBound,
  notation,
  assumptions: [],
  measured:
    'robustWidth: smallest number of random ReLU neurons whose outputs can be trained to be right at every (u_i, 0), as the max-margin solver proves; mean of four draws',
  measure: (run) => ({ quantity: scalar(run, 'robustWidth'), bound: 1 }),
  relation: proportional({ axis: 'corners', exponent: 1, alongside: [], within: 0.1 }),
  expected: 'supported: N/2 up to √N, by Cover’s count',
};

export const coverWidth: Claim = {
  id: 'cover-1965/half-the-points',
  title: 'N random labels take N/2 random neurons',
  statement:
    'N points in general position with fair labels are separable in M dimensions with probability ½ at M = N/2.',
  source: geometricalProperties({ locator: 'separating capacity 2M', reading: 'derived' }),
  notation: { ...notation, M: 'robustWidth, number of random ReLU neurons' },
  assumptions: [],
  measured: 'robustWidth against N/2',
  measure: (run) => ({ quantity: scalar(run, 'robustWidth'), bound: axis(run, 'corners') / 2 }),
  relation: about({ within: 0.4, rate: 0.9 }),
  expected:
    'supported: a draw has a standard deviation of about √N, a run of four half of that: a quarter of N/2 at N = 16',
};

export const bumpNetRobust: Claim = {
  id: 'li-jin-zhong-hopcroft-wang-2022/bump-net-robust',
  title: 'N bumps are robust up to 1/(2√(d−1))',
  statement:
    'Σ_i φ_i max(⟨u_i, u⟩ − (d−1)/4 + ¼, 0) has the radius 1/(2√(d−1)) at every corner: a robust net exists, of width N.',
  source: expressivePower({ locator: 'upper bound by local bumps, with this bump', reading: 'derived' }),
  notation,
  assumptions: [],
  measured:
    'bumpRadiusError: the largest |2√(d−1) R − 1| over tested corners, R between the bounds of the exact solver',
  measure: (run) => ({ quantity: scalar(run, 'bumpRadiusError'), bound: 1e-6 }),
  relation: exactly(),
  expected: 'supported in every run; the radius does not depend on ε₀',
};

export const expressivePowerClaims: readonly Claim[] = [
  linearRuleNotRobust,
  halfOfUnseen,
  noLearnerBelow,
  robustWidthGrows,
  coverWidth,
  bumpNetRobust,
];
