import { Random } from '@marginalia/core';
import { medianError } from '@marginalia/sweep';
import { describe, expect, it } from 'vitest';

/** The mean stated error over the true deviation of the median, in simulated cells of `units` units of `each` runs. */
function calibration(units: number, each: number, draw: (random: Random) => number, apart = false): number {
  const repeats = 1500;
  const medians: number[] = [];
  let stated = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const random = Random.of(['median', units, each, repeat]);
    const values: number[] = [];
    const names: string[] = [];
    for (let unit = 0; unit < units; unit++) {
      const shared = draw(random);
      for (let run = 0; run < each; run++) {
        values.push(shared + 0.1 * random.gaussian());
        names.push(apart ? `${unit} ${run}` : String(unit));
      }
    }
    const sorted = values.toSorted((a, b) => a - b);
    const middle = (sorted.length - 1) / 2;
    medians.push(((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2);
    stated += medianError(values, names) / repeats;
  }
  const mean = medians.reduce((sum, one) => sum + one, 0) / repeats;
  const truth = Math.sqrt(medians.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (repeats - 1));
  return stated / truth;
}

const normal = (random: Random): number => random.gaussian();
const exponential = (random: Random): number => -Math.log1p(-random.uniform());

describe('the standard error of a median', () => {
  it.each([
    [5, 1, normal],
    [20, 1, normal],
    [20, 1, exponential],
    [60, 1, exponential],
    [20, 4, normal],
  ])('of %i units of %i runs is the deviation of the median, to a quarter', (units, each, draw) => {
    const ratio = calibration(units, each, draw);
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
  });

  it('counts units: runs that share their random numbers, counted apart, would halve it', () => {
    expect(calibration(20, 4, normal, true)).toBeLessThan(0.6);
  });

  it('moves and scales with its values, is nothing without spread, and unknown of one unit', () => {
    const [values, units] = [
      [3, 1, 4, 1, 5, 9, 2, 6],
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
    ];
    const error = medianError(values, units);
    expect(
      medianError(
        values.map((value) => 7 - 2 * value),
        units,
      ),
    ).toBeCloseTo(2 * error, 12);
    expect(medianError(values.toReversed(), units.toReversed())).toBe(error);
    expect(medianError([2, 2, 2], ['a', 'b', 'c'])).toBe(0);
    expect(medianError([1, 2, 3], ['a', 'a', 'a'])).toBeNaN();
    expect(medianError([], [])).toBeNaN();
    // Half the range is the most that two values can say.
    expect(medianError([0, 1], ['a', 'b'])).toBe(0.5);
  });
});
