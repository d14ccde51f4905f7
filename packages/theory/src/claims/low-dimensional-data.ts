/**
 * Data in a subspace P of dimension r: gradient descent leaves the weights on P^⊥, c = d − r dimensions, where it found
 * them, and decay shrinks them there by (1 − ηκ)^t.
 *
 * R_off, the least δ ∈ P^⊥ that flips, of a net that averages, outputs ±1/m: with A the mean of the own class's φ(p) and B that
 * of the rivals' p (below zero, and not far), v_± = the mean of Π_⊥ w_r over a class has length
 * s = (1 − ηκ)^T σ_w √(c/m), and v_+ ⊥ v_− up to 1/√c. Moving by α against the own mean and by β along the rivals' leaves
 * A − αs − φ(B + βs), whose zero is nearest at α = A/s, β = 0 while the rivals stay off, and at α = β = (A − B)/(2s) once they
 * are switched on: R_off = min(A, (A − B)/√2)/s. As rivals of an averaged net are barely off, B ≈ 0, the second is the
 * smaller one: the gradient at the point, which does not see them, leads √2 too far.
 */
import { axis, scalar, type Assumption, type Claim } from '../claim.js';
import { averagedRadius } from '../quantities/closed-forms.js';
import { about, atLeast, atMost, exactly, proportional } from '../relation.js';
import { lowDimensionalData } from '../sources.js';

const orthogonalPart = lowDimensionalData({
  locator: 'gradients have no part orthogonal to the data subspace',
  reading: 'derived',
});
const offPerturbations = lowDimensionalData({
  locator: 'perturbations orthogonal to the data subspace',
  reading: 'derived',
});
const mending = lowDimensionalData({
  locator: 'smaller initialisation, and L2 regularisation',
  reading: 'derived',
});
const notation = {
  'P, r, c': 'the subspace of the data, its dimension, and d − r: axes subspaceDimension, codimension',
  'k, n, m': 'axes clusters, samples, width (neurons of each sign, outputs ±1/m)',
  σ_w: 'axis weightDeviation; standard is 1/√d, startScale σ_w√d = 1',
  'κ, η, T': 'weight decay and step size, from the axes decay and pace (ηκ = η̃κ̃), and the axis steps',
  'R_off, R_on': 'exact radii with δ ∈ P^⊥ and with δ ∈ P, medians over fresh points of P',
  q_off: 'offMargin: min(A, (A − B)/√2), A the mean φ(p) of a point’s own class, B the mean p of its rivals',
};

const withoutDecay: Assumption = {
  name: 'without-decay',
  statement: 'κ = 0',
  check: (run) => axis(run, 'decay') === 0,
};
const withDecay: Assumption = {
  name: 'with-decay',
  statement: 'κ > 0',
  check: (run) => axis(run, 'decay') > 0,
};
const fittedSubspace: Assumption = {
  name: 'fitted-subspace',
  statement: 'training has fitted the data: every margin is positive',
  check: (run) => scalar(run, 'trainMarginMin') > 0,
};
const smallWithin: Assumption = {
  name: 'small-within-subspace',
  statement:
    'within P the start is small beside one step of training: σ_w√r ≤ η̃/10 (what it is on P^⊥ does not matter)',
  check: (run) => scalar(run, 'pretrainedScale') <= axis(run, 'pace') / 10,
};
const highCodimension: Assumption = {
  name: 'high-codimension',
  statement: 'c ≥ 100 m, so that the neurons’ parts on P^⊥ are nearly orthogonal',
  check: (run) => axis(run, 'codimension') >= 100 * axis(run, 'width'),
};
const standardStart: Assumption = {
  name: 'standard-start',
  statement: 'σ_w√d ≥ ½, of the order of the standard initialisation σ_w² = 1/d',
  check: (run) => scalar(run, 'startScale') >= 0.5,
};
/** At outputs ±1/m and σ_w² = 1/d the closed form is R_off = q_off √m, of order one; R_on = √(r/k). */
const narrowNet: Assumption = {
  name: 'narrow-net',
  statement: 'm ≤ r/(8k): outputs ±1/m cancel the start in wide nets, R_off = q_off √m at σ_w² = 1/d',
  check: (run) => axis(run, 'width') <= axis(run, 'subspaceDimension') / (8 * axis(run, 'clusters')),
};
const smallStart: Assumption = {
  name: 'small-start',
  statement: 'σ_w√d ≤ .05, far below the standard initialisation',
  check: (run) => scalar(run, 'startScale') <= 0.05,
};

/** √c/d of directions that are orthogonal only nearly, and neurons that differ: a few percent. */
const finiteSize = 0.1;

export const weightsStayOff: Claim = {
  id: 'melamed-yehudai-vardi-2023/weights-stay-off-subspace',
  title: 'training leaves the weights on P^⊥ where they began',
  statement: 'Π_⊥ w_r(t) = Π_⊥ w_r(0) for all t: no input has a part there, so no gradient has.',
  source: orthogonalPart,
  notation,
  assumptions: [withoutDecay],
  measured:
    'offWeightError: max_r ‖Π_⊥ w_r(T) − Π_⊥ w_r(0)‖/‖Π_⊥ w_r(0)‖; 1e-9 allows the rounding of steps that are up to 10⁵ times longer than what they must not move',
  measure: (run) => ({ quantity: scalar(run, 'offWeightError'), bound: 1e-9 }),
  relation: exactly(),
  expected: 'supported',
};

export const decayLeavesLessOff: Claim = {
  id: 'melamed-yehudai-vardi-2023/decay-shrinks-off-subspace',
  title: 'decay shrinks the weights on P^⊥ by (1 − ηκ)^t, whatever the data',
  statement: 'Π_⊥ w_r(t) = (1 − ηκ)^t Π_⊥ w_r(0).',
  source: mending,
  notation,
  assumptions: [withDecay],
  measured:
    'offWeightError: max_r ‖Π_⊥ w_r(T) − (1 − ηκ)^T Π_⊥ w_r(0)‖, relative to what should be left; 1e-9 allows for rounding',
  measure: (run) => ({ quantity: scalar(run, 'offWeightError'), bound: 1e-9 }),
  relation: exactly(),
  expected: 'supported',
};

const averagedInside = [fittedSubspace, smallWithin, highCodimension];

export const offRadiusClosedForm: Claim = {
  id: 'melamed-yehudai-vardi-2023/off-radius',
  title: 'off the subspace the radius is q_off √m/(σ_w √c)',
  statement: 'R_off = min(A, (A − B)/√2) √m/((1 − ηκ)^T σ_w √c).',
  source: offPerturbations,
  notation,
  assumptions: averagedInside,
  measured: 'offRadius, against offMargin/(shrinkage · offSlope), offSlope = σ_w√(c/m)',
  measure: (run) => ({
    quantity: scalar(run, 'offRadius'),
    bound: scalar(run, 'offMargin') / (scalar(run, 'shrinkage') * scalar(run, 'offSlope')),
  }),
  relation: about({ within: finiteSize }),
  expected: 'supported',
};

/** R_off over q_off/(1 − ηκ)^T: what is left is the start. */
const startOf = (run: Parameters<Claim['measure']>[0]) => ({
  quantity: scalar(run, 'offRadius'),
  bound: scalar(run, 'offMargin') / scalar(run, 'shrinkage'),
});
const gridAxes = ['weightDeviation', 'codimension', 'width'] as const;
const othersThan = (name: string): readonly string[] => gridAxes.filter((one) => one !== name);

export const offExponentDeviation: Claim = {
  id: 'melamed-yehudai-vardi-2023/off-exponent-deviation',
  title: 'the radius off the subspace grows as the start shrinks, like σ_w^−1',
  statement: 'R_off ∝ σ_w^{−1} at given margins.',
  source: mending,
  notation,
  assumptions: averagedInside,
  measured: 'offRadius over offMargin/shrinkage, its exponent in σ_w',
  measure: startOf,
  relation: proportional({
    axis: 'weightDeviation',
    exponent: -1,
    alongside: othersThan('weightDeviation'),
    within: 0.03,
  }),
  expected: 'supported',
};

export const offExponentCodimension: Claim = {
  id: 'melamed-yehudai-vardi-2023/off-exponent-codimension',
  title: 'the radius off the subspace falls with its codimension, like c^−½',
  statement: 'R_off ∝ (d − r)^{−½} at given σ_w and margins.',
  source: offPerturbations,
  notation,
  assumptions: averagedInside,
  measured: 'offRadius over offMargin/shrinkage, its exponent in c',
  measure: startOf,
  relation: proportional({
    axis: 'codimension',
    exponent: -0.5,
    alongside: othersThan('codimension'),
    within: 0.03,
  }),
  expected: 'supported',
};

export const offExponentWidth: Claim = {
  id: 'melamed-yehudai-vardi-2023/off-exponent-width',
  title: 'the radius off the subspace grows like m^½',
  statement: 'R_off ∝ m^{½} at outputs ±1/m: what neurons began with cancels in their mean.',
  source: offPerturbations,
  notation,
  assumptions: averagedInside,
  measured: 'offRadius over offMargin/shrinkage, its exponent in m',
  measure: startOf,
  relation: proportional({ axis: 'width', exponent: 0.5, alongside: othersThan('width'), within: 0.05 }),
  expected: 'supported',
};

export const offGradientOverstates: Claim = {
  id: 'melamed-yehudai-vardi-2023/off-gradient-overstates',
  title: 'the gradient off the subspace leads a tenth too far or more',
  statement:
    'q/‖Π_⊥∇f(x)‖ ≥ 1.1 R_off: the rivals that are barely off are not in the gradient, and share the way.',
  source: offPerturbations,
  notation,
  assumptions: averagedInside,
  measured: 'freshMargin/(shrinkage · offSlope) over offRadius; √2/(1 + ρ) for rivals that are off by ρq',
  measure: (run) => ({
    quantity:
      scalar(run, 'freshMargin') /
      (scalar(run, 'shrinkage') * scalar(run, 'offSlope') * scalar(run, 'offRadius')),
    bound: 1.1,
  }),
  relation: atLeast(),
  expected: 'supported',
};

export const onRadiusClosedForm: Claim = {
  id: 'melamed-yehudai-vardi-2023/on-radius',
  title: 'within the subspace the start is forgotten: R_on = √(r/k)/√(1 + k/n)',
  statement: 'R_on = √(r/k)/√(1 + k/n), the averaged radius in r dimensions, whatever σ_w and c.',
  source: offPerturbations,
  notation,
  assumptions: [withoutDecay, fittedSubspace, smallWithin],
  measured: 'onRadius against the closed form',
  measure: (run) => ({
    quantity: scalar(run, 'onRadius'),
    bound: averagedRadius(axis(run, 'subspaceDimension'), axis(run, 'clusters'), axis(run, 'samples')),
  }),
  relation: about({ within: finiteSize }),
  expected: 'supported',
};

export const standardStartOffSmaller: Claim = {
  id: 'melamed-yehudai-vardi-2023/standard-start-off-smaller',
  title: 'from the standard start perturbations off the subspace are smaller',
  statement: 'σ_w² = 1/d: R_off < R_on.',
  source: offPerturbations,
  notation,
  assumptions: [withoutDecay, fittedSubspace, standardStart, smallWithin, narrowNet],
  measured: 'offRadius/onRadius; below 1',
  measure: (run) => ({ quantity: scalar(run, 'offRadius') / scalar(run, 'onRadius'), bound: 1 }),
  relation: atMost(),
  expected: 'supported',
};

export const smallStartOffLarger: Claim = {
  id: 'melamed-yehudai-vardi-2023/small-start-off-larger',
  title: 'from a small start perturbations off the subspace are larger',
  statement: 'σ_w² ≪ 1/d: R_off > R_on.',
  source: mending,
  notation,
  assumptions: [withoutDecay, fittedSubspace, smallStart],
  measured: 'onRadius/offRadius; below 1',
  measure: (run) => ({ quantity: scalar(run, 'onRadius') / scalar(run, 'offRadius'), bound: 1 }),
  relation: atMost(),
  expected: 'supported',
};

export const decayRestoresRadius: Claim = {
  id: 'melamed-yehudai-vardi-2023/decay-restores-radius',
  title: 'decay multiplies the radius off P by (1 − ηκ)^−T q(κ)/q(0)',
  statement: 'R_off(κ) = R_off(0) · (1 − ηκ)^{−T} q_off(κ)/q_off(0), from the same start on the same data.',
  source: mending,
  notation,
  assumptions: [withDecay, ...averagedInside],
  measured:
    'decayGain = R_off(κ)/R_off(0), against decayMarginRatio/shrinkage; both nets are trained in the run',
  measure: (run) => ({
    quantity: scalar(run, 'decayGain'),
    bound: scalar(run, 'decayMarginRatio') / scalar(run, 'shrinkage'),
  }),
  relation: about({ within: 0.05 }),
  expected: 'supported',
};
