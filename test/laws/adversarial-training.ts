/** The baselines of the claims on adversarial training: d = 2048, k = 8, n = 320, as they come out there. */
import type { Baseline, Change } from './baseline.js';

const axes = {
  dimension: 2048,
  clusters: 8,
  positiveClusters: 4,
  samples: 320,
  noise: 1,
  attackRadius: 0.5,
  warmUp: 0,
};
const measured = { adversarialRadius: 21.1, fineRadius: 30.75, robustTrainAccuracy: 1 };
const at = (changed: Change, ...doctored: Baseline['doctored']): Baseline => ({
  cells: [{ axes: { ...axes, ...changed.axes }, measurements: { ...measured, ...changed.measurements } }],
  doctored,
});

export const adversarialTraining: Readonly<Record<string, Baseline>> = {
  'madry-makelov-schmidt-tsipras-vladu-2018/adversarial-beats-averaging': at({}, { adversarialRadius: 17 }),
  'madry-makelov-schmidt-tsipras-vladu-2018/averaging-survives-attacks': at(
    { axes: { warmUp: 0.8 }, measurements: { adversarialRadius: 15.7 } },
    { adversarialRadius: 14.5 },
    { adversarialRadius: 17 },
  ),
  'li-pan-lyu-li-2025/finer-labels-match-adversarial-training': at({}, { fineRadius: 20 }),
};

export const adversarialBreaches: Readonly<Record<string, readonly Change[]>> = {
  'robustly-fitted': [{ measurements: { robustTrainAccuracy: 0.9 } }],
  'attacked-from-the-start': [{ axes: { attackRadius: 0.25 } }, { axes: { warmUp: 0.8 } }],
  'warmed-up': [
    { axes: { attackRadius: 0 } },
    { axes: { attackRadius: 1, warmUp: 0.8 } },
    { axes: { warmUp: 0.4 } },
  ],
  attacked: [{ axes: { attackRadius: 0 } }],
};
