/**
 * Which features of the cluster model are robust, and what do adversarial examples teach?
 * Ilyas, Santurkar, Tsipras, Engstrom, Tran & Madry, NeurIPS 2019 (arXiv 1905.02175), on orthogonal clusters and Gaussians.
 */
import { checkClusters } from '@marginalia/core';
import { defineSweep, integer, real, sameData } from '@marginalia/sweep';
import { robustFeatureClaims } from '@marginalia/theory';
import { measureFeatures } from './measure-features.js';
import { measureGaussian } from './measure-gaussian.js';
import { measureRelabelled } from './measure-relabelled.js';
import { trainedFeatures } from './trained-features.js';

export default defineSweep({
  name: 'robust-features',
  question: 'Which features of the cluster model are robust, and what do adversarial examples teach?',
  axes: {
    dimension: integer('d, dimension of the inputs', { atLeast: 2 }),
    clusters: integer('k, number of clusters, half of them positive', { atLeast: 2 }),
    width: integer('m, neurons of each sign', { atLeast: 1, ...sameData }),
    samples: integer('n, training points', { atLeast: 2 }),
    noise: real('σ, noise of each coordinate', { atLeast: 0 }),
    steps: integer('T, steps of gradient descent', { atLeast: 1, ...sameData }),
    testPoints: integer('fresh points on which features are measured', { atLeast: 2, ...sameData }),
    reach: real('length of an adversarial displacement, in √(d/k)', { above: 0, ...sameData }),
    gaussianDimension: integer('dimension of the Gaussian model', { atLeast: 2 }),
    condition: real('largest over smallest eigenvalue of Σ* in the Gaussian model', { atLeast: 1 }),
  },
  values: {
    dimension: [1024, 2048],
    clusters: [4, 8],
    width: [5],
    samples: ({ clusters }) => 40 * clusters,
    noise: [1],
    steps: [100],
    testPoints: [2000],
    reach: [1.5],
    gaussianDimension: [16],
    condition: [100],
  },
  defaultPreset: 'quick',
  presets: {
    quick: { about: 'four cells over d and k: some seconds on two cores', values: {}, replicates: 6 },
    reach: {
      about: 'displacements from 0.6 to 2 √(d/k): from which length on wrong labels teach the right ones',
      values: { dimension: [1024], clusters: [8], reach: [0.6, 0.8, 1, 1.2, 1.5, 2] },
      replicates: 6,
    },
  },
  claims: robustFeatureClaims,
  headline: [
    'averagedUsefulness',
    'averagedFeatureRadius',
    'singleFeatureRadius',
    'thresholdedFeatureRadius',
    'neuronRadius',
    'attackSuccess',
    'randomTargetAccuracy',
    'flippedTargetAccuracy',
    'alignmentFirst',
    'alignmentLast',
  ],
  validate: ({ dimension, clusters, noise }) => checkClusters({ dimension, clusters, noise }),
  // Fresh points against all weights and centres, and three trainings in sample space.
  cost: ({ dimension, clusters, samples, testPoints, width, steps }) =>
    testPoints * dimension * (clusters + 6 * width) + 3 * samples * samples * (dimension / 2 + 2 * steps),
  run(setting, random) {
    const trained = trainedFeatures(setting, random);
    return {
      ...measureFeatures(setting, trained, random.stream('features')),
      ...measureRelabelled(setting, trained, random.stream('relabelled')),
      ...measureGaussian(setting, random.stream('gaussian')),
    };
  },
});
