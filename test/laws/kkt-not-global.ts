/** The baselines of the claims on two KKT points of one problem: d = 64, k = 8, h = 1, L = 1, as they come out there. */
import type { Baseline, Change } from './baseline.js';

type Numbers = Readonly<Record<string, number>>;

const axes = { dimension: 64, clusters: 8, copies: 1, trained: 'hidden' };
const measured: Numbers = {
  averagedStationarity: 1e-15,
  decoupledStationarity: 8e-16,
  ceilingBreach: 4e-16,
  marginGapError: 4e-16,
  exchangeError: 5e-10,
  sumRadiusError: 2e-14,
  sumRadiusOpen: 5e-10,
  heldTurn: 2e-16,
  releasedGain: 1.41,
  randomShare: 0.66,
};
const one = (...doctored: readonly Numbers[]): Baseline => ({
  cells: [{ axes, measurements: measured }],
  doctored,
});

export const notGlobal: Readonly<Record<string, Baseline>> = {
  'li-pan-lyu-li-2025/decoupled-net-is-a-kkt-point': one({ decoupledStationarity: 1e-3 }),
  'li-pan-lyu-li-2025/averaged-net-is-a-kkt-point': one({ averagedStationarity: 1e-3 }),
  'li-pan-lyu-li-2025/cluster-margin-ceiling': one({ ceilingBreach: 1e-9 }),
  'li-pan-lyu-li-2025/kkt-margins-apart': one({ marginGapError: 0.5 }),
  'li-pan-lyu-li-2025/smaller-margin-more-robust': one({ exchangeError: 1e-3 }),
  'li-pan-lyu-li-2025/sum-readout-keeps-little': one({ sumRadiusError: 1e-3 }),
  'li-pan-lyu-li-2025/descent-held-at-kkt-point': one({ heldTurn: 1e-6 }),
  'li-pan-lyu-li-2025/kkt-point-unstable': one({ releasedGain: 1 }),
  'li-pan-lyu-li-2025/random-start-falls-short': one({ randomShare: 1 }),
};

export const notGlobalBreaches: Readonly<Record<string, readonly Change[]>> = {
  'several-clusters-a-class': [{ axes: { clusters: 2 } }],
  'eight-clusters': [{ axes: { clusters: 6 } }],
  'sum-radius-proved': [{ measurements: { sumRadiusOpen: 0.05 } }],
  'random-start-fitted': [{ measurements: { randomShare: 0 } }, { measurements: { randomShare: -0.1 } }],
};
