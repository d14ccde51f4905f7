/**
 * Full-batch gradient descent with a constant step on the hidden layer, θ_{t+1} = θ_t − η ∇L(θ_t), the read-out frozen.
 * One interface, several forms that compute the same trajectory:
 *   `plain`  in weight space: W_{t+1} = W_t + (η/n) S_t X; 4·n·M·d multiply-adds a step.
 *   `gram`   in sample space (n × n): P_{t+1} = P_t + (η/n) (X Xᵀ + 11ᵀ) S_tᵀ, exact sample by sample because every
 *            update of W lies in the span of the rows of X; n²·M a step after n²·d/2 once.
 * `auto` picks the cheaper of the two by these counts.
 */
import { BadInput } from '../bad-input.js';
import { blowUp, type Ending } from '../ending.js';
import { addProduct, gram, matrix, timesTransposed, type Matrix } from '../matrix.js';
import { preactivations, type Layer } from '../network/layer.js';
import type { Folded, Moment, Probes } from '../probe.js';
import type { Objective } from './objective.js';

export type Form = 'plain' | 'gram';

export interface DescentOptions<P> {
  /** θ_0; not changed. */
  readonly start: Layer;
  /** X, n × d. */
  readonly inputs: Matrix;
  readonly objective: Objective;
  /** η > 0 */
  readonly stepSize: number;
  /** T */
  readonly steps: number;
  readonly form?: Form | 'auto';
  /** X Xᵀ where the caller has it already (runs that differ only in η, m or T share it). */
  readonly kernel?: Matrix;
  readonly probes?: P;
}

export interface Descent<P> {
  /** θ at the end. */
  readonly layer: Layer;
  readonly ending: Ending;
  readonly form: string;
  /** Mean training loss and margins (n) at the end. */
  readonly loss: number;
  readonly margins: Float64Array;
  readonly folded: Folded<P>;
}

/** Multiply-adds of each form: what `auto` compares. */
export function descentCost(form: Form, n: number, dimension: number, width: number, steps: number): number {
  if (form === 'plain') return 2 * steps * n * dimension * width;
  return (n * (n + 1) * dimension) / 2 + 2 * n * dimension * width + steps * n * n * width;
}

export function checkDescent({
  stepSize,
  steps,
}: {
  readonly stepSize: number;
  readonly steps: number;
}): void {
  if (!(stepSize > 0 && Number.isFinite(stepSize))) {
    throw new BadInput({ expected: 'a step size η > 0', got: String(stepSize), try: 'stepSize 0.001' });
  }
  if (!(Number.isInteger(steps) && steps >= 0)) {
    throw new BadInput({ expected: 'a whole number of steps T ≥ 0', got: String(steps), try: 'steps 100' });
  }
}

export function descend<P extends Probes = Record<never, never>>(options: DescentOptions<P>): Descent<P> {
  checkDescent(options);
  const { start, inputs, objective, steps } = options;
  const n = inputs.rows;
  const width = start.biases.length;
  const cost = (form: Form): number => descentCost(form, n, inputs.columns, width, steps);
  const chosen =
    options.form === undefined || options.form === 'auto'
      ? cost('gram') < cost('plain')
        ? 'gram'
        : 'plain'
      : options.form;
  const state = chosen === 'gram' ? gramState(options) : plainState(options);
  return { ...follow(state, objective, steps, options.probes ?? ({} as P)), form: chosen };
}

/** A form of descent: the current pre-activations, and how to step by the signals. */
export interface State {
  readonly preactivations: Float64Array;
  readonly biases: Float64Array;
  readonly advance: (signals: Float64Array) => void;
  readonly weights: () => Matrix;
}

/** Follow a trajectory to its end, folding the probes; shared by every form. */
export function follow<P extends Probes>(
  state: State,
  objective: Objective,
  steps: number,
  probes: P,
): Omit<Descent<P>, 'form'> {
  const { samples: n, width } = objective;
  const signals = new Float64Array(width * n);
  const margins = new Float64Array(n);
  const folded: Record<string, unknown> = {};
  for (const [name, probe] of Object.entries(probes)) folded[name] = probe.start;

  let loss = Number.NaN;
  let initial = Number.NaN;
  let fittedSince = -1;
  let diverged = -1;
  for (let step = 0; step <= steps; step++) {
    loss = objective.backward(state.preactivations, signals, margins);
    if (step === 0) initial = loss;
    if (!(loss <= blowUp * initial && margins.every(Number.isFinite))) {
      diverged = step;
      break;
    }
    const fits = margins.every((margin) => margin > 0);
    if (!fits) fittedSince = -1;
    else if (fittedSince < 0) fittedSince = step;
    const moment: Moment = {
      step,
      loss,
      margins,
      preactivations: state.preactivations,
      biases: state.biases,
      weights: () => state.weights().data,
    };
    for (const [name, probe] of Object.entries(probes)) folded[name] = probe.fold(folded[name], moment);
    if (step < steps) state.advance(signals);
  }
  const ending: Ending =
    diverged >= 0
      ? { kind: 'diverged', step: diverged }
      : fittedSince >= 0
        ? { kind: 'fitted', step: fittedSince }
        : { kind: 'out-of-steps', unfitted: margins.filter((margin) => !(margin > 0)).length };
  return {
    layer: { weights: state.weights(), biases: state.biases.slice() },
    ending,
    loss,
    margins,
    folded: folded as Folded<P>,
  };
}

function plainState({ start, inputs, stepSize }: DescentOptions<unknown>): State {
  const n = inputs.rows;
  const width = start.biases.length;
  const weights = matrix(width, inputs.columns, start.weights.data.slice());
  const biases = start.biases.slice();
  const current = preactivations({ weights, biases }, inputs).data;
  return {
    preactivations: current,
    biases,
    weights: () => matrix(width, inputs.columns, weights.data.slice()),
    advance(signals) {
      for (let at = 0; at < signals.length; at++) signals[at]! *= stepSize / n;
      addProduct(weights, matrix(width, n, signals), inputs);
      addRowSums(biases, signals, n);
      current.set(preactivations({ weights, biases }, inputs).data);
    },
  };
}

function gramState({ start, inputs, stepSize, kernel }: DescentOptions<unknown>): State {
  const n = inputs.rows;
  const width = start.biases.length;
  const products = kernel ?? gram(inputs);
  const biases = start.biases.slice();
  const current = preactivations(start, inputs).data;
  /** C, M × n: W_t = W_0 + C_t X. */
  const coefficients = matrix(width, n);
  return {
    preactivations: current,
    biases,
    weights() {
      const weights = matrix(width, inputs.columns, start.weights.data.slice());
      addProduct(weights, coefficients, inputs);
      return weights;
    },
    advance(signals) {
      for (let at = 0; at < signals.length; at++) {
        signals[at]! *= stepSize / n;
        coefficients.data[at]! += signals[at]!;
      }
      const moved = timesTransposed(products, matrix(width, n, signals)).data;
      const sums = addRowSums(biases, signals, n);
      for (let at = 0; at < current.length; at++) current[at]! += moved[at]! + sums[at % width]!;
    },
  };
}

/** biases_r += Σ_i signals_{ri}; returns the sums. */
function addRowSums(biases: Float64Array, signals: Float64Array, n: number): Float64Array {
  const sums = new Float64Array(biases.length);
  for (let r = 0; r < biases.length; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += signals[r * n + i]!;
    sums[r] = sum;
    biases[r]! += sum;
  }
  return sums;
}
