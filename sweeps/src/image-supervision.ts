/**
 * Two-layer nets on MNIST and CIFAR-10 by class labels (odd or even, first or last five) and by the ten labels: which is the
 * more robust, exactly? Li, Pan, Lyu & Li, ICLR 2025 (arXiv 2410.10322), asked it of ResNet-18 under PGD.
 */
import { join } from 'node:path';
import {
  BadInput,
  balancedOutputs,
  binaryObjective,
  binaryReadout,
  descend,
  gaussianLayer,
  kernelFormOf,
  logistic,
  matrix,
  multiClassObjective,
  pixelRows,
  readCifar10,
  readMnist,
  sampleKernel,
  timesTransposed,
  type Images,
  type Layer,
  type Matrix,
  type Network,
  type Part,
  type Random,
  type Readout,
} from '@marginalia/core';
import { choice, defineSweep, integer, real, sameData, type Setting } from '@marginalia/sweep';
import {
  imagesFinerRobust,
  imagesOrderAtRadius,
  radiusChain,
  share,
  type Measurements,
} from '@marginalia/theory';
import { chainViolation, provedShare, radiiOf, radiusColumns } from './measure-radii.js';
import { universalDirection } from '@marginalia/attack';

const datasets = ['mnist', 'cifar-10'] as const;
type Dataset = (typeof datasets)[number];
const axes = {
  dataset: choice('images, from the folder that MARGINALIA_DATA names', datasets),
  samples: integer('n, training images, a random part of the training set', { atLeast: 10 }),
  width: integer('m, neurons of each sign', { atLeast: 1, ...sameData }),
  fineWidth: integer('h, neurons of each of the ten labels', { atLeast: 1, ...sameData }),
  stepSize: real('η of one neuron: m η for the binary net, h η for the other', { above: 0, ...sameData }),
  steps: integer('T, steps of gradient descent', { atLeast: 1, ...sameData }),
  startScale: real('σ_w = σ_b', { above: 0, ...sameData }),
  testPoints: integer('test images on which radii are measured', { atLeast: 1, ...sameData }),
} as const;
type ImageSetting = Setting<typeof axes>;

/** Radii at which the published curves are compared: MNIST to 2, CIFAR-10 to .8. */
const comparedAt: Readonly<Record<Dataset, number>> = { mnist: 1.2, 'cifar-10': 0.4 };

export default defineSweep({
  name: 'image-supervision',
  question: 'On images, are nets trained on ten labels more robust than nets trained on two?',
  axes,
  values: {
    dataset: ['mnist'],
    samples: [1000],
    width: [10],
    fineWidth: [2],
    stepSize: [0.1],
    steps: [300],
    startScale: [1e-3],
    testPoints: [200],
  },
  defaultPreset: 'quick',
  presets: {
    quick: { about: 'MNIST, a thousand images', values: {}, replicates: 5 },
    paper: {
      about:
        'MNIST and CIFAR-10 as large as two-layer nets allow in minutes; the published nets are ResNet-18',
      values: {
        dataset: ['mnist', 'cifar-10'],
        samples: [4000],
        width: [20],
        fineWidth: [4],
        steps: [1000],
        testPoints: [1000],
      },
      replicates: 3,
    },
  },
  claims: [imagesFinerRobust, imagesOrderAtRadius, radiusChain],
  headline: [
    'cleanAccuracy',
    'cleanAccuracyMax',
    'exactRadius',
    'exactRadiusMax',
    'exactRadiusSum',
    'pgdRadius',
    'pgdRadiusMax',
  ],
  unavailable: () =>
    process.env['MARGINALIA_DATA'] === undefined
      ? 'it reads images from the folder that MARGINALIA_DATA names, with mnist/ and cifar-10/ in their official formats'
      : undefined,
  validate: (setting) => {
    const { count } = images(setting.dataset, 'train');
    if (setting.samples > count) {
      throw new BadInput({
        expected: `at most ${count} training images of ${setting.dataset}`,
        got: String(setting.samples),
        try: `--set samples=${count}`,
      });
    }
    const test = images(setting.dataset, 'test').count;
    if (setting.testPoints > test) {
      throw new BadInput({ expected: `at most ${test} test images`, got: String(setting.testPoints) });
    }
  },
  cost: ({ dataset, samples, steps, width, fineWidth }) =>
    samples * samples * (dataset === 'mnist' ? 784 : 3072) +
    steps * samples * samples * 3 +
    steps * samples * 40 * (width + 5 * fineWidth),
  memory: ({ dataset, samples }) =>
    8 * samples * (2 * samples + 4 * (dataset === 'mnist' ? 784 : 3072)) + 3e8,
  // What the images are decides the bits of a run as much as the code does.
  environment: ({ dataset }) => ({
    facts: { train: images(dataset, 'train').digest, test: images(dataset, 'test').digest },
  }),
  run: (setting, random) => measure(setting, random),
});

/** Of this thread: read once. */
const read = new Map<string, Images>();

function images(dataset: Dataset, part: Part): Images {
  const folder = process.env['MARGINALIA_DATA'];
  if (folder === undefined) {
    throw new BadInput({
      expected: 'MARGINALIA_DATA to name a folder with mnist/ and cifar-10/ in their official formats',
      got: 'nothing',
      try: 'MARGINALIA_DATA=~/data npx marginalia run image-supervision',
    });
  }
  const key = `${folder} ${dataset} ${part}`;
  const known = read.get(key);
  if (known) return known;
  const found = (dataset === 'mnist' ? readMnist : readCifar10)(join(folder, dataset), part);
  read.set(key, found);
  return found;
}

/** y of a label: odd digits against even ones, the last five classes of CIFAR-10 against the first five. */
const sideOf = (dataset: Dataset, label: number): number =>
  (dataset === 'mnist' ? label % 2 === 1 : label >= 5) ? 1 : -1;

function measure(setting: ImageSetting, random: Random): Measurements {
  const { dataset, samples, width, fineWidth, stepSize, steps, startScale, testPoints } = setting;
  const all = images(dataset, 'train');
  const order = random.stream('images').shuffle(Int32Array.from({ length: all.count }, (_, i) => i));
  const targets = (of: Images, chosen: Int32Array): Int32Array =>
    Int32Array.from(chosen, (i) => of.labels[i]!);
  // By label, as descent likes its samples.
  const chosen = order.slice(0, samples).sort((a, b) => all.labels[a]! - all.labels[b]! || a - b);
  const fine = targets(all, chosen);
  const mean = meanOf(pixelRows(all, chosen));
  const inputs = pixelRows(all, chosen, mean);
  const test = images(dataset, 'test');
  const tested = random
    .stream('test')
    .shuffle(Int32Array.from({ length: test.count }, (_, i) => i))
    .slice(0, testPoints);
  const fresh = pixelRows(test, tested, mean);
  const labels = Int8Array.from(fine, (label) => sideOf(dataset, label));
  const freshFine = targets(test, tested);
  const freshLabels = Int8Array.from(freshFine, (label) => sideOf(dataset, label));
  const classes = Int8Array.from({ length: 10 }, (_, label) => sideOf(dataset, label));
  const deviation = { weightDeviation: startScale, biasDeviation: startScale };
  const kernel = sampleKernel(inputs, kernelFormOf('gram'));
  try {
    const shared = { inputs, steps, form: 'gram', kernel } as const;
    const outputs = balancedOutputs(width);
    const coarse = descend({
      ...shared,
      start: gaussianLayer(2 * width, all.size, deviation, random.stream('coarse')),
      objective: binaryObjective(logistic, outputs, labels),
      stepSize: stepSize * width,
    });
    const ten = descend({
      ...shared,
      start: gaussianLayer(10 * fineWidth, all.size, deviation, random.stream('fine')),
      objective: multiClassObjective(fine, 10, fineWidth),
      stepSize: stepSize * fineWidth,
    });
    const direction = universalDirection(inputs, labels);
    const judged = (layer: Layer, readout: Readout, name: string) => {
      const network: Network = { ...layer, readout };
      const seen = { products: timesTransposed(fresh, layer.weights), labels: freshLabels };
      return radiiOf(network, seen, direction, random.stream('attack', name));
    };
    const nets = [
      { suffix: '', radii: judged(coarse.layer, { kind: 'linear', outputs }, 'coarse') },
      { suffix: 'Sum', radii: judged(ten.layer, binaryReadout('sum', classes, fineWidth), 'sum') },
      { suffix: 'Max', radii: judged(ten.layer, binaryReadout('max', classes, fineWidth), 'max') },
    ];
    const at = comparedAt[dataset];
    return {
      trainLoss: coarse.loss,
      trainLossFine: ten.loss,
      trainAccuracy: share(Array.from(coarse.margins), (margin) => margin > 0),
      trainAccuracyFine: share(Array.from(ten.margins), (margin) => margin > 0),
      ...Object.assign(
        {},
        ...nets.map(({ suffix, radii }) => ({
          [`cleanAccuracy${suffix}`]: share(radii.margins, (margin) => margin > 0),
          [`accuracyAtRadius${suffix}`]: share(radii.exactLower, (radius) => radius > at),
          ...radiusColumns(radii, 1, suffix),
        })),
      ),
      provedShare: Math.min(...nets.map(({ radii }) => provedShare(radii))),
      chainViolation: Math.max(...nets.map(({ radii }) => chainViolation(radii))),
    };
  } finally {
    kernel.end();
  }
}

function meanOf(rows: Matrix): Float64Array {
  const sum = matrix(1, rows.columns).data;
  rows.data.forEach((value, at) => (sum[at % rows.columns]! += value / rows.rows));
  return sum;
}
