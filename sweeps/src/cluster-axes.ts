/** The axes that both sweeps over cluster data share, their defaults, and what cannot be. */
import {
  assignments,
  BadInput,
  cheapestForm,
  checkClusters,
  descentCost,
  descentMemory,
  forms,
  frames,
  initialisationNames,
  initialisations,
  kernel,
  precisions,
  tfjsBackend,
  type DescentSize,
  type Form,
  type Frame,
  type Initialisation,
} from '@marginalia/core';
import { choice, integer, real, sameData, type Environment, type Setting } from '@marginalia/sweep';

export const clusterAxes = {
  dimension: integer('d, dimension of the inputs', { atLeast: 2 }),
  clusters: integer('k, number of clusters', { atLeast: 2 }),
  // Real, so that half of an odd k is refused in words about clusters and not about this axis.
  positiveClusters: real('k_+, clusters of the positive class, the first ones', { atLeast: 1 }),
  width: integer('m, neurons of each sign (averaging) or of each class (decoupling)', {
    atLeast: 1,
    ...sameData,
  }),
  samples: integer('n, training points', { atLeast: 2 }),
  stepSize: real('η, step size of gradient descent', { above: 0, ...sameData }),
  steps: integer('T, steps of gradient descent', { atLeast: 1, ...sameData }),
  initialisation: choice(
    'σ_w = σ_b = 1e-5 (paper), or σ_w² = 1/d, σ_b² = 1/d² (talk)',
    initialisationNames,
    sameData,
  ),
  noise: real('σ, noise of each coordinate', { atLeast: 0 }),
  frame: choice('how the orthogonal centres are drawn', frames),
  sampling: choice(
    'explicit draws points in R^d one by one; law draws them in reduced coordinates, exact in law for all that a rotation leaves alone, at a cost that does not depend on d',
    samplings(),
  ),
  assignment: choice('cluster sizes: i.i.d. draws, or balanced', assignments),
  testPoints: integer('fresh points on which accuracy and radii are measured', { atLeast: 1, ...sameData }),
  // What differs is the trainer alone.
  trainer: choice(
    'auto picks the cheapest exact form; plain, gram, factored, or automatic differentiation by tfjs',
    trainerNames(),
    sameData,
  ),
  precision: choice(
    'float64, or float32: X Xᵀ is formed and multiplied in single precision, all else in double',
    precisions,
    sameData,
  ),
} as const;

function trainerNames() {
  return ['auto', 'plain', 'gram', 'factored', 'tfjs'] as const;
}

function samplings() {
  return ['law', 'explicit'] as const;
}

export type ClusterSetting = Setting<typeof clusterAxes>;

export const clusterDefaults = {
  positiveClusters: ({ clusters }: { readonly clusters: number }) => clusters / 2,
  initialisation: ['paper'],
  noise: [1],
  frame: ['random'],
  // Who names a frame wants the coordinates.
  sampling: ({ frame }: { readonly frame: Frame }) => (frame === 'random' ? 'law' : 'explicit'),
  assignment: ['iid'],
  testPoints: [1000],
  trainer: ['auto'],
  precision: ['float64'],
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
  if (setting.precision === 'float32' && !['auto', 'gram'].includes(setting.trainer)) {
    throw new BadInput({
      expected: 'trainer gram, or auto, in single precision: it is X Xᵀ that is single',
      got: `trainer ${setting.trainer}, precision float32`,
      try: '--set trainer=gram',
    });
  }
  if (setting.sampling === 'law' && setting.frame !== 'random') {
    throw new BadInput({
      expected: 'sampling explicit where the frame of the centres matters: in law it does not exist',
      got: `sampling law, frame ${setting.frame}`,
      try: '--set sampling=explicit',
    });
  }
}

/** Refuses what the kernel of a worker cannot hold, before anything runs. */
export function refuseTooManySamples(setting: ClusterSetting, neurons: number, blocks: number): void {
  const size = descentSizeOf(setting, neurons, blocks);
  const form = formOf(setting, size);
  const needed = descentMemory(form, size);
  const { room } = kernel();
  if (needed <= room) return;
  const inGiB = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  throw new BadInput({
    expected: `training (${form}) within the ${inGiB(room)} that 32-bit WebAssembly can address`,
    got: `${setting.samples} samples, which need ${inGiB(needed)}`,
    try: `--set samples=${Math.floor(setting.samples * Math.sqrt(room / needed) * 0.95)}`,
  });
}

/** σ_w and σ_b: those of a sweep that scales them, s₀/√d for both, or of the initialisation that a setting names. */
export function initialisationOf(
  setting: ClusterSetting & { readonly initialScale?: number },
): Initialisation {
  if (setting.initialScale !== undefined) {
    const deviation = setting.initialScale / Math.sqrt(setting.dimension);
    return { weightDeviation: deviation, biasDeviation: deviation };
  }
  return initialisations[setting.initialisation](setting.dimension);
}

/** What decides the cost of training `neurons` hidden neurons, known before anything is drawn. */
export function descentSizeOf(setting: ClusterSetting, neurons: number, blocks: number): DescentSize {
  const { dimension, clusters, samples, steps, sampling } = setting;
  return {
    samples,
    entries: entriesOf(sampling, samples, dimension, clusters),
    width: neurons,
    steps,
    blocks,
  };
}

/** Mean number of entries of a training point: d, or in law k and a triangle, as wide as there are dimensions for it. */
function entriesOf(
  sampling: ClusterSetting['sampling'],
  samples: number,
  dimension: number,
  clusters: number,
): number {
  if (sampling === 'explicit') return dimension;
  const reach = Math.min(samples, dimension - clusters);
  return clusters + reach - (reach * (reach - 1)) / (2 * samples);
}

/** The form of descent that a run takes; with tfjs, what it would take without. */
export function formOf({ trainer, precision }: ClusterSetting, size: DescentSize): Form {
  const named = forms.find((form) => form === trainer);
  return named ?? (precision === 'float32' ? 'gram' : cheapestForm(size));
}

/** Multiply-adds of sampling, training and measuring a run with `neurons` hidden neurons. */
export function clusterCost(setting: ClusterSetting, neurons: number, blocks: number): number {
  const { dimension, samples, testPoints, sampling } = setting;
  const size = descentSizeOf(setting, neurons, blocks);
  const { entries } = size;
  const draws = 40 * (samples * entries + testPoints * (sampling === 'law' ? 4 * neurons : dimension));
  // In explicit coordinates coefficients are recovered through X Xᵀ and its Cholesky factor.
  const recovered =
    sampling === 'law' || samples > dimension ? 0 : (samples * samples * entries) / 2 + samples ** 3 / 3;
  // Attacks at a dozen radii, and the exact radius, at a few passes over the neurons each.
  const attacks = testPoints * neurons * 5000;
  return draws + descentCost(formOf(setting, size), size) + recovered + attacks + 2e6;
}

/** Bytes of a run with `neurons` hidden neurons. */
export function clusterMemory(setting: ClusterSetting, neurons: number, blocks: number): number {
  const { dimension, samples, testPoints, sampling } = setting;
  const size = descentSizeOf(setting, neurons, blocks);
  const columns = sampling === 'law' ? Math.min(samples + 2 * neurons, dimension) : dimension;
  const recovered = sampling === 'law' || samples > dimension ? 0 : 2 * samples * samples;
  const drawn = samples * columns + 6 * neurons * columns + testPoints * 12 * neurons;
  return descentMemory(formOf(setting, size), size) + 8 * (drawn + recovered);
}

/** How points are drawn decides what a result may be read as, and a slow kernel how long it takes: said once in the output. */
export function clusterEnvironment(setting: ClusterSetting): Environment {
  const tfjs = tfjsEnvironment(setting);
  const notes = [
    ...(setting.sampling === 'law'
      ? ['sampling law: data in reduced coordinates, exact in law for all that rotations leave alone']
      : []),
    ...(kernel().name === 'plain'
      ? [
          'kernels in plain TypeScript, some ten times slower: WebAssembly or its SIMD is missing or switched off',
        ]
      : []),
    ...[tfjs.note ?? []].flat(),
  ];
  return { ...tfjs, ...(notes.length > 0 && { note: notes }) };
}

/** tfjs computes in float32 with a rounding of its own backend, so the backend is part of what a run is. */
function tfjsEnvironment({ trainer }: ClusterSetting): Environment {
  if (trainer !== 'tfjs') return { facts: {} };
  const backend = tfjsBackend();
  return {
    facts: { tfjs: backend },
    note: `trainer tfjs runs on the ${backend} backend, in float32`,
    // libtensorflow crashes when a second thread of the process loads it.
    ...(backend === 'node' ? { maxThreads: 1 } : {}),
  };
}
