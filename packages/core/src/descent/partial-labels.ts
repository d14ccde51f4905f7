/**
 * Cross-entropy when only some samples carry their fine label: log p_j where j is known, and log Σ_{j of the class} p_j,
 * the marginal likelihood, where only the class is.
 */
import { exp, log } from '../elementary.js';
import { crossEntropy, logistic } from '../loss.js';
import { multiClassObjective, type Objective } from './objective.js';

export interface PartialLabels {
  /** Fine label of each sample, 0 … C − 1; of a sample that is not `known` its class alone is used. */
  readonly targets: Int32Array;
  /** 1 where the fine label is seen, 0 where only the class is. */
  readonly known: Uint8Array;
  /** y_j ∈ {−1, +1}: the class of each fine label, C. */
  readonly classes: Int8Array;
  /** h, neurons a fine label: f_j = (1/h) Σ_r φ(p_{j,r}). */
  readonly size: number;
  /** Samples that descent expects to be pulled alike, whatever their labels: decides speed alone. `targets` when absent. */
  readonly blocks?: Int32Array;
}

/**
 * (1/n) Σ_i −log Σ_{j ∈ A_i} softmax_j(f(x_i)), A_i = {j_i} where the fine label is known and J_{y_i} elsewhere. The pull
 * of class j on a sample is q_j − p_j with q the posterior on A_i. Margins are f_{j_i} − max_{j≠j_i} f_j for known
 * samples, max_{J_y} f − max_{J_−y} f for the others.
 */
export function partialLabelObjective(labels: PartialLabels): Objective {
  const { targets, known, classes, size, blocks = targets } = labels;
  const fine = multiClassObjective(targets, classes.length, size);
  const scores = new Float64Array(classes.length);
  const residual = new Float64Array(classes.length);

  /** Loss of sample i at `scores`, its pulls into `residual`. */
  const pullAt = (i: number): number =>
    known[i]
      ? crossEntropy(scores, targets[i]!, residual)
      : marginalEntropy(scores, classes, classes[targets[i]!]!, residual);
  const marginAt = (i: number): number => {
    if (!known[i]) return coarseMargin(scores, classes, classes[targets[i]!]!);
    let rival = -Infinity;
    scores.forEach((score, j) => {
      if (j !== targets[i]) rival = Math.max(rival, score);
    });
    return scores[targets[i]!]! - rival;
  };

  return {
    ...fine,
    kind: {
      kind: 'partial',
      targets,
      classes: classes.length,
      size,
      allowed: Uint8Array.from({ length: targets.length * classes.length }, (_, at) => {
        const target = targets[Math.floor(at / classes.length)]!;
        const j = at % classes.length;
        return Number(known[Math.floor(at / classes.length)] ? j === target : classes[j] === classes[target]);
      }),
    },
    blocks,
    reordered: (order) =>
      partialLabelObjective({
        ...labels,
        targets: Int32Array.from(order, (i) => targets[i]!),
        known: Uint8Array.from(order, (i) => known[i]!),
        blocks: Int32Array.from(order, (i) => blocks[i]!),
      }),
    bind(kernel, _, stride) {
      return (preactivations, at, into, pulls) => {
        pulls.fill(0);
        classes.forEach((_, j) => {
          const group = preactivations.subarray(j * size * stride, (j + 1) * size * stride);
          const outputs = at.subarray(j * size, (j + 1) * size);
          kernel.scores(group, stride, outputs, pulls.subarray(j * stride, (j + 1) * stride), stride);
        });
        let total = 0;
        for (let i = 0; i < targets.length; i++) {
          for (let j = 0; j < scores.length; j++) scores[j] = pulls[j * stride + i]!;
          into[i] = marginAt(i);
          total += pullAt(i);
          for (let j = 0; j < scores.length; j++) pulls[j * stride + i] = residual[j]!;
        }
        // The kernel pads rows: what lies behind the last sample pulls nothing.
        for (let j = 0; j < scores.length; j++) pulls.fill(0, j * stride + targets.length, (j + 1) * stride);
        return total / targets.length;
      };
    },
    backward(preactivations, signals, into) {
      const width = fine.width;
      let total = 0;
      for (let i = 0; i < targets.length; i++) {
        const at = i * width;
        for (let j = 0; j < scores.length; j++) {
          let sum = 0;
          for (let r = j * size; r < (j + 1) * size; r++) sum += Math.max(0, preactivations[at + r]!);
          scores[j] = sum / size;
        }
        into[i] = marginAt(i);
        total += pullAt(i);
        for (let r = 0; r < width; r++) {
          signals[r * targets.length + i] =
            preactivations[at + r]! > 0 ? residual[Math.floor(r / size)]! / size : 0;
        }
      }
      return total / targets.length;
    },
  };
}

function coarseMargin(scores: Float64Array, classes: Int8Array, label: number): number {
  let own = -Infinity;
  let rival = -Infinity;
  scores.forEach((score, j) => {
    if (classes[j] === label) own = Math.max(own, score);
    else rival = Math.max(rival, score);
  });
  return own - rival;
}

/**
 * −log P for the mass P = Σ_{j: y_j = label} p_j, the logistic loss of the log-odds; q_j (1 − P) into `residual` on the
 * class, q the posterior within it, and −p_j elsewhere. Both sides are measured from their own top, so that no mass
 * underflows.
 */
function marginalEntropy(
  scores: Float64Array,
  classes: Int8Array,
  label: number,
  residual: Float64Array,
): number {
  const own = logSumExp(scores, classes, label, residual);
  const rival = logSumExp(scores, classes, -label, residual);
  const missing = logistic.slope(own - rival);
  classes.forEach((side, j) => {
    residual[j]! *= side === label ? missing : -missing;
  });
  return logistic.value(own - rival);
}

/** log Σ_{j: y_j = side} e^{f_j}, with the softmax over that side into `shares`. */
function logSumExp(scores: Float64Array, classes: Int8Array, side: number, shares: Float64Array): number {
  let top = -Infinity;
  scores.forEach((score, j) => {
    if (classes[j] === side) top = Math.max(top, score);
  });
  let sum = 0;
  scores.forEach((score, j) => {
    if (classes[j] === side) sum += shares[j] = exp(score - top);
  });
  classes.forEach((of, j) => {
    if (of === side) shares[j]! /= sum;
  });
  return top + log(sum);
}
