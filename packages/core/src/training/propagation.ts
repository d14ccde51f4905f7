/** Margins of a net on its samples and their gradients: the forward pass, and backpropagation sample by sample. */
import { BadInput } from '../bad-input.js';
import { exp, log } from '../elementary.js';
import { accumulateRows, accumulateRowsSmall } from '../kernel/accumulate.js';
import { multiplyByRows, multiplyByRowsSmall } from '../kernel/multiply.js';
import { dot, matrix, row, type Matrix } from '../matrix.js';
import { activate, slopeOf, wholePower } from './activation.js';
import { outputsOf, parameterCount, type Homogeneous } from './homogeneous.js';

/** Multiply-adds from which the way into the kernel's memory pays for arrays that are used again and again. */
const large = 2 ** 15;

function multiply(a: Matrix, b: Matrix, into: Matrix): void {
  (a.rows * b.rows * a.columns < large ? multiplyByRowsSmall : multiplyByRows)(a, b, into.data);
}

function accumulate(into: Matrix, a: Matrix, b: Matrix): void {
  (a.rows * a.columns * b.columns < large ? accumulateRowsSmall : accumulateRows)(into, a, b);
}

/**
 * One net on n samples. `forward` computes margins at the weights as they are now; then `backward` makes ready what the
 * gradients need. Arrays are its own and are overwritten. `inputs` as `netInputs` gives them; `targets` are labels ±1
 * for one output, classes 0 … C − 1 otherwise.
 */
export class Propagation {
  /** q_n = y f(x), or −log Σ_{j≠y} e^{s_j − s_y}: smooth in the scores. */
  readonly margins: Float64Array;
  /** y f(x), or s_y − max_{j≠y} s_j. */
  readonly leads: Float64Array;
  /** u_l = W_l h_{l−1}, n × m_l; the last are the scores. */
  readonly preactivations: readonly Matrix[];
  readonly #net: Homogeneous;
  readonly #inputs: Matrix;
  readonly #targets: ArrayLike<number>;
  /** h_0 = x, h_1, …, h_{L−1}. */
  readonly #hidden: readonly Matrix[];
  /** ∂q_n/∂u_l. */
  readonly #signals: readonly Matrix[];
  /** For pReLU: what of ∂q_n/∂w_r is along −w_r. */
  readonly #radial: readonly Matrix[];
  /** ∂q_n/∂h_l. */
  readonly #pulls: readonly Matrix[];
  readonly #transposed: readonly Matrix[];
  readonly #lowest: number;
  /** Whether the signals are those of the present forward pass, with the slopes of the activation. */
  #backed = false;

  constructor(net: Homogeneous, inputs: Matrix, targets: ArrayLike<number>) {
    const n = inputs.rows;
    checkTargets(targets, n, outputsOf(net));
    this.#net = net;
    this.#inputs = inputs;
    this.#targets = targets;
    this.margins = new Float64Array(n);
    this.leads = new Float64Array(n);
    const widths = net.weights.map(({ rows }) => rows);
    const hiddenWidths = widths.slice(0, -1);
    this.preactivations = widths.map((width) => matrix(n, width));
    this.#hidden = [inputs, ...hiddenWidths.map((width) => matrix(n, width))];
    this.#signals = widths.map((width) => matrix(n, width));
    this.#radial = net.activation.kind === 'prelu' ? hiddenWidths.map((width) => matrix(n, width)) : [];
    this.#pulls = hiddenWidths.map((width) => matrix(n, width));
    this.#transposed = widths.map((width) => matrix(width, n));
    this.#lowest = net.weights.findIndex((_, l) => !net.frozen.includes(l));
  }

  forward(): void {
    this.#backed = false;
    const { weights, activation } = this.#net;
    const last = weights.length - 1;
    for (let l = 0; l <= last; l++) {
      const u = this.preactivations[l]!;
      multiply(this.#hidden[l]!, weights[l]!, u);
      if (l === last) break;
      const h = this.#hidden[l + 1]!.data;
      for (let at = 0; at < h.length; at++) h[at] = activate(activation, u.data[at]!);
      if (activation.kind === 'prelu') {
        const width = u.columns;
        const scales = this.#scales(l);
        for (let at = 0; at < h.length; at++) h[at]! *= scales[at % width]!;
      }
    }
    this.#score();
  }

  /** 1/‖w_r‖^{p−1} for the neurons of layer l. A neuron without weights is silent. */
  #scales(l: number): Float64Array {
    const { weights, activation } = this.#net;
    const power = activation.kind === 'prelu' ? activation.power : 1;
    return Float64Array.from({ length: weights[l]!.rows }, (_, r) => {
      const w = row(weights[l]!, r);
      const size = Math.sqrt(dot(w, w));
      return size > 0 ? 1 / wholePower(size, power - 1) : 0;
    });
  }

  #score(): void {
    const scores = this.preactivations[this.preactivations.length - 1]!;
    const classes = scores.columns;
    for (let n = 0; n < scores.rows; n++) {
      if (classes === 1) {
        this.leads[n] = this.margins[n] = this.#targets[n]! * scores.data[n]!;
        continue;
      }
      const s = row(scores, n);
      const own = this.#targets[n]!;
      let top = -Infinity;
      for (let j = 0; j < classes; j++) if (j !== own && !(s[j]! <= top)) top = s[j]!;
      let sum = 0;
      for (let j = 0; j < classes; j++) if (j !== own) sum += exp(s[j]! - top);
      this.leads[n] = s[own]! - top;
      this.margins[n] = s[own]! - top - log(sum);
    }
  }

  /** `gates`, where given, says the slope of a hidden neuron instead: an element of Clarke's set where u is 0. */
  backward(gates?: (layer: number, sample: number, neuron: number, u: number) => number): void {
    if (this.#backed && !gates) return;
    this.#backed = !gates;
    const { weights, activation } = this.#net;
    const last = weights.length - 1;
    this.#scoreSignals();
    for (let l = last - 1; l >= this.#lowest; l--) {
      const pulls = this.#pulls[l]!;
      pulls.data.fill(0);
      accumulate(pulls, this.#signals[l + 1]!, weights[l + 1]!);
      const signals = this.#signals[l]!.data;
      const u = this.preactivations[l]!.data;
      const width = pulls.columns;
      for (let at = 0; at < signals.length; at++) {
        const slope = gates
          ? gates(l, Math.floor(at / width), at % width, u[at]!)
          : slopeOf(activation, u[at]!);
        signals[at] = pulls.data[at]! * slope;
      }
      if (activation.kind !== 'prelu') continue;
      const scales = this.#scales(l);
      const radial = this.#radial[l]!.data;
      const sizes = Float64Array.from(scales, (_, r) => {
        const w = row(weights[l]!, r);
        return dot(w, w);
      });
      for (let at = 0; at < signals.length; at++) {
        const r = at % width;
        signals[at]! *= scales[r]!;
        const size = sizes[r]!;
        radial[at] =
          size > 0 ? (pulls.data[at]! * (activation.power - 1) * this.#hidden[l + 1]!.data[at]!) / size : 0;
      }
    }
  }

  #scoreSignals(): void {
    const last = this.preactivations.length - 1;
    const scores = this.preactivations[last]!;
    const signals = this.#signals[last]!;
    if (scores.columns === 1) {
      for (let n = 0; n < scores.rows; n++) signals.data[n] = this.#targets[n]!;
      return;
    }
    for (let n = 0; n < scores.rows; n++) {
      const s = row(scores, n);
      const out = row(signals, n);
      const own = this.#targets[n]!;
      // e^{s_j − s_y + q} is the softmax of the rivals.
      for (let j = 0; j < s.length; j++) out[j] = -exp(s[j]! - s[own]! + this.margins[n]!);
      out[own] = 1;
    }
  }

  /** into (P) += Σ_n weights_n ∇_θ q_n. */
  addGradient(weights: Float64Array, into: Float64Array): void {
    const { weights: layers, frozen } = this.#net;
    let at = 0;
    layers.forEach((layer, l) => {
      if (frozen.includes(l)) return;
      const part = matrix(layer.rows, layer.columns, into.subarray(at, at + layer.data.length));
      at += layer.data.length;
      const signals = this.#signals[l]!;
      const n = signals.rows;
      const width = signals.columns;
      const weighted = this.#transposed[l]!;
      for (let r = 0; r < width; r++) {
        for (let i = 0; i < n; i++) weighted.data[r * n + i] = weights[i]! * signals.data[i * width + r]!;
      }
      accumulate(part, weighted, this.#hidden[l]!);
      const radial = this.#radial[l];
      if (!radial) return;
      for (let r = 0; r < width; r++) {
        let along = 0;
        for (let i = 0; i < n; i++) along += weights[i]! * radial.data[i * width + r]!;
        for (let c = 0; c < layer.columns; c++) {
          part.data[r * layer.columns + c]! -= along * layer.data[r * layer.columns + c]!;
        }
      }
    });
  }

  /** ‖∇_θ q_n‖² of every sample into `into`: an outer product a layer, so that no gradient need be formed. */
  gradientSizes(into: Float64Array): Float64Array {
    const { weights, frozen } = this.#net;
    into.fill(0);
    for (let l = this.#lowest; l < weights.length; l++) {
      if (frozen.includes(l)) continue;
      const radial = this.#radial[l];
      const [hidden, signals] = [this.#hidden[l]!, this.#signals[l]!];
      for (let n = 0; n < into.length; n++) {
        into[n]! += squared(signals, n) * squared(hidden, n);
        if (!radial) continue;
        const along = row(radial, n);
        const signal = row(signals, n);
        const u = row(this.preactivations[l]!, n);
        for (let r = 0; r < along.length; r++) {
          const w = row(weights[l]!, r);
          into[n]! += along[r]! * (along[r]! * dot(w, w) - 2 * signal[r]! * u[r]!);
        }
      }
    }
    return into;
  }

  /** ∇_θ q_n of every sample, n × P. */
  gradients(): Matrix {
    const all = matrix(this.#inputs.rows, parameterCount(this.#net));
    const one = new Float64Array(all.rows);
    for (let n = 0; n < all.rows; n++) {
      one.fill(0);
      one[n] = 1;
      this.addGradient(one, row(all, n));
    }
    return all;
  }
}

/** ‖row n‖². */
function squared({ columns, data }: Matrix, n: number): number {
  let sum = 0;
  for (let at = n * columns; at < (n + 1) * columns; at++) sum += data[at]! * data[at]!;
  return sum;
}

function checkTargets(targets: ArrayLike<number>, samples: number, classes: number): void {
  if (targets.length !== samples) {
    throw new BadInput({ expected: `one target for each of ${samples} inputs`, got: String(targets.length) });
  }
  for (let n = 0; n < samples; n++) {
    const target = targets[n]!;
    const fits =
      classes === 1 ? Math.abs(target) === 1 : Number.isInteger(target) && target >= 0 && target < classes;
    if (!fits) {
      throw new BadInput({
        expected: classes === 1 ? 'labels −1 and +1 for one output' : `classes 0 … ${classes - 1}`,
        got: String(target),
      });
    }
  }
}
