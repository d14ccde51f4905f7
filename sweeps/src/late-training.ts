/**
 * Both layers of a binary net trained until they lie near a KKT point of min ½‖θ‖² s.t. y_i f(x_i) ≥ 1: gradient descent
 * whose step grows as the loss falls, so that log(1/L) grows with the number of steps and not with its logarithm.
 * Source: Lyu & Li, ICLR 2020 (arXiv 1906.05890), loss-based step size; the cap is what makes it honest for ReLU nets.
 */
import {
  addProduct,
  BadInput,
  binaryObjective,
  descend,
  dot,
  logistic,
  matrix,
  preactivations,
  row,
  type Layer,
  type Matrix,
  type SampleKernel,
} from '@marginalia/core';

export interface LateOptions {
  readonly start: Layer;
  /** a_0 (M). */
  readonly outputs: Float64Array;
  /** X, n × D. */
  readonly inputs: Matrix;
  /** y_i ∈ {−1, +1}, n. */
  readonly labels: Int8Array;
  readonly kernel: SampleKernel;
  /** T; the step is set anew every `stageSteps` of them. */
  readonly steps: number;
}

export interface LateNet {
  readonly layer: Layer;
  readonly outputs: Float64Array;
  readonly margins: Float64Array;
  readonly loss: number;
  readonly steps: number;
}

/** Steps of one size: the loss falls by a small power of e in them, and a longer stage would waste the rest of it. */
const stageSteps = 10;
/** η max_i ‖∇q_i‖² times the loss: steps of this size do not overshoot along a sample's own gradient. */
const cap = 0.3;
/** Where squares of gradients would leave float64. */
const leastLoss = 1e-140;

/** Ends after `steps` steps, or once the loss is below 1e-140. Throws BadInput when T is not a positive integer. */
export function trainLate({ start, outputs, inputs, labels, kernel, steps }: LateOptions): LateNet {
  if (!(Number.isInteger(steps) && steps > 0)) {
    throw new BadInput({ expected: 'a whole number of steps ≥ 1', got: String(steps) });
  }
  const sizes = Float64Array.from({ length: inputs.rows }, (_, i) => 1 + dot(row(inputs, i), row(inputs, i)));
  const longest = Math.sqrt(sizes.reduce((top, size) => Math.max(top, size), 0));
  let net = { layer: start, outputs };
  let stepSize = firstStep(net, inputs, sizes, longest);
  let done = 0;
  for (;;) {
    const length = Math.min(stageSteps, steps - done);
    const {
      layer,
      outputs: trained,
      margins,
      loss,
    } = descend({
      start: net.layer,
      inputs,
      objective: binaryObjective(logistic, net.outputs, labels),
      stepSize,
      steps: length,
      trainOutputs: true,
      form: kernel.form === 'factored' ? 'factored' : 'gram',
      kernel,
    });
    net = { layer, outputs: trained };
    done += length;
    if (done >= steps || !(loss > leastLoss)) return { ...net, margins, loss, steps: done };
    stepSize = stepOf(net, inputs, sizes, longest, margins);
  }
}

const firstStep = (
  net: Pick<LateNet, 'layer' | 'outputs'>,
  inputs: Matrix,
  sizes: Float64Array,
  longest: number,
): number => stepOf(net, inputs, sizes, longest, new Float64Array(inputs.rows));

/** cap / (mean |ℓ′| · (max_i ‖∇q_i‖² + max_i ‖x̃_i‖)): the second term bounds what the product of the layers bends. */
function stepOf(
  { layer, outputs }: Pick<LateNet, 'layer' | 'outputs'>,
  inputs: Matrix,
  sizes: Float64Array,
  longest: number,
  margins: Float64Array,
): number {
  const p = preactivations(layer, inputs);
  let steepest = 0;
  let pull = 0;
  for (let i = 0; i < inputs.rows; i++) {
    let outer = 0;
    let inner = 0;
    row(p, i).forEach((value, r) => {
      if (!(value > 0)) return;
      outer += outputs[r]! * outputs[r]!;
      inner += value * value;
    });
    steepest = Math.max(steepest, outer * sizes[i]! + inner);
    pull += logistic.slope(margins[i]!);
  }
  return cap / ((pull / inputs.rows) * (steepest + longest));
}

export interface Stationarity {
  /** cos(θ, −∇L). */
  readonly cosine: number;
  /** √(1 − cos²): ‖θ − Σ λ_i ∇q_i‖/‖θ‖ for the best multiple λ of the −ℓ′(q_i): what KKT asks to vanish. */
  readonly residual: number;
  /** Σ_i −ℓ′(q_i) ⟨θ, ∇q_i⟩ = n ⟨θ, −∇L⟩. */
  readonly inner: number;
  /** max_r |a_r² − ‖w_r‖² − b_r²| / max_r a_r²: what KKT points and gradient flow from a balanced start have at zero. */
  readonly imbalance: number;
  /** λ_i up to a factor: −ℓ′(q_i), n. */
  readonly multipliers: Float64Array;
}

/** How near a net lies to a KKT point; at kinks ReLU′(0) = 0, so that the residual is an upper bound of the one over Clarke's set. */
export function stationarity({ layer, outputs }: LateNet, inputs: Matrix, labels: Int8Array): Stationarity {
  const n = inputs.rows;
  const width = outputs.length;
  const objective = binaryObjective(logistic, outputs, labels);
  const signals = new Float64Array(width * n);
  const margins = new Float64Array(n);
  const p = preactivations(layer, inputs);
  objective.backward(p.data, signals, margins);
  const multipliers = margins.map(logistic.slope);
  const descent = matrix(width, inputs.columns);
  addProduct(descent, matrix(width, n, signals), inputs);
  let inner = 0;
  let gradient = 0;
  let size = 0;
  let worst = 0;
  let largest = 0;
  for (let r = 0; r < width; r++) {
    const weights = row(layer.weights, r);
    const direction = row(descent, r);
    for (let l = 0; l < direction.length; l++) {
      inner += weights[l]! * direction[l]!;
      gradient += direction[l]! * direction[l]!;
    }
    let bias = 0;
    let output = 0;
    for (let i = 0; i < n; i++) {
      bias += signals[r * n + i]!;
      output += labels[i]! * multipliers[i]! * Math.max(0, p.data[i * width + r]!);
    }
    inner += layer.biases[r]! * bias + outputs[r]! * output;
    gradient += bias * bias + output * output;
    const square = dot(weights, weights) + layer.biases[r]! ** 2;
    size += square + outputs[r]! ** 2;
    worst = Math.max(worst, Math.abs(outputs[r]! ** 2 - square));
    largest = Math.max(largest, outputs[r]! ** 2);
  }
  const cosine = inner / Math.sqrt(gradient * size);
  return {
    cosine,
    residual: Math.sqrt(Math.max(0, 1 - cosine * cosine)),
    imbalance: worst / largest,
    inner,
    multipliers,
  };
}
