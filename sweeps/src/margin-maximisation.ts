/**
 * Does descent maximise the normalised margin once the data are fitted, how fast, and what is that worth in robustness?
 * Lyu & Li, ICLR 2020 (arXiv 1906.05890), on nets of degree 1, 2 and 3 and losses down to 10^−881 and beyond.
 */
import { BadInput } from '@marginalia/core';
import { choice, defineSweep, integer, real } from '@marginalia/sweep';
import { marginClaims } from '@marginalia/theory';
import { marginData } from './margin-data.js';
import { marginModels, trainMargin, type MarginSetting } from './margin-training.js';
import { measureMargin } from './measure-margin.js';

/** Models further out than He's start are trained for the talk's table: two layers on two clouds. */
const tabulated = ({ model, data, spread }: Pick<MarginSetting, 'model' | 'data' | 'spread'>): boolean =>
  spread === 1 || (model === 'two-layer' && data === 'gaussian');

/** A start k times as far out takes some k times as many steps at first, and the last of the five losses some more. */
const stepsFor = (base: number) => (at: { readonly spread: number }) => (at.spread > 1 ? 4 * base : base);

export default defineSweep({
  name: 'margin-maximisation',
  question:
    'Does descent maximise the normalised margin after fitting, how fast, and is that worth robustness?',
  axes: {
    model: choice('which net', marginModels, { keysRandomness: false }),
    data: choice('which points', marginData),
    loss: choice('the loss', ['exponential', 'logistic'] as const, { keysRandomness: false }),
    dimension: integer('d, dimension of the inputs', { atLeast: 2 }),
    samples: integer('n, training points', { atLeast: 2 }),
    width: integer('m, half the hidden neurons', { atLeast: 1 }),
    spread: real('standard deviation of the start over He’s √(2/m_{l−1})', {
      above: 0,
      keysRandomness: false,
    }),
    cap: real('c_0 of α ≤ c_0/max ‖∇q_n‖²', { above: 0, atMost: 2, keysRandomness: false }),
    steps: integer('T, gradients', { atLeast: 1, keysRandomness: false }),
    testPoints: integer('fresh points', { atLeast: 1, keysRandomness: false }),
  },
  values: {
    model: marginModels,
    data: ['gaussian', 'clusters'],
    loss: ['exponential'],
    dimension: [4],
    samples: [12],
    width: [4],
    spread: [1],
    cap: [0.3],
    steps: stepsFor(30_000),
    testPoints: [100],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'L = 1, 2 and 3 on two small sets, and the talk’s five models: some ten seconds',
      values: { spread: [1, 16] },
      replicates: 6,
    },
    paper: {
      about:
        'both losses, three sets and wider nets, log t in the thousands, and the talk’s five models: minutes. The published net, a CNN on MNIST over 10 000 epochs, is out of reach here',
      values: {
        data: marginData,
        loss: ['exponential', 'logistic'],
        dimension: [8],
        samples: [24],
        width: [8],
        spread: [1, 16],
        steps: stepsFor(200_000),
        testPoints: [300],
      },
      replicates: 5,
    },
  },
  claims: marginClaims,
  headline: [
    'normalisedMargin',
    'fiveMarginsGain',
    'logLoss',
    'lossRate',
    'loglogExponent',
    'normRate',
    'kktResidualEarly',
    'kktResidual',
    'smoothedMarginDip',
    'uncappedDip',
    'medianRadiusGain',
    'robustAccuracyGain',
  ],
  where: tabulated,
  validate({ data, dimension, samples }) {
    if (data !== 'clusters') return;
    if (dimension < 4 || samples < 4) {
      throw new BadInput({
        expected: 'dimension and samples ≥ 4 for the data clusters, four of them',
        got: `dimension ${dimension}, samples ${samples}`,
        try: '--set dimension=4 samples=12',
      });
    }
  },
  cost: ({ model, dimension, samples, width, steps }) =>
    steps * samples * 2 * width * (model === 'deep' ? dimension + 2 * width : dimension + 1),
  run: (setting, random) => measureMargin(trainMargin(setting, random)),
});
