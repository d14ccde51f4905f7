/** What is minimised: a mean loss as a function of the pre-activations, with its backward pass to them. */
import { crossEntropy, type Loss } from '../loss.js';

/**
 * L(P) for pre-activations P (n × M). The backward pass is all that gradient descent on the hidden layer needs:
 * ∂L/∂W = −(1/n) S X and ∂L/∂b = −(1/n) S 1 with S the signals.
 */
export interface Objective {
  readonly samples: number;
  readonly width: number;
  /** How tfjs, or a reader, would write the same loss. */
  readonly kind: BinaryKind | MultiClassKind;
  /**
   * Fills `signals` (M × n) with −n ∂L/∂P_{ir}, `margins` (n) with y_i f(x_i) or f_{j_i} − max_{j≠j_i} f_j;
   * returns the mean loss. ReLU'(0) = 0.
   */
  readonly backward: (preactivations: Float64Array, signals: Float64Array, margins: Float64Array) => number;
}

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

/** (1/n) Σ ℓ(y_i f(x_i)), f = ⟨a, φ(p)⟩ with frozen a. */
export function binaryObjective(loss: Loss, outputs: Float64Array, labels: Int8Array): Objective {
  const width = outputs.length;
  const samples = labels.length;
  return {
    samples,
    width,
    kind: { kind: 'binary', outputs, labels, loss: loss.name },
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
