/** The law suite of anytime-valid inference: every method of the registry owes all of it. */
import { BadInput, Random } from '@marginalia/core';
import { mergeDependent, mergeIndependent, sequentialMethods } from '@marginalia/sweep';
import { describe, expect, it } from 'vitest';
import { aboveRate, bernoulliRate, belowRate } from '../../packages/sweep/src/sequential/bernoulli-rate.js';
import { bettingMean } from '../../packages/sweep/src/sequential/betting-mean.js';
import {
  coefficientEvidence,
  coefficientHalfWidth,
} from '../../packages/sweep/src/sequential/coefficient.js';
import { halfWidthFactor } from '../../packages/sweep/src/sequential/confidence-sequence.js';
import { detectableFactor } from '../../packages/sweep/src/sequential/detectable.js';
import { empiricalBernsteinMean } from '../../packages/sweep/src/sequential/empirical-bernstein-mean.js';
import { halfBoundedMean } from '../../packages/sweep/src/sequential/half-bounded-mean.js';
import { logBeta } from '../../packages/sweep/src/sequential/log-gamma.js';
import { against, inside, type Method } from '../../packages/sweep/src/sequential/method.js';
import { quantile } from '../../packages/sweep/src/sequential/quantile.js';
import { allowance, everSeen, type Law, laws, simulations } from './simulated.js';

const alpha = 0.05;
const limit = Math.log(1 / alpha);
const unit = { least: 0, most: 1 };
const registry = sequentialMethods(unit, 0.5);

/** The laws for which a method claims its level, with the value of its target. */
function claimed(method: Method): readonly (readonly [name: string, law: Law, truth: number])[] {
  const of = (...names: readonly (keyof typeof laws)[]) =>
    names.map((name) => {
      const law: Law = laws[name];
      return [name, law, method.target === 'the 0.5-quantile' ? law.median : law.mean] as const;
    });
  switch (method.name) {
    case 'bernoulli':
      return of('bernoulli', 'skewed');
    case 'share':
      return of('bernoulli');
    case 'quantile-0.5':
      return of('gaussian', 'skewed', 'lognormal', 'narrow');
    case 'gaussian':
      return of('gaussian');
    // Of these the skew is mild enough for its limit to have set in where it begins to speak.
    case 'asymptotic':
      return of('gaussian', 'narrow', 'skewed');
    default:
      return of('bernoulli', 'skewed', 'narrow');
  }
}

const drawn = (method: Method, count: number, key = 'drawn'): number[] => {
  const random = Random.of([key, method.name, count]);
  const [[, law]] = claimed(method) as [readonly [string, Law, number]];
  return Array.from({ length: count }, () => law.draw(random));
};

describe.each(registry.map((method) => [method.name, method] as const))('the method %s', (name, method) => {
  const cases = claimed(method);
  // The integral over every stake takes a hundred times as long as a sum over thirteen.
  const repeats = simulations(2000, name === 'share' ? 150 : name === 'betting' ? 700 : 2000);
  const looks = simulations(100, name === 'asymptotic' ? 60 : 25);

  it.each(cases)('refutes the truth at any look in at most α of sweeps: %s', (law, { draw }, truth) => {
    const refuted = everSeen(
      repeats,
      looks,
      `level ${name} ${law}`,
      draw,
      (values) => against(method, values, [truth, truth]) >= limit,
    );
    expect(refuted).toBeLessThanOrEqual(allowance(alpha, repeats));
  });

  it.each(cases)('of one side: %s', (law, { draw }, truth) => {
    const some = Math.min(repeats, simulations(2000, 500));
    for (const side of ['above', 'below'] as const) {
      const refuted = everSeen(
        some,
        looks,
        `${side} ${name} ${law}`,
        draw,
        (values) => method[side](values, truth) >= limit,
      );
      expect(refuted, side).toBeLessThanOrEqual(allowance(alpha, some));
    }
  });

  it('holds in its interval what no e-value refutes, and nothing else', () => {
    for (const count of [400, 500]) {
      const values = drawn(method, count);
      const [low, high] = method.interval(values, alpha);
      expect(low).toBeLessThan(high);
      const span = Math.max(high - low, 1e-3);
      // An interval may reach further than its ends in floating point, never by more than this.
      const step = 1e-6 * span;
      const share = method.sides === 'joint' ? limit : limit + Math.log(2);
      const over = (at: number): number => method.above(values, at);
      const under = (at: number): number => method.below(values, at);
      expect(over(low - step)).toBeGreaterThanOrEqual(share - 1e-6);
      expect(over(low + step)).toBeLessThanOrEqual(share + 1e-3);
      expect(under(high + step)).toBeGreaterThanOrEqual(share - 1e-6);
      expect(under(high - step)).toBeLessThanOrEqual(share + 1e-3);
    }
  });

  it('narrows as α grows, and as the same values come again', () => {
    const values = drawn(method, 60);
    const width = (of: readonly number[], level: number): number => {
      const [low, high] = method.interval(of, level);
      return high - low;
    };
    expect(width(values, 0.01)).toBeGreaterThan(width(values, 0.05));
    expect(width(values, 0.05)).toBeGreaterThan(width(values, 0.2));
    const often = Array.from({ length: 9 }, () => values).flat();
    // Nine times the values: a third of the width, with a half more for what many looks cost.
    expect(width(often, alpha)).toBeLessThan(0.6 * width(values, alpha));
  });

  it(`sees a ${method.ordered ? 'sequence' : 'set'} of values`, () => {
    const values = drawn(method, 70);
    const at = method.interval(values, 0.3)[0];
    const [one, other] = [
      method.above(values, at),
      method.above(
        values.toSorted((a, b) => a - b),
        at,
      ),
    ];
    if (method.ordered) expect(other).not.toBeCloseTo(one, 6);
    else expect(other).toBeCloseTo(one, 8);
  });

  it('says nothing of nothing, and little of one value', () => {
    expect(method.above([], 0.5)).toBeCloseTo(0, 15);
    expect(method.below([], 0.5)).toBeCloseTo(0, 15);
    const [low, high] = method.interval([], alpha);
    expect(low <= 0 && high >= 1).toBe(true);
    expect(method.above([0.7], 0.5)).toBeLessThan(limit);
    expect(method.below([0.7], 0.5)).toBeLessThan(limit);
  });

  it('grows without bound against what is false, on both sides', () => {
    const values = drawn(method, 1500);
    const [[, , truth]] = cases as [(typeof cases)[number]];
    expect(method.above(values, truth - 0.05)).toBeGreaterThan(
      method.above(values.slice(0, 300), truth - 0.05),
    );
    expect(against(method, values, [truth + 0.3, truth + 0.4])).toBeGreaterThan(limit);
    expect(inside(method, values, [truth - 0.3, truth + 0.3])).toBeGreaterThan(limit);
    expect(against(method, values, [-Infinity, Infinity])).toBe(0);
  });

  it('takes values that came several times over for so many', () => {
    if (method.ordered) return;
    const values = drawn(method, 60);
    const thrice = [...values, ...values, ...values];
    const at = method.interval(values, 0.3)[1];
    // To the factor n/(n − 1) of an unbiased variance.
    expect(Math.abs(method.below(values, at, 3) / method.below(thrice, at) - 1)).toBeLessThan(0.03);
  });
});

describe('teeth', () => {
  it('an ordinary 95 % interval, watched the same way, fails the same check', () => {
    const { draw, mean } = laws.gaussian;
    const repeats = 2000;
    const missed = everSeen(repeats, 60, 'ordinary', draw, (values) => {
      if (values.length < 5) return false;
      const average = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
      return Math.abs(average - mean) > 1.96 * Math.sqrt(squares / (values.length - 1) / values.length);
    });
    expect(missed).toBeGreaterThan(3 * allowance(alpha, repeats));
  });

  it('so does the Gaussian sequence of values that are no such thing: they need their range', () => {
    const { draw, mean } = laws.lognormal;
    const gaussian = registry.find((method) => method.name === 'gaussian') as Method;
    const missed = everSeen(
      500,
      60,
      'wrong assumption',
      draw,
      (values) => against(gaussian, values, [mean, mean]) >= limit,
    );
    expect(missed).toBeGreaterThan(2 * alpha);
  });
});

describe('a range', () => {
  it('is held to: a value outside is a mistake, not evidence', () => {
    for (const method of [bettingMean(unit), empiricalBernsteinMean(unit)]) {
      expect(() => method.above([0.5, 1.5], 0.5)).toThrow(BadInput);
      expect(() => method.interval([0.5, Number.NaN], alpha)).toThrow(BadInput);
    }
    expect(() => empiricalBernsteinMean({ least: 0, most: Infinity })).toThrow(BadInput);
  });

  it('moves and scales with its values', () => {
    const values = drawn(bettingMean(unit), 40);
    for (const build of [bettingMean, empiricalBernsteinMean]) {
      const [low, high] = build(unit).interval(values, alpha);
      const [movedLow, movedHigh] = build({ least: -3, most: 7 }).interval(
        values.map((value) => 10 * value - 3),
        alpha,
      );
      expect(movedLow).toBeCloseTo(10 * low - 3, 6);
      expect(movedHigh).toBeCloseTo(10 * high - 3, 6);
    }
  });

  it('of which one end is known bounds one side exactly: lognormal values watched 60 times', () => {
    const { draw, mean } = laws.lognormal;
    const half = halfBoundedMean({ least: 0, most: Infinity });
    const repeats = simulations(2000, 500);
    const above = everSeen(repeats, 60, 'half', draw, (values) => half.above(values, mean) >= limit);
    expect(above).toBeLessThanOrEqual(allowance(alpha, repeats));
    const values = drawn(bettingMean({ least: 0, most: Infinity }), 30);
    expect(bettingMean({ least: 0, most: Infinity }).interval(values, alpha)[1]).toBe(Infinity);
    expect(bettingMean({ least: -Infinity, most: 1 }).interval(values, alpha)[0]).toBe(-Infinity);
    // At its own end nothing is left to gain: the mean is ≤ 0 only if every value is 0.
    expect(half.above([0, 0, 0], 0)).toBe(0);
    expect(half.above([0, 0, 0.1], 0)).toBe(Infinity);
  });
});

describe('closed forms', () => {
  // scipy.special.betaln 1.17.1
  it.each([
    [0.5, 0.5, 1.1447298858494],
    [3.5, 2.5, -3.3018352699620523],
    [40.5, 7.5, -20.79528333150225],
    [100_000.5, 3.5, -39.09432677435689],
  ])('log B(%f, %f) is that of SciPy', (a, b, value) => {
    expect(logBeta(a, b) / value).toBeCloseTo(1, 9);
  });

  it('the beta mixture of yes and no is its own integral', () => {
    const steps = 20_000;
    for (const [yes, no, at] of [
      [3, 2, 0.4],
      [0, 9, 0.2],
      [30, 4, 0.95],
    ] as const) {
      let sum = 0;
      // q = sin²θ takes the ends of the density away: dBeta(½, ½) = (2/π) dθ.
      for (let i = 0; i < steps; i++) {
        const q = Math.sin((Math.PI * (i + 0.5)) / (2 * steps)) ** 2;
        sum += (q / at) ** yes * ((1 - q) / (1 - at)) ** no;
      }
      const mixture = sum / steps;
      const side = yes / (yes + no) > at ? aboveRate : belowRate;
      expect(Math.exp(side({ yes, no }, at)) / mixture).toBeCloseTo(1, 6);
    }
  });

  it('the stakes of a bet on yes and no are likelihood ratios: their mean by hand', () => {
    const values = [1, 0, 1, 1];
    const at = 0.4;
    const stakes = [1, 0.97, 0.9, 0.75, 0.5, 0.35, 0.25, 0.177, 0.125, 0.0884, 0.0625, 0.0312, 0.0156];
    const wealth = stakes.map((c) => (1 - c + c / at) ** 3 * (1 - c));
    const mean = wealth.reduce((sum, one) => sum + one, 0) / stakes.length;
    expect(Math.exp(bettingMean(unit).above(values, at))).toBeCloseTo(mean, 12);
  });

  it('the interval of a median ends at order statistics, and at none before six values can exclude any', () => {
    const median = quantile(0.5);
    const values = Array.from({ length: 41 }, (_, i) => (i * 17) % 41);
    const [low, high] = median.interval(values, alpha);
    expect(values).toContain(low);
    expect(low + high).toBe(40);
    expect(median.interval(values.slice(0, 5), alpha)).toEqual([-Infinity, Infinity]);
    expect(median.interval([...values, Infinity, -Infinity], alpha)[1]).toBeLessThan(41);
    expect(quantile(0.9).interval(values, alpha)[1]).toBe(Infinity);
  });

  it('a certain violation is certain: p ≥ 1 after one no, p ≤ 0 after one yes', () => {
    expect(bernoulliRate.below([1, 1, 0], 1)).toBe(Infinity);
    expect(bernoulliRate.above([0, 0, 1], 0)).toBe(Infinity);
    expect(bernoulliRate.above([0, 0], 0)).toBeLessThanOrEqual(0);
  });

  it('the coefficient of a constant is the mean: one sequence, two files', () => {
    for (const count of [5, 20, 200]) {
      const estimated = { units: count, degrees: count - 1, error: 1 / Math.sqrt(count - 1) };
      const half = coefficientHalfWidth(estimated, alpha);
      expect(half).toBeCloseTo(halfWidthFactor(count, alpha), 10);
      expect(coefficientEvidence(estimated, half)).toBeCloseTo(limit, 8);
    }
    expect(coefficientHalfWidth({ units: 3, degrees: 1, error: 1 }, alpha)).toBe(Infinity);
  });

  // Pr(T' > t) of the noncentral t is SciPy's (scipy.stats.nct 1.17.1) at the discrepancy that is stated.
  it.each([
    [4, 5.4140020181735595, 0.9992616052],
    [9, 3.937858309149224, 0.9849566511],
    [59, 3.506357537542752, 0.9240823072],
  ])('what is detectable with %i degrees is found with probability ≥ 90 %', (degrees, halfWidth, power) => {
    const factor = detectableFactor(halfWidth, degrees) as number;
    expect(power).toBeGreaterThan(0.9);
    const repeats = 8000;
    let found = 0;
    const random = Random.of(['noncentral', degrees]);
    for (let repeat = 0; repeat < repeats; repeat++) {
      let squares = 0;
      for (let i = 0; i < degrees; i++) squares += random.gaussian() ** 2;
      if (random.gaussian() + factor > halfWidth * Math.sqrt(squares / degrees)) found += 1;
    }
    expect(Math.abs(found / repeats - power)).toBeLessThan(4 * Math.sqrt((power * (1 - power)) / repeats));
    expect(detectableFactor(Infinity, degrees)).toBeNull();
    expect(detectableFactor(halfWidth, 0)).toBeNull();
  });
});

describe('merging', () => {
  it('of independent e-values is their product, of dependent ones their mean', () => {
    expect(mergeIndependent([2, 5, 0.5])).toBeCloseTo(5, 12);
    expect(mergeIndependent([])).toBe(1);
    expect(mergeIndependent([1e300, 1e300, 1e-300, 1e-300])).toBeCloseTo(1, 9);
    expect(mergeIndependent([Infinity, 0])).toBe(Infinity);
    expect(mergeDependent([2, 5, 0.5])).toBeCloseTo(2.5, 12);
  });

  it('keeps the level over nights: the product of three sweeps of a truth exceeds 1/α in at most α', () => {
    const betting = bettingMean(unit);
    const { draw, mean } = laws.skewed;
    const repeats = 2000;
    let refuted = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const nights = [0, 1, 2].map((night) => {
        const random = Random.of(['night', repeat, night]);
        return Math.exp(
          betting.above(
            Array.from({ length: 20 }, () => draw(random)),
            mean,
          ),
        );
      });
      if (mergeIndependent(nights) >= 1 / alpha) refuted += 1;
    }
    expect(refuted / repeats).toBeLessThanOrEqual(allowance(alpha, repeats));
  });
});
