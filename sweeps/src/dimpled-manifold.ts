/**
 * The dimpled manifold model on nets that average: where the smallest perturbations point, how far the boundary is within
 * each manifold and across it, and when in training it got there.
 * Shamir, Melamed & BenShmuel 2021 (arXiv 2106.10151); the closed forms are those of Li, Pan, Lyu & Li (arXiv 2410.10322).
 */
import {
  exactRadii,
  projected,
  restrictedRadius,
  spanOf,
  subspaceOf,
  universalDirection,
  type Side,
  type Subspace,
} from '@marginalia/attack';
import {
  balancedOutputs,
  binaryObjective,
  descend,
  dot,
  kernelFormOf,
  logistic,
  matrix,
  norm,
  row,
  samplePoints,
  snapshots,
  timesTransposed,
  type LabelledPoints,
  type Layer,
  type Matrix,
  type Network,
  type Random,
} from '@marginalia/core';
import { defineSweep, integer, real, type Setting } from '@marginalia/sweep';
import {
  alongChords,
  attackInCentres,
  attackInInputs,
  boundaryPlaced,
  boundaryStays,
  chordFraction,
  clusterCoefficients,
  decompose,
  dimpleDepth,
  gaussianIsoperimetry,
  halfspaceMedian,
  mean,
  median,
  offCentresRadius,
  offInputsRadius,
  offClassRadius,
  onCentresRadius,
  orthogonalToSiblings,
  share,
  siblingsSafe,
  split,
  type Measurements,
} from '@marginalia/theory';
import {
  clusterAxes,
  clusterCost,
  clusterDefaults,
  clusterEnvironment,
  clusterMemory,
  publishedPace,
  refuseTooManySamples,
  validateClusters,
  type ClusterSetting,
} from './cluster-axes.js';
import { initialLayer, withClusterData, type ClusterData } from './cluster-data.js';

const axes = {
  samplesPerCluster: real('n/k', { above: 0 }),
  ...clusterAxes,
  noisePoints: integer(
    'points of N(0, I_d), of no cluster; and fresh points that dimples are measured against',
    {
      atLeast: 1,
      keysRandomness: false,
    },
  ),
} as const;

type ManifoldSetting = Setting<typeof axes>;

export default defineSweep({
  name: 'dimpled-manifold',
  question: 'Does the boundary cling to the data in shallow dimples, and are attacks orthogonal to them?',
  axes,
  values: {
    samplesPerCluster: [10, 25],
    ...clusterDefaults,
    dimension: [2048, 8192],
    clusters: [4, 12],
    width: [5],
    samples: ({ samplesPerCluster, clusters }) => Math.round(samplesPerCluster * clusters),
    stepSize: (setting) => publishedPace(setting as ClusterSetting),
    steps: [300],
    assignment: ['balanced'],
    testPoints: [48],
    noisePoints: [1000],
  },
  defaultPreset: 'quick',
  presets: {
    quick: {
      about: 'two dimensions, few clusters and many, few samples of each and many',
      values: {},
      replicates: 3,
    },
    wide: {
      about: 'longer training, up to 32 clusters, in up to 65 536 dimensions',
      values: {
        samplesPerCluster: [5, 20],
        dimension: [4096, 16_384, 65_536],
        clusters: [4, 12, 32],
        width: [10],
        steps: [3000],
        testPoints: [200],
      },
      replicates: 5,
    },
  },
  claims: [
    attackInCentres,
    attackInInputs,
    orthogonalToSiblings,
    alongChords,
    chordFraction,
    onCentresRadius,
    offCentresRadius,
    siblingsSafe,
    offClassRadius,
    offInputsRadius,
    boundaryPlaced,
    boundaryStays,
    dimpleDepth,
    halfspaceMedian,
    gaussianIsoperimetry,
  ],
  headline: [
    'exactRadius',
    'dimpleRatio',
    'onCentresRadius',
    'offCentresRadius',
    'onCentresFraction',
    'siblingCosine',
    'chordCosine',
    'twoStepsRadiusShare',
    'gaussianRadius',
  ],
  validate(setting) {
    validateClusters(setting);
    refuseTooManySamples(setting, 2 * setting.width, 2);
  },
  cost: (setting) =>
    clusterCost(setting, 2 * setting.width, 2) + 60 * setting.noisePoints * setting.samples * setting.width,
  memory: (setting) =>
    clusterMemory(setting, 2 * setting.width, 2) + 16 * setting.noisePoints * (setting.samples + 100),
  environment: (setting) => clusterEnvironment(setting),
  run: (setting, random) =>
    withClusterData(setting, random, async (data) => {
      const { width, stepSize, steps } = setting;
      const start = initialLayer(data, setting, 2 * width, random.stream('initialisation'));
      const outputs = balancedOutputs(width);
      const { columns } = start.weights;
      const descent = descend({
        start,
        inputs: data.train.inputs,
        objective: binaryObjective(logistic, outputs, data.train.labels),
        stepSize,
        steps,
        kernel: data.kernel(kernelFormOf('gram')),
        form: 'gram',
        probes: {
          course: snapshots(stops(steps), ({ step, margins, weights, biases }): Stop => ({
            step,
            margin: mean(Array.from(margins)),
            layer: { weights: matrix(2 * width, columns, weights().slice()), biases: biases.slice() },
          })),
        },
      });
      return measure(setting, random, data, start, descent.folded.course);
    }),
});

interface Stop {
  readonly step: number;
  readonly margin: number;
  readonly layer: Layer;
}

/** 1, 2, 5, 10, 30, 100, 300, …, and the last step. */
function stops(steps: number): number[] {
  const wanted = [1, 2, 5];
  for (let decade = 10; decade < steps; decade *= 10) wanted.push(decade, 3 * decade);
  return [...wanted.filter((step) => step < steps), steps];
}

function measure(
  setting: ManifoldSetting,
  random: Random,
  data: ClusterData,
  start: Layer,
  course: readonly Stop[],
): Measurements {
  const { dimension, width, testPoints } = setting;
  const last = course.at(-1)!;
  const { columns } = last.layer.weights;
  const netOf = (layer: Layer): Network => ({
    ...layer,
    ambient: dimension,
    readout: { kind: 'linear', outputs: balancedOutputs(width) },
  });
  // In reduced coordinates noise is N(0, σ²) in every coordinate that a net sees, as in those of R^d.
  const widened = {
    ...data.distribution,
    dimension: columns,
    centres: inColumns(data.distribution.centres, columns),
  };
  const fresh = samplePoints(widened, testPoints, random.stream('test'));
  const known = trainingPoints(data.train, testPoints, columns);
  // The dimple is a few percent deep: it takes the mean over many points to see it.
  const every = trainingPoints(data.train, data.train.inputs.rows, columns);
  const many = samplePoints(widened, setting.noisePoints, random.stream('many'));
  const radiiAt = ({ layer }: Stop, points: LabelledPoints): number[] => {
    const span = spanOf(netOf(layer));
    const products = timesTransposed(points.inputs, layer.weights);
    return exactRadii(span, products, points.labels).map(({ upper }) => upper);
  };
  const freshCurve = course.map((stop) => median(radiiAt(stop, fresh)));
  const trainCurve = course.map((stop) => median(radiiAt(stop, known)));
  const margins = course.map(({ margin }) => margin);
  const final = freshCurve.at(-1)!;
  // The latest stop at which the margin was at most a third of what it is now.
  const early = margins.findLastIndex((margin) => margin <= last.margin / 3);
  const at = course.map(({ step }) => step);
  const second = at.indexOf(Math.min(2, last.step));
  const network = netOf(last.layer);
  return {
    ...geometryOf(network, widened.centres, data, fresh),
    trainMarginMean: last.margin,
    initialScale: initialScaleOf(setting),
    exactRadius: final,
    trainRadius: trainCurve.at(-1)!,
    dimpleRatio: mean(radiiAt(last, every)) / mean(radiiAt(last, many)),
    twoStepsLeftover: leftoverAt(setting, margins[second]!),
    earlyLeftover: early < 0 ? Number.NaN : leftoverAt(setting, margins[early]!),
    twoStepsRadiusShare: freshCurve[second]! / final,
    twoStepsMarginShare: margins[second]! / last.margin,
    earlyStep: early < 0 ? Number.NaN : at[early]!,
    earlyMarginShare: early < 0 ? Number.NaN : margins[early]! / last.margin,
    earlyRadiusShare: early < 0 ? Number.NaN : freshCurve[early]! / final,
    freshRadiusCurve: freshCurve,
    'freshRadiusCurve.at': at,
    trainRadiusCurve: trainCurve,
    'trainRadiusCurve.at': at,
    marginCurve: margins,
    'marginCurve.at': at,
    ...coefficientCurves(setting, data, start, course),
    ...ofNoise(setting, network, data, random.stream('noise points')),
  };
}

/** Mean coefficient of a neuron's own centres, and of those of the other class, at every stop; absent where samples are dependent. */
function coefficientCurves(
  { width, clusters, dimension }: ManifoldSetting,
  { train, distribution }: ClusterData,
  { weights }: Layer,
  course: readonly Stop[],
): Measurements {
  const moves = course.map(({ layer }) =>
    matrix(
      weights.rows,
      weights.columns,
      layer.weights.data.map((value, i) => value - weights.data[i]!),
    ),
  );
  const found = decompose(train.inputs, moves);
  if (!found) return {};
  const own = (neuron: number, cluster: number): boolean =>
    neuron < width === distribution.classes[cluster]! > 0;
  const parts = found.map(({ coefficients }) =>
    split(clusterCoefficients(coefficients, train.clusters, clusters, dimension), own),
  );
  const at = course.map(({ step }) => step);
  return {
    ownCoefficientCurve: parts.map(({ same }) => mean(same)),
    'ownCoefficientCurve.at': at,
    otherCoefficientCurve: parts.map(({ other }) => mean(other)),
    'otherCoefficientCurve.at': at,
  };
}

const initialScaleOf = ({ initialisation, dimension }: ManifoldSetting): number =>
  initialisation === 'talk' ? 1 : 1e-5 * Math.sqrt(dimension);

/**
 * What is left of the start beside what was learnt, in squares: m starts of length σ_w√d in the mean of a class's neurons,
 * against λ√(k/2)/√d, λ = q/(1 + k/n).
 */
function leftoverAt(setting: ManifoldSetting, margin: number): number {
  const { dimension, clusters, samples, width } = setting;
  const learnt = margin / (1 + clusters / samples);
  return (2 * dimension * initialScaleOf(setting) ** 2) / (width * clusters * learnt ** 2);
}

/** Rows with zeros behind them. */
function inColumns(of: Matrix, columns: number): Matrix {
  const wider = matrix(of.rows, columns);
  for (let i = 0; i < of.rows; i++) row(wider, i).set(row(of, i));
  return wider;
}

/** `count` of the training points, or all of them, at even distances in their order by cluster. */
function trainingPoints(
  { inputs, labels, clusters }: LabelledPoints,
  count: number,
  columns: number,
): LabelledPoints {
  const chosen = Array.from({ length: Math.min(count, inputs.rows) }, (_, i) =>
    Math.floor((i * inputs.rows) / Math.min(count, inputs.rows)),
  );
  const some = matrix(chosen.length, columns);
  chosen.forEach((from, i) => row(some, i).set(row(inputs, from)));
  return {
    inputs: some,
    labels: Int8Array.from(chosen, (i) => labels[i]!),
    clusters: Int32Array.from(chosen, (i) => clusters[i]!),
  };
}

/** Where the smallest perturbations of fresh points lie, and how far the boundary is within manifolds and across them. */
function geometryOf(
  network: Network,
  centres: Matrix,
  { distribution, train }: ClusterData,
  fresh: LabelledPoints,
): Record<string, number> {
  const { columns } = network.weights;
  const spans = {
    centres: subspaceOf(centres),
    inputs: subspaceOf(inColumns(train.inputs, columns)),
  };
  const siblings = [1, -1].map((label) => siblingDifferences(centres, distribution.classes, label));
  const along = (basis: Matrix, side: Side) => restrictedRadius(network, basis, side);
  const plain = along(matrix(0, columns), 'outside');
  const [onCentres, offCentres, offInputs] = [
    along(centres, 'within'),
    along(centres, 'outside'),
    along(spans.inputs.rows, 'outside'),
  ];
  const classSpans = siblings.map(subspaceOf);
  const onSiblings = siblings.map((basis) => along(basis, 'within'));
  const offSiblings = siblings.map((basis) => along(basis, 'outside'));
  const found = Array.from({ length: fresh.inputs.rows }, (_, i) => {
    const [input, label] = [row(fresh.inputs, i), fresh.labels[i]!];
    const own = label > 0 ? 0 : 1;
    const { delta = new Float64Array(columns), upper, kind } = plain(input, label);
    const towards = directionsFrom(centres, distribution.classes, fresh.clusters[i]!);
    const cosine = (direction: Float64Array): number =>
      dot(delta, direction) / (norm(delta) * norm(direction));
    return {
      proved: kind === 'proved',
      radius: upper,
      onCentresFraction: fractionWithin(delta, spans.centres),
      onInputsFraction: fractionWithin(delta, spans.inputs),
      onSiblingsFraction: fractionWithin(delta, classSpans[own]!),
      siblingCosine: Math.max(...towards.siblings.map((direction) => Math.abs(cosine(direction)))),
      chordCosine: mean(towards.rivals.map(cosine)),
      onCentresRadius: onCentres(input, label).upper,
      offCentresRadius: offCentres(input, label).upper,
      offInputsShare: upper / offInputs(input, label).upper,
      // Share of the way to a sibling's centre: 0 where nothing flips.
      siblingShare: Math.sqrt(2 * distribution.dimension) / onSiblings[own]!(input, label).upper,
      offSiblingsRadius: offSiblings[own]!(input, label).upper,
    };
  }).filter(({ radius }) => radius > 0);
  const middle = (name: Exclude<keyof (typeof found)[number], 'proved'>): number =>
    median(found.map((point) => point[name]));
  return {
    cleanAccuracy: found.length / fresh.inputs.rows,
    provedShare: share(
      found.map(({ proved }) => Number(proved)),
      (proved) => proved === 1,
    ),
    onCentresFraction: middle('onCentresFraction'),
    onInputsFraction: middle('onInputsFraction'),
    onSiblingsFraction: middle('onSiblingsFraction'),
    siblingCosine: middle('siblingCosine'),
    chordCosine: middle('chordCosine'),
    onCentresRadius: middle('onCentresRadius'),
    offCentresRadius: middle('offCentresRadius'),
    offInputsShare: middle('offInputsShare'),
    siblingShare: middle('siblingShare'),
    offSiblingsRadius: middle('offSiblingsRadius'),
  };
}

/** ‖Π δ‖/‖δ‖. */
function fractionWithin(delta: Float64Array, subspace: Subspace): number {
  return norm(projected(matrix(1, delta.length, delta), subspace).data) / norm(delta);
}

/** μ_j − μ_i for the clusters of a class, i the first of them: they span the directions of its simplex. */
function siblingDifferences(centres: Matrix, classes: Int8Array, label: number): Matrix {
  const first = classes.indexOf(label);
  return stackedRows(directionsFrom(centres, classes, first).siblings, centres.columns);
}

/** μ_j − μ_i from cluster i to those of its own class and to those of the other. */
function directionsFrom(
  centres: Matrix,
  classes: Int8Array,
  from: number,
): { readonly siblings: Float64Array[]; readonly rivals: Float64Array[] } {
  const siblings: Float64Array[] = [];
  const rivals: Float64Array[] = [];
  const start = row(centres, from);
  classes.forEach((label, j) => {
    if (j === from) return;
    const direction = row(centres, j).map((value, l) => value - start[l]!);
    (label === classes[from] ? siblings : rivals).push(direction);
  });
  return { siblings, rivals };
}

function stackedRows(rows: readonly Float64Array[], columns: number): Matrix {
  const stacked = matrix(rows.length, columns);
  rows.forEach((values, i) => row(stacked, i).set(values));
  return stacked;
}

/** Of the net, at most: to settle a point of noise, where neurons nearly draw, takes several times as long as a point of a cluster. */
const netPoints = 200;

/** Radii of the net, and of one halfspace, at points of N(0, I_d), each with the label that it is given there. */
function ofNoise(
  { noisePoints }: ManifoldSetting,
  network: Network,
  { distribution }: ClusterData,
  random: Random,
): Record<string, number> {
  const { columns } = network.weights;
  const points = matrix(noisePoints, columns, random.gaussians(new Float64Array(noisePoints * columns)));
  const medianOf = (net: Network, count: number): number => {
    const seen = matrix(count, columns, points.data.subarray(0, count * columns));
    const products = timesTransposed(seen, net.weights);
    const { outputs } = net.readout as { readonly outputs: Float64Array };
    const labels = Int8Array.from({ length: count }, (_, i) => {
      const score = row(products, i).reduce(
        (sum, value, r) => sum + outputs[r]! * Math.max(0, value + net.biases[r]!),
        0,
      );
      return score > 0 ? 1 : -1;
    });
    return median(exactRadii(spanOf(net), products, labels).map(({ upper }) => upper));
  };
  // {⟨w, x⟩ ≥ 0} as a net: φ(⟨w, x⟩) − φ(⟨−w, x⟩), w = Σ_j y_j μ_j.
  const direction = universalDirection(distribution.centres, distribution.classes);
  const halves = matrix(2, columns);
  row(halves, 0).set(direction);
  row(halves, 1).set(direction.map((value) => -value));
  const halfspace: Network = {
    weights: halves,
    biases: new Float64Array(2),
    ...(network.ambient !== undefined && { ambient: network.ambient }),
    readout: { kind: 'linear', outputs: Float64Array.of(1, -1) },
  };
  return {
    gaussianRadius: medianOf(network, Math.min(netPoints, noisePoints)),
    halfspaceRadius: medianOf(halfspace, noisePoints),
  };
}
