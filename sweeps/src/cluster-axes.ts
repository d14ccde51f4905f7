/** The axes that both sweeps over cluster data share, their defaults, and what cannot be. */
import {
  assignments,
  checkClusters,
  descentCost,
  initialisationNames,
  initialisations,
  tfjsBackend,
  frames,
  type Initialisation,
} from '@marginalia/core';
import { choice, integer, real, type Environment, type Setting } from '@marginalia/sweep';

export const clusterAxes = {
  dimension: integer('d, dimension of the inputs', { atLeast: 2 }),
  clusters: integer('k, number of clusters', { atLeast: 2 }),
  // Real, so that half of an odd k is refused in words about clusters and not about this axis.
  positiveClusters: real('k_+, clusters of the positive class, the first ones', { atLeast: 1 }),
  width: integer('m, neurons of each sign (averaging) or of each class (decoupling)', { atLeast: 1 }),
  samples: integer('n, training points', { atLeast: 2 }),
  stepSize: real('η, step size of gradient descent', { above: 0 }),
  steps: integer('T, steps of gradient descent', { atLeast: 1 }),
  initialisation: choice('σ_w = σ_b = 1e-5 (paper), or σ_w² = 1/d, σ_b² = 1/d² (talk)', initialisationNames),
  noise: real('σ, noise of each coordinate', { atLeast: 0 }),
  frame: choice('how the orthogonal centres are drawn', frames),
  assignment: choice('cluster sizes: i.i.d. draws, or balanced', assignments),
  testPoints: integer('fresh points on which accuracy and radii are measured', { atLeast: 1 }),
  // The same data and the same initial net for every trainer: what differs is the trainer alone.
  trainer: choice(
    'auto picks the cheaper exact form; plain, gram, or automatic differentiation by tfjs',
    trainerNames(),
    {
      keysRandomness: false,
    },
  ),
} as const;

function trainerNames() {
  return ['auto', 'plain', 'gram', 'tfjs'] as const;
}

export type ClusterSetting = Setting<typeof clusterAxes>;

export const clusterDefaults = {
  positiveClusters: ({ clusters }: { readonly clusters: number }) => clusters / 2,
  initialisation: ['paper'],
  noise: [1],
  frame: ['random'],
  assignment: ['iid'],
  testPoints: [1000],
  trainer: ['auto'],
} as const;

/**
 * η at which the published net trains for the same dimensionless time at any size: η̃ = ηd/(mk) = 0.06144, its value
 * at d = 3072, k = 10, m = 5, η = 1e-3.
 */
export const publishedPace = ({ dimension, clusters, width }: ClusterSetting): number =>
  (0.06144 * width * clusters) / dimension;

export function validateClusters(setting: ClusterSetting): void {
  checkClusters({
    dimension: setting.dimension,
    clusters: setting.clusters,
    positive: setting.positiveClusters,
    frame: setting.frame,
    noise: setting.noise,
  });
}

export function initialisationOf(setting: ClusterSetting): Initialisation {
  return initialisations[setting.initialisation](setting.dimension);
}

/** Multiply-adds of sampling, training and measuring a run with `neurons` hidden neurons. */
export function clusterCost(setting: ClusterSetting, neurons: number): number {
  const { dimension, samples, steps, testPoints } = setting;
  const draws = 20 * (samples + testPoints) * dimension;
  const training = Math.min(
    descentCost('gram', samples, dimension, neurons, steps),
    descentCost('plain', samples, dimension, neurons, steps),
  );
  // Forty-step attacks at a dozen radii, and the exact radius, in the span of the neurons.
  const attacks = testPoints * neurons * neurons * 40 * 20;
  return draws + training + samples * samples * dimension + samples ** 3 / 3 + attacks;
}

/** tfjs computes in float32 with a rounding of its own backend, so the backend is part of what a run is. */
export function tfjsEnvironment({ trainer }: ClusterSetting): Environment {
  if (trainer !== 'tfjs') return { facts: {} };
  const backend = tfjsBackend();
  return {
    facts: { tfjs: backend },
    note: `trainer tfjs runs on the ${backend} backend, in float32`,
    // libtensorflow crashes when a second thread of the process loads it.
    ...(backend === 'node' ? { maxThreads: 1 } : {}),
  };
}
