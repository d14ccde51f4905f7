/** The baselines of the claims on the phases of averaging, as they come out at d = 4096, k = 8, m = 5, n = 480. */
import type { Baseline, Change } from './baseline.js';

const axes = {
  dimension: 4096,
  clusters: 8,
  positiveClusters: 4,
  samples: 480,
  initialScale: 1e-4,
  pace: 0.06,
  time: 6,
};
const averaged = { initialScale: 1e-4, scaledStepSize: 0.06, coefficientRatio: 1.3, exactRadius: 22.2 };
const lazy = {
  initialScale: 1,
  scaledStepSize: 0.2,
  trainAccuracy: 0.9986,
  trainMarginMean: 1.39,
  exactRadius: 3,
};

export const averagingPhases: Readonly<Record<string, Baseline>> = {
  'li-pan-lyu-li-2025/averaging-phase': {
    cells: [{ axes, measurements: averaged }],
    doctored: [{ coefficientRatio: 2.1 }, { coefficientRatio: Infinity }],
  },
  'li-pan-lyu-li-2025/radius-at-every-step': {
    cells: [{ axes, measurements: averaged }],
    doctored: [{ exactRadius: 20.5 }, { exactRadius: 24.5 }],
  },
  'li-pan-lyu-li-2025/lazy-radius': {
    cells: [{ axes: { ...axes, initialScale: 1 }, measurements: lazy }],
    doctored: [{ exactRadius: 2.5 }, { exactRadius: 22.2 }],
  },
  'li-pan-lyu-li-2025/lazy-radius-exponent': {
    cells: [1024, 4096, 16384].flatMap((dimension) =>
      [0.2, 2].map((pace): Change => ({
        axes: { ...axes, dimension, pace, initialScale: 1 },
        measurements: lazy,
      })),
    ),
    doctored: [{ exactRadius: -1 }],
    otherLaw: ({ dimension = 1 }) => ({ exactRadius: Math.sqrt(dimension) }),
  },
};

export const phaseBreaches: Readonly<Record<string, readonly Change[]>> = {
  'moderate-step': [{ axes: { pace: 0.6 } }],
  'long-training': [{ axes: { time: 4 } }],
  'large-initialisation': [{ axes: { initialScale: 0.4, pace: 0.1 } }],
  'nearly-fitted': [{ measurements: { trainAccuracy: 0.98 } }],
  'lazy-step': [{ axes: { pace: 3 } }],
};
