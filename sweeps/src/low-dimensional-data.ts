/**
 * Data in a subspace P of R^d: training leaves the weights on P^⊥ where they began, and what they began with decides how
 * small a perturbation off the subspace flips the net. Clusters in P = R^r, d = r + c, outputs frozen at ±1/m.
 * Melamed, Yehudai & Vardi, NeurIPS 2023 (arXiv 2303.00783).
 */
import { projected, restrictedRadius, subspaceOf, type Side, type Subspace } from '@marginalia/attack';
import {
  addProduct,
  balancedOutputs,
  checkClusters,
  homogeneous,
  logisticLog,
  matrix,
  norm,
  orthogonalClusters,
  preactivations,
  row,
  samplePoints,
  train,
  wholePower,
  wishartFactor,
  type Matrix,
  type Network,
  type Random,
} from '@marginalia/core';
import { choice, defineSweep, integer, real, sameData, type Setting } from '@marginalia/sweep';
import {
  decayLeavesLessOff,
  decayRestoresRadius,
  mean,
  median,
  offExponentCodimension,
  offExponentDeviation,
  offExponentWidth,
  offGradientOverstates,
  offRadiusClosedForm,
  onRadiusClosedForm,
  share,
  smallStartOffLarger,
  standardStartOffSmaller,
  weightsStayOff,
  type Measurements,
} from '@marginalia/theory';

const axes = {
  subspaceDimension: integer('r, dimension of the subspace P that the data lie in', { atLeast: 2 }),
  codimension: integer('c = d − r, dimensions that no point has', { atLeast: 1 }),
  clusters: integer('k, clusters in P, their centres orthogonal of length √r', { atLeast: 2 }),
  samples: integer('n, training points', { atLeast: 2 }),
  width: integer('m, neurons of each sign', { atLeast: 1, ...sameData }),
  weightDeviation: real('σ_w of the initial weights, i.i.d. in R^d; 1/√d is standard', {
    above: 0,
    ...sameData,
  }),
  pace: real('η̃ = ηr/(mk), the step size without dimension', { above: 0, ...sameData }),
  decay: real('κ̃ = κmk/r, weight decay beside the pull of the data: ηκ = η̃κ̃', { atLeast: 0, ...sameData }),
  steps: integer('T, steps of gradient descent', { atLeast: 1, ...sameData }),
  sampling: choice(
    'explicit: P is drawn in R^d, and training sees all d coordinates; law: of P^⊥ the Gram matrix of the weights alone is drawn, at a cost that does not depend on c',
    ['law', 'explicit'],
  ),
  testPoints: integer('fresh points of P at which radii are measured', { atLeast: 1, ...sameData }),
} as const;

type SubspaceSetting = Setting<typeof axes>;

/** Beyond it all coordinates are not worth their time. */
const fewDimensions = 512;

export default defineSweep({
  name: 'low-dimensional-data',
  question: 'How small a perturbation off the subspace of the data flips a net, and what mends it?',
  axes,
  values: {
    subspaceDimension: [128],
    codimension: [256, 1_000_000, 100_000_000],
    clusters: [4],
    samples: ({ clusters }) => 15 * clusters,
    width: [2, 8],
    weightDeviation: [5e-6, 5e-5, 5e-4],
    pace: [0.06144],
    decay: [0],
    steps: [80],
    sampling: ({ codimension }) => (codimension <= fewDimensions ? 'explicit' : 'law'),
    testPoints: [48],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'three scales of the start, to the standard one, in up to 10⁸ dimensions off the data',
      values: { decay: [0, 0.2] },
      replicates: 3,
    },
    wide: {
      about: 'the same with a larger subspace, wider nets and longer training',
      values: {
        subspaceDimension: [128, 512],
        codimension: [4e4, 4e6, 4e8],
        width: [4, 16, 64],
        weightDeviation: [2.5e-6, 2.5e-5, 2.5e-4],
        decay: [0, 0.2],
        testPoints: [200],
        steps: [200],
      },
      replicates: 3,
    },
  },
  claims: [
    weightsStayOff,
    decayLeavesLessOff,
    offRadiusClosedForm,
    offExponentDeviation,
    offExponentCodimension,
    offExponentWidth,
    offGradientOverstates,
    onRadiusClosedForm,
    standardStartOffSmaller,
    smallStartOffLarger,
    decayRestoresRadius,
  ],
  headline: [
    'offRadius',
    'onRadius',
    'exactRadius',
    'offMargin',
    'startScale',
    'shrinkage',
    'offWeightError',
    'decayGain',
    'cleanAccuracy',
  ],
  validate: ({ subspaceDimension, clusters }) => checkClusters({ dimension: subspaceDimension, clusters }),
  cost: (setting) =>
    (setting.decay > 0 ? 2 : 1) * 8 * setting.steps * setting.samples * setting.width * columnsOf(setting) +
    setting.testPoints * columnsOf(setting) * setting.width * 100 +
    1e6,
  memory: (setting) => 16 * (setting.samples + 8 * setting.width + setting.testPoints) * columnsOf(setting),
  run: (setting, random) => measure(setting, random),
});

/** Coordinates that are held: d, or r and as many as the neurons need. */
const columnsOf = ({ subspaceDimension, codimension, width, sampling }: SubspaceSetting): number =>
  subspaceDimension + (sampling === 'law' ? Math.min(2 * width, codimension) : codimension);

interface Trained {
  readonly network: Network;
  readonly margins: Float64Array;
  /** (1 − ηκ)^T. */
  readonly shrinkage: number;
}

function measure(setting: SubspaceSetting, random: Random): Measurements {
  const {
    subspaceDimension: r,
    codimension,
    clusters,
    samples,
    width,
    weightDeviation,
    testPoints,
  } = setting;
  const columns = columnsOf(setting);
  const { basis, start } = subspaceAndStart(setting, random);
  const law = orthogonalClusters({ dimension: r, clusters, frame: 'axis', assignment: 'balanced' }, random);
  const embedded = (points: Matrix): Matrix => {
    const inputs = matrix(points.rows, columns);
    addProduct(inputs, points, basis.rows);
    return inputs;
  };
  const drawn = samplePoints(law, samples, random.stream('train'));
  const training = { inputs: embedded(drawn.inputs), labels: drawn.labels };
  const fresh = samplePoints(law, testPoints, random.stream('test'));
  const points = { inputs: embedded(fresh.inputs), labels: fresh.labels };

  const trained = trainedFrom(start, setting, training, setting.decay);
  const seen = radiiOf(trained, points, basis);
  const plain = setting.decay > 0 ? radiiOf(trainedFrom(start, setting, training, 0), points, basis) : seen;
  const { shrinkage, network, margins } = trained;
  return {
    startScale: weightDeviation * Math.sqrt(r + codimension),
    pretrainedScale: weightDeviation * Math.sqrt(r),
    shrinkage,
    offWeightError: offWeightError(start, network.weights, shrinkage, basis),
    trainMarginMin: Math.min(...margins),
    trainMarginMean: mean(Array.from(margins)),
    cleanAccuracy: share(seen.margins, (margin) => margin > 0),
    freshMargin: median(seen.margins),
    offMargin: median(seen.offMargins),
    offRadius: median(seen.off),
    onRadius: median(seen.on),
    exactRadius: median(seen.exact),
    plainOffRadius: median(plain.off),
    decayGain: median(seen.off) / median(plain.off),
    decayMarginRatio: median(seen.offMargins) / median(plain.offMargins),
    provedShare: share(seen.proved, (proved) => proved === 1),
    // σ_w √c/√m, the length on P^⊥ of the mean of a class's neurons at the start.
    offSlope: (weightDeviation * Math.sqrt(codimension)) / Math.sqrt(width),
  };
}

/** Orthonormal rows that span P, and W_0. */
function subspaceAndStart(
  setting: SubspaceSetting,
  random: Random,
): { readonly basis: Subspace; readonly start: Matrix } {
  const { subspaceDimension: r, codimension, width, weightDeviation, sampling } = setting;
  const neurons = 2 * width;
  const columns = columnsOf(setting);
  const start = matrix(neurons, columns);
  const initial = random.stream('initialisation');
  if (sampling === 'explicit') {
    initial.gaussians(start.data, weightDeviation);
    const spanning = matrix(r, columns, random.stream('subspace').gaussians(new Float64Array(r * columns)));
    return { basis: subspaceOf(spanning), start };
  }
  const within = matrix(neurons, r, initial.stream('within').gaussians(new Float64Array(neurons * r)));
  const beyond = wishartFactor(neurons, codimension, weightDeviation, initial.stream('beyond'));
  for (let i = 0; i < neurons; i++) {
    const weights = row(start, i);
    row(within, i).forEach((value, l) => (weights[l] = weightDeviation * value));
    weights.set(row(beyond, i), r);
  }
  const unit = matrix(r, columns);
  for (let l = 0; l < r; l++) row(unit, l)[l] = 1;
  return { basis: { ambient: columns, rows: unit }, start };
}

function trainedFrom(
  start: Matrix,
  { subspaceDimension, codimension, clusters, width, pace, steps }: SubspaceSetting,
  { inputs, labels }: { readonly inputs: Matrix; readonly labels: Int8Array },
  decay: number,
): Trained {
  const outputs = balancedOutputs(width);
  const unit = (width * clusters) / subspaceDimension;
  const stepSize = pace * unit;
  const { network, margins } = train({
    network: homogeneous({ weights: [start, matrix(1, outputs.length, outputs)], frozen: [1] }),
    inputs,
    targets: labels,
    loss: logisticLog,
    reduction: 'mean',
    rule: { kind: 'constant', stepSize },
    decay: decay / unit,
    steps,
  });
  return {
    network: {
      weights: network.weights[0]!,
      biases: new Float64Array(outputs.length),
      ambient: subspaceDimension + codimension,
      readout: { kind: 'linear', outputs },
    },
    margins,
    shrinkage: wholePower(1 - pace * decay, steps),
  };
}

/** max_r ‖Π_⊥ w_r(T) − (1 − ηκ)^T Π_⊥ w_r(0)‖ / ((1 − ηκ)^T ‖Π_⊥ w_r(0)‖). */
function offWeightError(start: Matrix, end: Matrix, shrinkage: number, basis: Subspace): number {
  const [first, last] = [offPart(start, basis), offPart(end, basis)];
  let worst = 0;
  for (let r = 0; r < start.rows; r++) {
    const left = row(first, r).map((value) => shrinkage * value);
    const size = norm(left);
    row(last, r).forEach((value, l) => (left[l]! -= value));
    worst = Math.max(worst, norm(left) / size);
  }
  return worst;
}

function offPart(vectors: Matrix, basis: Subspace): Matrix {
  const within = projected(vectors, basis);
  return matrix(
    vectors.rows,
    vectors.columns,
    vectors.data.map((value, at) => value - within.data[at]!),
  );
}

interface PointRadii {
  readonly margins: number[];
  /** q_off of the closed form: min(A, (A − B)/√2) with A and B the mean of the own class's φ(p) and of the rivals' p. */
  readonly offMargins: number[];
  readonly on: number[];
  readonly off: number[];
  readonly exact: number[];
  /** 1 where all radii are proved. */
  readonly proved: number[];
}

function radiiOf(
  { network }: Trained,
  { inputs, labels }: { readonly inputs: Matrix; readonly labels: Int8Array },
  basis: Subspace,
): PointRadii {
  const along = (side: Side, of = basis.rows) => restrictedRadius(network, of, side);
  const [onOf, offOf, anyOf] = [
    along('within'),
    along('outside'),
    along('outside', matrix(0, network.weights.columns)),
  ];
  const p = preactivations(network, inputs);
  const width = network.weights.rows / 2;
  const radii: PointRadii = { margins: [], offMargins: [], on: [], off: [], exact: [], proved: [] };
  labels.forEach((label, i) => {
    const seen = row(p, i);
    const halves = [seen.subarray(0, width), seen.subarray(width)] as const;
    const [own, rivals] = label > 0 ? halves : [halves[1], halves[0]];
    const hidden = mean(Array.from(own, (value) => Math.max(0, value)));
    const awake = mean(Array.from(rivals, (value) => Math.max(0, value)));
    const rival = mean(Array.from(rivals));
    radii.margins.push(hidden - awake);
    radii.offMargins.push(Math.min(hidden, (hidden - rival) / Math.SQRT2));
    const input = row(inputs, i);
    const found = [onOf(input, label), offOf(input, label), anyOf(input, label)] as const;
    radii.on.push(found[0].upper);
    radii.off.push(found[1].upper);
    radii.exact.push(found[2].upper);
    radii.proved.push(found.every(({ kind }) => kind === 'proved') ? 1 : 0);
  });
  return radii;
}
