/**
 * Weights may have coordinates that no input has (see `cluster-law`): they never move. The options without them, and
 * what puts them back behind the others in what was found.
 */
import { leading, matrix } from '../matrix.js';
import type { Moment, Probe, Probes } from '../probe.js';
import type { Descent, DescentOptions } from './descend.js';

export interface Active<P> {
  readonly options: DescentOptions<P>;
  readonly complete: (found: Descent<P>) => Descent<P>;
}

/** Undefined where weights and inputs have the same coordinates. */
export function withoutIdleCoordinates<P extends Probes>(options: DescentOptions<P>): Active<P> | undefined {
  const { inputs, start, probes } = options;
  const whole = start.weights;
  if (whole.columns === inputs.columns) return undefined;
  const completed = (moved: Float64Array): Float64Array => {
    const weights = whole.data.slice();
    for (let r = 0; r < whole.rows; r++) {
      weights.set(moved.subarray(r * inputs.columns, (r + 1) * inputs.columns), r * whole.columns);
    }
    return weights;
  };
  const seeingAll = Object.fromEntries(
    Object.entries(probes ?? {}).map(([name, { start: first, fold }]): [string, Probe<unknown>] => [
      name,
      {
        start: first,
        fold: (state, moment) => fold(state, new WithWeights(moment, () => completed(moment.weights()))),
      },
    ]),
  );
  const active = { ...start, weights: leading(whole, inputs.columns) };
  return {
    options: { ...options, start: active, probes: seeingAll as P },
    complete: (found) => ({
      ...found,
      layer: {
        ...found.layer,
        weights: matrix(whole.rows, whole.columns, completed(found.layer.weights.data)),
      },
    }),
  };
}

/** A moment computes what it is asked for: its getters stay getters. */
class WithWeights implements Moment {
  readonly #moment: Moment;
  readonly weights: () => Float64Array;

  constructor(moment: Moment, weights: () => Float64Array) {
    this.#moment = moment;
    this.weights = weights;
  }

  get step(): number {
    return this.#moment.step;
  }

  get loss(): number {
    return this.#moment.loss;
  }

  get margins(): Float64Array {
    return this.#moment.margins;
  }

  get preactivations(): Float64Array {
    return this.#moment.preactivations;
  }

  get biases(): Float64Array {
    return this.#moment.biases;
  }
}
