/** Descent in weight space: W_{t+1} = W_t + (η/n) S_t X, the inputs resident in the kernel's memory. */
import { Buffers, kernel, type Rows } from '../kernel/index.js';
import { matrix, row, type Matrix } from '../matrix.js';
import type { Layer } from '../network/layer.js';
import { even, residentRows } from '../kernel/resident.js';
import { addCombinations, addProducts } from '../kernel/wide.js';
import { addPullsOnOutputs, denseSignals } from './signals.js';
import type { State } from './follow.js';
import type { Objective } from './objective.js';

export interface StateOptions {
  readonly start: Layer;
  readonly inputs: Matrix;
  readonly objective: Objective;
  readonly stepSize: number;
  /** T: how long what is computed once may serve. */
  readonly steps: number;
  readonly trainOutputs?: boolean;
}

export function plainState({
  start,
  inputs,
  objective,
  stepSize,
  trainOutputs = false,
}: StateOptions): State {
  const using = kernel();
  const buffers = new Buffers(using);
  const { rows: n, columns: d } = inputs;
  const width = start.biases.length;
  const stride = even(n);
  const x = residentRows(buffers, inputs);
  const w = residentRows(buffers, start.weights);
  const biases = buffers.copy(start.biases);
  const outputs = buffers.copy(objective.outputs);
  const preactivations = buffers.floats(width * stride);
  const signals = buffers.floats(width * stride);
  const look = (): void => {
    for (let r = 0; r < width; r++) preactivations.fill(biases[r]!, r * stride, r * stride + n);
    addProducts(x, w, d, preactivations, stride);
  };
  look();
  return {
    preactivations,
    stride,
    biases,
    outputs,
    weights: () => ordinaryRows(w, d),
    end: () => buffers.end(),
    advance(pulls) {
      denseSignals(objective, preactivations, outputs, pulls, stride, stepSize / n, signals);
      if (trainOutputs) addPullsOnOutputs(objective, preactivations, outputs, pulls, stride, stepSize / n);
      addCombinations(x, 0, n, d, { data: signals, rows: width, stride }, w);
      for (let r = 0; r < width; r++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += signals[r * stride + i]!;
        biases[r]! += sum;
      }
      look();
    },
  };
}

/** The same rows as an ordinary matrix. */
export function ordinaryRows({ data, rows, stride }: Rows, columns: number): Matrix {
  const copy = matrix(rows, columns);
  for (let r = 0; r < rows; r++) row(copy, r).set(data.subarray(r * stride, r * stride + columns));
  return copy;
}
