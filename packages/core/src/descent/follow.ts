/** Following a trajectory to its end: the backward pass, the probes, and how it ended. Shared by every form of descent. */
import { blowUp, type Ending } from '../ending.js';
import { Buffers, kernel } from '../kernel/index.js';
import { matrix, type Matrix } from '../matrix.js';
import type { Layer } from '../network/layer.js';
import type { Folded, Moment, Probes } from '../probe.js';
import type { Objective } from './objective.js';

/** A form of descent: θ_t, and how to step by the pulls on it. Arrays belong to the kernel of this thread. */
export interface State {
  /** P_t: M × n, rows `stride` numbers apart (even, zeros behind the n-th). */
  readonly preactivations: Float64Array;
  readonly stride: number;
  /** P_t in full, where `preactivations` need only be right where they are above zero. */
  readonly exact?: () => Float64Array;
  readonly biases: Float64Array;
  /** a_t (M). */
  readonly outputs: Float64Array;
  /** θ_{t+1} from the pulls (rows `stride` apart) at θ_t. */
  readonly advance: (pulls: Float64Array) => void;
  readonly weights: () => Matrix;
  /** C_t (M × n) with W_t = W_0 + C_t X, where the form keeps it. */
  readonly coefficients?: () => Matrix;
  /** Give back what was borrowed. */
  readonly end: () => void;
}

export interface Followed<P> {
  /** θ at the end. */
  readonly layer: Layer;
  /** a at the end: where it began unless the outputs are trained. */
  readonly outputs: Float64Array;
  /**
   * C (M × n) with W_T = W_0 + C X, kept by descent in sample space. By construction: a claim about coefficients recovers
   * them from the weights instead.
   */
  readonly coefficients?: Matrix;
  readonly ending: Ending;
  /** Mean training loss and margins (n) at the end. */
  readonly loss: number;
  readonly margins: Float64Array;
  readonly folded: Folded<P>;
}

/** `places`, where the samples of the state are in another order: sample i of it is the caller's sample places[i]. */
export function follow<P extends Probes>(
  state: State,
  objective: Objective,
  steps: number,
  probes: P,
  places?: Int32Array,
): Followed<P> {
  const { samples: n } = objective;
  const { stride } = state;
  const using = kernel();
  const buffers = new Buffers(using);
  const folded: Record<string, unknown> = {};
  for (const [name, probe] of Object.entries(probes)) folded[name] = probe.start;
  const watching = Object.entries(probes);
  const margins = buffers.floats(stride);
  const pulls = buffers.floats(objective.pullRows * stride);
  const backward = objective.bind(using, buffers, stride);
  /** n numbers in the caller's order. */
  const restored = (of: Float64Array): Float64Array => {
    if (!places) return Float64Array.from(of.subarray(0, n));
    const values = new Float64Array(n);
    for (let i = 0; i < n; i++) values[places[i]!] = of[i]!;
    return values;
  };

  let loss = Number.NaN;
  let initial = Number.NaN;
  let fittedSince = -1;
  let diverged = -1;
  try {
    for (let step = 0; step <= steps; step++) {
      loss = backward(state.preactivations, state.outputs, margins, pulls);
      if (step === 0) initial = loss;
      let least = Infinity;
      let finite = true;
      for (let i = 0; i < n; i++) {
        const margin = margins[i]!;
        // A margin that is not a number fails the test as well.
        if (!(margin - margin === 0)) finite = false;
        if (margin < least) least = margin;
      }
      if (!(finite && loss <= blowUp * initial)) {
        diverged = step;
        break;
      }
      if (!(least > 0)) fittedSince = -1;
      else if (fittedSince < 0) fittedSince = step;
      if (watching.length > 0) {
        const moment = new Seen(state, objective, step, loss, () => restored(margins), places);
        for (const [name, probe] of watching) folded[name] = probe.fold(folded[name], moment);
      }
      if (step < steps) state.advance(pulls);
    }
    const last = restored(margins);
    const ending: Ending =
      diverged >= 0
        ? { kind: 'diverged', step: diverged }
        : fittedSince >= 0
          ? { kind: 'fitted', step: fittedSince }
          : { kind: 'out-of-steps', unfitted: last.filter((margin) => !(margin > 0)).length };
    return {
      layer: { weights: state.weights(), biases: Float64Array.from(state.biases) },
      outputs: Float64Array.from(state.outputs),
      ...(state.coefficients && { coefficients: inOrder(state.coefficients(), places) }),
      ending,
      loss,
      margins: last,
      folded: folded as Folded<P>,
    };
  } finally {
    buffers.end();
  }
}

/** Columns in the caller's order of samples. */
function inOrder(of: Matrix, places: Int32Array | undefined): Matrix {
  if (!places) return of;
  const moved = matrix(of.rows, of.columns);
  for (let r = 0; r < of.rows; r++) {
    places.forEach((place, i) => (moved.data[r * of.columns + place] = of.data[r * of.columns + i]!));
  }
  return moved;
}

/**
 * What a probe sees is laid out for it when it looks, and not before. A class: an object literal with accessors would give
 * each step a shape of its own, which the collector of garbage keeps longest.
 */
class Seen implements Moment {
  readonly step: number;
  readonly loss: number;
  readonly #state: State;
  readonly #width: number;
  readonly #samples: number;
  readonly #margins: () => Float64Array;
  readonly #places: Int32Array | undefined;

  constructor(
    state: State,
    { samples, width }: Objective,
    step: number,
    loss: number,
    margins: () => Float64Array,
    places: Int32Array | undefined,
  ) {
    this.step = step;
    this.loss = loss;
    this.#state = state;
    this.#width = width;
    this.#samples = samples;
    this.#margins = margins;
    this.#places = places;
  }

  get margins(): Float64Array {
    return this.#margins();
  }

  get preactivations(): Float64Array {
    const [n, width, places, { stride }] = [this.#samples, this.#width, this.#places, this.#state];
    const values = new Float64Array(n * width);
    const exact = this.#state.exact?.() ?? this.#state.preactivations;
    for (let r = 0; r < width; r++) {
      for (let i = 0; i < n; i++) values[(places ? places[i]! : i) * width + r] = exact[r * stride + i]!;
    }
    return values;
  }

  get biases(): Float64Array {
    return this.#state.biases;
  }

  weights = (): Float64Array => this.#state.weights().data;
}
