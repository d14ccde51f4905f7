/**
 * Every coordinate tells the classes apart, one of them more simply: do nets ignore all the others, and what does that cost?
 * Shah, Tamuly, Raghunathan, Jain & Netrapalli, NeurIPS 2020 (arXiv 2006.07710).
 */
import { attackAll, l2, projectedGradient, type Target } from '@marginalia/attack';
import {
  exp,
  fiveAndSevenSlabs,
  gaussianNet,
  linearAndSlabs,
  log,
  logisticLog,
  matrix,
  netInputs,
  Propagation,
  row,
  sampleSlabs,
  train,
  type Homogeneous,
  type Matrix,
  type Network,
  type Random,
} from '@marginalia/core';
import { choice, defineSweep, integer, real, sameData, type Setting } from '@marginalia/sweep';
import { mean, share, slabClaims, type Measurements } from '@marginalia/theory';

const axes = {
  data: choice('LMS-5: a linear coordinate among slabs of 5; MS-(5,7): one of 5 among slabs of 7', [
    'lms-5',
    'ms-5-7',
  ] as const),
  dimension: integer('d, dimension of the inputs', { atLeast: 2 }),
  margin: real('μ: half the distance between slabs of different labels, values being in [−1, 1]', {
    above: 0,
    atMost: 0.16,
  }),
  samples: integer('n, training points', { atLeast: 2 }),
  width: integer('hidden neurons', { atLeast: 1, ...sameData }),
  batch: integer('points a mini-batch', { atLeast: 1, ...sameData }),
  stepSize: real('η of SGD', { above: 0, ...sameData }),
  decay: real('weight decay', { atLeast: 0, ...sameData }),
  epochs: integer('passes at most; training ends at a loss of .02', { atLeast: 1, ...sameData }),
  testPoints: integer('fresh points', { atLeast: 10, ...sameData }),
} as const;

type SlabSetting = Setting<typeof axes>;

export default defineSweep({
  name: 'slabs',
  question: 'Do nets rely on the simplest of many predictive features alone, and what does that cost?',
  axes,
  values: {
    data: ['lms-5', 'ms-5-7'],
    dimension: [20],
    margin: [0.1],
    samples: [2000],
    width: [50],
    batch: [64],
    stepSize: [0.5],
    decay: [5e-5],
    epochs: [300],
    testPoints: [1000],
  },
  defaultPreset: 'quick',
  presets: {
    quick: { about: 'd = 20, 2000 points, 50 neurons: seconds', values: {}, replicates: 5 },
    paper: {
      about:
        'the published setting, d = 50, n = 100 000, 200 neurons, η = .1, batches of 256, but for its two-layer nets, the bias of the output and its end at a loss of .01: minutes a run',
      values: {
        dimension: [50],
        samples: [100_000],
        width: [200],
        batch: [256],
        stepSize: [0.1],
        epochs: [200],
        testPoints: [2000],
      },
      replicates: 3,
    },
  },
  claims: slabClaims,
  headline: [
    'auc',
    'simpleRandomisedAuc',
    'complexRandomisedAuc',
    'attackShare',
    'attackedAccuracy',
    'flippedAtMargin',
    'trainLoss',
  ],
  cost: ({ samples, dimension, width, epochs }) => 2 * epochs * samples * width * (dimension + 2),
  memory: ({ samples, dimension, width }) => 8 * samples * (2 * dimension + 6 * width),
  run: (setting, random) => measure(setting, random),
});

/** Where training ends. */
const lossGoal = 0.02;
/** Half of the range of a coordinate: the ball of the published attacks. */
const halfRange = 1;

function measure(setting: SlabSetting, random: Random): Measurements {
  const { data, dimension, margin, samples, width, batch, stepSize, decay, epochs, testPoints } = setting;
  const law = data === 'lms-5' ? linearAndSlabs(dimension, 5, margin) : fiveAndSevenSlabs(dimension, margin);
  const points = sampleSlabs(law, samples, random.stream('train'));
  const fresh = sampleSlabs(law, testPoints, random.stream('test'));
  const size = Math.min(batch, samples);
  const trained = train({
    // The variance that the published nets start with, 1/(3 m_{l−1}).
    network: gaussianNet(
      {
        widths: [dimension, width, 1],
        bias: true,
        deviation: [Math.sqrt(1 / (3 * (dimension + 1))), Math.sqrt(1 / (3 * width))],
      },
      random.stream('start'),
    ),
    inputs: points.inputs,
    targets: points.labels,
    loss: logisticLog,
    reduction: 'mean',
    rule: { kind: 'constant', stepSize },
    decay,
    batches: { size },
    random: random.stream('batches'),
    steps: epochs * Math.ceil(samples / size),
    until: ({ logLoss }) => logLoss <= log(lossGoal),
  });
  const { network } = trained;
  const order = random.stream('permutation').shuffle(Int32Array.from({ length: testPoints }, (_, i) => i));
  const aucWith = (randomised: (coordinate: number) => boolean): number => {
    const mixed = matrix(testPoints, dimension, fresh.inputs.data.slice());
    for (let i = 0; i < testPoints; i++) {
      const other = row(fresh.inputs, order[i]!);
      for (let l = 0; l < dimension; l++) if (randomised(l)) row(mixed, i)[l] = other[l]!;
    }
    return areaUnderCurve(scoresOf(network, mixed), fresh.labels);
  };
  return {
    trainLoss: exp(trained.logLoss),
    epochs: trained.steps / Math.ceil(samples / size),
    auc: aucWith(() => false),
    simpleRandomisedAuc: aucWith((l) => l === 0),
    complexRandomisedAuc: aucWith((l) => l > 0),
    separationShare: (2 * margin * Math.sqrt(dimension)) / separation(fresh.inputs, fresh.labels),
    ...attacked(network, fresh, margin * Math.sqrt(dimension), random.stream('attack')),
  };
}

function scoresOf(network: Homogeneous, inputs: Matrix): Float64Array {
  const passes = new Propagation(network, netInputs(network, inputs), new Int8Array(inputs.rows).fill(1));
  passes.forward();
  return passes.margins;
}

/** P[score of a positive point > that of a negative one], ties counted as halves. */
function areaUnderCurve(scores: Float64Array, labels: Int8Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let [below, won, positives] = [0, 0, 0];
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++;
    const tied = order.slice(from, to);
    const plus = tied.filter((i) => labels[i] === 1).length;
    won += plus * (below + (tied.length - plus) / 2);
    below += tied.length - plus;
    positives += plus;
    from = to;
  }
  return won / (positives * below);
}

/** The least distance between points of different labels. */
function separation(inputs: Matrix, labels: Int8Array): number {
  let least = Infinity;
  for (let i = 0; i < inputs.rows; i++) {
    const x = row(inputs, i);
    for (let j = 0; j < i; j++) {
      if (labels[i] === labels[j]) continue;
      const z = row(inputs, j);
      let sum = 0;
      for (let l = 0; l < x.length && sum < least; l++) sum += (x[l]! - z[l]!) * (x[l]! - z[l]!);
      least = Math.min(least, sum);
    }
  }
  return Math.sqrt(least);
}

/** Points that the attacks see; the first of the fresh ones. */
const attackedPoints = 200;

function attacked(
  { weights: [rows, outputs] }: Homogeneous,
  { inputs, labels }: { readonly inputs: Matrix; readonly labels: Int8Array },
  allFeatureMargin: number,
  random: Random,
): Measurements {
  const dimension = inputs.columns;
  const weights = matrix(rows!.rows, dimension);
  const biases = new Float64Array(rows!.rows);
  for (let r = 0; r < rows!.rows; r++) {
    row(weights, r).set(row(rows!, r).subarray(0, dimension));
    biases[r] = row(rows!, r)[dimension]!;
  }
  const network: Network = { weights, biases, readout: { kind: 'linear', outputs: outputs!.data } };
  const targets = Array.from({ length: Math.min(attackedPoints, inputs.rows) }, (_, i): Target => ({
    network,
    input: row(inputs, i),
    label: labels[i]!,
    ambient: dimension,
  }));
  // From the point itself: a random start would leave its own displacement in coordinates that the net does not see.
  const attack = projectedGradient({ restarts: 0, warm: () => [new Float64Array(dimension)] });
  const far = attackAll(attack, targets, l2, halfRange, random.stream('range'));
  const near = attackAll(attack, targets, l2, allFeatureMargin, random.stream('margin'));
  const shares = far.flatMap((judged) => {
    if (judged.kind !== 'flipped' || judged.size === 0) return [];
    return [(judged.delta[0]! * judged.delta[0]!) / (judged.size * judged.size)];
  });
  const flippedShare = (of: typeof far): number =>
    share(
      of.map(({ kind }) => (kind === 'flipped' ? 1 : 0)),
      (one) => one === 1,
    );
  return {
    attackShare: shares.length > 0 ? mean(shares) : Number.NaN,
    attackedAccuracy: 1 - flippedShare(far),
    flippedAtMargin: flippedShare(near),
  };
}
