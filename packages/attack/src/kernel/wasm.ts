/** The kernel in WebAssembly: one instance and one memory a thread. */
import { instantiate } from '@marginalia/core';
import type { AttackKernel } from './kernel.js';

/** Undefined where the compiled module or SIMD is missing. */
export function wasmAttackKernel(file: URL): AttackKernel | undefined {
  const loaded = instantiate(file);
  if (!loaded) return undefined;
  const { exports, memory } = loaded;
  const descend = exports['descend']!;
  const descendSmooth = exports['descendSmooth']!;
  return {
    name: 'wasm',
    floats: (length) => memory.floats(length),
    free: (array) => memory.release(array),
    descend: (field, standing, radius, alpha, steps) =>
      descend(
        field.gram.byteOffset,
        field.width,
        field.stride,
        field.outputs.byteOffset,
        field.size,
        standing.start.byteOffset,
        standing.moved.byteOffset,
        standing.trail.byteOffset,
        standing.slopes.byteOffset,
        standing.pull.byteOffset,
        standing.wanted.byteOffset,
        standing.state.byteOffset,
        radius,
        alpha,
        steps,
      ),
    descendSmooth: (field, standing, radius, alpha, steps) =>
      descendSmooth(
        field.gram.byteOffset,
        field.width,
        field.stride,
        field.sides.byteOffset,
        field.sides.length,
        field.size,
        standing.start.byteOffset,
        standing.moved.byteOffset,
        standing.trail.byteOffset,
        standing.slopes.byteOffset,
        standing.pull.byteOffset,
        standing.wanted.byteOffset,
        standing.state.byteOffset,
        radius,
        alpha,
        steps,
      ),
  };
}
