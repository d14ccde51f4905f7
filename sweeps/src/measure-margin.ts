/** What a trajectory of margin maximisation says: of its theorems, and of the five models along it. */
import { certifiedRadius, exactRadii, l2, lipschitzConstant, marginsOf, spanOf } from '@marginalia/attack';
import {
  atParameters,
  degreeOfHomogeneity,
  dot,
  exp,
  log,
  norm,
  parametersOf,
  timesTransposed,
  type Homogeneous,
  type Network,
} from '@marginalia/core';
import { logRate, median, raised, share, slope, type Measurements } from '@marginalia/theory';
import { stationarity } from './clarke.js';
import { examine, imbalances, type Examined } from './examine-margin.js';
import type { LabelledSet } from './margin-data.js';
import { fiveLogLosses, type MarginTraining } from './margin-training.js';
import type { Checkpoint } from './watch-margin.js';

/** log t from which log log t is regressed on: before, log(1/𝓛)/log t is still far from 1. */
const regressed = 100;

export function measureMargin(training: MarginTraining): Measurements {
  const { start, loss, set, trained, uncapped } = training;
  const degree = degreeOfHomogeneity(start);
  const watch = trained.folded;
  const end: Checkpoint = {
    step: trained.steps,
    logTime: trained.logTime,
    logLoss: trained.logLoss,
    move: watch.move,
    theta: parametersOf(trained.network),
  };
  const seen = (watch.start < 0 ? [] : [...watch.checkpoints, end]).map((at) => ({
    ...at,
    ...examine(start, set, loss, at),
  }));
  const last = seen[seen.length - 1];
  const common = {
    fitted: trained.ending.kind === 'fitted' && last ? 1 : 0,
    degree,
    layers: start.weights.length - start.frozen.length,
    fittedStep: watch.start,
    rejectedRounds: trained.rejected,
    logLoss: trained.logLoss,
    logTime: last?.logTime ?? Number.NaN,
    uncappedLogLoss: uncapped.logLoss,
    uncappedDip: uncapped.folded.fall,
  };
  if (!last) return common;
  const before = imbalances(start);
  const after = imbalances(trained.network);
  const largest = (values: readonly number[]): number =>
    values.reduce((top, value) => Math.max(top, value), 0);
  const tenth = seen.find(({ step }) => step >= last.step / 10) ?? last;
  const half = seen.find(({ logLoss }) => logLoss <= last.logLoss / 2) ?? last;
  const stationary = (at: Checkpoint) => stationarity(atParameters(start, at.theta), set, at.move);
  const settled = stationary(last);
  return {
    ...common,
    growth: raised(last.size / norm(parametersOf(start)), degree),
    sandwichBreach: watch.sandwichBreach,
    smoothedMarginDip: watch.dip,
    smoothedMarginFall: watch.fall,
    normalisedMargin: last.margin,
    productMargin: last.productMargin,
    productRatio: largest(
      seen.map(({ margin, productMargin }) => (raised(Math.sqrt(degree), degree) * margin) / productMargin),
    ),
    lossRate: exp(-last.logLoss - logRate(last.margin, degree, last.logTime)),
    loglogExponent: slope(
      seen
        .filter(({ logTime }) => logTime >= regressed)
        .map(({ logTime, logLoss }) => [log(logTime), -logLoss - logTime] as const),
    ),
    normRate: (raised(last.size, degree) * last.margin) / last.logTime,
    misalignment: last.misalignment,
    kktEqualityError: largest(seen.map(({ equalityError }) => equalityError)),
    kktSlackRatio: largest(seen.map(({ slackRatio }) => slackRatio)),
    kktResidual: settled.residual,
    kktResidualEarly: stationary(tenth).residual,
    kktSupports: settled.supports,
    kktKinks: settled.kinks,
    directionTurn: 1 - dot(half.theta, last.theta) / (half.size * last.size),
    balancedPairs: after.length,
    balanceDrift:
      largest(after.map((value, r) => Math.abs(value - before[r]!))) / (powerOf(start) * watch.path),
    imbalance: largest(after.map(Math.abs)) / (last.size * last.size),
    ...trajectory(seen, degree),
    ...fiveModels(training),
  };
}

/** Six to the decade: a curve on log log t looks smooth, and a table stays a page. */
const logTimes = [1, 10, 100, 1000, 10_000].flatMap((decade) =>
  [1, 1.5, 2, 3, 5, 7].map((times) => times * decade),
);

/** γ̄, log(1/𝓛) and its prediction log(L²γ̄^{2/L} t (log t)^{2−2/L}) with the last γ̄, linear in log t between checkpoints. */
function trajectory(seen: readonly (Checkpoint & Examined)[], degree: number): Measurements {
  const margins: number[] = [];
  const losses: number[] = [];
  const predicted: number[] = [];
  const at: number[] = [];
  const { margin: limit } = seen.at(-1)!;
  for (const logTime of logTimes) {
    const next = seen.findIndex((moment) => moment.logTime >= logTime);
    // Before the data are fitted there is no margin, and beyond the end nothing is known.
    if (next < 1) continue;
    const [before, after] = [seen[next - 1]!, seen[next]!];
    const share = (logTime - before.logTime) / (after.logTime - before.logTime);
    const between = (from: number, to: number): number => from + share * (to - from);
    at.push(logTime);
    margins.push(between(before.margin, after.margin));
    losses.push(-between(before.logLoss, after.logLoss));
    predicted.push(logRate(limit, degree, logTime));
  }
  return {
    normalisedMarginCurve: margins,
    'normalisedMarginCurve.at': at,
    lossCurve: losses,
    'lossCurve.at': at,
    predictedLossCurve: predicted,
    'predictedLossCurve.at': at,
  };
}

const powerOf = ({ activation }: Homogeneous): number => (activation.kind === 'power' ? activation.power : 1);

/** Margins of the nets at which 𝓛 first fell below each of the five losses, and how robust they are on fresh points. */
function fiveModels({ start, loss, set, fresh, trained }: MarginTraining): Measurements {
  const models = trained.folded.reached.map((at): Checkpoint & Examined => ({
    ...at,
    ...examine(start, set, loss, at),
  }));
  const [first, final] = [models[0], models[models.length - 1]];
  const margins = models.map(({ margin }) => margin);
  const grid = { fiveMargins: margins, 'fiveMargins.at': fiveLogLosses.slice(0, models.length) };
  if (!first || !final || models.length < 2) return { ...grid, lossesReached: models.length };
  return {
    ...grid,
    lossesReached: models.length,
    fiveSteps: models.map(({ step }) => step),
    fiveMarginsLeastGain: margins
      .slice(1)
      .reduce((least, margin, i) => Math.min(least, margin / margins[i]!), Infinity),
    fiveMarginsGain: final.margin / first.margin,
    fiveProductMargins: models.map(({ productMargin }) => productMargin),
    firstGrowth: first.size / norm(parametersOf(start)),
    ...robustnessOf(models, start, fresh),
  };
}

function robustnessOf(models: readonly Checkpoint[], start: Homogeneous, fresh: LabelledSet): Measurements {
  if (start.weights.length !== 2 || start.activation.kind !== 'relu') return {};
  const each = models.map(({ theta }) => radiiOf(atParameters(start, theta), fresh));
  const radii = each.map(({ exact }) => exact);
  const reach = median(radii[0]!);
  const robust = radii.map((of) => share(of, (radius) => radius >= reach));
  return {
    provedShare: Math.min(...each.map(({ proved }) => proved)),
    lipschitzBreach: Math.max(...each.map(({ breach }) => breach)),
    fiveRadii: radii.map(median),
    fiveCertified: each.map(({ certified }) => median(certified)),
    fiveRobustAccuracy: robust,
    robustAccuracyGain: robust[robust.length - 1]! - robust[0]!,
    medianRadiusGain: median(radii[radii.length - 1]!) / reach,
  };
}

/** Exact radii of a net of two ReLU layers on fresh points, 0 where it errs, beside q/β. */
function radiiOf(net: Homogeneous, { inputs, labels }: LabelledSet) {
  const [hidden, outputs] = net.weights as [Homogeneous['weights'][0], Homogeneous['weights'][0]];
  const network: Network = {
    weights: hidden,
    biases: new Float64Array(hidden.rows),
    readout: { kind: 'linear', outputs: outputs.data },
  };
  const span = spanOf(network);
  const products = timesTransposed(inputs, hidden);
  const exact = exactRadii(span, products, labels);
  const lipschitz = lipschitzConstant(network, l2);
  const certified = marginsOf(network, { products, labels }).map((q) => certifiedRadius(q, lipschitz));
  return {
    exact: exact.map(({ upper }) => upper),
    certified,
    proved: share(
      exact.map(({ lower, upper }) => upper - lower - 1e-9 * upper),
      (gap) => gap <= 0,
    ),
    breach: exact.reduce(
      (worst, { upper }, i) => Math.max(worst, upper > 0 ? certified[i]! / upper - 1 : -1),
      -1,
    ),
  };
}
