/** From a setting and a key to a net whose margin has been maximised, and to the same start under the uncapped scheduler. */
import {
  balancedOutputs,
  gaussianNet,
  homogeneous,
  logLosses,
  matrix,
  publishedScheduler,
  relu,
  reluPower,
  train,
  type Activation,
  type Homogeneous,
  type LogLoss,
  type Random,
  type Trained,
} from '@marginalia/core';
import { marginLaw, type LabelledSet, type MarginData } from './margin-data.js';
import { watchMargin, type MarginWatch } from './watch-margin.js';

/**
 * `frozen`: two ReLU layers, outputs ±1/m frozen, L = 1. `two-layer`: both trained, L = 2. `deep`: three ReLU layers, L = 3.
 * `squared`: two layers of squared ReLU, L = 3 and C¹.
 */
export type MarginModel = 'frozen' | 'two-layer' | 'deep' | 'squared';
export const marginModels: readonly MarginModel[] = ['frozen', 'two-layer', 'deep', 'squared'];

export interface MarginSetting {
  readonly model: MarginModel;
  readonly data: MarginData;
  readonly loss: 'exponential' | 'logistic';
  readonly dimension: number;
  readonly samples: number;
  readonly width: number;
  readonly spread: number;
  readonly cap: number;
  readonly steps: number;
  readonly testPoints: number;
}

/** log 𝓛 of the five models of the talk. */
export const fiveLogLosses: readonly number[] = [10.04, 15.12, 20.07, 120.01, 881.51].map(
  (digits) => -digits * Math.LN10,
);

export function startOf({ model, dimension, width, spread }: MarginSetting, random: Random): Homogeneous {
  const hidden = 2 * width;
  const widths = model === 'deep' ? [dimension, hidden, hidden, 1] : [dimension, hidden, 1];
  const activation: Activation = model === 'squared' ? reluPower(2) : relu;
  const deviation = widths.slice(0, -1).map((fan) => spread * Math.sqrt(2 / fan));
  const net = gaussianNet({ widths, activation, deviation }, random);
  if (model !== 'frozen') return net;
  const outputs = matrix(1, hidden, balancedOutputs(width));
  return homogeneous({ ...net, weights: [net.weights[0]!, outputs], frozen: [1] });
}

export interface MarginTraining {
  readonly start: Homogeneous;
  readonly loss: LogLoss;
  readonly set: LabelledSet;
  readonly fresh: LabelledSet;
  readonly trained: Trained<MarginWatch>;
  /** The published scheduler as it is, one full-batch step a decision, from the same start. */
  readonly uncapped: Trained<MarginWatch>;
}

/** Where the uncapped scheduler has been seen enough: a loss that no direction explains. */
const farBeyond = -1e6;
/** At α_0 2^{T/5} after T steps the scheduler has run away long before. */
const uncappedSteps = 2000;

export function trainMargin(setting: MarginSetting, random: Random): MarginTraining {
  const { data, dimension, samples, testPoints, cap, steps, spread } = setting;
  const loss = logLosses[setting.loss];
  const draw = marginLaw(data, dimension, random.stream('law'));
  const set = draw(samples, random.stream('train'));
  const start = startOf(setting, random.stream('start'));
  const options = { network: start, inputs: set.inputs, targets: set.labels, loss };
  const last = fiveLogLosses[fiveLogLosses.length - 1]!;
  return {
    start,
    loss,
    set,
    fresh: draw(testPoints, random.stream('test')),
    trained: train({
      ...options,
      rule: { ...publishedScheduler, cap },
      steps,
      probe: watchMargin({ network: start, loss, logLosses: fiveLogLosses }),
      // A start far out is for the five models, which end here.
      until: ({ logLoss }) => spread > 1 && logLoss <= last,
    }),
    uncapped: train({
      ...options,
      rule: publishedScheduler,
      steps: uncappedSteps,
      probe: watchMargin({ network: start, loss, logLosses: [] }),
      until: ({ logLoss }) => logLoss <= farBeyond,
    }),
  };
}
