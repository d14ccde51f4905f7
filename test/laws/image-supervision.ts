/** The baselines of the claims on images: MNIST, a thousand of them, as they come out there. */
import type { Baseline, Change } from './baseline.js';

const cell: Change = {
  axes: { dataset: 'mnist' },
  measurements: {
    cleanAccuracy: 0.92,
    cleanAccuracyMax: 0.95,
    exactRadius: 1.04,
    exactRadiusMax: 1.21,
    accuracyAtRadius: 0.35,
    accuracyAtRadiusMax: 0.5,
    provedShare: 1,
  },
};

export const imageSupervision: Readonly<Record<string, Baseline>> = {
  'li-pan-lyu-li-2025/images-finer-more-robust': { cells: [cell], doctored: [{ exactRadiusMax: 1.05 }] },
  'li-pan-lyu-li-2025/images-published-order': { cells: [cell], doctored: [{ accuracyAtRadiusMax: 0.3 }] },
};

export const imageBreaches: Readonly<Record<string, readonly Change[]>> = {
  learnt: [{ measurements: { cleanAccuracy: 0.55 } }, { measurements: { cleanAccuracyMax: 0.55 } }],
};
