/** The baselines of the claims on slabs: LMS-5 and MS-(5,7) at d = 20, as they come out there. */
import type { Baseline, Change } from './baseline.js';

type Numbers = Readonly<Record<string, number>>;

const axes = { data: 'lms-5', dimension: 20, margin: 0.1 };
const measured: Numbers = {
  trainLoss: 0.019,
  auc: 0.9999,
  simpleRandomisedAuc: 0.507,
  complexRandomisedAuc: 0.9999,
  attackShare: 0.988,
  attackedAccuracy: 0.005,
  separationShare: 0.68,
  flippedAtMargin: 0.39,
};
const one = (...doctored: readonly Numbers[]): Baseline => ({
  cells: [{ axes, measurements: measured }],
  doctored,
});
const slabs = (...doctored: readonly Numbers[]): Baseline => ({
  cells: [{ axes: { ...axes, data: 'ms-5-7' }, measurements: { ...measured, flippedAtMargin: 0.99 } }],
  doctored,
});
const paper = 'shah-tamuly-raghunathan-jain-netrapalli-2020';

export const slabBaselines: Readonly<Record<string, Baseline>> = {
  [`${paper}/simple-randomised`]: one({ simpleRandomisedAuc: 0.6 }, { simpleRandomisedAuc: 0.4 }),
  [`${paper}/complex-randomised`]: one({ complexRandomisedAuc: 0.9 }),
  [`${paper}/published-auc-lms-5`]: one({ simpleRandomisedAuc: 0.7 }, { simpleRandomisedAuc: 0.3 }),
  [`${paper}/published-auc-ms-5-7`]: slabs({ simpleRandomisedAuc: 0.7 }, { simpleRandomisedAuc: 0.3 }),
  [`${paper}/attack-in-one-coordinate`]: one({ attackShare: 0.5 }),
  [`${paper}/attacked-accuracy`]: one({ attackedAccuracy: 0.3 }),
  [`${paper}/all-feature-margin`]: one({ separationShare: 1.01 }),
  [`${paper}/simple-is-fragile`]: one({ flippedAtMargin: 0.1 }),
  [`${paper}/five-slabs-are-fragile`]: slabs({ flippedAtMargin: 0.5 }),
};

export const slabBreaches: Readonly<Record<string, readonly Change[]>> = {
  'fitted-slabs': [{ measurements: { trainLoss: 0.04 } }, { measurements: { auc: 0.98 } }],
  'linear-simple-coordinate': [{ axes: { data: 'ms-5-7' } }],
  'slab-simple-coordinate': [{ axes: { data: 'lms-5' } }],
};
