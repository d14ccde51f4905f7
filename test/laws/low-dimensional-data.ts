/** The baselines of the claims on data in a subspace: r = 128, c = 10⁶, m = 2, as they come out there. */
import type { Baseline, Change } from './baseline.js';

const axes = {
  subspaceDimension: 128,
  codimension: 1e6,
  clusters: 4,
  samples: 60,
  width: 2,
  weightDeviation: 5e-4,
  pace: 0.06144,
  decay: 0,
};
const slopeOf = (deviation: number, codimension: number, width: number): number =>
  deviation * Math.sqrt(codimension / width);
const trained = {
  startScale: 0.52,
  pretrainedScale: 0.0057,
  shrinkage: 1,
  offWeightError: 0,
  trainMarginMin: 1.1,
  freshMargin: 2.2,
  offMargin: 1.77,
  offSlope: slopeOf(5e-4, 1e6, 2),
  offRadius: 5,
  onRadius: 5.5,
};
const one = (at: Change, ...doctored: Baseline['doctored']): Baseline => ({
  cells: [{ axes: { ...axes, ...at.axes }, measurements: { ...trained, ...at.measurements } }],
  doctored,
});
const decayed: Change = {
  axes: { decay: 0.2 },
  measurements: { shrinkage: 0.3, offWeightError: 6e-15, decayGain: 2, decayMarginRatio: 0.6 },
};
const grid = (otherLaw: (at: { deviation: number; c: number; m: number }) => number): Baseline => ({
  cells: [1e6, 1e7, 1e8].flatMap((codimension) =>
    [5e-6, 5e-5, 5e-4].flatMap((weightDeviation) =>
      [2, 8, 32].map((width): Change => ({
        axes: { ...axes, codimension, weightDeviation, width },
        measurements: { ...trained, offRadius: 1.77 / slopeOf(weightDeviation, codimension, width) },
      })),
    ),
  ),
  doctored: [{ offRadius: 0 }],
  otherLaw: ({ weightDeviation = 1, codimension = 1, width = 1 }) => ({
    offRadius: otherLaw({ deviation: weightDeviation, c: codimension, m: width }),
  }),
});

export const lowDimensional: Readonly<Record<string, Baseline>> = {
  'melamed-yehudai-vardi-2023/weights-stay-off-subspace': one({}, { offWeightError: 2e-9 }),
  'melamed-yehudai-vardi-2023/decay-shrinks-off-subspace': one(decayed, { offWeightError: 2e-9 }),
  'melamed-yehudai-vardi-2023/off-radius': one({}, { offRadius: 4.4 }, { offRadius: 5.6 }),
  'melamed-yehudai-vardi-2023/off-exponent-deviation': grid(({ c, m }) => Math.sqrt(m / c)),
  'melamed-yehudai-vardi-2023/off-exponent-codimension': grid(({ deviation, m }) => Math.sqrt(m) / deviation),
  'melamed-yehudai-vardi-2023/off-exponent-width': grid(({ deviation, c }) => 1 / (deviation * Math.sqrt(c))),
  // As if nothing but the gradient counted.
  'melamed-yehudai-vardi-2023/off-gradient-overstates': one({}, { offRadius: 6.22 }),
  'melamed-yehudai-vardi-2023/on-radius': one({}, { onRadius: 4.8 }, { onRadius: 6.1 }),
  'melamed-yehudai-vardi-2023/standard-start-off-smaller': one({}, { offRadius: 5.6 }),
  'melamed-yehudai-vardi-2023/small-start-off-larger': one(
    { measurements: { startScale: 0.005, offRadius: 500 } },
    { offRadius: 5.4 },
  ),
  'melamed-yehudai-vardi-2023/decay-restores-radius': one(decayed, { decayGain: 1 }, { decayGain: 3.3 }),
};

export const lowDimensionalBreaches: Readonly<Record<string, readonly Change[]>> = {
  'without-decay': [{ axes: { decay: 0.1 } }],
  'with-decay': [{ axes: { decay: 0 } }],
  'fitted-subspace': [{ measurements: { trainMarginMin: -0.1 } }],
  'small-within-subspace': [{ measurements: { pretrainedScale: 0.0062 } }],
  'high-codimension': [{ axes: { codimension: 199, width: 2 } }],
  'standard-start': [{ measurements: { startScale: 0.4 } }],
  'small-start': [{ measurements: { startScale: 0.06 } }],
  'narrow-net': [{ axes: { width: 5 } }],
};
