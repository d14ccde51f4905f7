/** For each claim of the registry: a run that meets its assumptions and holds, and doctored runs that must not pass. */
import type { AxisValue, Evidence } from '@marginalia/theory';
import { adversarialBreaches, adversarialTraining } from './adversarial-training.js';
import { averagingPhases, phaseBreaches } from './averaging-phases.js';
import { dimpledBreaches, dimpledManifold } from './dimpled-manifold.js';
import { finerBreaches, finerSupervision } from './finer-supervision.js';
import { imageBreaches, imageSupervision } from './image-supervision.js';
import { kktBreaches, kktClusters } from './kkt-clusters.js';
import { hintBreaches, hintPoints } from './hint-points.js';
import { slabBaselines, slabBreaches } from './slabs.js';
import { simplicityBias, simplicityBreaches } from './simplicity-bias.js';
import { notGlobal, notGlobalBreaches } from './kkt-not-global.js';
import { kktSphere, sphereBreaches } from './kkt-sphere.js';
import { lowDimensional, lowDimensionalBreaches } from './low-dimensional-data.js';
import { polynomialRelu, preluBreaches } from './polynomial-relu.js';
import { marginBaselines, marginBreaches } from './margin-baseline.js';
import {
  cornerBaselines,
  cornerRun,
  featureRun,
  linearBaselines,
  linearBreaches,
  linearRun,
} from './linear-baseline.js';

type Numbers = Readonly<Record<string, number>>;

/** Changes of a run: of its measurements, and of its axes. */
export interface Change {
  readonly measurements?: Numbers;
  readonly axes?: Readonly<Record<string, AxisValue>>;
}

export interface Baseline {
  /** The published setting, or a grid of cells for a claim about exponents. */
  readonly cells: readonly Change[];
  /** One change a way to be wrong: a run that the claim must find violated. */
  readonly doctored: readonly Numbers[];
  /** For a claim about exponents: measurements of a cell that follow another law. */
  readonly otherLaw?: (axes: Numbers) => Numbers;
}

/** The published setting, with both nets' measurements as they come out there. */
const axes = {
  dimension: 3072,
  clusters: 10,
  positiveClusters: 5,
  width: 5,
  samples: 1000,
  stepSize: 1e-3,
  steps: 100,
  noise: 1,
};
const published: Numbers = {
  diverged: 0,
  trainAccuracy: 1,
  trainMarginMean: 1.704,
  initialScale: 5.5e-4,
  scaledStepSize: 0.06144,
  trainingTime: 6.144,
  independentSamples: 1,
  roundingAllowance: 1e-9,
  decompositionError: 3e-15,
  biasIdentityError: 2e-15,
  coefficientSignError: 5e-14,
  eulerError: 1e-15,
  initialCountDistance: 0.87,
  cleanAccuracy: 1,
  sameClassCoefficientMin: 1.5,
  coefficientRatio: 1.23,
  oppositeCoefficientRatio: 0.07,
  sameClassCosine: 0.443,
  exactRadius: 17.35,
  universalRadius: 17.5,
  provedShare: 1,
  anyBiasAccuracy: 0.002,
  anyBiasUnconditioned: 0.5,
  robustNetRadius: 27.7,
  largestMeanRadius: 27.7,
  largestMeanRadiusError: 0.05,
  largestMeanAccuracy: 1,
  chainViolation: 0,
  deadClasses: 0,
  fineAccuracy: 1,
  ownCoefficientMin: 5,
  otherCoefficientRatio: 0.03,
  coupling: 0.018,
  exactRadiusSum: 25.1,
  exactRadiusMax: 37.9,
  exactRadiusLowerLse: 30,
  maskingGapSum: 1.5,
  pgdRadiusSum: 37.5,
  ...linearRun,
  ...featureRun,
  ...cornerRun,
};
const fineNet: Numbers = { sameClassCosine: 0.994 };

export function evidence({ measurements, axes: changed }: Change = {}, replicate = 0): Evidence {
  return { axes: { ...axes, ...changed }, replicate, measurements: { ...published, ...measurements } };
}

const one = (...doctored: readonly Numbers[]): Baseline => ({ cells: [{}], doctored });
const fine = (...doctored: readonly Numbers[]): Baseline => ({
  cells: [{ measurements: fineNet }],
  doctored,
});

/** A grid over d and k on which `law` gives the measurements, and on which `otherLaw` gives what must be refuted. */
function grid(law: (axes: Numbers) => Numbers, otherLaw: (axes: Numbers) => Numbers): Baseline {
  const cells = [1024, 4096, 16384].flatMap((dimension) =>
    [4, 8, 16].map((clusters): Change => {
      const at = { dimension, clusters, positiveClusters: clusters / 2, samples: 100 * clusters };
      return { axes: at, measurements: law(at) };
    }),
  );
  const [quantity = ''] = Object.keys(law({ dimension: 1, clusters: 4, samples: 1 }));
  return { cells, doctored: [{ [quantity]: 0 }], otherLaw };
}

const finite = ({ clusters = 0, samples = 0 }: Numbers): number => 1 / Math.sqrt(1 + clusters / samples);
const law =
  (name: string, of: (dimension: number, clusters: number) => number) =>
  (at: Numbers): Numbers => ({ [name]: of(at.dimension ?? 0, at.clusters ?? 0) * finite(at) });

const averaged = law('exactRadius', (d, k) => Math.sqrt(d / k));
const decoupledMax = law('exactRadiusMax', (d) => Math.sqrt(d / 2));
/** The sum read-out at ρ = 0, where the best attack switches on all k/2 opposing neurons. */
const decoupledSum = law('exactRadiusSum', (d, k) => Math.sqrt(d / (1 + k / 2)));
const zeroCoupling =
  (of: (at: Numbers) => Numbers) =>
  (at: Numbers): Numbers => ({ ...of(at), coupling: 0 });

export const baselines: Readonly<Record<string, Baseline>> = {
  'li-pan-lyu-li-2025/weight-decomposition': one({ decompositionError: 2e-9 }, { roundingAllowance: 1e-16 }),
  'li-pan-lyu-li-2025/bias-identity': one({ biasIdentityError: 2e-9 }),
  'li-pan-lyu-li-2025/coefficient-signs': one({ coefficientSignError: 2e-9 }),
  'li-pan-lyu-li-2025/euler-identity': one({ eulerError: 2e-9 }),
  'li-pan-lyu-li-2025/fine-coefficient-signs': fine({ coefficientSignError: 2e-9 }),
  'li-pan-lyu-li-2025/initial-counts-uniform': one({ initialCountDistance: 2 }),
  'li-pan-lyu-li-2025/perfect-accuracy': one({ cleanAccuracy: 0.98 }),
  'li-pan-lyu-li-2025/same-class-coefficients-large': one(
    { sameClassCoefficientMin: 0.8 },
    // As large as it should be, and of the wrong sign.
    { sameClassCoefficientMin: -1.5 },
  ),
  'li-pan-lyu-li-2025/same-class-coefficients-comparable': one(
    { coefficientRatio: 2.1 },
    { coefficientRatio: Infinity },
  ),
  'li-pan-lyu-li-2025/opposite-coefficients-small': one({ oppositeCoefficientRatio: 0.21 }),
  'li-pan-lyu-li-2025/averaged-cosines': one({ sameClassCosine: 0.42 }, { sameClassCosine: 0.47 }),
  'li-pan-lyu-li-2025/margin-curve': one({ trainMarginMean: 1.6 }, { trainMarginMean: 1.8 }),
  'li-pan-lyu-li-2025/averaged-radius': one({ exactRadius: 16.4 }, { exactRadius: 18.5 }),
  'li-pan-lyu-li-2025/universal-direction-optimal': one({ universalRadius: 18.5 }),
  'li-pan-lyu-li-2025/non-robust-for-any-bias': one({ anyBiasAccuracy: 0.06 }),
  'li-pan-lyu-li-2025/any-bias-needs-accuracy': one({ anyBiasUnconditioned: 0.3 }),
  'li-pan-lyu-li-2025/radius-exponent-dimension': grid(
    averaged,
    law('exactRadius', (d, k) => d ** 0.6 / Math.sqrt(k)),
  ),
  'li-pan-lyu-li-2025/radius-exponent-clusters': grid(
    averaged,
    law('exactRadius', (d, k) => Math.sqrt(d / (1 + k / 2))),
  ),
  'li-pan-lyu-li-2025/published-two-class-curve-below-exact': one({ exactRadius: 16.5 }),
  'li-pan-lyu-li-2025/half-distance-bound': one({ largestMeanRadius: 39.5 }),
  'li-pan-lyu-li-2025/decoupling-accuracy': fine({ fineAccuracy: 0.98 }),
  'li-pan-lyu-li-2025/own-coefficient-large': fine({ ownCoefficientMin: 0.8 }, { ownCoefficientMin: -5 }),
  'li-pan-lyu-li-2025/other-coefficients-small': fine({ otherCoefficientRatio: 0.11 }),
  'li-pan-lyu-li-2025/decoupled-cosines': fine({ sameClassCosine: 0.98 }, { sameClassCosine: 1.005 }),
  'li-pan-lyu-li-2025/sum-readout-radius': fine({ exactRadiusSum: 23.9 }, { exactRadiusSum: 26.8 }),
  'li-pan-lyu-li-2025/max-readout-radius': fine({ exactRadiusMax: 36 }, { exactRadiusMax: 40.5 }),
  'li-pan-lyu-li-2025/lse-readout-radius': fine({ exactRadiusLowerLse: 17 }),
  'li-pan-lyu-li-2025/projected-gradient-masked': fine({ maskingGapSum: 1.2 }),
  'li-pan-lyu-li-2025/masked-attack-meets-published-curve': fine(
    { pgdRadiusSum: 35 },
    { pgdRadiusSum: 39.8 },
  ),
  'li-pan-lyu-li-2025/published-curve-is-not-the-sum-radius': fine({ exactRadiusSum: 28.1 }),
  'li-pan-lyu-li-2025/max-radius-exponent-dimension': grid(
    decoupledMax,
    law('exactRadiusMax', (d) => d ** 0.4),
  ),
  'li-pan-lyu-li-2025/max-radius-exponent-clusters': grid(
    decoupledMax,
    law('exactRadiusMax', (d, k) => Math.sqrt(d / k)),
  ),
  'li-pan-lyu-li-2025/sum-radius-exponent': grid(
    zeroCoupling(decoupledSum),
    zeroCoupling(law('exactRadiusSum', (d) => Math.sqrt(d / 2))),
  ),
  'frei-vardi-bartlett-srebro-2023/robust-net-exists': one(
    { robustNetRadius: 26 },
    { robustNetRadius: 29.5 },
  ),
  'sokolic-giryes-sapiro-rodrigues-2017/radius-chain': one({ chainViolation: 1e-8 }),
  ...adversarialTraining,
  ...averagingPhases,
  ...finerSupervision,
  ...imageSupervision,
  ...kktClusters,
  ...kktSphere,
  ...dimpledManifold,
  ...lowDimensional,
  ...polynomialRelu,
  ...marginBaselines,
  ...linearBaselines,
  ...cornerBaselines,
  ...notGlobal,
  ...simplicityBias,
  ...slabBaselines,
  ...hintPoints,
};

/** Each way in which a run can miss an assumption, and no other one that a claim lists before it. */
export const breaches: Readonly<Record<string, readonly Change[]>> = {
  'fitted-data': [{ measurements: { trainAccuracy: 0.999 } }, { measurements: { trainMarginMean: 0.49 } }],
  'small-initialisation': [{ measurements: { initialScale: 0.0062 } }],
  'stable-step': [{ measurements: { scaledStepSize: 7.93 } }],
  'balanced-classes': [{ axes: { positiveClusters: 3 } }],
  'unit-noise': [{ axes: { noise: 0.5 } }, { axes: { noise: 2 } }],
  'independent-samples': [{ measurements: { independentSamples: 0 } }],
  'not-diverged': [{ measurements: { diverged: 1 } }],
  'averaged-features': [
    { measurements: { coefficientRatio: 3.1 } },
    { measurements: { oppositeCoefficientRatio: 0.26 } },
  ],
  'decoupled-features': [{ measurements: { otherCoefficientRatio: 0.11 } }],
  'live-classes': [{ measurements: { deadClasses: 1 } }],
  'woken-neurons': [{ measurements: { sameClassCoefficientMin: 1e-10 } }],
  'error-free': [{ measurements: { largestMeanAccuracy: 0.999 } }],
  'many-clusters': [{ axes: { clusters: 6, positiveClusters: 3 } }],
  'published-setting': [
    { axes: { clusters: 12, positiveClusters: 6 } },
    { axes: { dimension: 3000 } },
    { axes: { samples: 999 } },
    { axes: { stepSize: 2e-3 } },
    { axes: { steps: 200 } },
  ],
  'proved-radii': [{ measurements: { provedShare: 0.98 } }],
  ...adversarialBreaches,
  ...phaseBreaches,
  ...finerBreaches,
  ...imageBreaches,
  ...kktBreaches,
  ...sphereBreaches,
  ...dimpledBreaches,
  ...lowDimensionalBreaches,
  ...preluBreaches,
  ...marginBreaches,
  ...linearBreaches,
  ...notGlobalBreaches,
  ...simplicityBreaches,
  ...slabBreaches,
  ...hintBreaches,
};
