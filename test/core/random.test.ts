import { createHash } from 'node:crypto';
import { BadInput, canonical, Random } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kolmogorovSmirnov, ksCritical } from '../arbitraries/goodness-of-fit.js';
import { runs } from '../arbitraries/runs.js';

const count = 20_000;
const draws = (draw: () => number): number[] => Array.from({ length: count }, draw);
/** A standard score that a true mean exceeds with probability 1e-6. */
const sixNines = 4.9;

/** xoshiro128++ as published (Blackman & Vigna 2021, prng.di.unimi.it/xoshiro128plusplus.c), in exact integers. */
function* xoshiro(seed: readonly bigint[]): Generator<bigint> {
  const word = 0xffffffffn;
  const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & word;
  const s = [...seed] as [bigint, bigint, bigint, bigint];
  for (;;) {
    yield (rotl((s[0] + s[3]) & word, 7n) + s[0]) & word;
    const t = (s[1] << 9n) & word;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
  }
}

describe('a stream', () => {
  it('is xoshiro128++ seeded with the first 128 bits of SHA-256 of its content', () => {
    for (let key = 0; key < 50; key++) {
      const digest = createHash('sha256').update(canonical({ key })).digest('hex');
      const reference = xoshiro([0, 8, 16, 24].map((at) => BigInt(`0x${digest.slice(at, at + 8)}`)));
      const random = Random.of({ key });
      expect(random.key).toBe(digest);
      for (let i = 0; i < 200; i++) expect(BigInt(random.bits())).toBe(reference.next().value);
    }
  });

  it('is the same for the same content, whatever the order of its fields', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (content) => {
        const backwards = Object.fromEntries(Object.entries(content).toReversed());
        expect(Random.of(backwards).bits()).toBe(Random.of(content).bits());
      }),
      runs(100),
    );
  });

  it('is another one for other content', () => {
    const firsts = Array.from({ length: 2000 }, (_, key) => Random.of({ key }).key);
    expect(new Set(firsts).size).toBe(2000);
    expect(Random.of('1').key).not.toBe(Random.of(1).key);
    expect(Random.of(['a', 'b']).key).not.toBe(Random.of(['ab']).key);
    expect(Random.of(1).stream('a', 'b').key).not.toBe(Random.of(1).stream('ab').key);
    expect(Random.of(1).stream('a').stream('b').key).not.toBe(Random.of(1).stream('a', 'b').key);
  });

  it('is never moved by draws from another one, not from its parent nor from a sibling', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(20), fc.nat(20), (key, fromParent, fromSibling) => {
        const quiet = Random.of(key).stream('noise').gaussian();
        const parent = Random.of(key);
        const sibling = parent.stream('other');
        for (let i = 0; i < fromParent; i++) parent.gaussian();
        for (let i = 0; i < fromSibling; i++) sibling.uniform();
        expect(parent.stream('noise').gaussian()).toBe(quiet);
      }),
      runs(100),
    );
  });

  it('is uncorrelated with its siblings: streams with neighbouring labels share nothing', () => {
    for (let pair = 0; pair < 10; pair++) {
      const one = Random.of('labels').stream('x', pair);
      const two = Random.of('labels').stream('x', pair + 1);
      const correlation = draws(() => one.gaussian() * two.gaussian()).reduce((a, b) => a + b, 0) / count;
      expect(Math.abs(correlation)).toBeLessThan(sixNines / Math.sqrt(count));
    }
  });
});

describe('uniform draws', () => {
  const random = Random.of('uniform');
  const samples = draws(() => random.uniform());

  it('lie in [0, 1) and follow the uniform law', () => {
    expect(samples.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(kolmogorovSmirnov(samples, (x) => x)).toBeLessThan(ksCritical(count));
  });

  it('use all 53 bits: the low ones are as uniform as the high ones', () => {
    const low = samples.map((x) => ((x * 2 ** 53) % 2 ** 20) / 2 ** 20);
    expect(kolmogorovSmirnov(low, (x) => x)).toBeLessThan(ksCritical(count) + 2 ** -20);
    expect(samples.every((x) => Number.isInteger(x * 2 ** 53))).toBe(true);
  });
});

describe('Gaussian draws', () => {
  const random = Random.of('gaussian');
  const samples = draws(() => random.gaussian());

  it('follow the normal law', () => {
    expect(kolmogorovSmirnov(samples, normal)).toBeLessThan(ksCritical(count));
  });

  it('have the moments 0, 1, 0, 3', () => {
    const moment = (power: number): number => samples.reduce((sum, x) => sum + x ** power, 0) / count;
    // The variances of x, x², x³ and x⁴ are 1, 2, 15 and 96.
    const expected = [
      [0, 1],
      [1, 2],
      [0, 15],
      [3, 96],
    ] as const;
    expected.forEach(([mean, variance], i) => {
      expect(Math.abs(moment(i + 1) - mean)).toBeLessThan(sixNines * Math.sqrt(variance / count));
    });
  });

  it('come in pairs that are independent', () => {
    const products = samples.slice(1).map((x, i) => x * samples[i]!);
    const correlation = products.reduce((a, b) => a + b, 0) / count;
    expect(Math.abs(correlation)).toBeLessThan(sixNines / Math.sqrt(count));
  });

  it('fill an array with the given deviation, the same draws scaled', () => {
    const unit = Random.of('fill').gaussians(new Float64Array(7));
    const scaled = Random.of('fill').gaussians(new Float64Array(7), 2.5);
    expect(scaled).toEqual(unit.map((x) => 2.5 * x));
  });
});

describe('χ² draws', () => {
  it.each([1, 2, 3, 10, 3000, 1e6])('with %d degrees have mean ν and variance 2ν', (degrees) => {
    const random = Random.of(['chi-square', degrees]);
    const samples = draws(() => random.chiSquare(degrees));
    const mean = samples.reduce((a, b) => a + b, 0) / count;
    const variance = samples.reduce((sum, x) => sum + (x - degrees) ** 2, 0) / count;
    expect(samples.every((x) => x > 0)).toBe(true);
    expect(Math.abs(mean - degrees)).toBeLessThan(sixNines * Math.sqrt((2 * degrees) / count));
    // The fourth central moment of χ²_ν is 12 ν² + 48 ν.
    const spread = Math.sqrt((8 * degrees ** 2 + 48 * degrees) / count);
    expect(Math.abs(variance - 2 * degrees)).toBeLessThan(sixNines * spread);
  });

  it('with one degree follow the law of a squared Gaussian, with two the exponential one', () => {
    const random = Random.of('chi-square laws');
    const one = draws(() => random.chiSquare(1));
    const two = draws(() => random.chiSquare(2));
    expect(kolmogorovSmirnov(one, (x) => 2 * normal(Math.sqrt(x)) - 1)).toBeLessThan(ksCritical(count));
    expect(kolmogorovSmirnov(two, (x) => 1 - Math.exp(-x / 2))).toBeLessThan(ksCritical(count));
  });

  it.each([0, -1, Number.NaN, Infinity])('with %d degrees are refused, not looped for', (degrees) => {
    expect(() => Random.of(0).chiSquare(degrees)).toThrow(BadInput);
  });
});

describe('integer draws', () => {
  it.each([1, 2, 3, 7, 10, 1000])('below %i are uniform', (bound) => {
    const random = Random.of(['integer', bound]);
    const counts = new Array<number>(bound).fill(0);
    for (let i = 0; i < count; i++) counts[random.integer(bound)]! += 1;
    const expected = count / bound;
    const statistic = counts.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    // Wilson & Hilferty: (χ²/ν)^{1/3} is nearly normal.
    const degrees = bound - 1;
    if (degrees === 0) expect(statistic).toBe(0);
    else {
      const deviation = Math.sqrt(2 / (9 * degrees));
      const score = (Math.cbrt(statistic / degrees) - (1 - deviation ** 2)) / deviation;
      expect(Math.abs(score)).toBeLessThan(sixNines);
    }
  });

  it('are without modulo bias where it would be largest: below 3 · 2³⁰ a remainder favours the first third', () => {
    const bound = 3 * 2 ** 30;
    const random = Random.of('bias');
    const low = draws(() => random.integer(bound)).filter((value) => value < 2 ** 30).length / count;
    // Unbiased 1/3; by the remainder 1/2.
    expect(Math.abs(low - 1 / 3)).toBeLessThan(sixNines * Math.sqrt(2 / 9 / count));
    expect(Random.of(0).integer(2 ** 32)).toBe(Random.of(0).bits());
  });

  it.each([0, -3, 1.5, Number.NaN, 2 ** 32 + 1])('below %d are refused, not looped for', (bound) => {
    expect(() => Random.of(0).integer(bound)).toThrow(BadInput);
  });
});

describe('a shuffle', () => {
  it('keeps the items, and gives each of the 24 orders of four its share', () => {
    const random = Random.of('shuffle');
    const seen = new Map<string, number>();
    for (let i = 0; i < count; i++) {
      const order = random.shuffle([0, 1, 2, 3]).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(24);
    for (const times of seen.values()) {
      expect(Math.abs(times - count / 24)).toBeLessThan(5.5 * Math.sqrt(count / 24));
    }
  });
});

/** Φ by its series around 0 and its continued fraction in the tails. */
function normal(x: number): number {
  const z = Math.abs(x);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  let upper: number;
  if (z < 4) {
    let term = z;
    let sum = z;
    for (let n = 3; n < 200; n += 2) {
      term *= (z * z) / n;
      sum += term;
    }
    upper = 0.5 - density * sum;
  } else {
    let tail = z;
    for (let n = 60; n > 0; n--) tail = z + n / tail;
    upper = density / tail;
  }
  return x > 0 ? 1 - upper : upper;
}
