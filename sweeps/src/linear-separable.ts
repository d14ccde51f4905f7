/**
 * Which separating hyperplane do the regularisation path, gradient descent and its faster variants end at, and how soon?
 * Rosset, Zhu & Hastie 2004; Soudry et al. 2018; Nacson et al. 2019; Ji & Telgarsky 2021; Ji, Srebro & Telgarsky 2021.
 */
import { BadInput, marginLosses } from '@marginalia/core';
import { choice, defineSweep, integer, real, sameData } from '@marginalia/sweep';
import { linearSeparableClaims, solvedReference } from '@marginalia/theory';
import { measureSeparable } from './measure-separable.js';
import { separableData, separableKinds, validateSeparable, type SeparableKind } from './separable-data.js';

const lossNames = ['logistic', 'exponential'] as const;

/** What holds wherever the data are separable, limits reached or not. */
const sureBounds = linearSeparableClaims.filter(({ assumptions }) =>
  assumptions.every((assumption) => assumption === solvedReference),
);

export default defineSweep({
  name: 'linear-separable',
  question:
    'Which separating hyperplane do the regularisation path, gradient descent and its faster variants end at, and how soon?',
  axes: {
    data: choice(
      'gaussian points shifted off a random hyperplane, noise-free orthogonal clusters, or the toy set of Soudry et al.',
      separableKinds,
    ),
    dimension: integer('d, dimension of the inputs', { atLeast: 2 }),
    clusters: integer('k, number of clusters (data clusters)', { atLeast: 2 }),
    samples: integer('n, training points', { atLeast: 2 }),
    shift: real('margin by which gaussian points are moved off the hyperplane', { above: 0 }),
    loss: choice('the loss of the path and of gradient descent', lossNames, sameData),
    pace: real('η of gradient descent, over 1/(βσ_max²(Z)); stable below 2', {
      above: 0,
      atMost: 2,
      ...sameData,
    }),
    steps: integer('T, steps of each method', { atLeast: 10, ...sameData }),
  },
  values: {
    data: ['gaussian', 'clusters', 'toy'],
    dimension: ({ data }: { readonly data: SeparableKind }) =>
      data === 'toy' ? 2 : data === 'clusters' ? 64 : 256,
    clusters: [4],
    samples: ({ data }: { readonly data: SeparableKind }) =>
      data === 'gaussian' ? 12 : data === 'clusters' ? 24 : 16,
    // Samples hardly overlap, so that pulls on the support settle within 10⁴ steps: see the preset `crowded`.
    shift: [0.1],
    loss: lossNames,
    pace: [1],
    // Points far out keep the stable step of the toy set small.
    steps: ({ data }: { readonly data: SeparableKind }) => (data === 'toy' ? 100_000 : 10_000),
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about:
        'gaussian, clusters and the toy set, both losses, T = 10⁴ (10⁵ on the toy set): some seconds on two cores',
      values: {},
      replicates: 8,
    },
    paper: {
      about: 'the toy set of Soudry et al., Figure 1, followed for T = 10⁶ steps, and data beside it for 10⁵',
      values: {
        steps: ({ data }: { readonly data: SeparableKind }) => (data === 'toy' ? 1_000_000 : 100_000),
      },
      replicates: 8,
    },
    crowded: {
      about:
        'n = 2d: many samples near the margin, where limits are still far at T = 10⁵ and only the bounds speak',
      values: {
        data: ['gaussian'],
        dimension: [20],
        samples: [40],
        shift: [0.3],
        steps: [100_000],
      },
      replicates: 8,
      claims: sureBounds,
    },
  },
  claims: linearSeparableClaims,
  headline: [
    'margin',
    'pathMargin',
    'gradientMargin',
    'gradientSlope',
    'decayingSlope',
    'constantSlope',
    'acceleratedSlope',
    'normGrowth',
    'supportError',
    'lossLimit',
  ],
  validate(setting) {
    validateSeparable(setting);
    if (setting.steps % 10 !== 0) {
      throw new BadInput({
        expected: 'a number of steps that ten divides: slopes are taken over the last decade',
        got: String(setting.steps),
        try: '--set steps=10000',
      });
    }
  },
  // Four methods: two products with Z and two exponentials a sample (some twenty multiply-adds each) a step.
  cost: ({ dimension, samples, steps }) => 4 * steps * samples * (2 * Math.min(dimension, samples) + 40),
  run(setting, random) {
    const loss = marginLosses.find(({ name }) => name === setting.loss)!;
    return measureSeparable(separableData(setting, random.stream('data')), loss, setting);
  },
});
