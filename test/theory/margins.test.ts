import { exponentialLog, logisticLog } from '@marginalia/core';
import {
  logRate,
  normalisedMargin,
  raised,
  rooted,
  slope,
  smoothedMargin,
  softMargin,
} from '@marginalia/theory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { real } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';

describe('the soft margin', () => {
  it('is the margin at which one sample has the loss, where a loss can be inverted', () => {
    fc.assert(
      fc.property(real(30), (q) => {
        for (const loss of [exponentialLog, logisticLog]) {
          // log(e^𝓛 − 1) loses digits of q where 𝓛 ≈ |q| is large.
          expect(Math.abs(softMargin(loss, loss.logValue(q)) - q)).toBeLessThan(1e-9 * (1 + Math.abs(q)));
        }
      }),
      runs(200),
    );
    for (const q of [800, 1e5]) expect(softMargin(logisticLog, logisticLog.logValue(q))).toBe(q);
  });

  it('has no seam where the series takes over', () => {
    const seam = Math.log(1e-3);
    const [below, above] = [seam - 1e-9, seam + 1e-9].map((at) => softMargin(logisticLog, at));
    // dq/d log 𝓛 = −𝓛e^𝓛/(e^𝓛 − 1) = −(1 + 𝓛/2 + …).
    expect(Math.abs(below! - above! - 2e-9 * (1 + 1e-3 / 2))).toBeLessThan(5e-13);
  });

  it('lies below the least margin by log N at most', () => {
    fc.assert(
      fc.property(fc.array(real(20), { minLength: 1, maxLength: 8 }), (margins) => {
        const least = Math.min(...margins);
        const total = Math.log(margins.reduce((sum, q) => sum + Math.exp(-q), 0));
        const soft = softMargin(exponentialLog, total);
        expect(soft).toBeLessThanOrEqual(least + 1e-12);
        expect(soft).toBeGreaterThanOrEqual(least - Math.log(margins.length) - 1e-12);
      }),
      runs(200),
    );
  });
});

it('normalises by the norm to the degree', () => {
  expect(normalisedMargin(6, 2, 3)).toBe(0.75);
  expect(smoothedMargin(exponentialLog, -6, 2, 1)).toBe(3);
  expect(raised(1.5, 0)).toBe(1);
  expect(rooted(8, 3)).toBeCloseTo(2, 14);
});

it('solves the differential equation d(1/𝓛)/dt = L²γ^{2/L}(log 1/𝓛)^{2−2/L} as log t grows', () => {
  // In u = log(1/𝓛) and s = log t: du/ds = e^{s−u} c u^{2−2/L}; backward from the asymptote no step is stiff.
  const [margin, degree] = [0.3, 3];
  const c = degree ** 2 * margin ** (2 / degree);
  let u = 10;
  let s = Math.log(Math.exp(u) / (c * u ** (4 / 3)));
  const step = 1e-3;
  while (s < 400) {
    const rate = (at: number, when: number): number => Math.exp(when - at) * c * at ** (4 / 3);
    const half = u + (step / 2) * rate(u, s);
    u += step * rate(half, s + step / 2);
    s += step;
  }
  // What is left out is of order (2 − 2/L)² log s/s.
  expect(Math.abs(u - logRate(margin, degree, s))).toBeLessThan((2 * (16 / 9) * Math.log(s)) / s);
});

it('fits a line', () => {
  expect(
    slope([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
  ).toBeCloseTo(2, 14);
  expect(slope([[1, 1]])).toBeNaN();
});
