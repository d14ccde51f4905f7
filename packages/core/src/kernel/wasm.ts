/** The kernels in WebAssembly: one instance and one memory a thread. */
import { existsSync, readFileSync } from 'node:fs';
import type { Kernel, Lent, Rows } from './kernel.js';
import { KernelMemory } from './memory.js';
import { webAssembly } from './web-assembly.js';

/** The smallest module that uses a 128-bit instruction: (func (v128.const …) drop). */
const probe = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  4,
  1,
  96,
  0,
  0,
  3,
  2,
  1,
  0,
  10,
  23,
  1,
  21,
  0,
  253,
  12,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  26,
  11,
);

export const simdWorks = (): boolean => webAssembly?.validate(probe) ?? false;

type Exports = Readonly<Record<string, (...numbers: number[]) => number>>;

/** Static data of a module of ours; it has none to speak of. */
const reserved = 4096;

/** Compile a module of ours over a memory of its own; undefined where its file or SIMD is missing. */
export function instantiate(
  file: URL,
): { readonly exports: Exports; readonly memory: KernelMemory } | undefined {
  if (!webAssembly || !simdWorks() || !existsSync(file)) return undefined;
  const memory = new KernelMemory(reserved);
  const abort = (): never => {
    throw new Error(`${file.pathname} aborted`);
  };
  const instance = new webAssembly.Instance(new webAssembly.Module(readFileSync(file)), {
    env: { memory: memory.memory, abort },
  });
  return { exports: instance.exports as Exports, memory };
}

export function wasmKernel(file: URL): Kernel | undefined {
  const loaded = instantiate(file);
  if (!loaded) return undefined;
  const { exports, memory } = loaded;
  const at = ({ byteOffset }: Lent): number => byteOffset;
  const extents = ({ extents: list }: Rows): number => (list ? at(list) : 0);
  return {
    name: 'wasm',
    room: memory.room,
    floats: (length) => memory.floats(length),
    scratch: (length) => memory.floats(length, 'as it is'),
    integers: (length) => memory.integers(length),
    singles: (length) => memory.singles(length),
    free: (array) => memory.release(array),
    gaussians: (state, into, deviation) =>
      void exports['gaussians']!(at(state), at(into), into.length, deviation),
    scores: (p, stride, outputs, into, count) =>
      void exports['scores']!(at(p), 8 * stride, at(outputs), outputs.length, at(into), count),
    binaryBackward: (f, labels, margins, pulls, count) =>
      exports['binaryBackward']!(at(f), at(labels), at(margins), at(pulls), count),
    softmaxBackward: (f, stride, classes, targets, margins, count) =>
      exports['softmaxBackward']!(at(f), 8 * stride, classes, at(targets), at(margins), count),
    addScaled: (y, x, s, count) => void exports['addScaled']!(at(y), at(x), s, count),
    addRows: (y, count, table, indices, scales, rows) =>
      void exports['addRows']!(at(y), count, at(table.data), 8 * table.stride, at(indices), at(scales), rows),
    addRows32: (y, count, table, indices, scales, rows) =>
      void exports['addRows32']!(
        at(y),
        count,
        at(table.data),
        4 * table.stride,
        at(indices),
        at(scales),
        rows,
      ),
    dotProduct: (x, y, count) => exports['dotProduct']!(at(x), at(y), count),
    deviations: (p, count, from, to, bar, into) =>
      exports['deviations']!(at(p), count, from, to, bar, at(into), into.length),
    solveBackward: (l, x) => void exports['solveBackward']!(at(l.data), 8 * l.stride, at(x), x.length),
    solveForward: (l, x) => void exports['solveForward']!(at(l.data), 8 * l.stride, at(x), x.length),
    product: (x, b, depth, c, down, across) =>
      void exports['product']!(
        at(x.data),
        8 * x.stride,
        x.rows,
        extents(x),
        at(b.data),
        8 * b.stride,
        b.rows,
        depth,
        at(c),
        8 * down,
        8 * across,
      ),
    packRows: (x, skip, entries, into) =>
      void exports['packRows']!(at(x.data), 8 * x.stride, x.rows, 8 * skip, entries, at(into)),
    packedProduct: (a, b, pairs, c, stride, lower) =>
      void exports['packedProduct']!(
        at(a.data),
        a.rows,
        at(a.panels),
        at(b.data),
        b.rows,
        at(b.panels),
        pairs,
        at(c),
        8 * stride,
        lower ? 1 : 0,
      ),
    mirror: (data, rows, stride) => void exports['mirror']!(at(data), rows, 8 * stride),
    transposedProduct: (x, from, to, depth, v, u) =>
      void exports['transposedProduct']!(
        at(x.data),
        8 * x.stride,
        from,
        to,
        extents(x),
        depth,
        at(v.data),
        8 * v.stride,
        at(u.data),
        8 * u.stride,
        v.rows,
      ),
    packPanels: (k, bounds, into) =>
      void exports['packPanels']!(at(k.data), 8 * k.stride, at(bounds), bounds.length - 1, at(into)),
    symmetricProduct: (panels, k, v, bounds, out, which) =>
      void exports['symmetricProduct']!(
        at(panels),
        at(k.data),
        8 * k.stride,
        at(v),
        at(bounds),
        bounds.length - 1,
        at(out.data),
        8 * out.stride,
        which === 'near' ? 1 : 0,
      ),
    rowProducts: (k, list, count, from, to, v, out) =>
      void exports['rowProducts']!(at(k.data), 8 * k.stride, at(list), count, from, to, at(v), at(out)),
    packRows32: (x, skip, entries, into) =>
      void exports['packRows32']!(at(x.data), 8 * x.stride, x.rows, 8 * skip, entries, at(into)),
    packedProduct32: (a, quads, c, stride) =>
      void exports['packedProduct32']!(at(a.data), a.rows, at(a.panels), quads, at(c), 4 * stride),
    mirror32: (data, rows, stride) => void exports['mirror32']!(at(data), rows, 4 * stride),
    addScaled32: (y, x, s, count) => void exports['addScaled32']!(at(y), at(x), s, count),
    symmetricProduct32: (k, v, bounds, out) =>
      void exports['symmetricProduct32']!(
        at(k.data),
        4 * k.stride,
        at(v),
        at(bounds),
        bounds.length - 1,
        at(out.data),
        4 * out.stride,
      ),
  };
}
