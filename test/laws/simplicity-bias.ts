/** The baselines of the claims on simplicity bias: α = 0, m = 24, from a small start and a large one, as they come out there. */
import type { Baseline, Change } from './baseline.js';

type Numbers = Readonly<Record<string, number>>;

const axes = { slope: 0, width: 24, startScale: 1e-3 };
const measured: Numbers = {
  ceilingBreach: -0.004,
  attainmentError: 4e-16,
  oddPartError: 3e-16,
  marginShare: 0.993,
  linearity: 0.9999,
  directionCosine: 0.9986,
  rankOneShare: 0.9999,
  earlyAlignment: 0.9999,
  growingSigns: 2,
  growth: 1e8,
};
const one = (...doctored: readonly Numbers[]): Baseline => ({
  cells: [{ axes, measurements: measured }],
  doctored,
});
const wide = (...doctored: readonly Numbers[]): Baseline => ({
  cells: [
    {
      axes: { ...axes, startScale: 2.5 },
      measurements: { ...measured, marginShare: 0.7, rankOneShare: 0.55, growth: 1.9 },
    },
  ],
  doctored,
});

export const simplicityBias: Readonly<Record<string, Baseline>> = {
  'lyu-li-wang-arora-2021/margin-ceiling': one({ ceilingBreach: 1e-9 }),
  'lyu-li-wang-arora-2021/ceiling-attained': one({ attainmentError: 1e-6 }),
  'lyu-li-wang-arora-2021/odd-part-linear': one({ oddPartError: 1e-9 }),
  'lyu-li-wang-arora-2021/early-alignment': one({ earlyAlignment: 0.9 }, { earlyAlignment: -1 }),
  'lyu-li-wang-arora-2021/global-max-margin': one({ marginShare: 0.9 }),
  'lyu-li-wang-arora-2021/linear-function': one({ linearity: 0.95 }),
  'lyu-li-wang-arora-2021/max-margin-direction': one({ directionCosine: 0.91 }),
  'lyu-li-wang-arora-2021/rank-one': one({ rankOneShare: 0.9 }),
  'lyu-li-wang-arora-2021/large-start-lags': wide({ marginShare: 0.99 }),
  'lyu-li-wang-arora-2021/large-start-keeps-directions': wide({ rankOneShare: 0.99 }),
};

export const simplicityBreaches: Readonly<Record<string, readonly Change[]>> = {
  'fitted-pairs': [{ measurements: { marginShare: 0 } }, { measurements: { marginShare: -0.4 } }],
  'tiny-start': [{ axes: { startScale: 0.01 } }],
  'start-not-outgrown': [{ measurements: { growth: 5 } }],
  'both-signs-grow': [{ measurements: { growingSigns: 1 } }],
};
