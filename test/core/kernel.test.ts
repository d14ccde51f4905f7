/**
 * The kernels: WebAssembly gives the bits of its TypeScript twin, on any sizes; and the twin computes what it says, by
 * definitions that share no code with it.
 */
import { readFileSync } from 'node:fs';
import {
  BadInput,
  Buffers,
  exp,
  log,
  log1p,
  panelEntries,
  plainKernel,
  Random,
  strip,
  wasmFile,
  wasmKernel,
  type Kernel,
  type Rows,
} from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KernelMemory } from '../../packages/core/src/kernel/memory.js';
import { runs } from '../arbitraries/runs.js';

const wasm = wasmKernel(wasmFile) as Kernel;
const even = (count: number): number => count + (count & 1);
const bitsOf = (values: ArrayLike<number>): BigInt64Array =>
  // One NaN is as good as another: engines may choose its sign and payload.
  new BigInt64Array(Float64Array.from(values, (value) => (Number.isNaN(value) ? Number.NaN : value)).buffer);

/** What one kernel makes of numbers drawn from a key: `act` returns all that was written. */
type Act = (kernel: Kernel, draw: (count: number) => Float64Array, size: Size) => ArrayLike<number>;

interface Size {
  readonly rows: number;
  readonly others: number;
  readonly depth: number;
  readonly blocks: number;
}

const size: fc.Arbitrary<Size> = fc.record({
  rows: fc.integer({ min: 1, max: 23 }),
  others: fc.integer({ min: 1, max: 11 }),
  depth: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: strip - 2, max: strip + 40 })),
  blocks: fc.integer({ min: 1, max: 4 }),
});

/** `rows` rows of `depth` numbers, padded with zeros to an even stride. */
function rowsOf(kernel: Kernel, draw: (count: number) => Float64Array, rows: number, depth: number): Rows {
  const stride = even(depth);
  const data = kernel.floats(rows * stride);
  for (let i = 0; i < rows; i++) data.set(draw(depth), i * stride);
  return { data, rows, stride };
}

/** Ascending extents, and zeros behind each. */
function withExtents(kernel: Kernel, of: Rows, depth: number): Rows {
  const extents = kernel.integers(of.rows);
  for (let i = 0; i < of.rows; i++) {
    extents[i] = Math.min(depth, 1 + i * Math.ceil(depth / of.rows));
    of.data.fill(0, i * of.stride + extents[i]!, (i + 1) * of.stride);
  }
  return { ...of, extents };
}

/** Bounds of blocks, some of them empty. */
function boundsOf(kernel: Kernel, n: number, blocks: number): Int32Array {
  const bounds = kernel.integers(blocks + 1);
  for (let block = 1; block <= blocks; block++)
    bounds[block] = Math.floor((n * block * block) / (blocks * blocks));
  return bounds;
}

const acts: Readonly<Record<string, Act>> = {
  gaussians(kernel, draw, { rows }) {
    const state = kernel.integers(16);
    draw(16).forEach((value, at) => (state[at] = value * 2 ** 29));
    const into = kernel.floats(8 * rows);
    kernel.gaussians(state, into, 1.7);
    return [...into, ...state];
  },
  scores(kernel, draw, { rows, depth }) {
    const p = rowsOf(kernel, draw, rows, depth);
    const outputs = kernel.floats(rows);
    outputs.set(draw(rows));
    const into = kernel.floats(p.stride);
    kernel.scores(p.data, p.stride, outputs, into, p.stride);
    return into;
  },
  binaryBackward(kernel, draw, { depth }) {
    const [f, labels, margins, pulls] = [0, 1, 2, 3].map(() => kernel.floats(even(depth)));
    f!.set(draw(depth).map((value) => 20 * value));
    // Beyond the range of exp on both sides, at zero, and not a number.
    [0, 800, -800, Number.NaN, Infinity].forEach((value, at) => at < depth && (f![at] = value));
    labels!.set(draw(depth).map((value) => (value > 0 ? 1 : -1)));
    const loss = kernel.binaryBackward(f!, labels!, margins!, pulls!, depth);
    return [loss, ...margins!, ...pulls!];
  },
  softmaxBackward(kernel, draw, { depth, blocks }) {
    const classes = blocks + 1;
    const f = rowsOf(kernel, () => draw(depth).map((value) => 15 * value), classes, depth);
    const [targets, margins] = [kernel.floats(f.stride), kernel.floats(f.stride)];
    for (let i = 0; i < depth; i++) targets[i] = i % classes;
    f.data[0] = 900;
    const loss = kernel.softmaxBackward(f.data, f.stride, classes, targets, margins, depth);
    return [loss, ...margins, ...f.data];
  },
  addScaled(kernel, draw, { depth }) {
    const [x, y] = [rowsOf(kernel, draw, 1, depth), rowsOf(kernel, draw, 1, depth)];
    kernel.addScaled(y.data, x.data, 0.3, depth);
    return y.data;
  },
  addRows(kernel, draw, { rows, others, depth }) {
    const table = rowsOf(kernel, draw, rows, depth);
    const line = rowsOf(kernel, draw, 1, depth);
    const [indices, scales] = [kernel.integers(others), kernel.floats(others)];
    indices.forEach((_, j) => (indices[j] = (7 * j) % rows));
    scales.set(draw(others));
    kernel.addRows(line.data, depth, table, indices, scales, others);
    const single = { data: kernel.singles(rows * depth), rows, stride: depth };
    single.data.set(draw(rows * depth));
    kernel.addRows32(line.data, depth, single, indices, scales, others);
    return line.data;
  },
  dotProduct(kernel, draw, { depth }) {
    const [x, y] = [rowsOf(kernel, draw, 1, depth), rowsOf(kernel, draw, 1, depth)];
    return [kernel.dotProduct(x.data, y.data, depth)];
  },
  deviations(kernel, draw, { depth, rows }) {
    const p = rowsOf(kernel, draw, 1, depth);
    const into = kernel.integers(rows);
    const from = Math.min(depth, rows);
    const to = Math.max(from, depth - 3);
    const found = [0, -0.4].flatMap((bar) => [
      kernel.deviations(p.data, depth, from, to, bar, into),
      ...into,
    ]);
    return found;
  },
  solves(kernel, draw, { rows }) {
    const l = rowsOf(kernel, draw, rows, rows);
    for (let i = 0; i < rows; i++) l.data[i * l.stride + i]! += 3;
    const [x, z] = [kernel.floats(rows), kernel.floats(rows)];
    x.set(draw(rows));
    z.set(draw(rows));
    kernel.solveForward(l, x);
    kernel.solveBackward(l, z);
    return [...x, ...z];
  },
  product(kernel, draw, { rows, others, depth }) {
    const x = withExtents(kernel, rowsOf(kernel, draw, rows, depth), depth);
    const b = rowsOf(kernel, draw, others, depth);
    const [plain, extended] = [kernel.floats(rows * others), kernel.floats(rows * others)];
    plain.set(draw(rows * others));
    kernel.product({ data: x.data, rows, stride: x.stride }, b, depth, plain, others, 1);
    kernel.product(x, b, depth, extended, 1, rows);
    return [...plain, ...extended];
  },
  packedProduct(kernel, draw, { rows, others, depth }) {
    const entries = Math.min(strip, depth);
    const pairs = (entries + 1) >> 1;
    const packed = [rows, others].map((count) => {
      const panels = kernel.integers(Math.ceil(count / 3));
      panels.forEach((_, panel) => (panels[panel] = Math.max(0, pairs - panel)));
      const data = kernel.floats(6 * pairs * panels.length);
      kernel.packRows(rowsOf(kernel, draw, count, depth), 0, entries, data);
      return { data, rows: count, panels };
    });
    const [all, lower] = [kernel.floats(rows * others), kernel.floats(rows * rows)];
    kernel.packedProduct(packed[0]!, packed[1]!, pairs, all, others, false);
    kernel.packedProduct(packed[0]!, packed[0]!, pairs, lower, rows, true);
    return [...packed[0]!.data, ...all, ...lower];
  },
  transposedProduct(kernel, draw, { rows, others, depth }) {
    const x = withExtents(kernel, rowsOf(kernel, draw, rows, depth), depth);
    const v = rowsOf(kernel, draw, others, rows);
    const u = rowsOf(kernel, draw, others, depth);
    kernel.transposedProduct(x, Math.min(1, rows - 1), rows, depth, v, u);
    return u.data;
  },
  symmetricProduct(kernel, draw, { rows, blocks }) {
    const k = rowsOf(kernel, draw, rows, rows);
    // What stands behind the n-th entry is multiplied by zero.
    const v = rowsOf(kernel, draw, 1, rows + 1);
    const bounds = boundsOf(kernel, rows, blocks);
    const panels = kernel.floats(panelEntries(bounds));
    kernel.packPanels(k, bounds, panels);
    const out = { data: kernel.floats(blocks * v.stride), rows: blocks, stride: v.stride };
    kernel.symmetricProduct(panels, k, v.data, bounds, out);
    kernel.symmetricProduct(panels, k, v.data, bounds, out, 'near');
    return [...panels, ...out.data];
  },
  packedProduct32(kernel, draw, { rows, depth }) {
    const entries = Math.min(strip, depth);
    const quads = (entries + 3) >> 2;
    const panels = kernel.integers(Math.ceil(rows / 3));
    panels.forEach((_, panel) => (panels[panel] = Math.max(0, quads - panel)));
    const data = kernel.singles(12 * quads * panels.length);
    kernel.packRows32(rowsOf(kernel, draw, rows, depth), 0, entries, data);
    const c = kernel.singles(rows * rows);
    kernel.packedProduct32({ data, rows, panels }, quads, c, rows);
    return [...data, ...c];
  },
  mirror(kernel, draw, { rows }) {
    const [of, single] = [kernel.floats(rows * rows), kernel.singles(rows * rows)];
    of.set(draw(rows * rows));
    single.set(of);
    kernel.mirror(of, rows, rows);
    kernel.mirror32(single, rows, rows);
    return [...of, ...single];
  },
  addScaled32(kernel, draw, { depth }) {
    const [x, y] = [kernel.singles(depth), kernel.floats(depth)];
    x.set(draw(depth));
    y.set(draw(depth));
    kernel.addScaled32(y, x, 0.3, depth);
    return y;
  },
  rowProducts(kernel, draw, { rows, others, depth }) {
    const k = rowsOf(kernel, draw, rows, depth);
    const v = rowsOf(kernel, draw, 1, depth);
    const list = kernel.integers(others);
    list.forEach((_, j) => (list[j] = (5 * j) % rows));
    const out = kernel.floats(rows);
    kernel.rowProducts(k, list, others, Math.min(1, depth - 1), depth, v.data, out);
    return out;
  },
  symmetricProduct32(kernel, draw, { rows, blocks }) {
    const k = { data: kernel.singles(rows * rows), rows, stride: rows };
    k.data.set(draw(rows * rows));
    const v = kernel.singles(rows);
    v.set(draw(rows));
    const out = { data: kernel.singles(blocks * rows), rows: blocks, stride: rows };
    kernel.symmetricProduct32(k, v, boundsOf(kernel, rows, blocks), out);
    return out.data;
  },
};

describe('WebAssembly', () => {
  it('is there: a test that compared the twin with itself would say nothing', () => {
    expect(wasm.name).toBe('wasm');
  });

  it.each(Object.keys(acts))('computes %s bit for bit as its twin in TypeScript does', (name) => {
    fc.assert(
      fc.property(size, fc.nat(), (of, key) => {
        const results = [wasm, plainKernel].map((kernel) => {
          const random = Random.of(['kernel', key]);
          return bitsOf(acts[name]!(kernel, (count) => random.gaussians(new Float64Array(count)), of));
        });
        expect(results[0]).toEqual(results[1]);
      }),
      runs(60),
    );
  });

  it('has a twin of every function that its module exports', () => {
    const source = readFileSync(new URL('../../packages/core/assembly/index.ts', import.meta.url), 'utf8');
    const exported = [...source.matchAll(/export \{([^}]+)\}/g)].flatMap(([, names]) =>
      names!.split(',').map((name) => name.trim()),
    );
    expect(exported.length).toBeGreaterThan(10);
    // Parts of the products, exported to keep them functions.
    const whole = exported.filter((name) => !['tile', 'tile32', 'segment'].includes(name));
    for (const name of whole) expect(plainKernel[name as keyof Kernel], name).toBeTypeOf('function');
    // And of each the comparison above.
    const compared = Object.keys(acts).join(' ');
    for (const name of exported) {
      const under =
        {
          solveForward: 'solves',
          solveBackward: 'solves',
          packRows: 'packedProduct',
          packRows32: 'packedProduct32',
          mirror32: 'mirror',
          addRows32: 'addRows',
          tile: 'packedProduct',
          segment: 'symmetricProduct',
          packPanels: 'symmetricProduct',
          tile32: 'packedProduct32',
        }[name] ?? name;
      expect(compared).toContain(under);
    }
  });
});

describe('the twin', () => {
  const gap = (got: number, wanted: number, scale = 1): number =>
    Math.abs(got - wanted) / (scale + Math.abs(wanted));

  it('multiplies a symmetric matrix block by block, reading its lower half alone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        (n, blocks, key) => {
          const random = Random.of(['symmetric', key]);
          const draw = (count: number) => random.gaussians(new Float64Array(count));
          const k = rowsOf(plainKernel, draw, n, n);
          const v = draw(n + 1);
          const bounds = boundsOf(plainKernel, n, blocks);
          const out = { data: new Float64Array(blocks * (n + 2)), rows: blocks, stride: n + 2 };
          const panels = new Float64Array(panelEntries(bounds));
          plainKernel.packPanels(k, bounds, panels);
          plainKernel.symmetricProduct(panels, k, v, bounds, out);
          for (let block = 0; block < blocks; block++) {
            for (let i = 0; i < n; i++) {
              let sum = 0;
              for (let j = bounds[block]!; j < bounds[block + 1]!; j++) {
                sum += k.data[Math.max(i, j) * k.stride + Math.min(i, j)]! * v[j]!;
              }
              expect(gap(out.data[block * out.stride + i]!, sum, n)).toBeLessThanOrEqual(1e-12);
            }
          }
        },
      ),
      runs(40),
    );
  });

  it('solves with a triangle and with its transpose', () => {
    const n = 17;
    const random = Random.of('triangle');
    const l = rowsOf(plainKernel, (count) => random.gaussians(new Float64Array(count)), n, n);
    for (let i = 0; i < n; i++) l.data[i * l.stride + i]! += 4;
    const entry = (i: number, j: number): number => (j <= i ? l.data[i * l.stride + j]! : 0);
    const wanted = random.gaussians(new Float64Array(n));
    const forward = Float64Array.from(wanted, (_, i) =>
      wanted.reduce((sum, x, j) => sum + entry(i, j) * x, 0),
    );
    const backward = Float64Array.from(wanted, (_, i) =>
      wanted.reduce((sum, x, j) => sum + entry(j, i) * x, 0),
    );
    plainKernel.solveForward(l, forward);
    plainKernel.solveBackward(l, backward);
    wanted.forEach((x, i) => {
      expect(gap(forward[i]!, x)).toBeLessThanOrEqual(1e-12);
      expect(gap(backward[i]!, x)).toBeLessThanOrEqual(1e-12);
    });
  });

  it('finds every exception to the activity of a neuron, and counts those it has no room for', () => {
    const p = Float64Array.of(1, -1, 0, 2, -3, 4, -5, 6);
    const into = new Int32Array(3);
    // Own samples 2 … 5: inactive there at 2 and 4, active elsewhere at 0 and 7.
    expect(plainKernel.deviations(p, 8, 2, 6, 0, into)).toBe(4);
    expect([...into]).toEqual([0, 2, 4]);
    // Above −2 elsewhere: 1 as well.
    expect(plainKernel.deviations(p, 8, 2, 6, -2, into)).toBe(5);
    expect([...into]).toEqual([0, 1, 2]);
  });
});

describe('exp, log and log1p without a libm', () => {
  const ulps = (got: number, wanted: number): number =>
    Math.abs(got - wanted) / (2 ** -52 * Math.abs(wanted));

  it('agree with the engine’s to two units in the last place', () => {
    const random = Random.of('elementary');
    let worst = 0;
    for (let i = 0; i < 20_000; i++) {
      const spread = 200 * (random.uniform() - 0.5) ** 3 * (i % 2 === 0 ? 1 : 30);
      const x = Math.max(-708, Math.min(700, spread));
      const y = Math.exp(x);
      // Near 1 the logarithm loses what rounding took from y.
      const ofLog = Math.abs(x) > 1e-3 && y > 2 ** -1022 ? ulps(log(y), Math.log(y)) : 0;
      worst = Math.max(worst, ulps(exp(x), y), ofLog, ulps(log1p(y), Math.log1p(y)));
    }
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(2);
  });

  it('keep their ends: 0, tiny and huge numbers, and what is not a number', () => {
    expect([exp(0), exp(-709), exp(-Infinity), log(1), log1p(0)]).toEqual([1, 0, 0, 0, 0]);
    expect([exp(Number.NaN), log(Number.NaN), log1p(Number.NaN)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(log1p(1e-300)).toBe(1e-300);
    for (const x of [Math.SQRT2, Math.SQRT1_2, 1 + 2 ** -52, 2 ** 1000, 2 ** -1000, 2 ** -1022]) {
      expect(ulps(log(x), Math.log(x)), String(x)).toBeLessThan(2);
    }
  });
});

describe('the memory of a kernel', () => {
  it('lends blocks that do not overlap, zeroed, and takes them back in any order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.nat()), { maxLength: 60 }),
        (asked) => {
          const memory = new KernelMemory(64, [1024]);
          const lent: Float64Array[] = [];
          let reached = 64;
          for (const [length, choice] of asked) {
            if (choice % 3 === 0 && lent.length > 0) memory.release(lent.splice(choice % lent.length, 1)[0]!);
            const array = memory.floats(length);
            expect(array.every((value) => value === 0)).toBe(true);
            array.fill(lent.length + 1);
            reached = Math.max(
              reached,
              array.byteOffset + Math.max(64, Math.ceil(array.byteLength / 64) * 64),
            );
            lent.push(array);
          }
          const spans = lent.map((a) => [a.byteOffset, a.byteOffset + a.byteLength] as const);
          spans.sort(([a], [b]) => a - b);
          spans.forEach(([from], i) => i > 0 && expect(from).toBeGreaterThanOrEqual(spans[i - 1]![1]));
          for (const array of lent) {
            expect(array.every((value) => value === array[0])).toBe(true);
            memory.release(array);
          }
          // All of it is one block again: nothing is lost to fragments.
          expect(memory.floats((reached - 64) / 8).byteOffset).toBe(64);
        },
      ),
      runs(60),
    );
  });

  it('keeps arrays whole while it grows', () => {
    const memory = new KernelMemory(64, [1024]);
    const early = memory.floats(10).fill(7);
    memory.floats(1e6);
    expect([...early]).toEqual(Array.from({ length: 10 }, () => 7));
    early[3] = 8;
    expect(early[3]).toBe(8);
  });

  it('refuses what 32-bit addresses do not reach in one line, and what it did not lend', () => {
    const memory = new KernelMemory(64, [1024]);
    expect(() => memory.floats(6e8)).toThrow(BadInput);
    expect(() => memory.floats(6e8)).toThrow(
      /^expected .+ 0\.1 GiB, got 4\.5 GiB more in one array; try fewer samples.+$/,
    );
    expect(() => memory.release(new Float64Array(8))).toThrow(RangeError);
  });

  it('is given back as one by the buffers of an owner', () => {
    const owned = new Buffers(wasm);
    const first = owned.floats(1000).byteOffset;
    owned.end();
    const again = new Buffers(wasm);
    expect(again.copy(new Float64Array(1000)).byteOffset).toBe(first);
    again.end();
  });
});
