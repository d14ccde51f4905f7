/** What is minimised: a mean loss as a function of the pre-activations, with its backward pass to them. */
import type { Buffers, Kernel } from '../kernel/index.js';
import { crossEntropy, logistic, type Loss } from '../loss.js';

/**
 * L(P) for pre-activations P (n × M). The backward pass is all that gradient descent on the hidden layer needs:
 * ∂L/∂W = −(1/n) S X and ∂L/∂b = −(1/n) S 1 with S the signals, S_{ri} = a_r · pull_{ρ(r),i} · 1[P_{ir} > 0].
 */
export interface Objective {
  readonly samples: number;
  readonly width: number;
  /** How tfjs, or a reader, would write the same loss. */
  readonly kind: BinaryKind | MultiClassKind | PartialKind;
  /**
   * Fills `signals` (M × n) with −n ∂L/∂P_{ir}, `margins` (n) with y_i f(x_i) or f_{j_i} − max_{j≠j_i} f_j;
   * returns the mean loss. ReLU'(0) = 0. The definition, one sample after the other; `bind` is what training runs.
   */
  readonly backward: (preactivations: Float64Array, signals: Float64Array, margins: Float64Array) => number;
  /** a (M): output weight of each neuron, ±1/m or 1/h. */
  readonly outputs: Float64Array;
  /** Number of rows of pulls: 1, or one a class. */
  readonly pullRows: number;
  /** ρ(r): the row of pulls that neuron r follows, when its output weight is `outputs[r]`. */
  readonly rowOf: (neuron: number) => number;
  /** β_i: the block of each sample, samples of one block being pulled alike: 0 for y = +1 and 1 for −1, or the class. */
  readonly blocks: Int32Array;
  readonly blockCount: number;
  /** The block whose samples pull neuron r up. */
  readonly ownBlock: (neuron: number, output: number) => number;
  /** The same backward pass on arrays of a kernel. */
  readonly bind: (kernel: Kernel, buffers: Buffers, stride: number) => Backward;
  /** The objective of the samples in another order: sample i of it is sample order[i] of this one. */
  readonly reordered: (order: Int32Array) => Objective;
}

/**
 * From P (M × n, rows `stride` numbers apart, zeros behind the n-th) and the outputs a (M) to margins (n) and pulls
 * (pullRows × n, rows `stride` apart). Returns the mean loss.
 */
export type Backward = (
  preactivations: Float64Array,
  outputs: Float64Array,
  margins: Float64Array,
  pulls: Float64Array,
) => number;

export interface BinaryKind {
  readonly kind: 'binary';
  readonly outputs: Float64Array;
  readonly labels: Int8Array;
  readonly loss: string;
}

export interface MultiClassKind {
  readonly kind: 'multi-class';
  readonly targets: Int32Array;
  readonly classes: number;
  /** h, neurons a class. */
  readonly size: number;
}

/** Some samples carry their fine label, others their class alone (see `partial-labels`). */
export interface PartialKind extends Omit<MultiClassKind, 'kind'> {
  readonly kind: 'partial';
  /** n × classes: 1 for the fine labels that a sample may have. */
  readonly allowed: Uint8Array;
}

/** (1/n) Σ ℓ(y_i f(x_i)), f = ⟨a, φ(p)⟩ with frozen a. */
export function binaryObjective(loss: Loss, outputs: Float64Array, labels: Int8Array): Objective {
  const width = outputs.length;
  const samples = labels.length;
  return {
    samples,
    width,
    kind: { kind: 'binary', outputs, labels, loss: loss.name },
    outputs,
    pullRows: 1,
    rowOf: () => 0,
    blocks: Int32Array.from(labels, (label) => (label > 0 ? 0 : 1)),
    blockCount: 2,
    ownBlock: (_, output) => (output > 0 ? 0 : 1),
    reordered: (order) =>
      binaryObjective(
        loss,
        outputs,
        Int8Array.from(order, (i) => labels[i]!),
      ),
    bind(kernel, buffers, stride) {
      const scores = buffers.floats(stride);
      const signs = buffers.floats(stride);
      signs.set(labels);
      return (preactivations, at, margins, pulls) => {
        scores.fill(0);
        kernel.scores(preactivations, stride, at, scores, stride);
        if (loss === logistic) return kernel.binaryBackward(scores, signs, margins, pulls, samples) / samples;
        let total = 0;
        for (let i = 0; i < samples; i++) {
          const q = signs[i]! * scores[i]!;
          margins[i] = q;
          pulls[i] = signs[i]! * loss.slope(q);
          total += loss.value(q);
        }
        return total / samples;
      };
    },
    backward(preactivations, signals, margins) {
      let total = 0;
      for (let i = 0; i < samples; i++) {
        const at = i * width;
        let f = 0;
        for (let r = 0; r < width; r++) {
          const p = preactivations[at + r]!;
          // Not `p > 0`: a pre-activation that is not a number must not pass for an inactive neuron.
          if (!(p <= 0)) f += outputs[r]! * p;
        }
        const y = labels[i]!;
        const q = y * f;
        margins[i] = q;
        total += loss.value(q);
        const pull = y * loss.slope(q);
        for (let r = 0; r < width; r++) {
          signals[r * samples + i] = preactivations[at + r]! > 0 ? outputs[r]! * pull : 0;
        }
      }
      return total / samples;
    },
  };
}

/** Mean softmax cross-entropy on fine labels, f_j = (1/h) Σ_r φ(p_{j,r}). */
export function multiClassObjective(targets: Int32Array, classes: number, size: number): Objective {
  const width = classes * size;
  const samples = targets.length;
  const scores = new Float64Array(classes);
  const residual = new Float64Array(classes);
  return {
    samples,
    width,
    kind: { kind: 'multi-class', targets, classes, size },
    outputs: new Float64Array(width).fill(1 / size),
    pullRows: classes,
    rowOf: (neuron) => Math.floor(neuron / size),
    blocks: targets,
    blockCount: classes,
    ownBlock: (neuron) => Math.floor(neuron / size),
    reordered: (order) =>
      multiClassObjective(
        Int32Array.from(order, (i) => targets[i]!),
        classes,
        size,
      ),
    bind(kernel, buffers, stride) {
      const wanted = buffers.floats(stride);
      wanted.set(targets);
      return (preactivations, at, margins, pulls) => {
        pulls.fill(0);
        for (let j = 0; j < classes; j++) {
          const group = preactivations.subarray(j * size * stride, (j + 1) * size * stride);
          const outputs = at.subarray(j * size, (j + 1) * size);
          kernel.scores(group, stride, outputs, pulls.subarray(j * stride, (j + 1) * stride), stride);
        }
        return kernel.softmaxBackward(pulls, stride, classes, wanted, margins, samples) / samples;
      };
    },
    backward(preactivations, signals, margins) {
      let total = 0;
      for (let i = 0; i < samples; i++) {
        const at = i * width;
        const target = targets[i]!;
        let rival = -Infinity;
        for (let j = 0; j < classes; j++) {
          let sum = 0;
          for (let r = j * size; r < (j + 1) * size; r++) sum += Math.max(0, preactivations[at + r]!);
          scores[j] = sum / size;
          if (j !== target) rival = Math.max(rival, scores[j]!);
        }
        margins[i] = scores[target]! - rival;
        total += crossEntropy(scores, target, residual);
        for (let r = 0; r < width; r++) {
          signals[r * samples + i] = preactivations[at + r]! > 0 ? residual[Math.floor(r / size)]! / size : 0;
        }
      }
      return total / samples;
    },
  };
}
