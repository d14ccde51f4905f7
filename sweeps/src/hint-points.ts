/**
 * Data that a line separates, but that a bent boundary separates by a larger margin: does descent from a small start find it,
 * and do a few points that it fits anyway steer it to the line?
 * Lyu, Li, Wang & Arora, NeurIPS 2021 (arXiv 2110.13905), data that are not symmetric.
 */
import {
  gaussianNet,
  hardMargin,
  leaky,
  logisticLog,
  matrix,
  norm,
  parametersOf,
  Propagation,
  row,
  signedSamples,
  train,
  type Homogeneous,
  type Random,
} from '@marginalia/core';
import { choice, defineSweep, integer, real, sameData, type Setting } from '@marginalia/sweep';
import { hintClaims, normalisedMargin, type Measurements } from '@marginalia/theory';
import { optimalMargin } from './optimal-margin.js';

const axes = {
  hints: choice('without or with the points ±(c, 0)', ['without', 'with'] as const, sameData),
  slope: real('α of φ(u) = max(u, αu)', { atLeast: 0, atMost: 0.9, ...sameData }),
  spread: real('t: the positive points stand at (1, ±t), the negative one at (−1, 0)', { above: 0 }),
  hint: real('c of the hints', { above: 0, ...sameData }),
  width: integer('m, neurons', { atLeast: 2, ...sameData }),
  startScale: real('σ: size of w_k and of a_k at the start', { above: 0, ...sameData }),
  steps: integer('T, steps of gradient descent whose size grows as the loss falls', {
    atLeast: 1,
    ...sameData,
  }),
} as const;

type HintSetting = Setting<typeof axes>;

export default defineSweep({
  name: 'hint-points',
  question: 'Can a few points that are easy to fit steer descent to a linear classifier of smaller margin?',
  axes,
  values: {
    hints: ['without', 'with'],
    slope: [0, 0.1],
    spread: [3],
    hint: [9],
    width: [16],
    startScale: [1e-5],
    steps: [8000],
  },
  defaultPreset: 'quick',
  presets: {
    quick: { about: 'five points, with and without hints: seconds', values: {}, replicates: 6 },
    wide: {
      about: 'more slopes, spreads, hints and neurons, for longer',
      values: {
        slope: [0, 0.05, 0.1, 0.2],
        spread: [3, 3.5],
        hint: [9, 12],
        width: [16, 64],
        steps: [40_000],
      },
      replicates: 6,
    },
  },
  claims: hintClaims,
  headline: ['marginShare', 'linearShare', 'linearity', 'optimumGap', 'optimumBreach'],
  cost: ({ width, steps }) => 5 * steps * width * 40 + 2e7,
  run: (setting, random) => measure(setting, random),
});

/** Points are moved by this much, so that nothing rests on a symmetry. */
const jitter = 0.01;

async function measure(setting: HintSetting, random: Random): Promise<Measurements> {
  const { hints, slope, spread, hint, width, startScale, steps } = setting;
  const places = [
    [1, spread, 1],
    [1, -spread, 1],
    [-1, 0, -1],
    ...(hints === 'with'
      ? [
          [hint, 0, 1],
          [-hint, 0, -1],
        ]
      : []),
  ] as const;
  const inputs = matrix(places.length, 2);
  const labels = Int8Array.from(places, ([, , label]) => label);
  const moves = random.stream('points');
  places.forEach(([a, b], i) =>
    row(inputs, i).set([a + jitter * moves.gaussian(), b + jitter * moves.gaussian()]),
  );

  const optimum = await optimalMargin(inputs, labels, slope);
  const linear = hardMargin(signedSamples(inputs, labels));
  if (linear.kind !== 'separable') throw new Error(`separable by construction, yet ${linear.kind}`);
  const trained = train({
    network: gaussianNet(
      {
        widths: [2, width, 1],
        activation: leaky(slope),
        deviation: [startScale / Math.SQRT2, startScale],
      },
      random.stream('start'),
    ),
    inputs,
    targets: labels,
    loss: logisticLog,
    rule: { kind: 'loss-based', start: 0.02, grow: 1.05, shrink: 1.2, cap: 0.5 },
    steps,
    probe: {
      start: { highest: -Infinity },
      fold: (state, { margins, theta }) => {
        state.highest = Math.max(state.highest, marginOf(margins, theta));
        return state;
      },
    },
  });
  const margin = marginOf(trained.margins, parametersOf(trained.network));
  const linearMargin = ((1 + slope) / 4) * linear.margin;
  return {
    optimalMargin: optimum.lower,
    optimumGap: 1 - optimum.lower / optimum.upper,
    optimumBreach: trained.folded.highest / optimum.upper - 1,
    marginShare: margin / optimum.lower,
    linearShare: linearMargin / optimum.lower,
    marginOverLinear: margin / linearMargin,
    linearity: linearity(trained.network, random.stream('fresh')),
    logLoss: trained.logLoss,
  };
}

const marginOf = (margins: Float64Array, theta: Float64Array): number =>
  normalisedMargin(
    margins.reduce((low, q) => Math.min(low, q), Infinity),
    norm(theta),
    2,
  );

/** The share of the odd part in E f² over x ~ N(0, I): of a leaky net it is the best linear fit. */
function linearity(network: Homogeneous, random: Random): number {
  const count = 500;
  const points = matrix(2 * count, 2);
  random.gaussians(points.data.subarray(0, 2 * count));
  for (let i = 0; i < 2 * count; i++) points.data[2 * count + i] = -points.data[i]!;
  const passes = new Propagation(network, points, new Int8Array(2 * count).fill(1));
  passes.forward();
  let [odd, even] = [0, 0];
  for (let i = 0; i < count; i++) {
    const [here, there] = [passes.margins[i]!, passes.margins[count + i]!];
    odd += (here - there) * (here - there);
    even += (here + there) * (here + there);
  }
  return odd / (odd + even);
}
