/** The data of a run, drawn sample by sample or in law, and shared by runs that differ in nothing that decides them. */
import {
  clusterLaw,
  clusterLawLayer,
  gaussianLayer,
  orthogonalClusters,
  sampleKernel,
  samplePoints,
  type ClusterLaw,
  type KernelForm,
  type LabelledPoints,
  type Layer,
  type OrthogonalClusters,
  type Random,
  type SampleKernel,
} from '@marginalia/core';
import { initialisationOf, type ClusterSetting } from './cluster-axes.js';

export interface ClusterData {
  readonly distribution: OrthogonalClusters;
  readonly train: LabelledPoints;
  /** Absent where points were drawn one by one. */
  readonly law?: ClusterLaw;
  /** X Xᵀ + 11ᵀ in the form asked for; ends with the data, or with the run where it learns as it is used. */
  readonly kernel: (form: KernelForm) => SampleKernel;
}

interface Held {
  readonly key: string;
  readonly data: ClusterData;
  readonly kernels: Map<KernelForm, SampleKernel>;
  users: number;
}

/** The data of the last run of this thread: runs of one unit come one after another. */
let latest: Held | undefined;

/** Runs `use` on the data of a setting; they stay as they are until it has ended. */
export async function withClusterData<Result>(
  setting: ClusterSetting,
  random: Random,
  use: (data: ClusterData) => Promise<Result>,
): Promise<Result> {
  const { dimension, clusters, positiveClusters, samples, noise, frame, assignment, sampling } = setting;
  const what = [dimension, clusters, positiveClusters, samples, noise, frame, assignment, sampling];
  const key = `${random.key} ${what.join(' ')}`;
  if (latest?.key !== key) {
    const former = latest;
    latest = hold(key, setting, random);
    if (former && former.users === 0) end(former);
  }
  const held = latest;
  held.users += 1;
  // Columns that an earlier run asked for would change the order of this run's sums: such a kernel is each run's own.
  let own: SampleKernel | undefined;
  const kernel = (form: KernelForm): SampleKernel =>
    form === 'factored' ? (own ??= sampleKernel(held.data.train.inputs, form)) : held.data.kernel(form);
  try {
    return await use({ ...held.data, kernel });
  } finally {
    own?.end();
    held.users -= 1;
    if (held.users === 0 && held !== latest) end(held);
  }
}

function end({ kernels }: Held): void {
  for (const kernel of kernels.values()) kernel.end();
  kernels.clear();
}

function hold(key: string, setting: ClusterSetting, random: Random): Held {
  const drawn = draw(setting, random);
  const kernels = new Map<KernelForm, SampleKernel>();
  const kernel = (form: KernelForm): SampleKernel => {
    const found = kernels.get(form) ?? sampleKernel(drawn.train.inputs, form);
    kernels.set(form, found);
    return found;
  };
  return { key, data: { ...drawn, kernel }, kernels, users: 0 };
}

function draw(setting: ClusterSetting, random: Random): Omit<ClusterData, 'kernel'> {
  const { dimension, clusters, positiveClusters: positive, samples, noise, frame, assignment } = setting;
  const options = { dimension, clusters, positive, noise, assignment };
  if (setting.sampling === 'law') {
    const law = clusterLaw({ ...options, samples }, random.stream('law'));
    return { distribution: law.distribution, train: law.train, law };
  }
  const distribution = orthogonalClusters({ ...options, frame }, random.stream('distribution'));
  return { distribution, train: samplePoints(distribution, samples, random.stream('train'), 'by-cluster') };
}

/** θ_0, in the coordinates of the data. */
export function initialLayer(
  { law }: ClusterData,
  setting: ClusterSetting & { readonly initialScale?: number },
  neurons: number,
  random: Random,
): Layer {
  const initialisation = initialisationOf(setting);
  return law
    ? clusterLawLayer(law, neurons, initialisation, random)
    : gaussianLayer(neurons, setting.dimension, initialisation, random);
}
