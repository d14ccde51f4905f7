/** The baselines of the claims on neurons of a higher power: K = 6, α = .1, as they come out there. */
import type { Baseline, Change } from './baseline.js';

const axes = { dimension: 1000, clusters: 6, positiveClusters: 4, noise: 0.1 };
const linear: Change = {
  axes: { ...axes, power: 1 },
  measurements: { trainMarginMin: 13, meanCosine: 0.9998, targetError: 3e-4, attackRadius: 0.409 },
};
const cubic: Change = {
  axes: { ...axes, power: 3 },
  measurements: {
    trainMarginMin: 8,
    earlyCentreCosine: 0.9998,
    centreCosine: 0.9998,
    targetError: 7e-6,
    attackRadius: 0.705,
  },
};
const at = (cell: Change, ...doctored: Baseline['doctored']): Baseline => ({ cells: [cell], doctored });

export const polynomialRelu: Readonly<Record<string, Baseline>> = {
  'min-vidal-2024/early-alignment': at(cubic, { earlyCentreCosine: 0.7 }),
  'min-vidal-2024/relu-averages': at(linear, { meanCosine: 0.8 }),
  'min-vidal-2024/polynomial-decouples': at(cubic, { centreCosine: 0.9 }),
  'min-vidal-2024/finds-its-target': at(linear, { targetError: 0.25 }),
  'min-vidal-2024/relu-radius': at(linear, { attackRadius: 0.36 }, { attackRadius: 0.7 }),
  'min-vidal-2024/polynomial-radius': at(cubic, { attackRadius: 0.409 }, { attackRadius: 0.8 }),
};

export const preluBreaches: Readonly<Record<string, readonly Change[]>> = {
  'fitted-subclasses': [{ measurements: { trainMarginMin: 0.9 } }],
  'relu-neurons': [{ axes: { power: 3 } }],
  'cubic-neurons': [{ axes: { power: 2 } }],
  'settled-power': [{ axes: { power: 2 } }],
  'little-noise': [{ axes: { noise: 0.3 } }],
};
