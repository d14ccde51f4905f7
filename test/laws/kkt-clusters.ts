/** The baselines of the claims on KKT points of clustered data: d = 4·10⁷, where the hypotheses hold, k = 4, n = 1280. */
import type { Baseline, Change } from './baseline.js';

const axes = { dimension: 40_000_000, clusters: 4, positiveClusters: 2, samples: 1280, noise: 1 };
const trained = {
  stationarityResidual: 0.16,
  trainMarginMin: 43.4,
  cleanAccuracy: 1,
  flipLength: 3171.8,
  universalRadius: 3161.9,
  exactRadius: 3140.5,
  weightRatio: 1.0027,
  outputImbalance: 0.0006,
  robustNetRadius: 3162.3,
};
const one = (...doctored: Baseline['doctored']): Baseline => ({
  cells: [{ axes, measurements: trained }],
  doctored,
});
const grid = (otherLaw: (d: number, k: number) => number): Baseline => ({
  cells: [4096, 65_536, 1_048_576].flatMap((dimension) =>
    [2, 4, 8].map((clusters): Change => ({
      axes: { ...axes, dimension, clusters, positiveClusters: clusters / 2, samples: 100 * clusters },
      measurements: { ...trained, universalRadius: Math.sqrt(dimension / clusters) },
    })),
  ),
  doctored: [{ universalRadius: 0 }],
  otherLaw: ({ dimension = 1, clusters = 1 }) => ({ universalRadius: otherLaw(dimension, clusters) }),
});

export const kktClusters: Readonly<Record<string, Baseline>> = {
  'frei-vardi-bartlett-srebro-2023/kkt-points-generalise': one({ cleanAccuracy: 0.98 }),
  'frei-vardi-bartlett-srebro-2023/kkt-points-flipped-by-one-direction': one({ flipLength: 6400 }),
  'frei-vardi-bartlett-srebro-2023/kkt-universal-length': one({ exactRadius: 2900 }, { exactRadius: 3400 }),
  'frei-vardi-bartlett-srebro-2023/kkt-length-exponent-dimension': grid((d, k) => d ** 0.45 / Math.sqrt(k)),
  'frei-vardi-bartlett-srebro-2023/kkt-length-exponent-clusters': grid((d) => Math.sqrt(d)),
  'frei-vardi-bartlett-srebro-2023/kkt-cluster-weights-even': one({ weightRatio: 1.6 }),
  'frei-vardi-bartlett-srebro-2023/kkt-layer-balance': one({ outputImbalance: 0.011 }),
  'frei-vardi-bartlett-srebro-2023/double-edge': one({ robustNetRadius: 2800 }, { robustNetRadius: 3500 }),
};

export const kktBreaches: Readonly<Record<string, readonly Change[]>> = {
  'near-stationary': [
    { measurements: { stationarityResidual: 0.3 } },
    { measurements: { trainMarginMin: -0.1 } },
  ],
  'well-separated-clusters': [{ axes: { dimension: 65_536 } }, { axes: { noise: 10 } }],
  'enough-samples': [{ axes: { samples: 1000 } }],
};
