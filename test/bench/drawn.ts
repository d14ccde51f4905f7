/** The data of a cell, drawn point by point or in law; which of the two changes no distribution that a cell measures. */
import {
  assignClusters,
  clusterLaw,
  clusterLawLayer,
  gaussianLayer,
  initialisations,
  leading,
  matrix,
  orthogonalClusters,
  pivotedCholesky,
  row,
  samplePoints,
  timesTransposed,
  type LabelledPoints,
  type Layer,
  type Matrix,
  type OrthogonalClusters,
  type Random,
} from '@marginalia/core';

export type Sampling = 'law' | 'explicit';

export interface Drawn {
  readonly distribution: OrthogonalClusters;
  readonly train: LabelledPoints;
  /** θ_0 */
  readonly start: Layer;
}

/** Points as a net sees them: W x (N × M), without biases. */
export interface Seen {
  readonly products: Matrix;
  readonly labels: Int8Array;
}

export interface DrawOptions {
  readonly dimension: number;
  readonly clusters: number;
  readonly samples: number;
  readonly width: number;
  readonly sampling: Sampling;
}

export function draw(options: DrawOptions, random: Random): Drawn {
  const { dimension, samples, width, sampling } = options;
  const initialisation = initialisations.paper();
  if (sampling === 'law') {
    const law = clusterLaw(options, random.stream('law'));
    const start = clusterLawLayer(law, 2 * width, initialisation, random.stream('start'));
    return { distribution: law.distribution, train: law.train, start };
  }
  const distribution = orthogonalClusters(options, random.stream('distribution'));
  const train = samplePoints(distribution, samples, random.stream('train'), 'by-cluster');
  return {
    distribution,
    train,
    start: gaussianLayer(2 * width, dimension, initialisation, random.stream('start')),
  };
}

/** Fresh points; in law ⟨w_r, μ_j + ξ⟩ is normal with mean ⟨w_r, μ_j⟩ and covariance W Wᵀ, so none is drawn in R^d. */
export function fresh(
  sampling: Sampling,
  { distribution }: Drawn,
  weights: Matrix,
  count: number,
  random: Random,
): Seen {
  if (sampling === 'explicit') {
    const { inputs, labels } = samplePoints(distribution, count, random);
    return { products: timesTransposed(inputs, weights), labels };
  }
  const { centres, classes } = distribution;
  const { factor } = pivotedCholesky(timesTransposed(weights, weights));
  const means = timesTransposed(centres, leading(weights, centres.columns));
  const clusters = assignClusters(distribution, count, random.stream('clusters'));
  const normals = random.stream('noise').gaussians(new Float64Array(count * factor.columns));
  const products = timesTransposed(matrix(count, factor.columns, normals), factor);
  clusters.forEach((j, i) => {
    const mean = row(means, j);
    const line = row(products, i);
    for (let r = 0; r < line.length; r++) line[r]! += mean[r]!;
  });
  return { products, labels: Int8Array.from(clusters, (j) => classes[j]!) };
}
