/**
 * The explicit robust net: one neuron a cluster, w_j = 4 μ_j/d, b_j = −2, output y_j.
 * Source: Frei, Vardi, Bartlett & Srebro, NeurIPS 2023, Theorem 4.1; Li, Pan, Lyu & Li 2025; talk, "Robust solution exists".
 */
import { matrix, type Matrix, type Network } from '@marginalia/core';

export function robustNetwork(centres: Matrix, classes: Int8Array): Network {
  const scale = 4 / centres.columns;
  return {
    weights: matrix(
      centres.rows,
      centres.columns,
      centres.data.map((value) => scale * value),
    ),
    biases: new Float64Array(centres.rows).fill(-2),
    readout: { kind: 'linear', outputs: Float64Array.from(classes) },
  };
}
