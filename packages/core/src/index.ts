export { BadInput } from './bad-input.js';
export { canonical } from './canonical.js';
export * from './cholesky.js';
export {
  cheapestForm,
  checkDescent,
  descend,
  descentCost,
  descentMemory,
  descentSize,
  forms,
  kernelFormOf,
  precisions,
  type Descent,
  type DescentOptions,
  type DescentSize,
  type Form,
  type Precision,
} from './descent/descend.js';
export { sampleKernel, type KernelForm, type SampleKernel } from './descent/sample-kernel.js';
export * from './descent/objective.js';
export * from './descent/partial-labels.js';
export * from './distribution/cluster-law.js';
export * from './elementary.js';
export * from './distribution/orthogonal-clusters.js';
export * from './distribution/slabs.js';
export * from './distribution/sphere.js';
export * from './ending.js';
export * from './kernel/index.js';
export * from './linear/hard-margin.js';
export * from './linear/linear-descent.js';
export * from './linear/margin-loss.js';
export * from './linear/regularised-path.js';
export * from './linear/signed-samples.js';
export * from './loss.js';
export * from './matrix.js';
export * from './network/layer.js';
export { leakyNetwork } from './network/leaky.js';
export { mergedDuplicates } from './network/merged-duplicates.js';
export * from './network/network.js';
export * from './network/readout.js';
export * from './probe.js';
export { Random } from './random/random.js';
export * from './tfjs/index.js';
export * from './training/index.js';
export { Cholesky, Triangle } from './triangle.js';
export * from './dataset/images.js';
