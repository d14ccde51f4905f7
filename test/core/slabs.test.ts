/** Laws of the slabs: who is where, how far apart, and what no linear function can see. */
import {
  BadInput,
  fiveAndSevenSlabs,
  linearAndSlabs,
  Random,
  row,
  sampleSlabs,
  type SlabCount,
} from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../arbitraries/runs.js';

const kinds: readonly SlabCount[] = [1, 3, 5, 7];
const draw = (kind: SlabCount, margin: number, key: number, samples = 40) =>
  sampleSlabs({ coordinates: [kind], margin }, samples, Random.of(['slabs', key]));

/** Slabs from left to right by walking over [−1, 1]: width, gap, width, …; labels alternate and the outermost are those of parity. */
function slabsOf(kind: 3 | 5 | 7, margin: number): { from: number; to: number; label: number }[] {
  const width = (2 - 2 * (kind - 1) * margin) / kind;
  return Array.from({ length: kind }, (_, s) => {
    const from = -1 + s * (width + 2 * margin);
    return { from, to: from + width, label: (s - (kind - 1) / 2) % 2 === 0 ? -1 : 1 };
  });
}

const setting = fc.record({
  kind: fc.constantFrom(...kinds),
  margin: fc.integer({ min: 1, max: 15 }).map((part) => part / 100),
  key: fc.nat(),
});

describe('slabs', () => {
  it('puts every point into a slab of its label', () => {
    fc.assert(
      fc.property(setting, ({ kind, margin, key }) => {
        const { inputs, labels } = draw(kind, margin, key);
        labels.forEach((label, i) => {
          const x = inputs.data[i]!;
          if (kind === 1) {
            expect(label * x).toBeGreaterThanOrEqual(margin);
            expect(label * x).toBeLessThanOrEqual(1);
            return;
          }
          const own = slabsOf(kind, margin).filter((slab) => slab.label === label);
          expect(own.some(({ from, to }) => x >= from - 1e-12 && x <= to + 1e-12)).toBe(true);
        });
      }),
      runs(60),
    );
  });

  it('keeps labels 2μ apart in every coordinate, hence 2μ√d in all', () => {
    const law = fiveAndSevenSlabs(6, 0.1);
    const { inputs, labels } = sampleSlabs(law, 150, Random.of('apart'));
    for (let i = 0; i < 150; i++) {
      for (let j = 0; j < i; j++) {
        if (labels[i] === labels[j]) continue;
        row(inputs, i).forEach((value, l) =>
          expect(Math.abs(value - row(inputs, j)[l]!)).toBeGreaterThanOrEqual(0.2 - 1e-12),
        );
      }
    }
  });

  it.each([
    [5, -1, 0, 0.75],
    [7, -1, 0, 0.5],
    [7, 1, 1, 0.875],
    [3, 1, 1, 1],
  ] as const)(
    'of %i slabs draws label %i in slab %i with probability %f',
    (kind, label, slab, probability) => {
      const { inputs, labels } = draw(kind, 0.1, 1, 8000);
      const width = (2 - 2 * (kind - 1) * 0.1) / kind;
      const own = Array.from(inputs.data).filter((_, i) => labels[i] === label);
      const inside = own.filter((x) => Math.round(Math.abs(x) / (width + 0.2)) === slab).length / own.length;
      // Five standard deviations of a share of some 4000 points.
      expect(Math.abs(inside - probability)).toBeLessThan(5 * Math.sqrt(0.25 / own.length));
      expect(Math.abs(own.length / 8000 - 0.5)).toBeLessThan(0.03);
      // Either side alike: no linear function sees a slab.
      expect(Math.abs(own.reduce((sum, x) => sum + Math.sign(x), 0) / own.length)).toBeLessThan(0.08);
    },
  );

  it('gives a point that depends on its own place alone', () => {
    const law = linearAndSlabs(4, 5, 0.1);
    const many = sampleSlabs(law, 30, Random.of('place'));
    const few = sampleSlabs(law, 10, Random.of('place'));
    expect(few.inputs.data).toEqual(many.inputs.data.slice(0, 40));
    expect(few.labels).toEqual(many.labels.slice(0, 10));
  });

  it.each([
    [{ coordinates: [] as SlabCount[], margin: 0.1 }, 1, 'at least one coordinate'],
    [{ coordinates: [5 as const], margin: 0.25 }, 1, '1/4'],
    [{ coordinates: [7 as const], margin: 0 }, 1, '1/6'],
    [{ coordinates: [1 as const], margin: 0.5 }, 0, '0 samples'],
  ])('refuses %j with %i samples in one line', (law, samples, said) => {
    const sampling = (): unknown => sampleSlabs(law, samples, Random.of('bad'));
    expect(sampling).toThrow(BadInput);
    expect(sampling).toThrow(said);
  });
});
