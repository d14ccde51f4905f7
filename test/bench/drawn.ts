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

/** The largest d that a script is asked for. */
const largestExplicit = 16384;

/** Points of a chunk of fresh ones: what they take stays in the cache. */
const chunk = 32;

export function draw(options: DrawOptions, random: Random): Drawn {
  const { dimension, samples, width, sampling } = options;
  // Beyond what the peers run, initial pre-activations keep their size: what is compared is the cost of d.
  const { weightDeviation, biasDeviation } = initialisations.paper();
  const shrink = Math.min(1, Math.sqrt(largestExplicit / dimension));
  const initialisation = { weightDeviation: shrink * weightDeviation, biasDeviation };
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
    const products = matrix(count, weights.rows);
    const labels = new Int8Array(count);
    for (let from = 0; from < count; from += chunk) {
      const size = Math.min(chunk, count - from);
      const points = samplePoints(distribution, size, random.at(from));
      labels.set(points.labels, from);
      products.data.set(timesTransposed(points.inputs, weights).data, from * weights.rows);
    }
    return { products, labels };
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
