/**
 * Nearly orthogonal points with arbitrary labels: is the net that gradient descent finds flipped at all of them by one
 * small perturbation, although a net exists that none of size √d/4 flips?
 * Vardi, Yehudai & Shamir, NeurIPS 2022 (arXiv 2202.04347).
 */
import { universalRadii, spanOf } from '@marginalia/attack';
import {
  gaussianLayer,
  largestOverlap,
  matrix,
  norm,
  placements,
  row,
  sampleKernel,
  spherePoints,
  timesTransposed,
  type Matrix,
  type Network,
} from '@marginalia/core';
import { choice, defineSweep, integer, real, sameData } from '@marginalia/sweep';
import {
  sphereExponentDimension,
  sphereExponentSamples,
  sphereFlipped,
  sphereFlipLength,
  sphereMarginSetFlipped,
  sphereWidthFree,
} from '@marginalia/theory';
import { stationarity, trainLate } from './late-training.js';

const axes = {
  dimension: integer('d, dimension of the inputs', { atLeast: 2 }),
  samples: integer('n, training points', { atLeast: 2 }),
  placement: choice('sphere: uniform on √d S^{d−1}; orthogonal: a random orthogonal frame', placements),
  width: integer('m, neurons of each sign', { atLeast: 1, ...sameData }),
  startScale: real('σ_w√d: size of the initial pre-activations and output weights, balanced', {
    above: 0,
    ...sameData,
  }),
  steps: integer('T, steps of gradient descent whose size grows as the loss falls', {
    atLeast: 10,
    ...sameData,
  }),
} as const;

/** Margins up to this many times the least one belong to the margin set, as in the paper's experiments. */
const marginSet = 1.1;

export default defineSweep({
  name: 'kkt-sphere',
  question:
    'Does one small perturbation flip a trained net at every one of nearly orthogonal training points?',
  axes,
  values: {
    dimension: [256, 512, 1024],
    samples: [16, 32, 64],
    placement: ['orthogonal', 'sphere'],
    width: [20],
    startScale: [0.01],
    steps: [1500],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'three dimensions by three sample sizes, two widths',
      values: { width: [5, 40] },
      replicates: 3,
    },
    paper: {
      about: 'n from √d to d^{3/2} on the sphere at d up to 1000, and widths up to 500 of each sign',
      values: {
        dimension: [100, 300, 1000],
        samples: [10, 30, 100, 300, 1000],
        placement: ['sphere'],
        width: [50, 500],
        steps: [3000],
      },
      replicates: 5,
    },
  },
  claims: [
    sphereFlipped,
    sphereMarginSetFlipped,
    sphereFlipLength,
    sphereExponentSamples,
    sphereExponentDimension,
    sphereWidthFree,
  ],
  headline: [
    'flipLength',
    'flipLengthMarginSet',
    'stationarityResidual',
    'trainMarginMin',
    'marginSetShare',
    'overlap',
  ],
  where: ({ dimension, samples, placement }) => placement === 'sphere' || samples <= dimension,
  cost: ({ dimension, samples, width, steps }) =>
    samples * samples * dimension + steps * samples * (3 * samples + 20 * width + dimension * width * 0.2),
  memory: ({ dimension, samples, width }) =>
    8 * (4 * samples * (dimension + samples) + 6 * width * dimension),
  run({ dimension, samples, placement, width, startScale, steps }, random) {
    const points = spherePoints({ dimension, samples, placement }, random.stream('points'));
    const { inputs, labels } = points;
    const start = gaussianLayer(
      2 * width,
      dimension,
      { weightDeviation: startScale / Math.sqrt(dimension), biasDeviation: 0 },
      random.stream('initialisation'),
    );
    const outputs = Float64Array.from({ length: 2 * width }, (_, r) =>
      r < width ? norm(row(start.weights, r)) : -norm(row(start.weights, r)),
    );
    const kernel = sampleKernel(inputs, 'formed');
    try {
      const net = trainLate({ start, outputs, inputs, labels, kernel, steps });
      const least = Math.min(...net.margins);
      const near = Array.from(net.margins.keys()).filter((i) => net.margins[i]! <= marginSet * least);
      const network: Network = { ...net.layer, readout: { kind: 'linear', outputs: net.outputs } };
      const all = Array.from(labels.keys());
      const { residual, imbalance } = stationarity(net, inputs, labels);
      return {
        stationarityResidual: residual,
        outputImbalance: imbalance,
        trainLoss: net.loss,
        trainMarginMin: least,
        marginSetShare: near.length / samples,
        overlap: largestOverlap(points),
        flipLength: flipLength(network, inputs, labels, all, all),
        flipLengthMarginSet: least > 0 ? flipLength(network, inputs, labels, near, near) : Number.NaN,
      };
    } finally {
      kernel.end();
    }
  },
});

/** The least ‖z‖, z ∝ Σ_{i ∈ along} y_i x_i, at which x_i − y_i z is flipped for every i of `among`; 0 for points that are wrong already. */
function flipLength(
  network: Network,
  inputs: Matrix,
  labels: Int8Array,
  along: readonly number[],
  among: readonly number[],
): number {
  const direction = new Float64Array(inputs.columns);
  for (const i of along) row(inputs, i).forEach((value, l) => (direction[l]! += labels[i]! * value));
  const chosen = matrix(among.length, inputs.columns);
  among.forEach((i, at) => row(chosen, at).set(row(inputs, i)));
  const span = spanOf(network);
  const towards = span.direction(
    timesTransposed(matrix(1, direction.length, direction), network.weights).data,
    norm(direction),
  );
  const radii = universalRadii(
    span,
    { products: timesTransposed(chosen, network.weights), labels: Int8Array.from(among, (i) => labels[i]!) },
    towards,
  );
  return radii.reduce((top, radius) => Math.max(top, radius), 0);
}
