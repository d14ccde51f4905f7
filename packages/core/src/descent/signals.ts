/** What a backward pass says each neuron owes to each sample. */
import type { Objective } from './objective.js';

/** signals_{ri} = rate · a_r · pull_{ρ(r),i} where neuron r is active on sample i, 0 elsewhere. Rows `stride` apart. */
export function denseSignals(
  { samples, width, rowOf }: Objective,
  preactivations: Float64Array,
  outputs: Float64Array,
  pulls: Float64Array,
  stride: number,
  rate: number,
  signals: Float64Array,
): void {
  for (let r = 0; r < width; r++) {
    const scale = rate * outputs[r]!;
    const from = r * stride;
    const pull = rowOf(r) * stride;
    for (let i = 0; i < samples; i++) {
      signals[from + i] = preactivations[from + i]! > 0 ? scale * pulls[pull + i]! : 0;
    }
  }
}

/** a_r += rate · Σ_i pull_{ρ(r),i} max(P_ri, 0): the outputs' own step, from the same θ_t. */
export function addPullsOnOutputs(
  { samples, width, rowOf }: Objective,
  preactivations: Float64Array,
  outputs: Float64Array,
  pulls: Float64Array,
  stride: number,
  rate: number,
): void {
  for (let r = 0; r < width; r++) {
    let sum = 0;
    const pull = rowOf(r) * stride;
    for (let i = 0; i < samples; i++) {
      sum += pulls[pull + i]! * Math.max(0, preactivations[r * stride + i]!);
    }
    outputs[r]! += rate * sum;
  }
}
