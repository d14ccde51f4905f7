/**
 * How the neurons lie to the centres μ_j: cosines cos(w_r, μ_j), and coefficients λ_{r,j} in units of 1/‖μ_j‖², as in
 * the claims: Σ_j λ_{r,j} μ_j/‖μ_j‖² is the orthogonal projection of w_r to the span of the centres. For orthogonal
 * centres λ_{r,j} = ⟨w_r, μ_j⟩.
 */
import {
  BadInput,
  cholesky,
  gram,
  matrix,
  norm,
  row,
  solveCholesky,
  timesTransposed,
} from '@marginalia/core';
import type { Net } from './measure-points.js';

export interface Features {
  readonly clusters: number;
  /** A row a neuron, a number a centre; NaN where a weight vector is zero. */
  readonly cosines: readonly (readonly number[])[];
  /** λ, a row a neuron, a number a centre; in units of 1/‖μ_j‖². */
  readonly coefficients: readonly (readonly number[])[];
}

/** `centres`: row-major, clusters × dimension. Throws BadInput when they are linearly dependent. */
export function featuresOf({ weights, width, dimension }: Net, centres: Float64Array): Features {
  const clusters = centres.length / dimension;
  const features = matrix(clusters, dimension, centres);
  const neurons = matrix(width, dimension, weights);
  const factor = cholesky(gram(features));
  if (!factor)
    throw new BadInput({ expected: 'the centres to be linearly independent', got: 'some that are not' });
  const products = timesTransposed(neurons, features);
  const lengths = Array.from({ length: clusters }, (_, j) => norm(row(features, j)));
  const each = <Value>(of: (r: number) => Value): Value[] => Array.from({ length: width }, (_, r) => of(r));
  return {
    clusters,
    cosines: each((r) => {
      const length = norm(row(neurons, r));
      return Array.from(row(products, r), (product, j) => product / (length * (lengths[j] as number)));
    }),
    coefficients: each((r) =>
      Array.from(
        solveCholesky(factor, row(products, r).slice()),
        (share, j) => share * (lengths[j] as number) ** 2,
      ),
    ),
  };
}
