import { exactRadius, geometryOf, marginAt, type Geometry, type Target } from '@marginalia/attack';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { runs } from '../arbitraries/runs.js';
import { groupTarget, linearTarget, type Position } from '../arbitraries/target.js';
import { bruteRadius, bruteRadiusLinf, scaleOf, type BruteRadius } from './brute-radius.js';

/** The solver closes its intervals to 1e-9 (ℓ2) and 1e-7 (ℓ∞); brute force solves to 1e-9 at its worst angles. */
const relative = { l2: 2e-7, linf: 1e-6 };

let byLinearPrograms: Geometry;
beforeAll(async () => {
  byLinearPrograms = await geometryOf('linf');
});

interface Tally {
  finite: number;
  proved: number;
}

/** The interval holds the true radius, and what it hands out flips. */
function check(
  target: Target,
  truth: BruteRadius,
  tolerance: number,
  geometry?: Geometry,
): 'proved' | 'open' {
  const exact = exactRadius(target, geometry ? { geometry } : {});
  // Either end may be missing where brute force cannot tell; the other then sets the scale.
  const reach = [truth.atLeast, truth.atMost].find(Number.isFinite) ?? 0;
  const slack = tolerance * Math.max(1, reach);
  expect(exact.lower).toBeLessThanOrEqual(truth.atMost + slack);
  // Brute force skips hyperplanes that are all but parallel, and with them far slivers: a flip is then its own proof.
  if (exact.upper < truth.atLeast - slack) {
    // Where the flipped set is a point of a cone, its margin is zero only up to the rounding of one evaluation.
    const rounding = 1e-14 * scaleOf(target);
    const beyond = [1, 1 + 1e-9, 1 + 1e-6].map((factor) => exact.delta!.map((value) => factor * value));
    expect(beyond.some((delta) => marginAt(target, delta) <= rounding)).toBe(true);
  }
  if (exact.kind === 'proved') {
    expect(exact.upper - exact.lower).toBeLessThanOrEqual((geometry?.tolerance ?? 1e-9) * exact.upper);
  }
  if (exact.upper === Infinity) expect(exact.delta).toBeUndefined();
  else {
    const size = geometry ? geometry.ball.size(exact.delta!) : Math.hypot(...exact.delta!);
    expect(size).toBeCloseTo(exact.upper, 9);
    expect(marginAt(target, exact.delta!)).toBeLessThanOrEqual(1e-11 * scaleOf(target) * (1 + exact.upper));
  }
  return exact.kind;
}

function tallied(
  targets: fc.Arbitrary<Target>,
  count: number,
  brute: (target: Target) => BruteRadius,
  tolerance: number,
  geometry?: Geometry,
): Tally {
  const tally = { finite: 0, proved: 0 };
  fc.assert(
    fc.property(targets, (target) => {
      const truth = brute(target);
      const kind = check(target, truth, tolerance, geometry);
      if (truth.atMost < Infinity) {
        tally.finite++;
        if (kind === 'proved') tally.proved++;
      }
    }),
    runs(count),
  );
  return tally;
}

const positions: readonly Position[] = ['generic', 'degenerate'];

describe.each(positions)('on %s nets', (position) => {
  it('the ℓ2 radius of a linear read-out is that of all its regions by brute force', () => {
    const { finite, proved } = tallied(
      linearTarget({ width: 6, dimension: 3 }, position),
      400,
      bruteRadius,
      relative.l2,
    );
    expect(proved / finite).toBeGreaterThan(0.95);
  });

  it('the ℓ2 radius of a max read-out, one or two neurons a group, is that of all its regions', () => {
    const { finite, proved } = tallied(
      groupTarget('max', { width: 6, dimension: 3 }, position),
      200,
      bruteRadius,
      relative.l2,
    );
    expect(proved / finite).toBeGreaterThan(0.95);
  });

  it('the ℓ∞ radius is that of all vertices by brute force', () => {
    const targets = fc.oneof(
      linearTarget({ width: 5, dimension: 3 }, position),
      groupTarget('max', { width: 4, dimension: 2 }, position),
    );
    const { finite, proved } = tallied(targets, 80, bruteRadiusLinf, relative.linf, byLinearPrograms);
    expect(proved / finite).toBeGreaterThan(0.9);
  });
});
