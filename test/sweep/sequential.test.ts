import { Random } from '@marginalia/core';
import { evidenceAgainstRate, meanInterval } from '@marginalia/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Share of simulated sweeps that a test may see above α: 3 standard errors of the simulation itself. */
const allowance = (alpha: number, repeats: number): number =>
  alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / repeats);

const normals = (random: Random, mean: number, deviation: number, count: number): number[] =>
  Array.from({ length: count }, () => mean + deviation * random.gaussian());

describe('the confidence sequence of a Gaussian mean', () => {
  it('solves the mixture martingale for 1/α: at its ends M_n = 1/α, by the formula of the likelihood ratio', () => {
    const precision = 0.3;
    const martingale = (values: readonly number[], mean: number): number => {
      const n = values.length;
      const centre = values.reduce((sum, x) => sum + x - mean, 0) / n;
      const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
      return (
        Math.sqrt(precision / (n + precision)) *
        (squares / (squares - (n * n * centre * centre) / (n + precision))) ** (n / 2)
      );
    };
    for (const [i, count] of [5, 12, 60].entries()) {
      const values = normals(Random.of(['martingale', i]), 3, 2, count);
      for (const alpha of [0.05, 0.2]) {
        const [low, high] = meanInterval(values, alpha) ?? [Number.NaN, Number.NaN];
        expect(martingale(values, low) * alpha).toBeCloseTo(1, 8);
        expect(martingale(values, high) * alpha).toBeCloseTo(1, 8);
      }
    }
  });

  it('misses the mean at any of its looks, from 2 to 200 runs, in at most α of sweeps', () => {
    const [alpha, repeats] = [0.05, 2000];
    let missed = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const values = normals(Random.of(['coverage', repeat]), 1, 3, 200);
      for (let count = 2; count <= values.length; count++) {
        const interval = meanInterval(values.slice(0, count), alpha);
        if (interval && (interval[0] > 1 || interval[1] < 1)) {
          missed += 1;
          break;
        }
      }
    }
    expect(missed / repeats).toBeLessThanOrEqual(allowance(alpha, repeats));
    // And it is not empty caution: looking at 199 places does cost something.
    expect(missed).toBeGreaterThan(0);
  });

  it('moves and scales with its values', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 4, max: 40 }),
        (shift, scale, count) => {
          const values = normals(Random.of(['equivariance', count]), 0, 1, count);
          const [low, high] = meanInterval(values, 0.05) ?? [0, 0];
          const [movedLow, movedHigh] = meanInterval(
            values.map((x) => shift + scale * x),
            0.05,
          ) ?? [0, 0];
          expect(movedLow).toBeCloseTo(shift + scale * low, 6);
          expect(movedHigh).toBeCloseTo(shift + scale * high, 6);
        },
      ),
    );
  });

  it('is a point without spread, and nothing for one run, too few, or a run that is not finite', () => {
    expect(meanInterval([2, 2, 2], 0.05)).toEqual([2, 2]);
    expect(meanInterval([0.1, 0.1, 0.1], 0.05)).toEqual([0.1, 0.1]);
    expect(meanInterval([2], 0.05)).toBeUndefined();
    expect(meanInterval([1, 2, 3], 0.05)).toBeUndefined();
    expect(meanInterval([1, 2, 3, 4], 0.05)).toBeDefined();
    expect(meanInterval([1, 2, 3, 4, Infinity], 0.05)).toBeUndefined();
  });
});

describe('the e-value against a rate', () => {
  /** Single runs: a share of 1 for each that holds, of 0 for each that does not. */
  const evidence = (held: number, violated: number, rate: number): number =>
    evidenceAgainstRate(
      Array.from({ length: held + violated }, (_, run) => (run < held ? 1 : 0)),
      rate,
    );
  const integral = (held: number, violated: number, rate: number): number => {
    const steps = 20_000;
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      const q = (rate * (i + 0.5)) / steps;
      sum += (q / rate) ** held * ((1 - q) / (1 - rate)) ** violated;
    }
    return sum / steps;
  };

  it.each([
    [0, 0, 0.95],
    [5, 0, 0.95],
    [3, 2, 0.95],
    [0, 2, 0.95],
    [40, 7, 0.9],
    [10, 10, 0.5],
  ])(
    'after %i runs that hold and %i that do not, at rate %f, is its own integral',
    (held, violated, rate) => {
      expect(evidence(held, violated, rate) / integral(held, violated, rate)).toBeCloseTo(1, 5);
    },
  );

  it('falls with runs that hold, rises with runs that do not, and one violation refutes a certainty', () => {
    for (let held = 0; held < 30; held++) {
      expect(evidence(held + 1, 2, 0.9)).toBeLessThan(evidence(held, 2, 0.9));
      expect(evidence(held, 3, 0.9)).toBeGreaterThan(evidence(held, 2, 0.9));
    }
    expect(evidence(50, 1, 1)).toBe(Infinity);
    expect(evidence(50, 0, 1)).toBeLessThan(1);
  });

  it('ever exceeds 1/α in at most α of sweeps whose unlike runs hold with probability ≥ rate', () => {
    const [alpha, rate, repeats] = [0.05, 0.9, 2000];
    let alarms = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const random = Random.of(['rate', repeat]);
      let [held, violated] = [0, 0];
      for (let run = 0; run < 200; run++) {
        // Every other run is easier: independent, not identical.
        const holds = random.uniform() < (run % 2 === 0 ? rate : 0.93);
        if (holds) held += 1;
        else violated += 1;
        // A run that holds lowers it: nothing to see.
        if (!holds && evidence(held, violated, rate) > 1 / alpha) {
          alarms += 1;
          break;
        }
      }
    }
    expect(alarms / repeats).toBeLessThanOrEqual(allowance(alpha, repeats));
  });

  it('finds a rate of 70 % where 95 % is claimed within 60 runs, nearly always', () => {
    let found = 0;
    for (let repeat = 0; repeat < 200; repeat++) {
      const random = Random.of(['power', repeat]);
      let held = 0;
      for (let run = 0; run < 60; run++) if (random.uniform() < 0.7) held += 1;
      if (evidence(held, 60 - held, 0.95) > 20) found += 1;
    }
    expect(found).toBeGreaterThan(190);
  });

  it('of units is its own integral too, and depends on neither their order nor the way they are looked at', () => {
    const [rate, steps] = [0.9, 20_000];
    const shares = [1, 0.5, 1, 0.75, 0, 1, 0.5, 1];
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      const q = (rate * (i + 0.5)) / steps;
      sum += shares.reduce(
        (all, share) => all * ((share * q) / rate + ((1 - share) * (1 - q)) / (1 - rate)),
        1,
      );
    }
    expect(evidenceAgainstRate(shares, rate) / (sum / steps)).toBeCloseTo(1, 6);
    expect(evidenceAgainstRate(shares.toReversed(), rate)).toBeCloseTo(evidenceAgainstRate(shares, rate), 12);
  });

  it('stays exact over many units: n that hold leave 1/(n + 1)', () => {
    for (const count of [1e3, 1e5]) expect(evidence(count, 0, 0.95) * (count + 1)).toBeCloseTo(1, 7);
  });

  // Five runs of a unit that violate together or apart; each run holds with probability 95 % exactly.
  it.each([0, 0.5, 1])('holds its level over units of runs that hang together by %f', (together) => {
    const [alpha, rate, repeats] = [0.05, 0.95, 600];
    let [byShare, byAll] = [0, 0];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const random = Random.of(['units', together, repeat]);
      const shares = Array.from({ length: 40 }, () => {
        const common = random.uniform() < rate;
        const runs = Array.from({ length: 5 }, () =>
          random.uniform() < together ? common : random.uniform() < rate,
        );
        return runs.filter(Boolean).length / runs.length;
      });
      const ever = (seen: readonly number[]): boolean =>
        seen.some((_, i) => evidenceAgainstRate(seen.slice(0, i + 1), rate) > 1 / alpha);
      if (ever(shares)) byShare += 1;
      if (together === 0 && ever(shares.map((share) => (share === 1 ? 1 : 0)))) byAll += 1;
    }
    expect(byShare / repeats).toBeLessThanOrEqual(allowance(alpha, repeats));
    // To ask of a unit that all its runs hold would ask more than the claim does: a true one would be refuted.
    if (together === 0) expect(byAll / repeats).toBeGreaterThan(0.5);
  });
});
