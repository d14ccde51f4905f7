/** Nets that gradient descent made, at fresh points: what the solver meets in a sweep. */
import { universalDirection, type Target } from '@marginalia/attack';
import {
  balancedOutputs,
  binaryObjective,
  binaryReadout,
  descend,
  gaussianLayer,
  initialisations,
  logistic,
  multiClassObjective,
  orthogonalClusters,
  Random,
  row,
  samplePoints,
  type Readout,
} from '@marginalia/core';

export interface Trained {
  readonly targets: readonly Target[];
  /** Σ y_j μ_j */
  readonly direction: Float64Array;
}

const dimension = 64;
const clusters = 4;

/** A net trained on 80 points of four clusters in R^64, at six fresh points. */
export function trained(kind: 'averaging' | 'sum' | 'max' | 'lse', key: number): Trained {
  const random = Random.of(['trained', kind, key]);
  const law = orthogonalClusters({ dimension, clusters }, random.stream('law'));
  const train = samplePoints(law, 80, random.stream('train'));
  const size = kind === 'averaging' ? 6 : 2;
  const width = kind === 'averaging' ? 2 * size : clusters * size;
  const start = gaussianLayer(width, dimension, initialisations.talk(dimension), random.stream('start'));
  const objective =
    kind === 'averaging'
      ? binaryObjective(logistic, balancedOutputs(size), train.labels)
      : multiClassObjective(train.clusters, clusters, size);
  const { layer } = descend({ start, inputs: train.inputs, objective, stepSize: 0.1, steps: 60 });
  const readout: Readout =
    kind === 'averaging'
      ? { kind: 'linear', outputs: balancedOutputs(size) }
      : binaryReadout(kind, law.classes, size);
  const fresh = samplePoints(law, 6, random.stream('fresh'));
  return {
    targets: Array.from(fresh.labels, (label, i) => ({
      network: { ...layer, readout },
      input: row(fresh.inputs, i),
      label,
      ambient: dimension,
    })),
    direction: universalDirection(law.centres, law.classes),
  };
}
