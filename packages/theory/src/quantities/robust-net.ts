/**
 * The explicit robust net: one neuron a cluster, w_j = 4 μ_j/‖μ_j‖², b_j = −2, output y_j (‖μ_j‖² = d).
 * Source: Frei, Vardi, Bartlett & Srebro, NeurIPS 2023, Theorem 4.1; Li, Pan, Lyu & Li 2025; talk, "Robust solution exists".
 */
import { dot, matrix, row, type Matrix, type Network } from '@marginalia/core';

export function robustNetwork(centres: Matrix, classes: Int8Array): Network {
  const weights = matrix(centres.rows, centres.columns);
  for (let j = 0; j < centres.rows; j++) {
    const centre = row(centres, j);
    const scale = 4 / dot(centre, centre);
    row(weights, j).set(centre.map((value) => scale * value));
  }
  return {
    weights,
    biases: new Float64Array(centres.rows).fill(-2),
    readout: { kind: 'linear', outputs: Float64Array.from(classes) },
  };
}
