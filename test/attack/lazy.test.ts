import { exactRadii, marginsOf, spanOf } from '@marginalia/attack';
import {
  balancedOutputs,
  binaryObjective,
  descend,
  gaussianLayer,
  initialisations,
  logistic,
  orthogonalClusters,
  Random,
  samplePoints,
  timesTransposed,
} from '@marginalia/core';
import { expect, it } from 'vitest';

it('a hundred neurons that hardly moved settle at every point, by descent over sets of rivals', () => {
  const [dimension, clusters, m] = [1024, 10, 50];
  const random = Random.of('lazy');
  const law = orthogonalClusters({ dimension, clusters }, random.stream('law'));
  const train = samplePoints(law, 300, random.stream('train'));
  const { layer } = descend({
    start: gaussianLayer(2 * m, dimension, initialisations.talk(dimension), random.stream('start')),
    inputs: train.inputs,
    objective: binaryObjective(logistic, balancedOutputs(m), train.labels),
    stepSize: (0.1 * m * clusters) / dimension,
    steps: 100,
  });
  const fresh = samplePoints(law, 40, random.stream('fresh'));
  const span = spanOf({ ...layer, readout: { kind: 'linear', outputs: balancedOutputs(m) } });
  const products = timesTransposed(fresh.inputs, layer.weights);
  const margins = marginsOf(span.network, { products, labels: fresh.labels });
  const radii = exactRadii(span, products, fresh.labels);
  expect(margins.filter((margin) => margin > 0).length).toBeGreaterThan(20);
  expect(radii.map(({ kind }) => kind)).toEqual(radii.map(() => 'proved'));
});
