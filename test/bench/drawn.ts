/** The data of a cell, drawn point by point or in law; which of the two changes no distribution that a cell measures. */
import {
  clusterLaw,
  clusterLawLayer,
  gaussianLayer,
  initialisations,
  orthogonalClusters,
  samplePoints,
  type LabelledPoints,
  type Layer,
  type Matrix,
  type OrthogonalClusters,
  type PivotedFactor,
  type Random,
} from '@marginalia/core';
import { freshPoints, freshPointsInLaw } from '@marginalia/sweeps/fresh-points';

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

/** Fresh points, as the sweeps draw them. */
export function fresh(
  sampling: Sampling,
  { distribution }: Drawn,
  weights: Matrix,
  count: number,
  random: Random,
  factored: PivotedFactor,
): Seen {
  const seen =
    sampling === 'law'
      ? freshPointsInLaw(distribution, count, [weights], random, factored)
      : freshPoints(distribution, count, [weights], random);
  return { products: seen.products[0]!, labels: seen.labels };
}
