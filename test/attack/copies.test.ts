/** Nets that are the same function written otherwise: copies of neurons, and leaky activations. */
import {
  balls,
  branchAndBound,
  exactRadius,
  geometryOf,
  marginAt,
  type Geometry,
  type Target,
} from '@marginalia/attack';
import { leakyNetwork, matrix, mergedDuplicates, Random, type Network } from '@marginalia/core';
import { describe, expect, it } from 'vitest';
import { enumerable, type ReadoutKind } from '../arbitraries/enumerable.js';
import { bruteRadius, bruteRadiusL1, bruteRadiusLinf, scaleOf } from './brute-radius.js';

const names = balls.map(({ name }) => name);
const readouts: readonly ReadoutKind[] = ['linear', 'max', 'argmax'];
const brute = { l2: bruteRadius, linf: bruteRadiusLinf, l1: bruteRadiusL1 };

/** Each neuron three times: as itself, doubled, and halved, with the shares 1/2, 1/8 and 1/2 of its output. */
function tripled({ weights, biases, readout, ...rest }: Network): Network {
  const factors = [1, 2, 0.5];
  const shares = [0.5, 0.125, 0.5];
  const width = biases.length;
  if (readout.kind !== 'linear' && readout.kind !== 'argmax') throw new Error('groups keep their size');
  const copies = factors.flatMap((factor) =>
    Array.from({ length: width }, (_, r) => ({ r, factor, share: shares[factors.indexOf(factor)]! })),
  );
  const d = weights.columns;
  const rows = copies.flatMap(({ r, factor }) =>
    Array.from(weights.data.subarray(r * d, (r + 1) * d), (value) => factor * value),
  );
  const spread = (outputs: Float64Array): number[] => copies.map(({ r, share }) => share * outputs[r]!);
  const V = readout.kind === 'linear' ? undefined : readout.outputs;
  return {
    ...rest,
    weights: matrix(copies.length, d, Float64Array.from(rows)),
    biases: Float64Array.from(copies, ({ r, factor }) => factor * biases[r]!),
    readout:
      readout.kind === 'linear'
        ? { kind: 'linear', outputs: Float64Array.from(spread(readout.outputs)) }
        : {
            ...readout,
            outputs: matrix(
              V!.rows,
              copies.length,
              Float64Array.from(
                Array.from({ length: V!.rows }, (_, j) =>
                  spread(V!.data.subarray(j * width, (j + 1) * width)),
                ).flat(),
              ),
            ),
          },
  };
}

describe.each(names)('in %s', (name) => {
  it.each(['linear', 'argmax'] as const)(
    'copies of the neurons of a %s read-out change no radius, and merging them saves programs',
    async (readout) => {
      const geometry: Geometry = await geometryOf(name);
      let [merged, unmerged] = [0, 0];
      for (let key = 0; key < 8; key++) {
        const target = enumerable(readout, 'random', { width: 6, dimension: 3 }, key);
        const copies: Target = { ...target, network: tripled(target.network) };
        expect(mergedDuplicates(copies.network).biases.length).toBeLessThanOrEqual(6);
        const once = branchAndBound(target, { geometry });
        const thrice = branchAndBound(copies, { geometry });
        const saved = branchAndBound({ ...copies, network: mergedDuplicates(copies.network) }, { geometry });
        const exact = exactRadius(copies, { geometry });
        unmerged += thrice.programs;
        merged += saved.programs;
        if (once.upper === Infinity) continue;
        for (const radius of [thrice, saved, exact]) {
          expect(Math.abs(radius.upper - once.upper)).toBeLessThanOrEqual(1e-9 * Math.max(1, once.upper));
        }
        expect(exact.kind).toBe('proved');
        expect(marginAt(copies, exact.delta!)).toBeLessThanOrEqual(1e-12 * scaleOf(copies));
      }
      expect(merged).toBeLessThan(0.8 * unmerged);
    },
  );

  it.each(readouts)(
    'the radius of a leaky net with %s read-out is that of all regions of φ_α',
    async (readout) => {
      const geometry = await geometryOf(name);
      let [finite, proved] = [0, 0];
      for (const slope of [0.01, 0.25, 1]) {
        for (const make of ['random', 'lattice', 'trained'] as const) {
          for (let key = 0; key < 3; key++) {
            const plain = enumerable(readout, make, { width: 6, dimension: 2 }, key);
            const network = leakyNetwork(plain.network, plain.network.readout, slope);
            const labelled = { ...plain, network };
            const still = new Float64Array(2);
            const label = readout !== 'argmax' && marginAt(labelled, still) < 0 ? -plain.label : plain.label;
            const target: Target = { ...labelled, label };
            const { atLeast, atMost } = brute[name]({ ...plain, label }, slope);
            const exact = exactRadius(target, { geometry });
            const slack = 1e-9 * Math.max(1, Math.min(atLeast, 1e6));
            expect(exact.lower).toBeLessThanOrEqual(atMost + slack);
            expect(exact.upper).toBeGreaterThanOrEqual(atLeast - slack);
            if (exact.delta)
              expect(marginAt(target, exact.delta)).toBeLessThanOrEqual(1e-12 * scaleOf(target));
            if (atMost === Infinity) continue;
            finite++;
            if (exact.kind === 'proved') proved++;
          }
        }
      }
      expect(finite).toBeGreaterThan(15);
      expect(proved).toBe(finite);
    },
  );
});

it('a leaky net of slope 1 is linear: its radius is |f| / ‖v‖_*', async () => {
  const random = Random.of('linear');
  for (const { name } of balls) {
    const geometry = await geometryOf(name);
    const layer = {
      weights: matrix(5, 3, random.gaussians(new Float64Array(15))),
      biases: random.gaussians(new Float64Array(5)),
    };
    const outputs = random.gaussians(new Float64Array(5));
    const network = leakyNetwork(layer, { kind: 'linear', outputs }, 1);
    const input = random.gaussians(new Float64Array(3));
    const slope = Float64Array.from({ length: 3 }, (_, l) =>
      outputs.reduce((sum, output, r) => sum + output * layer.weights.data[3 * r + l]!, 0),
    );
    const f = slope.reduce(
      (sum, value, l) => sum + value * input[l]!,
      outputs.reduce((sum, output, r) => sum + output * layer.biases[r]!, 0),
    );
    const exact = exactRadius({ network, input, label: Math.sign(f), ambient: 3 }, { geometry });
    expect(exact.kind).toBe('proved');
    expect(exact.upper).toBeCloseTo(Math.abs(f) / geometry.ball.dual(slope), 9);
  }
});
