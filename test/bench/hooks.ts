/** The kernels that are measured: the loops in WebAssembly, and what the packages offer on top of them. */
import { shareWithstanding } from '@marginalia/attack';
import {
  gram,
  matrix,
  panelEntries,
  Random,
  timesTransposed,
  wasmFile,
  wasmKernel,
  type Kernel,
} from '@marginalia/core';
import { cell } from './cell.js';
import type { Hook } from './kernels.js';
import { reference } from './settings.js';

/** Every kernel there is: those in WebAssembly where the module is built, and the loops that the packages offer. */
export async function kernelHooks(): Promise<readonly Hook[]> {
  const { d, n, m } = reference;
  const loaded = wasmKernel(wasmFile);
  return [...(loaded ? loops(loaded) : []), ...(await offered(n, d, 2 * m))];
}

function loops(kernel: Kernel): Hook[] {
  const { d, n, m } = reference;
  const filled = (length: number): Float64Array => kernel.floats(length).fill(0.5);
  const normals = kernel.floats(1 << 16);
  const state = kernel.integers(16).fill(1);
  const x = { data: filled(n * d), rows: n, stride: d };
  const w = { data: filled(2 * m * d), rows: 2 * m, stride: d };
  const p = kernel.floats(2 * m * n);
  const s = { data: filled(2 * m * n), rows: 2 * m, stride: n };
  const k = { data: filled(n * n), rows: n, stride: n };
  const unit = { data: kernel.floats(n * n), rows: n, stride: n };
  for (let i = 0; i < n; i++) unit.data[i * n + i] = 1;
  const x0 = filled(n);
  const halves = kernel.integers(3);
  halves.set([0, n / 2, n]);
  const out = { data: kernel.floats(2 * n), rows: 2, stride: n };
  const panels = filled(panelEntries(halves));
  // One strip of 252 rows fits the second cache: what the inner loop does when memory does not hold it up.
  const [strip, panel] = [256, 252];
  const packed = {
    data: filled(panel * strip),
    rows: panel,
    panels: kernel.integers(panel / 3).fill(strip / 2),
  };
  const tile = kernel.floats(panel * panel);
  const packed32 = {
    data: kernel.singles(panel * strip).fill(0.5),
    rows: panel,
    panels: kernel.integers(panel / 3).fill(strip / 4),
  };
  const tile32 = kernel.singles(panel * panel);
  const k32 = { data: kernel.singles(n * n).fill(0.5), rows: n, stride: n };
  const v32 = kernel.singles(n).fill(0.5);
  const out32 = { data: kernel.singles(2 * n), rows: 2, stride: n };
  const matvec = 'GFLOP/s, GB/s';
  return [
    {
      name: 'normals',
      unit: 'ns/normal',
      count: normals.length,
      // Per eight: 14 instructions a word of the generator, four words; two Box–Muller transforms of 94.
      work: { instructions: (244 / 8) * normals.length, bytes: 8 * normals.length },
      run: () => kernel.gaussians(state, normals, 1),
    },
    {
      name: 'packed product, 252 rows × 256',
      unit: 'GFLOP/s',
      work: { flops: panel * (panel + 3) * strip, bytes: 8 * panel * strip },
      run: () => kernel.packedProduct(packed, packed, strip / 2, tile, panel, true),
    },
    {
      name: 'X Wᵀ',
      unit: matvec,
      work: { flops: 4 * n * d * m, bytes: 8 * n * d },
      run: () => kernel.product(x, w, d, p, 1, n),
    },
    {
      name: 'Sᵀ X',
      unit: matvec,
      work: { flops: 4 * n * d * m, bytes: 8 * n * d },
      run: () => kernel.transposedProduct(x, 0, n, d, s, w),
    },
    {
      name: 'symmetric K v, n = 1000',
      unit: matvec,
      work: { flops: 2 * n * n, bytes: 4 * n * n },
      run: () => kernel.symmetricProduct(panels, k, p.subarray(0, n + 1), halves, out),
    },
    {
      name: 'packed product, float32',
      unit: 'GFLOP/s',
      work: { singleFlops: panel * (panel + 3) * strip, bytes: 4 * panel * strip },
      run: () => kernel.packedProduct32(packed32, strip / 4, tile32, panel),
    },
    {
      name: 'symmetric K v, float32',
      unit: matvec,
      work: { singleFlops: 2 * n * n, bytes: 2 * n * n },
      run: () => kernel.symmetricProduct32(k32, v32, halves, out32),
    },
    {
      name: 'L x = b, n = 1000',
      unit: matvec,
      work: { flops: n * n, bytes: 4 * n * n },
      // L is the identity, stored whole, so that x neither grows nor becomes subnormal.
      run: () => kernel.solveForward(unit, x0),
    },
  ];
}

/** The same through what the packages offer, with their copies and checks. */
async function offered(n: number, d: number, width: number): Promise<Hook[]> {
  const inputs = matrix(n, d, Random.of('bench').gaussians(new Float64Array(n * d)));
  const weights = matrix(width, d, inputs.data.slice(0, width * d));
  const normals = new Float64Array(1 << 16);
  const random = Random.of('bench');
  const { span, seen } = await cell(
    {
      dimension: 512,
      samples: 200,
      width: width / 2,
      steps: 100,
      clusters: 10,
      sampling: 'explicit',
      precision: 'float64',
    },
    { bench: 'kernels' },
  );
  // A radius that flips nobody, so that no attack ends early.
  const radius = 0.05 * Math.sqrt(512);
  return [
    {
      name: 'Random.gaussians',
      unit: 'ns/normal',
      count: normals.length,
      work: { instructions: (244 / 8) * normals.length, bytes: 8 * normals.length },
      run: () => random.gaussians(normals),
    },
    {
      name: 'gram: X Xᵀ',
      unit: 'GFLOP/s',
      work: { flops: n * (n + 1) * d, bytes: 8 * n * d },
      run: () => gram(inputs),
    },
    {
      name: 'timesTransposed: X Wᵀ',
      unit: 'GFLOP/s, GB/s',
      work: { flops: 2 * n * d * width, bytes: 8 * n * d },
      run: () => timesTransposed(inputs, weights),
    },
    {
      name: 'PGD in the span, m = 5',
      unit: 'ns/point-step',
      count: 50 * seen.labels.length,
      // ⟨δ, g⟩, the step and the projection, and a switch now and then: 14 M.
      work: { flops: 50 * seen.labels.length * 14 * width },
      run: () => shareWithstanding(span, seen, [radius], random, { steps: 50 }),
    },
  ];
}
