/** The normal law, robust maximum likelihood and the radii of features, against tables, direct minimisation and sampling. */
import { BadInput, Random } from '@marginalia/core';
import {
  averagedFeatureRadius,
  averagedNeuronRadius,
  fallsBelowZero,
  meanPositivePart,
  normalCumulative,
  robustCovariance,
  robustLikelihoodLoss,
  thresholdedFeatureRadius,
} from '@marginalia/theory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positive, real } from '../arbitraries/real.js';

describe('Φ', () => {
  it.each([
    // Abramowitz & Stegun, table 26.1; the tails from table 26.2.
    [0, 0.5],
    [0.5, 0.691462461274013],
    [1, 0.841344746068543],
    [2, 0.977249868051821],
    [-1, 0.158655253931457],
    [-3, 1.349898031630095e-3],
    [-5, 2.866515718791939e-7],
    [-10, 7.619853024160527e-24],
  ])('is %d ↦ %d', (x, value) => {
    expect(Math.abs(normalCumulative(x) / value - 1)).toBeLessThanOrEqual(1e-13);
  });

  it('is symmetric, and joins its two formulas', () => {
    fc.assert(
      fc.property(real(9), (x) => {
        expect(normalCumulative(x) + normalCumulative(-x)).toBeCloseTo(1, 14);
      }),
    );
    for (const side of [-3, 3]) {
      const below = normalCumulative(side * (1 - 1e-12));
      expect(Math.abs(normalCumulative(side * (1 + 1e-12)) / below - 1)).toBeLessThanOrEqual(1e-10);
    }
    expect(normalCumulative(-40)).toBe(0);
    expect(normalCumulative(Number.NaN)).toBeNaN();
  });

  it('gives the mean positive part that sampling gives', () => {
    const random = Random.of('positive part');
    for (const [mean, deviation] of [
      [1, 1],
      [-2, 1],
      [0.5, 3],
    ] as const) {
      let total = 0;
      const draws = 40_000;
      for (let i = 0; i < draws; i++) total += Math.max(0, mean + deviation * random.gaussian());
      // Five standard errors.
      expect(Math.abs(total / draws - meanPositivePart(mean, deviation))).toBeLessThanOrEqual(
        (5 * (deviation + Math.abs(mean))) / Math.sqrt(draws),
      );
    }
  });
});

const spectrum = fc.array(positive(4, 16), { minLength: 1, maxLength: 5 });

describe('robust maximum likelihood', () => {
  it('spends the whole budget at its multiplier, and none at ε = 0', () => {
    fc.assert(
      fc.property(spectrum, positive(8, 32), (truth, budget) => {
        const { eigenvalues, inverseMultiplier } = robustCovariance(Float64Array.from(truth), budget);
        const spent = eigenvalues.reduce((sum, value) => sum + inverseMultiplier ** 2 / value, 0);
        expect(Math.abs(spent / budget ** 2 - 1)).toBeLessThanOrEqual(1e-9);
        // ½s* + 1/λ + √(s*/λ + ¼s*²), as the paper writes it.
        eigenvalues.forEach((value, i) => {
          const s = truth[i]!;
          const written = s / 2 + inverseMultiplier + Math.sqrt(inverseMultiplier * s + (s * s) / 4);
          expect(Math.abs(value / written - 1)).toBeLessThanOrEqual(1e-12);
        });
        const none = robustCovariance(Float64Array.from(truth), 0).eigenvalues;
        none.forEach((value, i) => expect(Math.abs(value / truth[i]! - 1)).toBeLessThanOrEqual(1e-12));
      }),
    );
  });

  it('is not beaten by any other covariance or mean against an adversary solved for anew', () => {
    const nearby = fc.tuple(
      spectrum,
      positive(4, 16),
      fc.array(real(1, 50), { minLength: 10, maxLength: 10 }),
    );
    fc.assert(
      fc.property(nearby, ([truth, budget, moves]) => {
        const exact = Float64Array.from(truth);
        const still = new Float64Array(truth.length);
        const { eigenvalues } = robustCovariance(exact, budget);
        const best = robustLikelihoodLoss(exact, eigenvalues, still, budget);
        const other = eigenvalues.map((value, i) => value * Math.exp(moves[i]!));
        const shift = still.map((_, i) => moves[5 + i]!);
        const allowed = 1e-9 * (1 + Math.abs(best));
        expect(robustLikelihoodLoss(exact, other, still, budget)).toBeGreaterThanOrEqual(best - allowed);
        expect(robustLikelihoodLoss(exact, eigenvalues, shift, budget)).toBeGreaterThanOrEqual(
          best - allowed,
        );
      }),
    );
  });

  it('has teeth: a covariance off by a percent is beaten', () => {
    const truth = Float64Array.of(1, 0.1);
    const still = new Float64Array(2);
    const { eigenvalues } = robustCovariance(truth, 0.5);
    const off = eigenvalues.map((value) => 1.01 * value);
    expect(robustLikelihoodLoss(truth, off, still, 0.5)).toBeGreaterThan(
      robustLikelihoodLoss(truth, eigenvalues, still, 0.5) + 1e-6,
    );
  });

  it('is attacked no better by sampled displacements of the same mean square', () => {
    const [truth, model] = [Float64Array.of(1, 0.25), Float64Array.of(1.5, 0.9)];
    const budget = 0.4;
    const value = robustLikelihoodLoss(truth, model, new Float64Array(2), budget);
    const random = Random.of('sampled adversary');
    for (let trial = 0; trial < 50; trial++) {
      // δ = A v, diagonal A, scaled to the budget: its mean loss is known.
      const gains = [random.gaussian(), random.gaussian()];
      const spent = gains.reduce((sum, gain, i) => sum + gain * gain * truth[i]!, 0);
      const scale = budget / Math.sqrt(spent);
      const loss = gains.reduce(
        (sum, gain, i) => sum + (Math.log(model[i]!) + ((1 + scale * gain) ** 2 * truth[i]!) / model[i]!) / 2,
        0,
      );
      expect(loss).toBeLessThanOrEqual(value + 1e-9);
    }
  });

  it('turns the rule to the means as the budget grows, and never back', () => {
    fc.assert(
      fc.property(spectrum, fc.array(positive(), { minLength: 5, maxLength: 5 }), (truth, means) => {
        let before = -1;
        for (const budget of [0, 0.1, 1, 10, 1000]) {
          const { eigenvalues } = robustCovariance(Float64Array.from(truth), budget);
          const w = eigenvalues.map((value, i) => means[i]! / value);
          const inner = w.reduce((sum, value, i) => sum + value * means[i]!, 0);
          const norms = Math.hypot(...w) * Math.hypot(...means.slice(0, truth.length));
          expect(inner / norms).toBeGreaterThanOrEqual(before - 1e-12);
          before = inner / norms;
        }
        expect(before).toBeGreaterThan(0.999);
      }),
    );
  });

  it('refuses what is no covariance', () => {
    expect(() => robustCovariance(Float64Array.of(1, 0), 1)).toThrow(BadInput);
    expect(() => robustCovariance(Float64Array.of(1), -1)).toThrow('budget');
  });
});

describe('robust radii of features', () => {
  it('approach √d/2 for a thresholded feature as the noise goes', () => {
    expect(thresholdedFeatureRadius(1024, 8, 0)).toBe(16);
    expect(thresholdedFeatureRadius(1024, 8, 1e-6)).toBeCloseTo(16, 4);
    expect(thresholdedFeatureRadius(1024, 8, 1)).toBeLessThan(16);
    expect(thresholdedFeatureRadius(1024, 8, 1)).toBeGreaterThan(averagedFeatureRadius(1024, 8));
  });

  it('are that of the averaged feature for a neuron as negative on the other class', () => {
    expect(averagedNeuronRadius(1024, 4, Infinity, 1)).toBeCloseTo(averagedFeatureRadius(1024, 4), 12);
    expect(averagedNeuronRadius(1024, 4, Infinity, 0)).toBeCloseTo(
      averagedFeatureRadius(1024, 4) * Math.SQRT1_2,
      12,
    );
  });

  it('finds where a falling function ends, and zero where it never was', () => {
    expect(fallsBelowZero((x) => 2 - x, 10)).toBeCloseTo(2, 12);
    expect(fallsBelowZero((x) => -1 - x, 10)).toBe(0);
  });
});
