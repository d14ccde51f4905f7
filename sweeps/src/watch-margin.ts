/** What is kept of a trajectory on which a margin is maximised: extremes of every step, and some moments in full. */
import {
  degreeOfHomogeneity,
  log,
  norm,
  parametersOf,
  type Homogeneous,
  type LogLoss,
  type TrainingMoment,
  type TrainingProbe,
} from '@marginalia/core';
import { normalisedMargin, raised, smoothedMargin, softMargin } from '@marginalia/theory';

/** A moment to come back to. */
export interface Checkpoint {
  readonly step: number;
  readonly logTime: number;
  readonly logLoss: number;
  /** ‖θ_t − θ_{t−1}‖, from the moment before. */
  readonly move: number;
  readonly theta: Float64Array;
}

/** Grows while it watches: the state of one trajectory. */
export interface MarginWatch {
  /** t_0: the first step with 𝓛 < ℓ(0), so that every margin is positive; −1 before. */
  start: number;
  /** Largest relative fall of γ̃ in one step since t_0, and below the highest that it had been. */
  dip: number;
  fall: number;
  /** Largest breach of the sandwich since t_0, relative to γ̄. */
  sandwichBreach: number;
  /** Σ ‖θ_{t+1} − θ_t‖². */
  path: number;
  /** ‖θ_t − θ_{t−1}‖ of the last step that was kept. */
  move: number;
  last: number;
  highest: number;
  due: number;
  readonly previous: Float64Array;
  readonly checkpoints: Checkpoint[];
  /** The first moments at which 𝓛 is below each of the losses asked for. */
  readonly reached: Checkpoint[];
}

export interface WatchOptions {
  readonly network: Homogeneous;
  readonly loss: LogLoss;
  /** log 𝓛 to stop at for a copy, falling. */
  readonly logLosses: readonly number[];
}

/** Factor between the steps of two checkpoints. */
const spacing = 1.2;

export function watchMargin({ network, loss, logLosses }: WatchOptions): TrainingProbe<MarginWatch> {
  const degree = degreeOfHomogeneity(network);
  const logStart = loss.logValue(0);
  return {
    start: {
      start: -1,
      dip: 0,
      fall: 0,
      last: -Infinity,
      sandwichBreach: 0,
      path: 0,
      move: 0,
      highest: -Infinity,
      due: 1,
      previous: parametersOf(network),
      checkpoints: [],
      reached: [],
    },
    fold(state, moment) {
      const { step, theta, logLoss, margins } = moment;
      let moved = 0;
      for (let i = 0; i < theta.length; i++) {
        const by = theta[i]! - state.previous[i]!;
        moved += by * by;
      }
      state.path += moved;
      state.move = Math.sqrt(moved);
      state.previous.set(theta);
      const size = norm(theta);
      const least = leastOf(margins);
      if (state.start < 0 && logLoss < logStart) state.start = step;
      if (state.start >= 0) {
        const smoothed = smoothedMargin(loss, logLoss, size, degree);
        if (smoothed < state.last) state.dip = Math.max(state.dip, 1 - smoothed / state.last);
        state.last = smoothed;
        if (smoothed > state.highest) state.highest = smoothed;
        else state.fall = Math.max(state.fall, 1 - smoothed / state.highest);
        const sharp = normalisedMargin(least, size, degree);
        const below = softestMargin(loss, least, margins.length) / raised(size, degree);
        state.sandwichBreach = Math.max(
          state.sandwichBreach,
          (smoothed - sharp) / sharp,
          (below - smoothed) / sharp,
        );
        const next = logLosses[state.reached.length];
        if (next !== undefined && logLoss <= next) state.reached.push(copy(moment, state.move));
      }
      if (step >= state.due) {
        state.due = Math.max(step + 1, Math.floor(spacing * step));
        if (state.start >= 0) state.checkpoints.push(copy(moment, state.move));
      }
      return state;
    },
  };
}

const copy = ({ step, logTime, logLoss, theta }: TrainingMoment, move: number): Checkpoint => ({
  step,
  logTime,
  logLoss,
  move,
  theta: theta.slice(),
});

/** The least soft margin of N samples whose least margin is q: that of N equal ones. */
function softestMargin(loss: LogLoss, least: number, samples: number): number {
  return softMargin(loss, loss.logValue(least) + log(samples));
}

function leastOf(values: Float64Array): number {
  let least = Infinity;
  for (const value of values) if (value < least) least = value;
  return least;
}
