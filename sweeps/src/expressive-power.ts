/**
 * What does robustness cost on data that a linear rule classifies perfectly?
 * Li, Jin, Zhong, Hopcroft & Wang, NeurIPS 2022 (arXiv 2205.13863), on the corners of a cube.
 */
import { BadInput } from '@marginalia/core';
import { defineSweep, integer, real, sameData } from '@marginalia/sweep';
import { expressivePowerClaims } from '@marginalia/theory';
import { measureCorners } from './measure-corners.js';

export default defineSweep({
  name: 'expressive-power',
  question: 'What does robustness cost on data that a linear rule classifies perfectly?',
  axes: {
    corners: integer('N, corners of a cube in R^{d−1}: a power of two', { atLeast: 4 }),
    fraction: real('n/N, share of corners that a learner sees', { above: 0, atMost: 0.9 }),
    offset: real('ε₀, the coordinate that says the label', { above: 0, atMost: 0.2 }),
    labelings: integer('labelings over which errors are averaged', { atLeast: 2 }),
    width: integer('m, neurons of each sign of the trained net', { atLeast: 1, ...sameData }),
    steps: integer('T, steps of gradient descent of the trained net', { atLeast: 1, ...sameData }),
  },
  values: {
    corners: [16, 32, 64, 128],
    fraction: [0.25, 0.5],
    offset: [0.1],
    labelings: [60],
    width: [8],
    steps: [200],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'd = 5 … 8, a quarter and a half of the corners seen: some seconds on two cores',
      values: {},
      replicates: 4,
    },
    wide: {
      about: 'd = 5 … 9: about a minute',
      values: { corners: [16, 32, 64, 128, 256], fraction: [0.25] },
      replicates: 4,
    },
  },
  claims: expressivePowerClaims,
  headline: [
    'bestRobustError',
    'nearestRobustError',
    'marginRobustError',
    'netRobustError',
    'netCleanError',
    'robustWidth',
    'bumpRadius',
  ],
  validate({ corners, fraction }) {
    if ((corners & (corners - 1)) !== 0) {
      throw new BadInput({
        expected: 'a number of corners that is a power of two',
        got: String(corners),
        try: `--set corners=${2 ** Math.round(Math.log2(corners))}`,
      });
    }
    if (!Number.isInteger(fraction * corners)) {
      throw new BadInput({
        expected: 'a whole number of corners seen: fraction × corners',
        got: `fraction ${fraction}, corners ${corners}`,
        try: '--set fraction=0.5',
      });
    }
  },
  // Trainings in sample space, and a bisection of max-margin problems of N rows.
  cost: ({ corners, fraction, labelings, steps }) =>
    labelings * steps * (fraction * corners) ** 2 * 2 + 10 * corners ** 4,
  run: measureCorners,
});
