/** What one separable data set says of the path, of gradient descent, and of its faster variants. */
import {
  cholesky,
  descendLinear,
  dot,
  exp,
  hardMargin,
  inSpan,
  largestCurvature,
  log,
  matrix,
  norm,
  regularisedPath,
  row,
  solveCholesky,
  type LinearMethod,
  type LinearMoment,
  type MarginLoss,
  type Matrix,
  type Separable,
} from '@marginalia/core';
import type { Measurements } from '@marginalia/theory';
import type { SeparableData } from './separable-data.js';

/** λ = 10⁻¹ … 10⁻¹². */
const penalties = Array.from({ length: 12 }, (_, i) => Number(`1e-${i + 1}`));
/** A margin that no sample has: every sample is a support vector. */
const noOther = 1e9;

interface Reference extends Separable {
  readonly signed: Matrix;
  /** R² */
  readonly square: number;
  /** a_i on the simplex, α_i γ*², split evenly over copies of a row. */
  readonly shares: Float64Array;
  /** Σ a log(a_max/a). */
  readonly gapConstant: number;
  /** κ, the least eigenvalue of D^½ K D^½ on the distinct support vectors; 0 where they are dependent. */
  readonly limitRate: number;
}

export function measureSeparable(
  { signed: given, known, emptyClusters }: SeparableData,
  loss: MarginLoss,
  { pace, steps }: { readonly pace: number; readonly steps: number },
): Measurements {
  const ambient = hardMargin(given);
  if (ambient.kind !== 'separable') throw new Error(`separable data came out ${ambient.kind}`);
  const signed = inSpan(given);
  const solved = signed === given ? ambient : hardMargin(signed);
  if (solved.kind !== 'separable') throw new Error(`in its span the data came out ${solved.kind}`);
  const reference = referenceOf(signed, solved);
  const total = solved.multipliers.reduce((sum, value) => sum + value, 0);
  const [lower, upper] = ambient.bracket;
  const bracketWidth = (upper - lower) / upper;
  const closedFormError = known
    ? Math.max(
        norm(ambient.weights.map((value, l) => value - known.weights[l]!)) / norm(known.weights),
        Math.abs(ambient.margin / known.margin - 1),
      )
    : Number.NaN;
  return {
    margin: ambient.margin,
    bracketWidth,
    dualityError: Math.max(
      Math.abs(total * solved.margin * solved.margin - 1),
      Math.max(ambient.residual, solved.residual),
      bracketWidth,
    ),
    emptyClusters,
    ...(known && { closedFormError }),
    ...supportOf(reference),
    ...alongPath(reference, loss),
    ...underGradientDescent(reference, loss, pace, steps),
    ...underNormalisedSteps(reference, steps),
    ...underAcceleration(reference, steps),
  };
}

function referenceOf(signed: Matrix, solved: Separable): Reference {
  let square = 0;
  for (let i = 0; i < signed.rows; i++) square = Math.max(square, dot(row(signed, i), row(signed, i)));
  const total = solved.multipliers.reduce((sum, value) => sum + value, 0);
  const copies = copiesOf(signed, Math.sqrt(square));
  const shares = new Float64Array(signed.rows);
  for (const group of copies) {
    const together = group.reduce((sum, i) => sum + solved.multipliers[i]!, 0);
    for (const i of group) shares[i] = together / group.length / total;
  }
  const top = shares.reduce((most, value) => Math.max(most, value), 0);
  const gapConstant = shares.reduce((sum, a) => (a > 0 ? sum + a * log(top / a) : sum), 0);
  const together = copies.flatMap(([first = 0, ...rest]) => {
    const multiplier = [first, ...rest].reduce((sum, i) => sum + solved.multipliers[i]!, 0);
    return multiplier > 0 ? [{ sample: row(signed, first), multiplier }] : [];
  });
  return { ...solved, signed, square, shares, gapConstant, limitRate: limitRateOf(together) };
}

/** Inverse power iteration on D^½ K D^½. */
function limitRateOf(
  support: readonly { readonly sample: Float64Array; readonly multiplier: number }[],
): number {
  const count = support.length;
  const scaled = matrix(count, count);
  support.forEach((one, i) =>
    support.forEach((other, j) => {
      const weight = Math.sqrt(one.multiplier * other.multiplier);
      scaled.data[i * count + j] = weight * dot(one.sample, other.sample);
    }),
  );
  const factor = cholesky(scaled);
  if (!factor) return 0;
  let vector: Float64Array = Float64Array.from(
    { length: count },
    (_, i) => 0.5 + ((0.6180339887498949 * (i + 1)) % 1),
  );
  let rate = 0;
  for (let round = 0; round < 1000; round++) {
    const length = norm(vector);
    const next = solveCholesky(
      factor,
      vector.map((value) => value / length),
    );
    const value = 1 / norm(next);
    vector = next;
    if (Math.abs(value - rate) <= 1e-12 * value) return value;
    rate = value;
  }
  return rate;
}

/** Rows that are equal up to rounding, together. */
function copiesOf(signed: Matrix, size: number): number[][] {
  const groups: number[][] = [];
  for (let i = 0; i < signed.rows; i++) {
    const z = row(signed, i);
    const same = groups.find(([first = 0]) => {
      const other = row(signed, first);
      return z.every((value, l) => Math.abs(value - other[l]!) <= 1e-9 * size);
    });
    if (same) same.push(i);
    else groups.push([i]);
  }
  return groups;
}

function supportOf({ signed, weights, shares, gapConstant, limitRate }: Reference): Measurements {
  const support = [...shares].filter((share) => share > 0);
  let nextMargin = noOther;
  for (let i = 0; i < signed.rows; i++) {
    if (shares[i] === 0) nextMargin = Math.min(nextMargin, dot(row(signed, i), weights));
  }
  return {
    supportVectors: support.length,
    limitRate,
    nextMargin,
    gapConstant,
  };
}

function alongPath({ signed, margin }: Reference, loss: MarginLoss): Measurements {
  const path = regularisedPath(signed, loss, penalties);
  const logSamples = log(signed.rows);
  let [boundExcess, normDrop, stationarity, before, last] = [-Infinity, -Infinity, 0, 0, 0];
  for (const { weights, margins, shares } of path) {
    const length = norm(weights);
    last = least(margins) / length / margin;
    const bound = loss.inverse(logSamples + loss.logValue(length * margin)) / length;
    boundExcess = Math.max(boundExcess, bound / margin - last);
    normDrop = Math.max(normDrop, (before - length) / length);
    before = length;
    const square = length * length;
    stationarity = Math.max(stationarity, Math.abs(dot(shares, margins) - square) / square);
  }
  return {
    pathMargin: last,
    pathBoundExcess: boundExcess,
    pathNormDrop: normDrop,
    pathStationarityError: stationarity,
  };
}

const least = (margins: Float64Array): number => margins.reduce((low, q) => Math.min(low, q), Infinity);

/** Copies of what a watcher sees at T/10 and at T. */
interface Snapshot {
  readonly step: number;
  readonly weights: Float64Array;
  readonly margins: Float64Array;
  readonly length: number;
  /** γ* − m */
  readonly gap: number;
}

function followed(
  { signed, margin }: Reference,
  method: LinearMethod,
  steps: number,
  watch: (moment: LinearMoment) => void = () => undefined,
): { early: Snapshot; late: Snapshot } {
  const taken: Snapshot[] = [];
  descendLinear(signed, method, steps, (moment) => {
    watch(moment);
    const { step, weights, margins } = moment;
    if (step !== steps / 10 && step !== steps) return;
    const length = norm(weights);
    const gap = margin - least(margins) / length;
    taken.push({ step, weights: weights.slice(), margins: margins.slice(), length, gap });
  });
  const [early, late] = taken as [Snapshot, Snapshot];
  return { early, late };
}

/** A gap below the rounding of γ* is that rounding. */
const slopeOf = ({ margin }: Reference, early: Snapshot, late: Snapshot): number => {
  const floored = ({ gap }: Snapshot): number => log(Math.max(gap, 1e-15 * margin));
  return (floored(late) - floored(early)) / log(late.step / early.step);
};

/** |γ*²⟨w, ŵ⟩ − min q − Σ a log(a_max/a)|. */
const gapErrorOf = ({ margin, weights, gapConstant }: Reference, late: Snapshot): number =>
  Math.abs(margin * margin * dot(late.weights, weights) - least(late.margins) - gapConstant);

function underGradientDescent(
  reference: Reference,
  loss: MarginLoss,
  pace: number,
  steps: number,
): Measurements {
  const { signed, margin, weights, shares } = reference;
  const stepSize = pace / (loss.smoothness * largestCurvature(signed));
  const { early, late } = followed(reference, { kind: 'gradient', loss, stepSize }, steps);
  // ‖w/‖w‖ − ŵ/‖ŵ‖‖, without the cancellation of 2 − 2 cos.
  const directionError = ({ weights: at, length }: Snapshot): number =>
    norm(at.map((value, l) => value / length - weights[l]! * margin));
  const time = stepSize * steps;
  let supportError = 0;
  shares.forEach((share, i) => {
    const limit = share / (margin * margin);
    if (share > 0) {
      supportError = Math.max(supportError, Math.abs((time * exp(-late.margins[i]!)) / limit - 1));
    }
  });
  const total = late.margins.reduce((sum, q) => sum + exp(loss.logValue(q)), 0);
  return {
    gradientMargin: 1 - late.gap / margin,
    gradientSlope: slopeOf(reference, early, late),
    gradientGapError: gapErrorOf(reference, late),
    directionError: directionError(late),
    directionGrowth: (directionError(late) * log(late.step)) / (directionError(early) * log(early.step)),
    normGrowth: ((late.length - early.length) * margin) / log(10),
    normOverLog: (late.length * margin) / log(steps),
    supportError,
    lossLimit: time * margin * margin * total,
  };
}

function underNormalisedSteps(reference: Reference, steps: number): Measurements {
  const { signed, margin, square } = reference;
  const logSamples = log(signed.rows);
  let [descentExcess, shortGradient, decayingRatio, constantRatio] = [-Infinity, -Infinity, 0, 0];
  const watching = (ratio: (gap: number, step: number, moved: number, squares: number) => void) => {
    let [owed, moved, squares] = [Infinity, 0, 0];
    return ({ step, weights, margins, pull, logPulls, stepSize }: LinearMoment): void => {
      const gradient = dot(pull, pull);
      descentExcess = Math.max(descentExcess, (logPulls - owed) / (1 + Math.abs(logPulls)));
      shortGradient = Math.max(shortGradient, 1 - Math.sqrt(gradient) / margin);
      if (step > 0) ratio(margin - least(margins) / norm(weights), step, moved, squares);
      owed = logPulls - stepSize * (1 - (stepSize * square) / 2) * gradient;
      moved += stepSize * Math.sqrt(gradient);
      squares += stepSize * stepSize * gradient;
    };
  };
  const decaying = followed(
    reference,
    { kind: 'normalised', stepSize: (step) => 1 / (square * Math.sqrt(step + 1)) },
    steps,
    watching((gap, _, moved, squares) => {
      decayingRatio = Math.max(decayingRatio, gap / ((logSamples + (square * squares) / 2) / moved));
    }),
  );
  const constant = followed(
    reference,
    { kind: 'normalised', stepSize: () => 1 / square },
    steps,
    watching((gap, step) => {
      constantRatio = Math.max(constantRatio, (gap * margin * step) / (square * (logSamples + 0.5)));
    }),
  );
  return {
    descentExcess,
    shortGradient,
    decayingRatio,
    decayingSlope: slopeOf(reference, decaying.early, decaying.late),
    constantRatio,
    constantSlope: slopeOf(reference, constant.early, constant.late),
    normalisedGapError: gapErrorOf(reference, constant.late),
    normalisedMargin: 1 - constant.late.gap / margin,
  };
}

function underAcceleration(reference: Reference, steps: number): Measurements {
  const { signed, margin, square } = reference;
  const size = Math.sqrt(square);
  const factor = 4 * (1 + log(signed.rows));
  let acceleratedRatio = 0;
  // On Z/R with θ = 1: w of that problem is R times ours, margins are the same numbers.
  const { early, late } = followed(
    reference,
    { kind: 'accelerated', stepSize: 1 / square },
    steps,
    ({ step, weights, margins }) => {
      if (step === 0) return;
      const gap = (margin - least(margins) / norm(weights)) / size;
      const bound = (factor * (1 + 2 * log(step + 1))) / ((margin / size) * (step + 1) * (step + 1));
      // Below the rounding of a margin there is no gap to compare.
      if (gap > 1e-13) acceleratedRatio = Math.max(acceleratedRatio, gap / bound);
    },
  );
  return {
    acceleratedRatio,
    acceleratedSlope: slopeOf(reference, early, late),
    acceleratedMargin: 1 - late.gap / margin,
  };
}
