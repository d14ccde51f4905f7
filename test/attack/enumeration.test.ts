/**
 * Exact radii against the enumeration of all activation regions, to 1e-9, on nets of up to twelve neurons, in every
 * norm, every read-out whose flipped set is a union of polyhedra, and every way in which nets are made here.
 */
import { balls, exactRadius, geometryOf, marginAt } from '@marginalia/attack';
import { beforeAll, describe, expect, it } from 'vitest';
import { enumerable, type Make, type ReadoutKind, type Shape } from '../arbitraries/enumerable.js';
import { bruteRadius, bruteRadiusL1, bruteRadiusLinf, scaleOf } from './brute-radius.js';

const brute = { l2: bruteRadius, linf: bruteRadiusLinf, l1: bruteRadiusL1 };
const readouts: readonly ReadoutKind[] = ['linear', 'max', 'argmax'];
const makes: readonly Make[] = ['random', 'lattice', 'parallel', 'trained'];

/** Relative, of radii above one; absolute below. */
const tolerance = 1e-9;

/** Nets of each shape, read-out and make: brute force in ℓ∞ and ℓ1 takes a hundred times as long as in ℓ2. */
const shapes: readonly (readonly [
  Shape,
  { readonly l2: number; readonly linf: number; readonly l1: number },
])[] = [
  [
    { width: 12, dimension: 2 },
    { l2: 6, linf: 1, l1: 1 },
  ],
  [
    { width: 12, dimension: 3 },
    { l2: 1, linf: 0, l1: 0 },
  ],
  [
    { width: 8, dimension: 2 },
    { l2: 16, linf: 6, l1: 6 },
  ],
  [
    { width: 6, dimension: 3 },
    { l2: 6, linf: 1, l1: 1 },
  ],
  [
    { width: 4, dimension: 1 },
    { l2: 8, linf: 6, l1: 6 },
  ],
];

describe.each(balls.map(({ name }) => name))('the %s radius', (name) => {
  beforeAll(() => geometryOf(name));

  it.each(readouts.flatMap((readout) => makes.map((make) => [readout, make] as const)))(
    'of a net with %s read-out, %s, is that of all its regions, and its δ flips',
    async (readout, make) => {
      const geometry = await geometryOf(name);
      let finite = 0;
      let sharp = 0;
      let proved = 0;
      for (const [shape, counts] of shapes) {
        for (let key = 0; key < counts[name]; key++) {
          const target = enumerable(readout, make, shape, key);
          const { atLeast, atMost } = brute[name](target);
          const exact = exactRadius(target, { geometry });
          const slack = tolerance * Math.max(1, Math.min(atLeast, 1e6));
          expect(exact.lower).toBeLessThanOrEqual(atMost + slack);
          expect(exact.upper).toBeGreaterThanOrEqual(atLeast - slack);
          if (exact.delta) {
            expect(geometry.ball.size(exact.delta)).toBeCloseTo(exact.upper, 9);
            expect(marginAt(target, exact.delta)).toBeLessThanOrEqual(
              1e-13 * scaleOf(target) * (1 + exact.upper),
            );
          }
          if (atMost === Infinity) continue;
          finite++;
          if (exact.kind === 'proved') proved++;
          // Where brute force cannot tell a flip from rounding its two ends differ.
          if (atMost - atLeast > slack) continue;
          sharp++;
          expect(Math.abs(exact.upper - atMost)).toBeLessThanOrEqual(slack);
        }
      }
      expect(finite).toBeGreaterThan(10);
      expect(proved).toBe(finite);
      expect(sharp / finite).toBeGreaterThan(0.9);
    },
  );
});
