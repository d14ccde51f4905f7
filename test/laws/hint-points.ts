/** The baselines of the claims on hint points: t = 3, c = 9, α = 0, as they come out there. */
import type { Baseline, Change } from './baseline.js';

type Numbers = Readonly<Record<string, number>>;

const measured: Numbers = {
  optimumGap: 3.05e-5,
  optimumBreach: -0.15,
  marginShare: 0.806,
  marginOverLinear: 0.989,
  linearity: 0.9998,
};
const withHints = (...doctored: readonly Numbers[]): Baseline => ({
  cells: [{ axes: { hints: 'with', spread: 3, hint: 9 }, measurements: measured }],
  doctored,
});
const without = (...doctored: readonly Numbers[]): Baseline => ({
  cells: [{ axes: { hints: 'without' }, measurements: { ...measured, marginShare: 0.999, linearity: 0.74 } }],
  doctored,
});
const paper = 'lyu-li-wang-arora-2021';

export const hintPoints: Readonly<Record<string, Baseline>> = {
  [`${paper}/global-optimum-not-beaten`]: withHints({ optimumBreach: 1e-6 }),
  [`${paper}/without-hints-global`]: without({ marginShare: 0.9 }),
  [`${paper}/hints-cost-margin`]: withHints({ marginShare: 0.99 }),
  [`${paper}/hints-make-linear`]: withHints({ marginOverLinear: 1.2 }, { marginOverLinear: 0.8 }),
  [`${paper}/hints-linear-function`]: withHints({ linearity: 0.9 }),
};

export const hintBreaches: Readonly<Record<string, readonly Change[]>> = {
  'with-hints': [{ axes: { hints: 'without' } }],
  'far-hints': [{ axes: { hint: 8 } }, { axes: { spread: 4 } }],
  'without-hints': [{ axes: { hints: 'with' } }],
  'proved-optimum': [{ measurements: { optimumGap: 1e-3 } }],
};
