/**
 * What every step of gradient descent on the hidden layer obeys, without any limit. Coefficients are recovered from the
 * trained weights (C = ΔW Xᵀ(X Xᵀ)^{-1}), never taken from the trainer: a trainer that leaves the span of the samples,
 * decays weights or moves a bias by itself violates them.
 */
import { converged, independentSamples } from '../assumptions.js';
import { scalar, type Claim } from '../claim.js';
import { exactly } from '../relation.js';
import { featureAveragingPaper } from '../sources.js';

const notation = {
  'w_r, b_r': 'weights and bias of hidden neuron r, after T steps; w_r(0), b_r(0) at initialisation',
  'μ_j, ξ_i': 'centre of cluster j; noise of sample i, x_i = μ_j + ξ_i',
  c_ri: 'coefficient of sample x_i in the movement of neuron r',
  λ_rj: 'Σ_{i in cluster j} c_ri, times ‖μ_j‖² = d when reported',
  η: 'step size (axis stepSize)',
};
const assumptions = [converged, independentSamples];
const expected = 'supported in every run: an identity, up to rounding';

/** The rounding allowance of the trainer's precision is part of the run: 1e-9 in float64, 2e-3 in float32. */
const againstRounding = (quantity: string): Claim['measure'] => {
  return (run) => ({ quantity: scalar(run, quantity), bound: scalar(run, 'roundingAllowance') });
};

export const weightDecomposition: Claim = {
  id: 'li-pan-lyu-li-2025/weight-decomposition',
  title: 'weights move in the span of centres and noise',
  statement: 'w_r(t) = w_r(0) + Σ_j λ_rj(t) μ_j + Σ_i σ_ri(t) ξ_i with σ_ri = c_ri: ΔW = C X exactly.',
  source: featureAveragingPaper({
    locator: 'weight decomposition lemma; talk, "GD learns Average Features"',
    reading: 'derived',
  }),
  notation,
  assumptions,
  measured: 'decompositionError: max |ΔW − C X| / max |ΔW|',
  measure: againstRounding('decompositionError'),
  relation: exactly(),
  expected,
};

export const biasIdentity: Claim = {
  id: 'li-pan-lyu-li-2025/bias-identity',
  title: 'a bias moves by the sum of its coefficients',
  statement: 'b_r(t) − b_r(0) = Σ_i c_ri(t) = Σ_j λ_rj(t)/d: biases are negligible when d ≫ k.',
  source: featureAveragingPaper({ locator: 'weight decomposition lemma', reading: 'derived' }),
  notation,
  assumptions,
  measured: 'biasIdentityError: max_r |Δb_r − Σ_i c_ri| / max_r |Δb_r|',
  measure: againstRounding('biasIdentityError'),
  relation: exactly(),
  expected,
};

export const coefficientSigns: Claim = {
  id: 'li-pan-lyu-li-2025/coefficient-signs',
  title: 'coefficients only grow towards their own label',
  statement:
    'For a_r = s/m: s y_i Δc_ri ≥ 0 at every step, so λ_rj is non-decreasing for j in the class of r and non-increasing otherwise; and |c_ri(t)| ≤ ηt/(mn).',
  source: featureAveragingPaper({ locator: 'weight decomposition lemma', reading: 'derived' }),
  notation,
  assumptions,
  measured:
    'coefficientSignError: largest wrong-signed part of the coefficients gained over the first and the second half of training, over the largest; or the excess of max |c| over ηT/(mn)',
  measure: againstRounding('coefficientSignError'),
  relation: exactly(),
  expected,
};

export const eulerIdentity: Claim = {
  id: 'li-pan-lyu-li-2025/euler-identity',
  title: 'Euler: ⟨θ, −∇L⟩ is the mean of slope × margin',
  statement: '⟨θ, −∇L(θ)⟩ = (1/n) Σ_i |ℓ′(q_i)| q_i, the net being 1-homogeneous in θ = (W, b).',
  source: featureAveragingPaper({
    locator: '§3.2 (frozen second layer); Lyu & Li 2020 with L = 1',
    reading: 'derived',
  }),
  notation: { ...notation, q_i: 'margin y_i f(x_i)', ℓ: 'logistic loss' },
  assumptions: [converged],
  measured:
    'eulerError: relative difference of the two sides at the trained net, the gradient taken in weight space',
  measure: againstRounding('eulerError'),
  relation: exactly(),
  expected,
};

export const fineCoefficientSigns: Claim = {
  id: 'li-pan-lyu-li-2025/fine-coefficient-signs',
  title: 'under fine labels only the own cluster’s coefficient grows',
  statement:
    'With cross-entropy on cluster labels Δc_(j,r),i = (η/hn)(1[j = j_i] − p_j(x_i)) 1[active]: the own cluster’s coefficients grow, all others shrink, and |c| ≤ ηt/(hn).',
  source: featureAveragingPaper({
    locator: 'feature decoupling theorem (5.5 in the talk), proof',
    reading: 'derived',
  }),
  notation: { ...notation, h: 'neurons a class (axis width)', p_j: 'softmax probability of cluster j' },
  assumptions,
  measured: 'coefficientSignError, as for the binary net with the cluster in place of the class',
  measure: againstRounding('coefficientSignError'),
  relation: exactly(),
  expected,
};
