/** The baselines of the claims on finer supervision: d = 3072, k = 16, n = 960, as they come out there. */
import type { Baseline, Change } from './baseline.js';

const axes = {
  clusters: 16,
  positiveClusters: 8,
  width: 1,
  samples: 960,
  groups: 8,
  knownShare: 1,
  labelNoise: 0,
};
const finest = {
  sameClassCosine: 0.99,
  cosineCoupling: 0.0139,
  cleanAccuracyMax: 1,
  exactRadiusMax: 37.6,
  exactRadiusSum: 21.55,
};
const cell = (changed: Change['axes'] = {}, measurements: Change['measurements'] = {}): Change => ({
  axes: { ...axes, ...changed },
  measurements: { ...finest, ...measurements },
});
const at = (one: Change, ...doctored: Baseline['doctored']): Baseline => ({ cells: [one], doctored });

/** E max of g standard normals over √2, g = 1, 2, 4, 8, to four digits. */
const lost: Readonly<Record<number, number>> = { 1: 0, 2: 0.3989, 4: 0.7279, 8: 1.0067 };
const radiusOf = (groups: number, clusters: number, exponent: number): number =>
  (Math.sqrt(3072) * (groups / clusters) ** exponent - lost[groups]!) / Math.sqrt(1 + 1 / 60);

export const finerSupervision: Readonly<Record<string, Baseline>> = {
  'li-pan-lyu-li-2025/grouped-cosines': at(cell(), { sameClassCosine: 0.96 }, { sameClassCosine: 1.015 }),
  'li-pan-lyu-li-2025/grouped-max-radius': at(cell(), { exactRadiusMax: 35.5 }, { exactRadiusMax: 40 }),
  'li-pan-lyu-li-2025/grouped-radius-exponent': {
    cells: [8, 16].flatMap((clusters) =>
      [1, 2, 4, 8]
        .filter((groups) => groups <= clusters / 2)
        .map((groups) =>
          cell(
            { groups, clusters, positiveClusters: clusters / 2, samples: 60 * clusters },
            { exactRadiusMax: radiusOf(groups, clusters, 0.5) },
          ),
        ),
    ),
    doctored: [{ exactRadiusMax: -2 }],
    otherLaw: ({ groups = 0, clusters = 0 }) => ({ exactRadiusMax: radiusOf(groups, clusters, 0.6) }),
  },
  'li-pan-lyu-li-2025/grouped-sum-radius': at(cell(), { exactRadiusSum: 20 }, { exactRadiusSum: 23.2 }),
  'li-pan-lyu-li-2025/radius-follows-cosine': at(
    cell({ labelNoise: 0.5 }, { sameClassCosine: 0.678, exactRadiusMax: 24.6 }),
    { exactRadiusMax: 23 },
    { exactRadiusMax: 28 },
  ),
  'li-pan-lyu-li-2025/finer-never-worse': at(cell({ knownShare: 0 }, { exactRadiusMax: 14 }), {
    exactRadiusMax: 13.1,
  }),
  'li-pan-lyu-li-2025/partial-labels-suffice': at(cell({ knownShare: 0.25 }, { exactRadiusMax: 36.8 }), {
    exactRadiusMax: 35.5,
  }),
  'li-pan-lyu-li-2025/noisy-labels-average': at(cell({ labelNoise: 0.5 }, { exactRadiusMax: 24.7 }), {
    exactRadiusMax: 30.5,
  }),
};

export const finerBreaches: Readonly<Record<string, readonly Change[]>> = {
  'complete-labels': [{ axes: { knownShare: 0.5 } }, { axes: { labelNoise: 0.1 } }],
  'partial-labels': [
    { axes: { knownShare: 0.2 } },
    { axes: { knownShare: 1 } },
    { axes: { knownShare: 0.5, labelNoise: 0.1 } },
  ],
  'noisy-labels': [
    { axes: { groups: 1 } },
    { axes: { labelNoise: 0.4 } },
    { axes: { labelNoise: 0.5, knownShare: 0.5 } },
  ],
  'informative-labels': [{ axes: { knownShare: 0.05 } }, { axes: { labelNoise: 0.9 } }],
  'accurate-classes': [{ measurements: { cleanAccuracyMax: 0.98 } }],
};
