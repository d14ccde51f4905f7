/** The baselines of the claims on dimpled manifolds: d = 2048, k = 12, n = 300, as they come out there. */
import type { Baseline, Change } from './baseline.js';

const trained: Change = {
  axes: { dimension: 2048, clusters: 12, positiveClusters: 6, samples: 300, width: 4, noise: 1 },
  measurements: {
    cleanAccuracy: 1,
    provedShare: 1,
    trainMarginMean: 2.84,
    initialScale: 4.5e-4,
    onCentresFraction: 0.9797,
    onInputsFraction: 0.99999,
    siblingCosine: 0.0062,
    chordCosine: 0.4,
    onCentresRadius: 13.1,
    offCentresRadius: 65.3,
    offSiblingsRadius: 12.81,
    offInputsShare: 0.0013,
    siblingShare: 0.043,
    exactRadius: 12.81,
    dimpleRatio: 1.04,
    earlyMarginShare: 0.265,
    earlyRadiusShare: 1.0009,
    twoStepsMarginShare: 0.016,
    twoStepsLeftover: 0.012,
    earlyLeftover: 5e-5,
    twoStepsRadiusShare: 0.974,
    gaussianRadius: 0.43,
    halfspaceRadius: 0.687,
  },
};
const at = (...doctored: Baseline['doctored']): Baseline => ({ cells: [trained], doctored });

export const dimpledManifold: Readonly<Record<string, Baseline>> = {
  // As if attacks were orthogonal to the span of the centres, or a third of them were noise.
  'shamir-melamed-benshmuel-2021/attack-within-centres': at(
    { onCentresFraction: 0.1 },
    { onCentresFraction: 0.94 },
  ),
  'shamir-melamed-benshmuel-2021/attack-within-inputs': at({ onInputsFraction: 0.98 }),
  'shamir-melamed-benshmuel-2021/attack-orthogonal-to-class': at({ siblingCosine: 0.3 }),
  // One cluster of the other class is headed for: cos = 1/√2 with it, less with the others.
  'shamir-melamed-benshmuel-2021/attack-along-chords': at({ chordCosine: 0.5 }, { chordCosine: 0.35 }),
  'shamir-melamed-benshmuel-2021/attack-short-beside-chord': at(
    { exactRadius: Math.sqrt(1024) },
    { exactRadius: 11 },
  ),
  'shamir-melamed-benshmuel-2021/radius-within-centres': at(
    { onCentresRadius: 11.5 },
    { onCentresRadius: 14.6 },
  ),
  'shamir-melamed-benshmuel-2021/radius-outside-centres': at(
    { offCentresRadius: 57 },
    { offCentresRadius: 74 },
  ),
  'shamir-melamed-benshmuel-2021/radius-within-class': at({ siblingShare: 1.1 }),
  'shamir-melamed-benshmuel-2021/radius-outside-class': at({ offSiblingsRadius: 13.1 }),
  'shamir-melamed-benshmuel-2021/radius-outside-inputs': at({ offInputsShare: 0.2 }),
  'shamir-melamed-benshmuel-2021/boundary-placed-in-two-steps': at({ twoStepsRadiusShare: 0.8 }),
  'shamir-melamed-benshmuel-2021/boundary-stays': at({ earlyRadiusShare: 0.8 }, { earlyRadiusShare: 1.2 }),
  // No dimple at all, and one of twice the depth.
  'shamir-melamed-benshmuel-2021/dimple-depth': at({ dimpleRatio: 1 }, { dimpleRatio: 1.08 }),
  'shamir-melamed-benshmuel-2021/halfspace-median': at({ halfspaceRadius: 0.5 }, { halfspaceRadius: 1 }),
  'shamir-melamed-benshmuel-2021/gaussian-isoperimetry': at({ gaussianRadius: 0.72 }),
};

export const dimpledBreaches: Readonly<Record<string, readonly Change[]>> = {
  'averaged-net': [
    { measurements: { trainMarginMean: 0.4 } },
    { measurements: { cleanAccuracy: 0.99 } },
    { measurements: { initialScale: 0.01 } },
  ],
  'clusters-apart': [{ axes: { dimension: 1199 } }],
  'tripled-margin': [{ measurements: { earlyMarginShare: 0.4 } }],
  'start-outgrown-early': [{ measurements: { earlyLeftover: 0.2 } }],
  'start-outgrown-at-once': [{ measurements: { twoStepsLeftover: 0.2 } }],
  'tenfold-margin': [{ measurements: { twoStepsMarginShare: 0.2 } }],
};
