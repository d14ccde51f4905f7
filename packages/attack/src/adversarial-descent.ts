/**
 * Adversarial training of a two-layer net with frozen outputs: gradient descent on Σ_i ℓ(y_i f(x_i + δ_i)), each δ_i found by
 * projected gradient descent in the ℓ2 ball at the current net. A displacement lies in the span of the neurons, δ_i = Wᵀ c_i,
 * so that its search costs M² a step and the update is (η/n) Sᵀ(X + C W), whatever d.
 * Source: Madry, Makelov, Schmidt, Tsipras & Vladu, ICLR 2018 (arXiv 1706.06083).
 */
import {
  addProduct,
  BadInput,
  gram,
  logistic,
  matrix,
  preactivations,
  row,
  type Layer,
  type Matrix,
} from '@marginalia/core';

export interface AdversarialOptions {
  readonly start: Layer;
  /** a (M), frozen. */
  readonly outputs: Float64Array;
  /** X, n × D. */
  readonly inputs: Matrix;
  /** y_i ∈ {−1, +1}, n. */
  readonly labels: Int8Array;
  /** η */
  readonly stepSize: number;
  /** T */
  readonly steps: number;
  /** ε ≥ 0: the radius trained for; 0 is ordinary descent. */
  readonly radius: number;
  /** Steps of the inner search, each of 2.5 ε/J, from δ = 0. */
  readonly attackSteps: number;
  /** Steps over which the radius grows from 0 to ε, linearly: a large ε from the first step on teaches nothing. 0 when absent. */
  readonly warmUp?: number;
  /** How much faster biases learn than weights; 1 when absent. d is what an input of √d in their place would do. */
  readonly biasRate?: number;
}

export interface AdversarialDescent {
  readonly layer: Layer;
  /** y_i f(x_i) and y_i f(x_i + δ_i) at the end, n. */
  readonly margins: Float64Array;
  readonly attackedMargins: Float64Array;
  /** Mean loss under attack at the end. */
  readonly loss: number;
  /** Forward and backward passes over the data: T for ordinary descent, T (1 + J) here. */
  readonly passes: number;
}

/** Throws BadInput for a radius that is negative or not finite, and for numbers of steps that are not whole. */
export function adversarialDescent(options: AdversarialOptions): AdversarialDescent {
  const {
    start,
    outputs,
    inputs,
    labels,
    stepSize,
    steps,
    radius,
    attackSteps,
    warmUp = 0,
    biasRate = 1,
  } = options;
  refuse(options);
  const [n, width] = [inputs.rows, outputs.length];
  const weights = matrix(width, start.weights.columns, start.weights.data.slice());
  const biases = start.biases.slice();
  const layer: Layer = { ...start, weights, biases };
  const active = matrix(width, inputs.columns);
  const signals = matrix(width, n);
  const shift = new Float64Array(width);
  const moved = new Float64Array(width);
  const margins = new Float64Array(n);
  const attackedMargins = new Float64Array(n);
  const search = new InnerSearch(outputs, radius > 0 ? attackSteps : 0);
  let loss = Number.NaN;
  for (let step = 0; ; step++) {
    const p = preactivations(layer, inputs);
    const reach = step < warmUp ? (radius * step) / warmUp : radius;
    const products = gram(weights).data;
    const mixed = matrix(width, width);
    const pushed = new Float64Array(width);
    let total = 0;
    for (let i = 0; i < n; i++) {
      const label = labels[i]!;
      const at = row(p, i);
      search.run(at, label, { products, radius: reach }, shift, moved);
      margins[i] = label * scoreOf(at, outputs);
      attackedMargins[i] = label * scoreOf(moved, outputs);
      total += logistic.value(attackedMargins[i]!);
      const pull = (label * logistic.slope(attackedMargins[i]!) * stepSize) / n;
      for (let r = 0; r < width; r++) {
        const signal = moved[r]! > 0 ? outputs[r]! * pull : 0;
        signals.data[r * n + i] = signal;
        pushed[r]! += signal;
        if (signal !== 0) for (let s = 0; s < width; s++) mixed.data[r * width + s]! += signal * shift[s]!;
      }
    }
    loss = total / n;
    if (step === steps) break;
    // W ← W + Sᵀ X + (Sᵀ C) W; X may end before W does.
    const before = matrix(width, weights.columns, weights.data.slice());
    addProduct(weights, mixed, before);
    active.data.fill(0);
    addProduct(active, signals, inputs);
    for (let r = 0; r < width; r++) {
      const [into, by] = [row(weights, r), row(active, r)];
      for (let l = 0; l < by.length; l++) into[l]! += by[l]!;
      biases[r]! += biasRate * pushed[r]!;
    }
  }
  return { layer, margins, attackedMargins, loss, passes: steps * (1 + (radius > 0 ? attackSteps : 0)) };
}

/** Projected descent on y f in pre-activations: c (M) with δ = Wᵀ c, and z = p + W Wᵀ c. */
class InnerSearch {
  readonly #outputs: Float64Array;
  readonly #steps: number;
  readonly #slopes: Float64Array;
  readonly #pull: Float64Array;

  constructor(outputs: Float64Array, steps: number) {
    this.#outputs = outputs;
    this.#steps = steps;
    this.#slopes = new Float64Array(outputs.length);
    this.#pull = new Float64Array(outputs.length);
  }

  run(
    p: Float64Array,
    label: number,
    { products, radius }: { readonly products: Float64Array; readonly radius: number },
    shift: Float64Array,
    moved: Float64Array,
  ): void {
    const width = p.length;
    const [slopes, pull] = [this.#slopes, this.#pull];
    shift.fill(0);
    moved.set(p);
    const length = (2.5 * radius) / Math.max(1, this.#steps);
    for (let step = 0; step < this.#steps; step++) {
      let size = 0;
      for (let r = 0; r < width; r++) slopes[r] = moved[r]! > 0 ? label * this.#outputs[r]! : 0;
      for (let r = 0; r < width; r++) {
        let sum = 0;
        for (let s = 0; s < width; s++) sum += products[r * width + s]! * slopes[s]!;
        pull[r] = sum;
        size += slopes[r]! * sum;
      }
      if (!(size > 0)) return;
      const by = length / Math.sqrt(size);
      for (let r = 0; r < width; r++) {
        shift[r]! -= by * slopes[r]!;
        moved[r]! -= by * pull[r]!;
      }
      // ‖δ‖² = cᵀ W Wᵀ c = ⟨c, z − p⟩.
      let reach = 0;
      for (let r = 0; r < width; r++) reach += shift[r]! * (moved[r]! - p[r]!);
      if (reach <= radius * radius) continue;
      const scale = radius / Math.sqrt(reach);
      for (let r = 0; r < width; r++) {
        shift[r]! *= scale;
        moved[r] = p[r]! + scale * (moved[r]! - p[r]!);
      }
    }
  }
}

function scoreOf(p: Float64Array, outputs: Float64Array): number {
  let sum = 0;
  for (let r = 0; r < p.length; r++) if (!(p[r]! <= 0)) sum += outputs[r]! * p[r]!;
  return sum;
}

function refuse({ stepSize, steps, radius, attackSteps, warmUp = 0 }: AdversarialOptions): void {
  if (!(radius >= 0 && Number.isFinite(radius))) {
    throw new BadInput({ expected: 'a finite radius ε ≥ 0', got: String(radius), try: 'radius 1' });
  }
  if (!(stepSize > 0 && Number.isFinite(stepSize))) {
    throw new BadInput({ expected: 'a step size η > 0', got: String(stepSize), try: 'stepSize 0.001' });
  }
  for (const [name, count] of Object.entries({ steps, attackSteps, warmUp })) {
    if (!(Number.isInteger(count) && count >= 0)) {
      throw new BadInput({ expected: `a whole number of ${name} ≥ 0`, got: String(count) });
    }
  }
}
