/** The Gaussian model x ~ N(yμ, Σ*): robust maximum likelihood along growing budgets, and the law of radii. */
import { dot, exp, log, norm, type Random } from '@marginalia/core';
import {
  mean,
  normalCumulative,
  robustCovariance,
  robustLikelihoodLoss,
  type Measurements,
} from '@marginalia/theory';

/** ε in units of √tr Σ*, from a thousandth to a thousand times it. */
const budgets = Array.from({ length: 24 }, (_, i) => exp(log(1e3) * ((2 * i) / 23 - 1)));
const drawn = 4000;
const perturbations = 30;

interface GaussianSetting {
  readonly gaussianDimension: number;
  readonly condition: number;
}

export function measureGaussian(
  { gaussianDimension: d, condition }: GaussianSetting,
  random: Random,
): Measurements {
  // Eigenvalues spaced evenly in the logarithm; in the eigenbasis, where nothing is lost.
  const truth = Float64Array.from({ length: d }, (_, i) => exp((-log(condition) * i) / (d - 1)));
  const spread = random.stream('mean').gaussians(new Float64Array(d));
  // Clean accuracy of the most accurate rule: Φ(2).
  const size = Math.sqrt(spread.reduce((sum, value, i) => sum + (value * value) / truth[i]!, 0));
  const means = spread.map((value) => (2 * value) / size);
  const unit = Math.sqrt(truth.reduce((sum, value) => sum + value, 0));
  const path = budgets.map((budget) => robustCovariance(truth, budget * unit).eigenvalues);
  const ruleOf = (eigenvalues: Float64Array): Float64Array =>
    means.map((value, i) => value / eigenvalues[i]!);

  const first = ruleOf(truth);
  const cosine = (w: Float64Array): number => dot(w, means) / norm(w) / norm(means);
  /** ⟨μ, w⟩/‖w‖_Σ: clean accuracy is Φ of it. */
  const accuracyAt = (w: Float64Array): number => dot(w, means) / deviationOf(w, truth);
  let [alignmentDrop, tradeViolation, before] = [-Infinity, -Infinity, cosine(first)];
  for (const w of path.map(ruleOf)) {
    alignmentDrop = Math.max(alignmentDrop, before - cosine(w));
    tradeViolation = Math.max(tradeViolation, before / cosine(w) - 1, accuracyAt(w) / accuracyAt(first) - 1);
    before = cosine(w);
  }
  return {
    alignmentFirst: cosine(first),
    alignmentLast: before,
    alignmentDrop,
    tradeViolation,
    likelihoodExcess: likelihoodExcess(truth, unit, random.stream('perturbed')),
    gaussianDeviation: shareDeviation(
      truth,
      means,
      [first, ruleOf(path[12]!), means],
      random.stream('points'),
    ),
  };
}

/** ‖w‖_Σ. */
const deviationOf = (w: Float64Array, truth: Float64Array): number =>
  Math.sqrt(w.reduce((sum, value, i) => sum + value * value * truth[i]!, 0));

/** The robust likelihood of the closed form less that of others: nearby and far, in covariance and in mean. */
function likelihoodExcess(truth: Float64Array, unit: number, random: Random): number {
  const still = new Float64Array(truth.length);
  let excess = -Infinity;
  for (const budget of [0.03, 0.3, 3].map((factor) => factor * unit)) {
    const { eigenvalues } = robustCovariance(truth, budget);
    const best = robustLikelihoodLoss(truth, eigenvalues, still, budget);
    for (let trial = 0; trial < perturbations; trial++) {
      const scale = [1e-3, 1e-2, 1e-1, 1][trial % 4]!;
      const others = eigenvalues.map((value) => value * exp(scale * random.gaussian()));
      const shift =
        trial % 3 === 0 ? still.map((_, i) => scale * Math.sqrt(truth[i]!) * random.gaussian()) : still;
      excess = Math.max(excess, best - robustLikelihoodLoss(truth, others, shift, budget));
    }
  }
  return excess;
}

/**
 * Root mean square, over rules, of (share of drawn points with y⟨w, x⟩/‖w‖ > ε − P)/√(P(1 − P)/N), each at half its median
 * radius; points of their own for each rule, so that the deviations are independent.
 */
function shareDeviation(
  truth: Float64Array,
  means: Float64Array,
  rules: readonly Float64Array[],
  random: Random,
): number {
  const squares = rules.map((w, rule) => {
    const points = random.at(rule);
    const noise = new Float64Array(truth.length);
    const radius = dot(means, w) / norm(w) / 2;
    let beyond = 0;
    for (let i = 0; i < drawn; i++) {
      const label = i % 2 === 0 ? 1 : -1;
      points.gaussians(noise);
      const score = noise.reduce(
        (sum, value, l) => sum + w[l]! * (label * means[l]! + Math.sqrt(truth[l]!) * value),
        0,
      );
      if ((label * score) / norm(w) > radius) beyond++;
    }
    const predicted = normalCumulative((dot(means, w) - radius * norm(w)) / deviationOf(w, truth));
    return ((beyond / drawn - predicted) ** 2 * drawn) / (predicted * (1 - predicted));
  });
  return Math.sqrt(mean(squares));
}
