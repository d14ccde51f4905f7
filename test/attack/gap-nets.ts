/** Nets trained as the sweeps train them, on a smaller scale, at fresh points: where attacks are compared with exact radii. */
import { universalDirection, type Target } from '@marginalia/attack';
import {
  balancedOutputs,
  binaryObjective,
  binaryReadout,
  descend,
  gaussianLayer,
  initialisations,
  logistic,
  matrix,
  multiClassObjective,
  orthogonalClusters,
  Random,
  row,
  samplePoints,
  type Readout,
} from '@marginalia/core';

export const gapKinds = ['averaged', 'sum', 'max', 'argmax'] as const;
export type GapKind = (typeof gapKinds)[number];

const [dimension, clusters, samples] = [512, 6, 200];
/** Of the averaged net; the decoupled ones have one neuron a class. */
const width = 5;

/** d = 512, k = 6, n = 200, published initialisation; `averaged`: m = 5, the others h = 1, read out three ways. */
export function gapNet(
  kind: GapKind,
  points: number,
): { readonly targets: readonly Target[]; readonly direction: Float64Array } {
  const random = Random.of(['gap', kind]);
  const law = orthogonalClusters({ dimension, clusters }, random.stream('law'));
  const train = samplePoints(law, samples, random.stream('train'));
  const averaged = kind === 'averaged';
  const neurons = averaged ? 2 * width : clusters;
  const start = gaussianLayer(neurons, dimension, initialisations.paper(), random.stream('start'));
  const objective = averaged
    ? binaryObjective(logistic, balancedOutputs(width), train.labels)
    : multiClassObjective(train.clusters, clusters, 1);
  const { layer } = descend({ start, inputs: train.inputs, objective, stepSize: 1e-2, steps: 100 });
  const fresh = samplePoints(law, points, random.stream('fresh'));
  const readoutAt = (i: number): Readout => {
    if (averaged) return { kind: 'linear', outputs: balancedOutputs(width) };
    if (kind !== 'argmax') return binaryReadout(kind, law.classes, 1);
    const identity = matrix(clusters, clusters);
    for (let j = 0; j < clusters; j++) row(identity, j)[j] = 1;
    return { kind, outputs: identity, own: fresh.clusters[i]! };
  };
  return {
    targets: Array.from({ length: points }, (_, i): Target => ({
      network: { ...layer, readout: readoutAt(i) },
      input: row(fresh.inputs, i),
      label: kind === 'argmax' ? 1 : fresh.labels[i]!,
      ambient: dimension,
    })),
    direction: universalDirection(law.centres, law.classes),
  };
}
