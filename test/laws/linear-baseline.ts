/** Baselines of the claims about linear models: a run of each that holds, and runs that must not pass. */
import type { Baseline, Change } from './baseline.js';

type Numbers = Readonly<Record<string, number>>;

/** Gaussian data as they come out of the sweep linear-separable, with the closed form of clusters beside them. */
export const linearRun: Numbers = {
  bracketWidth: 2e-16,
  dualityError: 8e-16,
  closedFormError: 3e-16,
  emptyClusters: 0,
  limitRate: 0.8,
  nextMargin: 1.6,
  gapConstant: 0.3,
  pathBoundExcess: -0.08,
  pathNormDrop: -0.08,
  pathStationarityError: 5e-14,
  pathMargin: 0.98,
  normGrowth: 0.985,
  directionGrowth: 0.97,
  gradientGapError: 0.02,
  supportError: 0.04,
  lossLimit: 0.99,
  gradientSlope: -0.12,
  descentExcess: -2.5e-7,
  shortGradient: 2e-13,
  decayingRatio: 0.26,
  decayingSlope: -0.504,
  constantRatio: 0.27,
  normalisedGapError: 1e-12,
  constantSlope: -0.999,
  acceleratedRatio: 0.05,
  acceleratedSlope: -1.998,
};

/** Features as they come out of the sweep robust-features, scaled to the published d and k. */
export const featureRun: Numbers = {
  linearUsefulnessError: 1e-15,
  linearRadiusExcess: -0.001,
  averagedUsefulness: 0.9984,
  averagedFeatureRadius: 17.52,
  singleFeatureRadius: 5.54,
  thresholdedFeatureRadius: 27.1,
  leastAveragingCosine: 0.98,
  neuronRadiusRatio: 0.996,
  gaussianDeviation: 0.93,
  likelihoodExcess: -1e-6,
  alignmentDrop: -1e-7,
  tradeViolation: -1e-7,
  attackSuccess: 1,
  randomTargetAccuracy: 0.999,
  flippedTargetAccuracy: 0.99,
};

const ilyas = 'ilyas-santurkar-tsipras-engstrom-tran-madry-2019';

const one = (...doctored: readonly Numbers[]): Baseline => ({ cells: [{}], doctored });

export const linearBaselines: Readonly<Record<string, Baseline>> = {
  'cortes-vapnik-1995/maximum-margin-duality': one({ dualityError: 2e-9 }),
  'li-pan-lyu-li-2025/linear-maximum-margin': {
    cells: [{ axes: { data: 'clusters' } }],
    doctored: [{ closedFormError: 2e-9 }],
  },
  'rosset-zhu-hastie-2004/path-margin-bound': one({ pathBoundExcess: 1e-6 }),
  'rosset-zhu-hastie-2004/path-norm-grows': one({ pathNormDrop: 1e-6 }),
  'rosset-zhu-hastie-2004/path-stationarity': one({ pathStationarityError: 1e-6 }),
  'rosset-zhu-hastie-2004/path-converges': one({ pathMargin: 0.85 }, { pathMargin: -0.2 }),
  'soudry-hoffer-nacson-gunasekar-srebro-2018/norm-grows-logarithmically': one(
    { normGrowth: 0.9 },
    { normGrowth: 1.1 },
  ),
  'soudry-hoffer-nacson-gunasekar-srebro-2018/direction-error': one({ directionGrowth: 1.3 }),
  'soudry-hoffer-nacson-gunasekar-srebro-2018/gap-constant': one({ gradientGapError: 0.2 }),
  'soudry-hoffer-nacson-gunasekar-srebro-2018/support-limits': one({ supportError: 0.5 }),
  'soudry-hoffer-nacson-gunasekar-srebro-2018/loss-limit': one({ lossLimit: 0.9 }, { lossLimit: 1.1 }),
  'soudry-hoffer-nacson-gunasekar-srebro-2018/gap-slope': one({ gradientSlope: -0.5 }),
  'ji-telgarsky-2021/normalised-descent': one({ descentExcess: 1e-6 }),
  'ji-telgarsky-2021/gradient-above-margin': one({ shortGradient: 1e-6 }),
  'nacson-lee-gunasekar-savarese-srebro-soudry-2019/decaying-steps-bound': one({ decayingRatio: 1.01 }),
  'nacson-lee-gunasekar-savarese-srebro-soudry-2019/gap-slope': one(
    { decayingSlope: -0.4 },
    { decayingSlope: -1 },
  ),
  'ji-telgarsky-2021/constant-steps-bound': one({ constantRatio: 1.01 }),
  'ji-telgarsky-2021/gap-constant': one({ normalisedGapError: 0.1 }),
  'ji-telgarsky-2021/gap-slope': one({ constantSlope: -0.5 }, { constantSlope: -1.1 }),
  'ji-srebro-telgarsky-2021/accelerated-bound': one({ acceleratedRatio: 1.01 }),
  [`${ilyas}/linear-robust-usefulness`]: one({ linearUsefulnessError: 1e-6 }),
  [`${ilyas}/best-linear-feature`]: one({ linearRadiusExcess: 1e-6 }),
  [`${ilyas}/averaged-feature-useful`]: one({ averagedUsefulness: 0.98 }, { averagedUsefulness: 1.02 }),
  [`${ilyas}/averaged-feature-radius`]: one({ averagedFeatureRadius: 17 }, { averagedFeatureRadius: 18 }),
  [`${ilyas}/single-feature-radius`]: one({ singleFeatureRadius: 5.3 }, { singleFeatureRadius: 17.5 }),
  [`${ilyas}/thresholded-feature-radius`]: one(
    { thresholdedFeatureRadius: 17.5 },
    { thresholdedFeatureRadius: 39 },
  ),
  [`${ilyas}/averaged-neuron-radius`]: one({ neuronRadiusRatio: 0.9 }, { neuronRadiusRatio: 1.1 }),
  [`${ilyas}/gaussian-robust-share`]: one({ gaussianDeviation: 4 }),
  [`${ilyas}/robust-likelihood`]: one({ likelihoodExcess: 1e-6 }),
  [`${ilyas}/alignment-grows`]: one({ alignmentDrop: 1e-6 }),
  [`${ilyas}/accuracy-pays`]: one({ tradeViolation: 1e-6 }),
  [`${ilyas}/random-targets-teach`]: one({ randomTargetAccuracy: 0.5 }),
  [`${ilyas}/flipped-targets-teach`]: {
    cells: [{ axes: { reach: 1.5 } }],
    doctored: [{ flippedTargetAccuracy: 0.2 }],
  },
  'ji-srebro-telgarsky-2021/gap-slope': one({ acceleratedSlope: -1 }, { acceleratedSlope: -2.2 }),
};

/** Corners of a cube as they come out of the sweep expressive-power. */
export const cornerRun: Numbers = {
  linearRuleFailure: 0,
  bestRobustError: 0.374,
  learnerExcess: -0.05,
  robustWidth: 33.2,
  bumpRadiusError: 5e-10,
};

const corners = (...doctored: readonly Numbers[]): Baseline => ({
  cells: [{ axes: { corners: 64, fraction: 0.25 } }],
  doctored,
});

const hopcroft = 'li-jin-zhong-hopcroft-wang-2022';
/** The smallest width at each number of corners. */
const widths = (width: (corners: number) => number): readonly Change[] =>
  [16, 32, 64, 128].map((count) => ({
    axes: { corners: count, fraction: 0.25 },
    measurements: { robustWidth: width(count) + 0.01 },
  }));

export const cornerBaselines: Readonly<Record<string, Baseline>> = {
  [`${hopcroft}/linear-rule-not-robust`]: corners({ linearRuleFailure: 0.01 }),
  [`${hopcroft}/half-of-the-unseen`]: corners({ bestRobustError: 0.3 }, { bestRobustError: 0.45 }),
  [`${hopcroft}/no-learner-does-better`]: corners({ learnerExcess: 0.01 }),
  [`${hopcroft}/robust-width-exponent`]: {
    cells: widths((count) => count / 2),
    doctored: [{ robustWidth: 0 }],
    otherLaw: ({ corners: count = 0 }) => ({ robustWidth: 3 * Math.sqrt(count) }),
  },
  'cover-1965/half-the-points': corners({ robustWidth: 10 }, { robustWidth: 64 }),
  [`${hopcroft}/bump-net-robust`]: corners({ bumpRadiusError: 1e-3 }),
};

export const linearBreaches: Readonly<Record<string, readonly Change[]>> = {
  'solved-reference': [{ measurements: { bracketWidth: 1e-7 } }],
  'clear-support': [{ measurements: { limitRate: 0.1 } }, { measurements: { nextMargin: 1.1 } }],
  'uneven-support': [{ measurements: { gapConstant: 0.01 } }],
  'noise-free-clusters': [{ axes: { data: 'gaussian' } }, { measurements: { emptyClusters: 1 } }],
  'averaged-neurons': [
    { measurements: { trainAccuracy: 0.99 } },
    { measurements: { leastAveragingCosine: 0.7 } },
  ],
  'truly-adversarial': [{ measurements: { attackSuccess: 0.9 } }],
  'far-displacements': [{ axes: { reach: 1.2 } }],
};
