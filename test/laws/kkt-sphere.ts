/** The baselines of the claims on nearly orthogonal points: d = 512, n = 32, m = 40, as they come out there. */
import type { Baseline, Change } from './baseline.js';

const axes = { dimension: 512, samples: 32, width: 40, placement: 'orthogonal' };
const trained = {
  stationarityResidual: 0.135,
  trainMarginMin: 20.4,
  overlap: 6e-13,
  flipLength: 4.02,
  flipLengthMarginSet: 4.02,
  marginSetShare: 1,
};
const one = (at: Change, ...doctored: Baseline['doctored']): Baseline => ({
  cells: [{ axes: { ...axes, ...at.axes }, measurements: { ...trained, ...at.measurements } }],
  doctored,
});
const sphere = {
  axes: { placement: 'sphere' },
  measurements: { overlap: 71, flipLength: 5.95, flipLengthMarginSet: 5.96, marginSetShare: 0.97 },
};
const grid = (otherLaw: (at: { d: number; n: number; m: number }) => number): Baseline => ({
  cells: [256, 512, 1024].flatMap((dimension) =>
    [16, 32, 64].flatMap((samples) =>
      [5, 20, 80].map((width): Change => ({
        axes: { ...axes, dimension, samples, width },
        measurements: { ...trained, flipLength: Math.sqrt(dimension / samples) },
      })),
    ),
  ),
  doctored: [{ flipLength: 0 }],
  otherLaw: ({ dimension = 1, samples = 1, width = 1 }) => ({
    flipLength: otherLaw({ d: dimension, n: samples, m: width }),
  }),
});

export const kktSphere: Readonly<Record<string, Baseline>> = {
  'vardi-yehudai-shamir-2022/all-points-flipped': one({}, { flipLength: 8.1 }, { flipLength: Infinity }),
  'vardi-yehudai-shamir-2022/margin-set-flipped': one(sphere, { flipLengthMarginSet: 8.3 }),
  'vardi-yehudai-shamir-2022/orthogonal-closed-form': one({}, { flipLength: 3.5 }, { flipLength: 4.5 }),
  'vardi-yehudai-shamir-2022/length-exponent-samples': grid(({ d }) => Math.sqrt(d)),
  'vardi-yehudai-shamir-2022/length-exponent-dimension': grid(({ n }) => 1 / Math.sqrt(n)),
  'vardi-yehudai-shamir-2022/length-width-free': grid(({ d, n, m }) => Math.sqrt((d * m) / n)),
};

export const sphereBreaches: Readonly<Record<string, readonly Change[]>> = {
  'stationary-fit': [
    { measurements: { stationarityResidual: 0.3 } },
    { measurements: { trainMarginMin: -0.1 } },
  ],
  'few-points': [{ measurements: { overlap: 10 } }, { axes: { samples: 400 } }],
  'orthogonal-points': [{ axes: { placement: 'sphere' } }, { axes: { samples: 400 } }],
  'points-on-the-sphere': [{ axes: { placement: 'orthogonal' } }, { axes: { samples: 600 } }],
};
