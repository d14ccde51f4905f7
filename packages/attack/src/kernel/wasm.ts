/** The kernel in WebAssembly: one instance and one memory a thread. */
import { instantiate } from '@marginalia/core';
import type { AttackKernel } from './kernel.js';

/** Undefined where the compiled module or SIMD is missing. */
export function wasmAttackKernel(file: URL): AttackKernel | undefined {
  const loaded = instantiate(file);
  if (!loaded) return undefined;
  const { exports, memory } = loaded;
  const descend = exports['descend']!;
  const combine = exports['combine']!;
  const descendSmooth = exports['descendSmooth']!;
  const alongRay = exports['alongRay']!;
  const kinksAround = exports['kinksAround']!;
  return {
    name: 'wasm',
    floats: (length) => memory.floats(length),
    free: (array) => memory.release(array),
    descend: (field, standing, radius, alpha, steps, whole) =>
      descend(
        field.gram.byteOffset,
        field.width,
        field.stride,
        field.outputs.byteOffset,
        field.size,
        field.ownPull.byteOffset,
        field.allPull.byteOffset,
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
        whole ? 1 : 0,
      ),
    combine: (field, q, into) =>
      combine(
        field.gram.byteOffset,
        field.width,
        field.stride,
        'outputs' in field ? field.outputs.byteOffset : 0,
        field.size,
        'outputs' in field ? field.ownPull.byteOffset : 0,
        'outputs' in field ? field.allPull.byteOffset : 0,
        q.byteOffset,
        into.byteOffset,
      ),
    alongRay: (outputs, start, slope, t, sums) =>
      void alongRay(
        outputs.byteOffset,
        start.byteOffset,
        slope.byteOffset,
        start.byteLength,
        t,
        sums.byteOffset,
      ),
    kinksAround: (start, slope, clear, reach, ends) =>
      kinksAround(start.byteOffset, slope.byteOffset, start.byteLength, clear, reach, ends.byteOffset),
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
