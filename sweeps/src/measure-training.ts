/** What training did, measured from the weights it left: fit, the exact identities, coefficients, cosines. */
import {
  addProduct,
  logistic,
  matrix,
  preactivations,
  row,
  type Matrix,
  type Random,
} from '@marginalia/core';
import type { Measurements } from '@marginalia/theory';
import {
  biasIdentityError,
  clusterCoefficients,
  cosines,
  countRanks,
  decompose,
  decomposeTriangular,
  initialCounts,
  kolmogorovDistance,
  largestCoefficient,
  mean,
  share,
  split,
  wrongSign,
} from '@marginalia/theory';
import { initialisationOf, type ClusterSetting } from './cluster-axes.js';
import type { ClusterTraining } from './cluster-training.js';

/** Which sign a coefficient owes, and which entries of an M × k table belong to a neuron's own features. */
export interface Ownership {
  /** Sign of c_{r,i}: +1 where sample i pulls neuron r up. */
  readonly sign: (neuron: number, sample: number) => number;
  readonly own: (neuron: number, cluster: number) => boolean;
  /** Bound on |c_{r,i}| after one step: η/(mn) or η/(hn). */
  readonly largestStep: number;
}

/** Rounding allowed in the identities: float64 through n-term sums and a solve, and float32 where tfjs trains. */
const roundingAllowance = (trainer: ClusterSetting['trainer']): number => (trainer === 'tfjs' ? 2e-3 : 1e-9);

/**
 * Relative rounding that recovered coefficients may carry: of X Xᵀ, amplified by its condition number, and of ΔW, the
 * difference of two weights, by its root. Beyond the allowance (n within a few of d, or steps that hardly move the
 * weights) an identity cannot be told from rounding. The factor 4 covers what was seen at d = 128 and 512, n up to d.
 */
function coefficientRounding(
  trainer: ClusterSetting['trainer'],
  start: Matrix,
  moved: Matrix,
  condition: number,
): number {
  const largest = ({ data }: Matrix): number =>
    data.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  const unit = trainer === 'tfjs' ? 2 ** -23 : 2 ** -52;
  return 4 * (condition * 2 ** -52 + Math.sqrt(condition) * unit * (1 + largest(start) / largest(moved)));
}

export function measureTraining(setting: ClusterSetting, training: ClusterTraining): Record<string, number> {
  const { descent } = training;
  const margins = Array.from(descent.margins);
  const { dimension, clusters, width, stepSize, steps } = setting;
  const paced = (stepSize * dimension) / (width * clusters);
  return {
    fitted: descent.ending.kind === 'fitted' ? 1 : 0,
    fittedStep: descent.ending.kind === 'fitted' ? descent.ending.step : Number.NaN,
    diverged: descent.ending.kind === 'diverged' ? 1 : 0,
    trainAccuracy: share(margins, (margin) => margin > 0),
    trainLoss: descent.loss,
    trainMarginMean: mean(margins),
    trainMarginMin: Math.min(...margins),
    initialScale: initialisationOf(setting).weightDeviation * Math.sqrt(dimension),
    scaledStepSize: paced,
    trainingTime: paced * steps,
  };
}

export function measureIdentities(
  setting: ClusterSetting,
  training: ClusterTraining,
  { sign, own, largestStep }: Ownership,
): Measurements {
  const { start, train, descent, distribution, objective } = training;
  const allowance = roundingAllowance(setting.trainer);
  const half = descent.folded.half[0];
  const moved = difference(descent.layer.weights, start.weights.data);
  const halfMoved = half
    ? difference(matrix(moved.rows, moved.columns, half.weights), start.weights.data)
    : moved;
  const moves = [moved, halfMoved];
  const { rows: n, columns } = train.inputs;
  // In law the inputs end in a triangle, unless they fill all dimensions.
  const decompositions =
    training.law && columns === setting.clusters + n
      ? decomposeTriangular(train.inputs, moves)
      : decompose(train.inputs, moves);
  const rounding = decompositions
    ? coefficientRounding(setting.trainer, start.weights, moved, decompositions[0]!.condition)
    : Infinity;
  const common = {
    roundingAllowance: allowance,
    coefficientRounding: rounding,
    independentSamples: rounding <= allowance ? 1 : 0,
    eulerError: eulerError(training),
  };
  if (!decompositions) return common;

  const [full, first] = decompositions as [(typeof decompositions)[0], (typeof decompositions)[0]];
  const second = difference(full.coefficients, first.coefficients.data);
  const biasMoves = Float64Array.from(descent.layer.biases, (bias, r) => bias - start.biases[r]!);
  // |c| ≤ ηT/(mn): what is above it, relative to it.
  const excess = largestCoefficient(full.coefficients) / (largestStep * setting.steps) - 1;
  const coefficients = clusterCoefficients(
    full.coefficients,
    train.clusters,
    setting.clusters,
    setting.dimension,
  );
  const { same, other } = split(coefficients, own);
  const largestOther = Math.max(...other.map(Math.abs));
  return {
    ...common,
    decompositionError: full.residual,
    biasIdentityError: biasIdentityError(full.coefficients, biasMoves),
    coefficientSignError: Math.max(wrongSign(first.coefficients, sign), wrongSign(second, sign), excess),
    sameClassCoefficientMin: Math.min(...same),
    sameClassCoefficientMean: mean(same),
    oppositeClassCoefficientMax: largestOther,
    oppositeCoefficientRatio: largestOther / mean(same),
    coefficientRatio: largestRatio(coefficients, own),
    coupling: coupling(coefficients, own),
    classes: distribution.classes.length,
    neurons: objective.width,
  };
}

/** Mean, least and largest cosine of a neuron with its own centres, and with the others. */
export function measureCosines(
  { descent, distribution }: ClusterTraining,
  own: Ownership['own'],
): Measurements {
  const table = split(cosines(descent.layer.weights, distribution.centres), own);
  return {
    sameClassCosine: mean(table.same),
    sameClassCosineMin: Math.min(...table.same),
    sameClassCosineMax: Math.max(...table.same),
    oppositeClassCosine: mean(table.other),
    oppositeClassCosineMin: Math.min(...table.other),
    oppositeClassCosineMax: Math.max(...table.other),
  };
}

/** The law of the activations at initialisation. */
export function measureInitialCounts(
  { start, train }: ClusterTraining,
  clusters: number,
  random: Random,
): { readonly initialCountDistance: number } {
  const counted = initialCounts(preactivations(start, train.inputs), train.clusters, clusters);
  return { initialCountDistance: kolmogorovDistance(countRanks(counted, random)) };
}

function difference(of: Matrix, from: Float64Array): Matrix {
  return matrix(
    of.rows,
    of.columns,
    of.data.map((value, at) => value - from[at]!),
  );
}

/** |⟨θ, −∇L⟩ − (1/n) Σ |ℓ′(q_i)| q_i| over the mean of |ℓ′(q_i) q_i|, the gradient taken in weight space. */
function eulerError({ descent, objective, train }: ClusterTraining): number {
  if (objective.kind.kind !== 'binary') return Number.NaN;
  const { layer } = descent;
  const n = objective.samples;
  const signals = new Float64Array(objective.width * n);
  const margins = new Float64Array(n);
  objective.backward(preactivations(layer, train.inputs).data, signals, margins);
  const descentDirection = matrix(objective.width, train.inputs.columns);
  addProduct(descentDirection, matrix(objective.width, n, signals), train.inputs);
  let inner = 0;
  for (let r = 0; r < objective.width; r++) {
    const weights = row(layer.weights, r);
    row(descentDirection, r).forEach((value, l) => (inner += weights[l]! * value));
    inner += layer.biases[r]! * signals.subarray(r * n, (r + 1) * n).reduce((sum, value) => sum + value, 0);
  }
  let owed = 0;
  let scale = 0;
  for (const margin of margins) {
    const slope = logistic.slope(margin);
    owed += slope * margin;
    scale += Math.abs(slope * margin);
  }
  return Math.abs(inner - owed) / scale;
}

/** The largest ratio of two own coefficients of one neuron; Infinity where one is not positive. */
function largestRatio(coefficients: Matrix, own: Ownership['own']): number {
  let worst = 1;
  for (let r = 0; r < coefficients.rows; r++) {
    const sizes = Array.from(row(coefficients, r)).filter((_, j) => own(r, j));
    const least = Math.min(...sizes);
    worst = Math.max(worst, least <= 0 ? Infinity : Math.max(...sizes) / least);
  }
  return worst;
}

/** ρ: the mean of −λ_{r,j}/λ_{r,own} over j that are not the neuron's own. */
function coupling(coefficients: Matrix, own: Ownership['own']): number {
  const shares: number[] = [];
  for (let r = 0; r < coefficients.rows; r++) {
    const line = Array.from(row(coefficients, r));
    const self = mean(line.filter((_, j) => own(r, j)));
    line.forEach((value, j) => {
      if (!own(r, j)) shares.push(-value / self);
    });
  }
  return mean(shares);
}
