/**
 * Full-batch gradient descent with a constant step on the hidden layer, θ_{t+1} = θ_t − η ∇L(θ_t), the read-out frozen
 * or trained with it. One interface, several forms that compute the same trajectory, to rounding:
 *   `plain`     in weight space, W_{t+1} = W_t + (η/n) S_t X: 2·n·D·M multiply-adds a step.
 *   `gram`      in sample space with K = X Xᵀ + 11ᵀ formed once (n²·D/2): n² a step, whatever M.
 *   `factored`  in sample space with X applied twice: (1 + blocks)·n·D a step. For n ≫ D, and for few steps.
 * D is the mean number of entries of a row of X that may differ from zero. `auto` picks the cheapest by these counts.
 */
import { BadInput } from '../bad-input.js';
import type { Matrix } from '../matrix.js';
import type { Layer } from '../network/layer.js';
import type { Probes } from '../probe.js';
import { follow, type Followed } from './follow.js';
import { withoutIdleCoordinates } from './idle-coordinates.js';
import type { Objective } from './objective.js';
import { plainState } from './plain-state.js';
import { sampleKernel, type KernelForm, type SampleKernel } from './sample-kernel.js';
import { sampleState } from './sample-state.js';

export { follow, type State } from './follow.js';

export type Form = 'plain' | 'gram' | 'factored';
export const forms: readonly Form[] = ['plain', 'gram', 'factored'];

export type Precision = 'float64' | 'float32';
export const precisions: readonly Precision[] = ['float64', 'float32'];

export interface DescentOptions<P> {
  /** θ_0; not changed. */
  readonly start: Layer;
  /** X, n × d. */
  readonly inputs: Matrix;
  readonly objective: Objective;
  /** η > 0 */
  readonly stepSize: number;
  /** T */
  readonly steps: number;
  /** Whether the second layer takes the same steps, a_{t+1} = a_t − η ∂L/∂a: for the binary objective. Frozen when absent. */
  readonly trainOutputs?: boolean;
  readonly form?: Form | 'auto';
  /** `float32`: K is formed and multiplied in single precision, all else in double. For the form `gram`. */
  readonly precision?: Precision;
  /** K of these inputs where the caller has it already (runs that differ only in η, m or T share it); stays his. */
  readonly kernel?: SampleKernel;
  readonly probes?: P;
}

export interface Descent<P> extends Followed<P> {
  readonly form: string;
}

/** What decides the cost of a trajectory. */
export interface DescentSize {
  readonly samples: number;
  /** D: mean number of entries of a row of X that may differ from zero. */
  readonly entries: number;
  readonly width: number;
  readonly steps: number;
  /** 2 for labels ±1, k for k classes. */
  readonly blocks: number;
}

/** The first steps have neurons too different from each other to share products. */
const denseSteps = 3;

/**
 * Multiply-adds of each form: what `auto` compares. A product with one vector runs at about two thirds of the speed of
 * a product of matrices, a product whose matrix does not fit the cache at a third; see the README.
 */
export function descentCost(form: Form, { samples: n, entries, width, steps, blocks }: DescentSize): number {
  const dense = Math.min(steps, denseSteps);
  const sparse = steps - dense;
  const byVector = (numbers: number): number => (8 * numbers > cache ? 3 : 1.5);
  switch (form) {
    case 'plain':
      return 2 * n * entries * width * (1 + steps);
    case 'gram':
      return (
        (n * n * entries) / 2 + n * entries * width + n * n * (width * dense + byVector((n * n) / 2) * sparse)
      );
    case 'factored':
      return (
        n * entries * width * (1 + 2 * dense) +
        byVector(n * entries) * (1 + blocks) * n * entries * sparse +
        // Rows of single neurons and columns of K, for samples near a kink: a tenth of the samples in all.
        (sparse > 0 ? (n * n * entries) / 10 : 0)
      );
  }
}

/** Bytes of a cache level that a core may hope to have for itself. */
const cache = 2 ** 24;

/** Bytes of the arrays of a trajectory, inputs and weights included. */
export function descentMemory(form: Form, { samples: n, entries, width, blocks }: DescentSize): number {
  const perSample = 5 * width + 6 * blocks + 8;
  const matrixOfForm = form === 'gram' ? n * (n + 2 * 256) : n * entries * (form === 'factored' ? 1.2 : 1);
  return 8 * (n * entries + matrixOfForm + n * perSample + 3 * width * entries);
}

/** The cheapest form, the earlier one on a tie. */
export function cheapestForm(size: DescentSize): Form {
  return forms.reduce(
    (best, form) => (descentCost(form, size) < descentCost(best, size) ? form : best),
    forms[0]!,
  );
}

export function checkDescent({
  stepSize,
  steps,
}: {
  readonly stepSize: number;
  readonly steps: number;
}): void {
  if (!(stepSize > 0 && Number.isFinite(stepSize))) {
    throw new BadInput({ expected: 'a step size η > 0', got: String(stepSize), try: 'stepSize 0.001' });
  }
  if (!(Number.isInteger(steps) && steps >= 0)) {
    throw new BadInput({ expected: 'a whole number of steps T ≥ 0', got: String(steps), try: 'steps 100' });
  }
}

/** The size of a trajectory whose data are at hand. */
export function descentSize({ inputs, objective, steps }: DescentOptions<unknown>): DescentSize {
  return {
    samples: inputs.rows,
    entries: meanEntries(inputs),
    width: objective.width,
    steps,
    blocks: objective.blockCount,
  };
}

export function descend<P extends Probes = Record<never, never>>(options: DescentOptions<P>): Descent<P> {
  checkDescent(options);
  const active = withoutIdleCoordinates(options);
  if (active) return active.complete(descend(active.options));
  const { objective, steps, trainOutputs = false } = options;
  if (trainOutputs && objective.kind.kind !== 'binary') {
    throw new BadInput({
      expected: 'the binary objective where the outputs are trained',
      got: objective.kind.kind,
      try: 'trainOutputs: false',
    });
  }
  const { form = 'auto', precision = 'float64', probes = {} as P } = options;
  if (precision === 'float32' && form !== 'auto' && form !== 'gram') {
    throw new BadInput({
      expected: 'the form gram in single precision',
      got: `form ${form}, precision float32`,
      try: 'form gram',
    });
  }
  const single = precision === 'float32';
  const chosen = form !== 'auto' ? form : single ? 'gram' : cheapestForm(descentSize(options));
  if (chosen === 'plain') {
    const state = plainState(options);
    try {
      return { ...follow(state, objective, steps, probes), form: chosen };
    } finally {
      state.end();
    }
  }
  return { ...inSampleSpace(options, chosen, probes), form: chosen };
}

/** The kernel that a form of descent in sample space needs. */
export const kernelFormOf = (form: 'gram' | 'factored', precision: Precision = 'float64'): KernelForm =>
  form === 'factored' ? 'factored' : precision === 'float32' ? 'formed32' : 'formed';

/** Samples are taken block after block; where they do not come so, they are put in that order and back. */
function inSampleSpace<P extends Probes>(
  options: DescentOptions<P>,
  form: 'gram' | 'factored',
  probes: P,
): Followed<P> {
  const { inputs, objective, precision, kernel: given } = options;
  const order = blockOrder(objective.blocks);
  const ordered = order
    ? { ...options, inputs: rowsInOrder(inputs, order), objective: objective.reordered(order) }
    : options;
  const wanted = kernelFormOf(form, precision);
  const fits = given?.inputs === ordered.inputs && given.form === wanted;
  const products = fits ? given : sampleKernel(ordered.inputs, wanted);
  const state = sampleState(ordered, products);
  try {
    return follow(state, ordered.objective, options.steps, probes, order);
  } finally {
    state.end();
    if (!fits) products.end();
  }
}

/** The samples by block, those of a block in their own order; undefined when they are in that order already. */
function blockOrder(blocks: Int32Array): Int32Array | undefined {
  if (blocks.every((block, i) => i === 0 || blocks[i - 1]! <= block)) return undefined;
  return Int32Array.from(blocks.keys()).sort((a, b) => blocks[a]! - blocks[b]! || a - b);
}

/** Extents do not follow: they need not ascend any more. */
function rowsInOrder({ rows, columns, data }: Matrix, order: Int32Array): Matrix {
  const moved = new Float64Array(data.length);
  order.forEach((from, to) => {
    moved.set(data.subarray(from * columns, (from + 1) * columns), to * columns);
  });
  return { rows, columns, data: moved };
}

function meanEntries({ rows, columns, extents }: Matrix): number {
  if (!extents || rows === 0) return columns;
  return extents.reduce((sum, extent) => sum + extent, 0) / rows;
}
