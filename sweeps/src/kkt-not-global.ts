/**
 * Two KKT points of one margin problem, on orthogonal centres without noise: the averaged net, which is globally optimal, and
 * the decoupled one, whose margin is √(k/2) times smaller and whose radius is √(k/2) times larger. Does descent tell them apart?
 */
import { exactRadii, spanOf } from '@marginalia/attack';
import {
  dot,
  exponentialLog,
  homogeneous,
  matrix,
  norm,
  orthogonalClusters,
  parametersOf,
  Propagation,
  row,
  timesTransposed,
  train,
  atParameters,
  binaryReadout,
  degreeOfHomogeneity,
  type Homogeneous,
  type Matrix,
  type Random,
  type Readout,
} from '@marginalia/core';
import { choice, defineSweep, integer, type Setting } from '@marginalia/sweep';
import { kktNotGlobalClaims, nearestInCone, normalisedMargin, type Measurements } from '@marginalia/theory';

const axes = {
  dimension: integer('d, dimension of the inputs', { atLeast: 2 }),
  clusters: integer('k, orthogonal centres, half of them a class', { atLeast: 2 }),
  copies: integer('h, neurons a cluster: m = hk/2 of each sign', { atLeast: 1 }),
  trained: choice('layers that θ holds: with the outputs frozen L = 1, else 2', ['hidden', 'both'] as const),
  steps: integer('T, steps of gradient descent', { atLeast: 1 }),
} as const;

type KktSetting = Setting<typeof axes>;

export default defineSweep({
  name: 'kkt-not-global',
  question: 'Is a KKT point of the margin problem a global optimum, and is more margin more robustness?',
  axes,
  values: {
    dimension: [64],
    clusters: [4, 8, 12],
    copies: [1, 2],
    trained: ['hidden', 'both'],
    steps: [1500],
  },
  defaultPreset: 'quick',
  presets: {
    quick: { about: 'k = 4, 8, 12 with one and two neurons a cluster: seconds', values: {}, replicates: 3 },
    scaling: {
      about: 'to k = 16, three neurons a cluster and d = 1024',
      values: { dimension: [64, 1024], clusters: [4, 8, 16], copies: [1, 2, 3], steps: [3000] },
      replicates: 3,
    },
  },
  claims: kktNotGlobalClaims,
  headline: [
    'averagedMargin',
    'decoupledMargin',
    'decoupledStationarity',
    'averagedRadius',
    'decoupledMaxRadius',
    'decoupledSumRadius',
    'releasedGain',
    'randomShare',
  ],
  where: ({ dimension, clusters }) => clusters % 2 === 0 && clusters <= dimension,
  cost: ({ clusters, copies, steps, dimension }) =>
    3 * steps * 4 * clusters ** 3 * copies + 20 * clusters ** 3 * copies * copies * dimension,
  run: (setting, random) => measure(setting, random),
});

/** How near zero, of ‖w‖‖x‖, a pre-activation must be to count as on the kink; the claim's own bound is far below. */
const onKink = 1e-9;

function measure(setting: KktSetting, random: Random): Measurements {
  const { dimension, clusters: k, copies, trained } = setting;
  const { centres, classes } = orthogonalClusters(
    { dimension, clusters: k, noise: 0 },
    random.stream('frame'),
  );
  const m = (copies * k) / 2;
  const degree = trained === 'hidden' ? 1 : 2;
  const ceiling = degree === 1 ? Math.sqrt(dimension / (m * k)) : Math.sqrt((2 * dimension) / k) / 4;
  const closedForm =
    degree === 1 ? (2 / k) * Math.sqrt(dimension / (k * copies)) : Math.sqrt(dimension) / (2 * k);

  const averaged = netOf(setting, averagedRows(centres, classes, copies), classes);
  const decoupled = netOf(setting, decoupledRows(centres, copies), classes);
  const [averagedPoint, decoupledPoint] = [averaged, decoupled].map((net) => examine(net, centres, classes));
  const gap = averagedPoint!.margin / decoupledPoint!.margin / Math.sqrt(k / 2);

  const averagedRadius = leastRadius(averaged, centres, classes);
  const max = leastRadius(decoupled, centres, classes, binaryReadout('max', classes, copies));
  const sum = leastRadius(decoupled, centres, classes);
  const [atAveraged, atDecoupled] = [Math.sqrt(dimension / k), Math.sqrt(dimension / 2)];
  const exchange = (max.radius * decoupledPoint!.margin) / (averagedRadius.radius * averagedPoint!.margin);
  const off = (ratio: number): number => Math.abs(ratio - 1);

  // Products of the centres √d e_j vanish exactly. Coordinates beyond k stay as they start, and are left out.
  const axisCentres = matrix(k, k);
  for (let j = 0; j < k; j++) row(axisCentres, j)[j] = Math.sqrt(dimension);
  const start = netOf(setting, decoupledRows(axisCentres, copies), classes);
  const theta = parametersOf(start);
  const nudge = random.stream('nudge').gaussians(new Float64Array(theta.length));
  const size = norm(theta) / (1000 * norm(nudge));
  const nudged = theta.map((value, i) => value + size * nudge[i]!);
  const drawn = matrix(
    2 * m,
    k,
    random.stream('start').gaussians(new Float64Array(2 * m * k), 1e-3 / Math.sqrt(k)),
  );
  const runs = [start, atParameters(start, nudged), netOf(setting, drawn, classes)].map((from) =>
    descend(setting, from, axisCentres, classes),
  );
  const [held, released, fromRandom] = runs as [Descended, Descended, Descended];
  const highest = Math.max(...runs.map(({ highest }) => highest));
  return {
    averagedMargin: averagedPoint!.margin,
    decoupledMargin: decoupledPoint!.margin,
    averagedStationarity: averagedPoint!.breach,
    decoupledStationarity: decoupledPoint!.breach,
    ceilingBreach: Math.max(off(averagedPoint!.margin / ceiling), highest / ceiling - 1),
    marginGapError: Math.max(off(gap), off(decoupledPoint!.margin / closedForm)),
    averagedRadius: averagedRadius.radius,
    decoupledMaxRadius: max.radius,
    decoupledSumRadius: sum.radius,
    exchangeError: Math.max(
      off(averagedRadius.radius / atAveraged),
      off(max.radius / atDecoupled),
      off(exchange),
      averagedRadius.open,
      max.open,
    ),
    sumRadiusError: off(sum.radius / Math.sqrt(dimension / (1 + k / 2))),
    sumRadiusOpen: sum.open,
    heldTurn: 1 - dot(theta, held.theta) / (norm(theta) * norm(held.theta)),
    releasedGain: released.margin / decoupledPoint!.margin,
    randomShare: fromRandom.margin / ceiling,
  };
}

/** Unit rows: μ_j/‖μ_j‖, `copies` times each. */
function decoupledRows(centres: Matrix, copies: number): Matrix {
  const rows = matrix(centres.rows * copies, centres.columns);
  for (let r = 0; r < rows.rows; r++) {
    const centre = row(centres, Math.floor(r / copies));
    const size = norm(centre);
    row(rows, r).set(centre.map((value) => value / size));
  }
  return rows;
}

/** Unit rows: Σ_{J_s} μ_j/‖·‖, for the class of the cluster that the row would have if decoupled. */
function averagedRows(centres: Matrix, classes: Int8Array, copies: number): Matrix {
  const rows = matrix(centres.rows * copies, centres.columns);
  for (let r = 0; r < rows.rows; r++) {
    const own = classes[Math.floor(r / copies)];
    const into = row(rows, r);
    for (let j = 0; j < centres.rows; j++) {
      if (classes[j] === own) row(centres, j).forEach((value, l) => (into[l]! += value));
    }
    const size = norm(into);
    for (let l = 0; l < into.length; l++) into[l]! /= size;
  }
  return rows;
}

/** Outputs ±1/m, frozen; or ±‖w_r‖, trained. */
function netOf({ trained, copies, clusters }: KktSetting, rows: Matrix, classes: Int8Array): Homogeneous {
  const frozen = trained === 'hidden';
  const outputs = Float64Array.from(
    { length: rows.rows },
    (_, r) => classes[Math.floor(r / copies)]! * (frozen ? 2 / (copies * clusters) : norm(row(rows, r))),
  );
  return homogeneous({ weights: [rows, matrix(1, rows.rows, outputs)], frozen: frozen ? [1] : [] });
}

const marginOf = (net: Homogeneous, margins: Float64Array, theta: Float64Array): number =>
  normalisedMargin(
    margins.reduce((low, q) => Math.min(low, q), Infinity),
    norm(theta),
    degreeOfHomogeneity(net),
  );

/** γ, and by how much the net misses being a KKT point with φ′ = 0 on kinks. */
function examine(
  net: Homogeneous,
  centres: Matrix,
  classes: Int8Array,
): { readonly margin: number; readonly breach: number } {
  const passes = new Propagation(net, centres, classes);
  passes.forward();
  const rows = net.weights[0]!;
  const length = Float64Array.from({ length: rows.rows }, (_, r) => norm(row(rows, r)));
  let kinks = 0;
  passes.backward((_, j, r, u) => {
    const share = Math.abs(u) / (length[r]! * norm(row(centres, j)));
    if (share > onKink) return u > 0 ? 1 : 0;
    kinks = Math.max(kinks, share);
    return 0;
  });
  const theta = parametersOf(net);
  const { distance } = nearestInCone(theta, passes.gradients());
  const least = Math.min(...passes.margins);
  return {
    margin: marginOf(net, passes.margins, theta),
    breach: Math.max(distance / norm(theta), kinks, Math.max(...passes.margins) / least - 1),
  };
}

/** The least exact radius of a centre of either class, and the widest of its intervals, relative. */
function leastRadius(
  { weights: [rows, outputs] }: Homogeneous,
  centres: Matrix,
  classes: Int8Array,
  readout: Readout = { kind: 'linear', outputs: outputs!.data },
): { readonly radius: number; readonly open: number } {
  const net = { weights: rows!, biases: new Float64Array(rows!.rows), readout };
  // Centres of one class are alike: the first and the last stand for both.
  const ends = matrix(2, centres.columns);
  [0, centres.rows - 1].forEach((j, i) => row(ends, i).set(row(centres, j)));
  const labels = [classes[0]!, classes[classes.length - 1]!];
  const radii = exactRadii(spanOf(net), timesTransposed(ends, rows!), labels);
  return {
    radius: Math.min(...radii.map(({ upper }) => upper)),
    open: Math.max(...radii.map(({ lower, upper }) => 1 - lower / upper)),
  };
}

interface Descended {
  readonly theta: Float64Array;
  readonly margin: number;
  /** The largest γ of any step. */
  readonly highest: number;
}

function descend(
  { steps }: KktSetting,
  network: Homogeneous,
  centres: Matrix,
  classes: Int8Array,
): Descended {
  const {
    folded,
    network: end,
    margins,
  } = train({
    network,
    inputs: centres,
    targets: classes,
    loss: exponentialLog,
    rule: { kind: 'loss-based', start: 0.1, grow: 1.1, shrink: 1.3, cap: 0.1 },
    steps,
    probe: {
      start: { highest: -Infinity },
      fold: (state, moment) => {
        state.highest = Math.max(state.highest, marginOf(network, moment.margins, moment.theta));
        return state;
      },
    },
  });
  const theta = parametersOf(end);
  return { theta, margin: marginOf(end, margins, theta), highest: folded.highest };
}
