import { crossEntropy, losses } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';

/** Margins where formulas break: around 0, around the end of e^{−q} in float64, and far out. */
const margins = fc.oneof(
  real(1),
  real(40),
  real(800, 7),
  fc.integer({ min: -1_000_000, max: 1_000_000 }),
  fc.constantFrom(0, -0, 36.7, -36.7, 745.2, -745.2, 1e6, -1e6),
);

/** e^x in fixed point with 60 digits behind the point, for x ≤ 0; arguments are exact to 2^{−60}. */
const digits = 10n ** 60n;
function expFixed(x: number): bigint {
  if (x < -130) return 0n;
  // x = whole · 2^{−60} exactly, for |x| < 130 on our lattices up to 2^{−60}.
  const argument = (BigInt(Math.round(x * 2 ** 40)) * digits) / 2n ** 40n;
  const halvings = 10n;
  const reduced = argument / 2n ** halvings;
  let term = digits;
  let sum = digits;
  for (let n = 1n; n < 60n; n++) {
    term = (term * reduced) / digits / n;
    sum += term;
  }
  for (let i = 0n; i < halvings; i++) sum = (sum * sum) / digits;
  return sum;
}

/** log(1 + u) for u in [0, 1] in fixed point, by 2 artanh(u / (2 + u)). */
function logFixed(u: bigint): bigint {
  const t = (u * digits) / (2n * digits + u);
  const square = (t * t) / digits;
  let power = t;
  let sum = 0n;
  for (let n = 1n; n < 260n; n += 2n) {
    sum += power / n;
    power = (power * square) / digits;
  }
  return 2n * sum;
}

const toNumber = (fixed: bigint): number => Number(fixed) / 1e60;
/** Multiples of 2^{−40}, on which the fixed-point argument is exact. */
const onLattice = (q: number): number => Math.round(q * 2 ** 20) / 2 ** 20;
/** Three roundings of float64, and the absolute error of 60 digits where the value is below it. */
const close = (got: number, truth: number): void =>
  expect(Math.abs(got - truth)).toBeLessThanOrEqual(8 * 2 ** -53 * truth + 1e-55);

describe.each(losses.map((loss) => [loss.name, loss] as const))('the %s loss', (name, loss) => {
  it('is finite, positive and falling at any margin', () => {
    fc.assert(
      fc.property(margins, (q) => {
        expect(loss.value(q)).toBeGreaterThanOrEqual(0);
        expect(loss.slope(q)).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(loss.value(q)) && Number.isFinite(loss.slope(q))).toBe(true);
        expect(loss.value(q + 1)).toBeLessThanOrEqual(loss.value(q));
        expect(loss.slope(q + 1)).toBeLessThanOrEqual(loss.slope(q));
      }),
      runs(500),
    );
  });

  it('has −ℓ′ for its slope', () => {
    fc.assert(
      fc.property(real(30), (q) => {
        const h = 1e-4;
        const central = (loss.value(q - h) - loss.value(q + h)) / (2 * h);
        expect(Math.abs(central - loss.slope(q))).toBeLessThanOrEqual(1e-8 + 1e-6 * loss.slope(q));
      }),
      runs(300),
    );
  });

  it.runIf(name === 'logistic')(
    'is log(1 + e^{−q}) to the last digits, also where that is tiny or huge',
    () => {
      fc.assert(
        fc.property(margins, (margin) => {
          const q = onLattice(margin);
          const tail = logFixed(expFixed(-Math.abs(q)));
          if (Math.abs(q) <= 120) {
            close(loss.value(q), q >= 0 ? toNumber(tail) : -q + toNumber(tail));
            const u = expFixed(-Math.abs(q));
            const slope = ((q >= 0 ? u : digits) * digits) / (digits + u);
            close(loss.slope(q), toNumber(slope));
          } else if (q > 0) {
            // log(1 + u) = u to within u²; e^{−q} itself underflows past 745.
            expect(Math.abs(loss.value(q) - Math.exp(-q))).toBeLessThanOrEqual(1e-15 * Math.exp(-q));
            expect(loss.slope(q)).toBe(loss.value(q));
          } else {
            expect(loss.value(q)).toBe(-q);
            expect(loss.slope(q)).toBe(1);
          }
        }),
        runs(300),
      );
    },
  );
});

describe('softmax cross-entropy', () => {
  const scored = fc
    .integer({ min: 2, max: 8 })
    .chain((k) => fc.tuple(vector(k, fc.oneof(real(), real(500))), fc.nat(k - 1)));
  const residualOf = (scores: Float64Array, target: number): Float64Array => {
    const residual = new Float64Array(scores.length);
    crossEntropy(scores, target, residual);
    return residual;
  };

  it('pulls up its target as much as it pushes down the rest', () => {
    fc.assert(
      fc.property(scored, ([scores, target]) => {
        const residual = residualOf(scores, target);
        const sum = residual.reduce((a, b) => a + b, 0);
        expect(Math.abs(sum)).toBeLessThanOrEqual(8 * 2 ** -53 * residual[target]!);
        residual.forEach((value, i) => {
          if (i === target) expect(value).toBeGreaterThanOrEqual(0);
          else expect(value).toBeLessThanOrEqual(0);
        });
        expect(residual[target]!).toBeLessThanOrEqual(1 + 2 ** -50);
      }),
      runs(300),
    );
  });

  it('has the negative residual for its gradient', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }).chain((k) => fc.tuple(vector(k), fc.nat(k - 1))),
        ([scores, target]) => {
          const residual = residualOf(scores, target);
          const h = 1e-5;
          const scratch = new Float64Array(scores.length);
          scores.forEach((score, i) => {
            const at = (shift: number): number =>
              crossEntropy(scores.with(i, score + shift), target, scratch);
            expect(Math.abs((at(-h) - at(h)) / (2 * h) - residual[i]!)).toBeLessThan(1e-8);
          });
        },
      ),
      runs(200),
    );
  });

  it('of two classes is the logistic loss of the difference of scores', () => {
    fc.assert(
      fc.property(margins, (q) => {
        const scores = Float64Array.of(q, 0);
        const residual = new Float64Array(2);
        const [logistic] = losses;
        const value = crossEntropy(scores, 0, residual);
        expect(Math.abs(value - logistic!.value(q))).toBeLessThanOrEqual(1e-15 * logistic!.value(q));
        expect(Math.abs(residual[0]! - logistic!.slope(q))).toBeLessThanOrEqual(1e-15 * logistic!.slope(q));
      }),
      runs(300),
    );
  });

  it('does not move when all scores are shifted', () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: -1000, max: 1000 }), ([scores, target], shift) => {
        const [one, two] = [new Float64Array(scores.length), new Float64Array(scores.length)];
        const value = crossEntropy(scores, target, one);
        const shifted = crossEntropy(
          scores.map((score) => score + shift),
          target,
          two,
        );
        expect(Math.abs(shifted - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, value));
      }),
      runs(100),
    );
  });

  it('keeps its digits when the target’s probability rounds to one', () => {
    for (const lead of [40, 100, 700]) {
      const residual = new Float64Array(3);
      const value = crossEntropy(Float64Array.of(0, lead, 0), 1, residual);
      expect(value / (2 * Math.exp(-lead))).toBeCloseTo(1, 12);
      expect(residual[1]! / (2 * Math.exp(-lead))).toBeCloseTo(1, 12);
      expect(residual[0]! / -Math.exp(-lead)).toBeCloseTo(1, 12);
    }
  });
});
