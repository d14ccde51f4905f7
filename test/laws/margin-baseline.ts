/** The line of each claim about margin maximisation: a run as they come out of the sweep, and doctored ones. */
import type { Baseline, Change } from './baseline.js';

type Numbers = Readonly<Record<string, number>>;

const measured: Numbers = {
  fitted: 1,
  degree: 2,
  layers: 2,
  logTime: 1100,
  growth: 300,
  sandwichBreach: 0,
  smoothedMarginFall: 4e-5,
  lossRate: 1.03,
  loglogExponent: 0.984,
  normRate: 1.008,
  kktEqualityError: 1e-15,
  kktSlackRatio: 0.13,
  kktResidual: 0.04,
  kktResidualEarly: 0.13,
  directionTurn: 5.5e-4,
  balancedPairs: 8,
  balanceDrift: 0.08,
  imbalance: 1.5e-3,
  productRatio: 0.98,
  uncappedDip: 0.65,
  lossesReached: 5,
  fiveMarginsLeastGain: 1.3,
  fiveMarginsGain: 22,
  firstGrowth: 0.99,
  lipschitzBreach: -0.05,
  provedShare: 1,
  robustAccuracyGain: 0.35,
};
const axes = { loss: 'exponential', cap: 0.3 };
const one = (...doctored: readonly Numbers[]): Baseline => ({
  cells: [{ axes, measurements: measured }],
  doctored,
});

export const marginBaselines: Readonly<Record<string, Baseline>> = {
  'lyu-li-2020/margin-sandwich': one({ sandwichBreach: 2e-12 }),
  'lyu-li-2020/smoothed-margin-grows': one({ smoothedMarginFall: 4e-4 }, { smoothedMarginFall: 0.65 }),
  // Without the factor L², and with the exponent of another degree.
  'lyu-li-2020/loss-rate': one({ lossRate: 4 }, { lossRate: 0.7 }),
  'lyu-li-2020/loss-rate-exponent': one({ loglogExponent: 0 }, { loglogExponent: 4 / 3 }, { degree: 3 }),
  'lyu-li-2020/norm-rate': one({ normRate: 0.9 }, { normRate: 1.1 }),
  'lyu-li-2020/kkt-equality': one({ kktEqualityError: 2e-12 }),
  'lyu-li-2020/kkt-slackness': one({ kktSlackRatio: 1.1 }),
  'lyu-li-2020/kkt-limit': one({ kktResidual: 0.13 }, { kktResidual: 0.9 }),
  'ji-telgarsky-2020/direction-settles': one({ directionTurn: 0.02 }),
  'du-hu-lee-2018/balance-kept': one({ balanceDrift: 1.1 }),
  'lyu-li-2020/balanced-limit': one({ imbalance: 0.03 }),
  'lyu-li-2020/product-margin': one({ productRatio: 1 + 1e-9 }),
  'lyu-li-2020/uncapped-scheduler': one({ uncappedDip: 1e-3 }),
  'lyu-li-2020/five-margins-rise': one({ fiveMarginsLeastGain: 0.95 }),
  'lyu-li-2020/five-margins-gain': one({ fiveMarginsGain: 2 }, { fiveMarginsGain: 88 }),
  'sokolic-giryes-sapiro-rodrigues-2017/margin-over-lipschitz': one({ lipschitzBreach: 1e-8 }),
  'lyu-li-2020/longer-is-more-robust': one({ robustAccuracyGain: -0.1 }),
};

export const marginBreaches: Readonly<Record<string, readonly Change[]>> = {
  'positive-margins': [{ measurements: { fitted: 0 } }],
  'long-trained': [{ measurements: { logTime: 150 } }],
  'outgrown-start': [{ measurements: { growth: 20 } }],
  'lazy-start': [{ measurements: { firstGrowth: 2 } }],
  'five-losses': [{ measurements: { lossesReached: 4 } }],
  'exponential-loss': [{ axes: { loss: 'logistic' } }],
  'adjacent-layers': [{ measurements: { balancedPairs: 0 } }],
  'layerwise-homogeneous': [{ measurements: { layers: 3 } }],
};
