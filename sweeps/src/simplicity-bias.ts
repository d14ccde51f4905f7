/**
 * Two-layer leaky nets on symmetric separable data: does descent from a small start find the global maximum of the normalised
 * margin, which is a linear function? And from a large one?
 * Lyu, Li, Wang & Arora, NeurIPS 2021 (arXiv 2110.13905).
 */
import {
  dot,
  gaussianNet,
  gram,
  hardMargin,
  homogeneous,
  leaky,
  logisticLog,
  matrix,
  norm,
  parametersOf,
  Propagation,
  row,
  train,
  type Homogeneous,
  type Matrix,
  type Random,
} from '@marginalia/core';
import { defineSweep, integer, real, sameData, type Setting } from '@marginalia/sweep';
import { normalisedMargin, simplicityClaims, type Measurements } from '@marginalia/theory';

const axes = {
  dimension: integer('d, dimension of the inputs', { atLeast: 2 }),
  pairs: integer('points (x, y), each with its mirror image (−x, −y): n is twice as many', { atLeast: 1 }),
  slope: real('α of φ(u) = max(u, αu)', { atLeast: 0, atMost: 0.99, ...sameData }),
  width: integer('m, neurons', { atLeast: 2, ...sameData }),
  startScale: real('σ: size of w_k and of a_k at the start', { above: 0, ...sameData }),
  steps: integer('T, steps of gradient descent whose size grows as the loss falls', {
    atLeast: 1,
    ...sameData,
  }),
} as const;

type SimplicitySetting = Setting<typeof axes>;

export default defineSweep({
  name: 'simplicity-bias',
  question: 'Does a small start lead to the max-margin linear function, and where does a large one lead?',
  axes,
  values: {
    dimension: [6],
    pairs: [8],
    slope: [0, 0.5],
    width: [4, 24],
    startScale: [1e-5, 1e-3, 2.5],
    steps: [6000],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'two slopes, two widths, starts of size 10⁻⁵, 10⁻³ and 2.5: seconds',
      values: {},
      replicates: 8,
    },
    paper: {
      about: 'in more dimensions, to width 100 and starts of size 10⁻⁶ to 2.5',
      values: {
        dimension: [20],
        pairs: [40],
        slope: [0, 0.2, 0.5],
        width: [10, 100],
        startScale: [1e-6, 1e-4, 1e-2, 1, 2.5],
        steps: [20_000],
      },
      replicates: 5,
    },
  },
  claims: simplicityClaims,
  headline: [
    'marginShare',
    'linearity',
    'directionCosine',
    'rankOneShare',
    'earlyAlignment',
    'ceilingBreach',
  ],
  cost: ({ dimension, pairs, width, steps }) => steps * 2 * pairs * width * (4 * dimension + 20),
  run: (setting, random) => measure(setting, random),
});

/** Distance of every point from the hyperplane that separates them by construction; points are of size one. */
const gap = 0.2;
/** Margins below this are small: the loss is still what it was at the start. */
const early = 0.05;
const freshPoints = 1000;

function measure(setting: SimplicitySetting, random: Random): Measurements {
  const { dimension, pairs, slope, width, startScale, steps } = setting;
  // Z, of which S = {(z, 1), (−z, −1)}: mirror images have the same y x.
  const signed = matrix(pairs, dimension);
  random.stream('points').gaussians(signed.data, 1 / Math.sqrt(dimension));
  for (let i = 0; i < pairs; i++) row(signed, i)[0] = Math.abs(row(signed, i)[0]!) + gap;
  const inputs = matrix(2 * pairs, dimension);
  const labels = new Int8Array(2 * pairs).fill(1, 0, pairs).fill(-1, pairs);
  inputs.data.set(signed.data);
  inputs.data.set(
    signed.data.map((value) => -value),
    signed.data.length,
  );
  const reference = hardMargin(signed);
  if (reference.kind !== 'separable') throw new Error(`separable by construction, yet ${reference.kind}`);
  const unit = reference.weights.map((value) => value * reference.margin);
  const ceiling = ((1 + slope) / 4) * reference.bracket[1];

  const activation = leaky(slope);
  const network = gaussianNet(
    { widths: [dimension, width, 1], activation, deviation: [startScale / Math.sqrt(dimension), startScale] },
    random.stream('start'),
  );
  const mean = new Float64Array(dimension);
  for (let i = 0; i < pairs; i++) row(signed, i).forEach((value, l) => (mean[l]! += value));
  const start = { highest: -Infinity, alignment: Number.NaN };
  const trained = train({
    network,
    inputs,
    targets: labels,
    loss: logisticLog,
    rule: { kind: 'loss-based', start: 0.1, grow: 1.05, shrink: 1.2, cap: 0.2 },
    steps,
    probe: {
      start,
      fold: (state, { margins, theta, network: now }) => {
        state.highest = Math.max(state.highest, marginOf(margins, theta) / ceiling - 1);
        const grown = margins.reduce((top, q) => Math.max(top, q), 0) > early;
        if (grown && Number.isNaN(state.alignment)) state.alignment = alignment(now, mean);
        return state;
      },
    },
  });
  const [rows, outputs] = trained.network.weights as [Matrix, Matrix];
  const effective = new Float64Array(dimension);
  for (let k = 0; k < width; k++) {
    row(rows, k).forEach((value, l) => (effective[l]! += outputs.data[k]! * value));
  }
  return {
    ceilingBreach: trained.folded.highest,
    attainmentError: Math.abs(marginAt(antipodal(unit, slope), inputs, labels) / ceiling - 1),
    marginShare: marginOf(trained.margins, parametersOf(trained.network)) / ceiling,
    directionCosine: dot(effective, unit) / norm(effective),
    meanCosine: dot(mean, unit) / norm(mean),
    rankOneShare: Math.min(...[1, -1].map((sign) => rankOneShare(rows, outputs.data, sign))),
    earlyAlignment: trained.folded.alignment,
    growingSigns: growingSigns(network, mean),
    growth: (norm(parametersOf(trained.network)) / norm(parametersOf(network))) ** 2,
    logLoss: trained.logLoss,
    ...parity(trained.network, effective, random.stream('fresh')),
  };
}

const marginOf = (margins: Float64Array, theta: Float64Array): number =>
  normalisedMargin(
    margins.reduce((low, q) => Math.min(low, q), Infinity),
    norm(theta),
    2,
  );

function marginAt(network: Homogeneous, inputs: Matrix, labels: Int8Array): number {
  const passes = new Propagation(network, inputs, labels);
  passes.forward();
  return marginOf(passes.margins, parametersOf(network));
}

/** w = ±u/2, a = ±1/2. */
function antipodal(unit: Float64Array, slope: number): Homogeneous {
  const rows = matrix(2, unit.length);
  row(rows, 0).set(unit.map((value) => value / 2));
  row(rows, 1).set(unit.map((value) => -value / 2));
  return homogeneous({
    weights: [rows, matrix(1, 2, Float64Array.of(0.5, -0.5))],
    activation: leaky(slope),
  });
}

/** Σ |a_k|‖w_k‖ sign(a_k) cos(w_k, μ)/Σ |a_k|‖w_k‖. */
function alignment({ weights: [rows, outputs] }: Homogeneous, mean: Float64Array): number {
  let along = 0;
  let total = 0;
  outputs!.data.forEach((a, k) => {
    along += (a * dot(row(rows!, k), mean)) / norm(mean);
    total += Math.abs(a) * norm(row(rows!, k));
  });
  return along / total;
}

/** How many of the two signs the coordinates of the growing mode have, (a_k + ⟨w_k, μ⟩/‖μ‖)_k. */
function growingSigns({ weights: [rows, outputs] }: Homogeneous, mean: Float64Array): number {
  const modes = Array.from(outputs!.data, (a, k) => a + dot(row(rows!, k), mean) / norm(mean));
  return [modes.some((mode) => mode > 0), modes.some((mode) => mode < 0)].filter(Boolean).length;
}

/** σ_1²/‖W‖_F² of the neurons with outputs of one sign; 0 where there are none. */
function rankOneShare(rows: Matrix, outputs: Float64Array, sign: number): number {
  const own = Array.from(outputs.keys()).filter((k) => sign * outputs[k]! > 0);
  const part = matrix(own.length, rows.columns);
  own.forEach((k, at) => row(part, at).set(row(rows, k)));
  const products = gram(part);
  const trace = own.reduce((sum, _, i) => sum + products.data[i * own.length + i]!, 0);
  if (!(trace > 0)) return 0;
  // Power iteration from the longest neuron's column: each step raises the Rayleigh quotient, a lower bound of σ_1².
  const longest = own.reduce(
    (best, _, i) =>
      products.data[i * own.length + i]! > products.data[best * own.length + best]! ? i : best,
    0,
  );
  let at: Float64Array = row(products, longest).slice();
  let top = 0;
  for (let step = 0; step < 100; step++) {
    const size = norm(at);
    at = at.map((value) => value / size);
    const next = Float64Array.from(own, (_, i) => dot(row(products, i), at));
    top = dot(at, next);
    at = next;
  }
  return top / trace;
}

/** On x ~ N(0, I) and −x: the share of the odd part in E f², and how far it is from ½(1 + α)⟨Σ a_k w_k, x⟩. */
function parity(network: Homogeneous, effective: Float64Array, random: Random): Measurements {
  const [rows, outputs] = network.weights as [Matrix, Matrix];
  const slope = network.activation.kind === 'leaky' ? network.activation.slope : 0;
  const points = matrix(2 * freshPoints, rows.columns);
  random.gaussians(points.data.subarray(0, freshPoints * rows.columns));
  for (let i = 0; i < freshPoints; i++) {
    row(points, freshPoints + i).set(row(points, i).map((value) => -value));
  }
  const passes = new Propagation(network, points, new Int8Array(2 * freshPoints).fill(1));
  passes.forward();
  const sizes = outputs.data.reduce((sum, a, k) => sum + Math.abs(a) * norm(row(rows, k)), 0);
  let odd = 0;
  let even = 0;
  let error = 0;
  for (let i = 0; i < freshPoints; i++) {
    const [here, there] = [passes.margins[i]!, passes.margins[freshPoints + i]!];
    odd += ((here - there) / 2) ** 2;
    even += ((here + there) / 2) ** 2;
    const size = sizes * norm(row(points, i));
    const linear = (1 + slope) * dot(effective, row(points, i));
    error = Math.max(error, Math.abs(here - there - linear) / ((1 + slope) * size));
  }
  return { linearity: odd / (odd + even), oddPartError: error };
}
