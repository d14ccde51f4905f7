/** The arrays of a run, by the names that numpy and PyTorch users expect. */
import { matrix, row, type Matrix } from '@marginalia/core';
import type { DumpedArray } from '@marginalia/sweep';
import type { ClusterTraining } from './cluster-training.js';

/** `X y clusters centres W0 b0 W b a`: inputs, labels ±1, fine labels, centres, net before and after, output weights. */
export function dumpTraining(
  { train, start, descent, distribution }: ClusterTraining,
  outputs: Float64Array,
): Record<string, DumpedArray> {
  const list = (values: ArrayLike<number>): DumpedArray => ({
    shape: [values.length],
    data: Float64Array.from(values),
  });
  const table = ({
    rows,
    columns,
    data,
  }: {
    rows: number;
    columns: number;
    data: Float64Array;
  }): DumpedArray => ({
    shape: [rows, columns],
    data,
  });
  // In law the weights have coordinates that no input has: zeros there keep W X a product of what is dumped.
  const all = start.weights.columns;
  return {
    X: table(widened(train.inputs, all)),
    y: list(train.labels),
    clusters: list(train.clusters),
    centres: table(widened(distribution.centres, all)),
    W0: table(start.weights),
    b0: list(start.biases),
    W: table(descent.layer.weights),
    b: list(descent.layer.biases),
    a: list(outputs),
  };
}

function widened(of: Matrix, columns: number): Matrix {
  if (of.columns === columns) return of;
  const wide = matrix(of.rows, columns);
  for (let i = 0; i < of.rows; i++) row(wide, i).set(row(of, i));
  return wide;
}
