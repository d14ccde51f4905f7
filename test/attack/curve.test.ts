import { clopperPearson, robustAccuracy } from '@marginalia/attack';
import { BadInput } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positive } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';

/** P[X = k], by the plain product. */
function mass(k: number, n: number, share: number): number {
  let choose = 1;
  for (let i = 1; i <= k; i++) choose *= (n - k + i) / i;
  return choose * share ** k * (1 - share) ** (n - k);
}

describe('the Clopper–Pearson interval', () => {
  // scipy.stats.beta.ppf(0.025, k, n − k + 1), beta.ppf(0.975, k + 1, n − k); the extremes in closed form.
  it.each([
    [0, 10, 0, 1 - 0.025 ** (1 / 10)],
    [10, 10, 0.025 ** (1 / 10), 1],
    [0, 1, 0, 0.975],
    [1, 1, 0.025, 1],
    [5, 10, 0.187086, 0.812914],
    [7, 20, 0.1539092, 0.5921885],
    [1, 1000, 2.531749e-5, 0.00555892],
  ])('of %i in %i is the published one', (count, of, low, high) => {
    const [lower, upper] = clopperPearson(count, of);
    expect(lower).toBeCloseTo(low, 6);
    expect(upper).toBeCloseTo(high, 6);
  });

  it('has its ends where the tails are α/2', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), positive(1, 100), (of, draw, alpha) => {
        fc.pre(alpha < 1);
        const count = draw % (of + 1);
        const [lower, upper] = clopperPearson(count, of, 1 - alpha);
        const tail = (from: number, to: number, share: number): number => {
          let sum = 0;
          for (let k = from; k <= to; k++) sum += mass(k, of, share);
          return sum;
        };
        if (count > 0) expect(tail(count, of, lower)).toBeCloseTo(alpha / 2, 10);
        if (count < of) expect(tail(0, count, upper)).toBeCloseTo(alpha / 2, 10);
        expect(lower).toBeLessThanOrEqual(count / of);
        expect(upper).toBeGreaterThanOrEqual(count / of);
      }),
      runs(200),
    );
  });

  it('covers every true share with at least its level, exactly counted', () => {
    for (const of of [1, 5, 23]) {
      const intervals = Array.from({ length: of + 1 }, (_, count) => clopperPearson(count, of, 0.9));
      for (let share = 0.005; share < 1; share += 0.005) {
        const covered = intervals.reduce(
          (sum, [lower, upper], count) =>
            lower <= share && share <= upper ? sum + mass(count, of, share) : sum,
          0,
        );
        expect(covered).toBeGreaterThanOrEqual(0.9 - 1e-9);
      }
    }
  });

  it('mirrors, and narrows as points are added', () => {
    const [lower, upper] = clopperPearson(30, 100);
    const [mirrored, other] = clopperPearson(70, 100);
    expect(lower + other).toBeCloseTo(1, 12);
    expect(upper + mirrored).toBeCloseTo(1, 12);
    const [inner, outer] = clopperPearson(30_000, 100_000);
    expect(outer - inner).toBeLessThan((upper - lower) / 25);
    // Normal theory at n = 10⁵: 0.3 ± 1.96 √(0.21/n).
    expect(outer - inner).toBeCloseTo(2 * 1.95996 * Math.sqrt(0.21 / 1e5), 4);
  });

  it.each([
    [1, 0, 0.95],
    [-1, 5, 0.95],
    [6, 5, 0.95],
    [0.5, 5, 0.95],
    [Number.NaN, 5, 0.95],
    [1, 5, 0],
    [1, 5, 1],
    [1, 5, Number.NaN],
  ])('refuses %s of %s at level %s', (count, of, level) => {
    expect(() => clopperPearson(count, of, level)).toThrow(BadInput);
  });
});

describe('the band of robust accuracy', () => {
  const points = fc.array(
    fc
      .tuple(positive(4, 8), positive(4, 8))
      .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const),
    { minLength: 1, maxLength: 30 },
  );

  it('holds every truth between the two, falls with the radius, and lies in its own interval', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 0, max: 16 }), (intervals, blend) => {
        const known = {
          proved: intervals.map(([proved]) => proved),
          flipped: intervals.map(([, flipped]) => flipped),
        };
        const truth = intervals.map(([low, high]) => low + (blend / 16) * (high - low));
        const radii = [0, 0.5, 1, 1.5, 2, 3, 4, 5];
        const curve = robustAccuracy(known, radii);
        curve.forEach(({ radius, certified, attacked, exact, interval: [lower, upper] }, i) => {
          const robust = truth.filter((one) => one > radius).length / truth.length;
          expect(certified).toBeLessThanOrEqual(robust);
          expect(attacked).toBeGreaterThanOrEqual(robust);
          if (exact !== undefined) expect(exact).toBe(robust);
          else expect(certified).toBeLessThan(attacked);
          expect(lower).toBeLessThanOrEqual(certified);
          expect(upper).toBeGreaterThanOrEqual(attacked);
          const before = curve[i - 1];
          if (before) expect(certified).toBeLessThanOrEqual(before.certified);
          if (before) expect(attacked).toBeLessThanOrEqual(before.attacked);
        });
      }),
      runs(100),
    );
  });

  it('is exact where radii are proved, counts a radius that is attained as flipped, and starts at the clean accuracy', () => {
    const radii = [0, 1, 2, 3];
    const curve = robustAccuracy({ proved: [0, 1, 2, 4], flipped: [0, 1, 2, 4] }, radii);
    expect(curve.map(({ exact }) => exact)).toEqual([0.75, 0.5, 0.25, 0.25]);
    expect(curve[0]!.interval).toEqual(clopperPearson(3, 4));
  });

  it('is open where nothing is proved, and a radius of NaN proves nothing', () => {
    const [open] = robustAccuracy({ proved: [0, Number.NaN], flipped: [Infinity, Infinity] }, [1]);
    expect(open).toMatchObject({ certified: 0, attacked: 1, exact: undefined, interval: [0, 1] });
  });

  it.each([-1, Number.NaN, Infinity])('refuses a radius of %s, and no points', (radius) => {
    expect(() => robustAccuracy({ proved: [1], flipped: [1] }, [radius])).toThrow(BadInput);
    expect(() => robustAccuracy({ proved: [], flipped: [] }, [1])).toThrow(BadInput);
    expect(() => robustAccuracy({ proved: [1], flipped: [] }, [1])).toThrow(BadInput);
  });
});
