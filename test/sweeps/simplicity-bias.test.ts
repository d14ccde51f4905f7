/** Laws of the sweep on simplicity bias, at a size that takes a fraction of a second. */
import {
  canonical,
  leaky,
  hardMargin,
  homogeneous,
  matrix,
  parametersOf,
  Propagation,
  Random,
  norm,
} from '@marginalia/core';
import { performRun, plan, verdictOf } from '@marginalia/sweep';
import type { Evidence } from '@marginalia/theory';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import sweep from '../../sweeps/src/simplicity-bias.js';
import { vector, real } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { baselines, evidence } from '../laws/baseline.js';
import { readsOf } from '../laws/reads.js';
import { evidencesOf } from './tiny.js';

const set = { dimension: '3', pairs: '4', width: '8', startScale: '0.001,2.5', slope: '0.2', steps: '1500' };

describe('simplicity-bias', () => {
  const asked = plan(sweep, { code: 'test', set, replicates: 2 });
  let found: readonly Evidence[];
  beforeAll(async () => {
    found = await evidencesOf(sweep, asked);
  });

  it('finds its identities supported in every run', () => {
    const exact = asked.claims.filter(({ relation }) => relation.kind === 'exactly');
    expect(exact).toHaveLength(3);
    for (const claim of exact) {
      const { verdict, violated, held } = verdictOf(claim, found);
      expect({ verdict, violated, held }, claim.id).toEqual({ verdict: 'supported', violated: 0, held: 4 });
    }
  });

  it('finds the global maximum from a small start', () => {
    for (const { measurements } of found.filter(({ axes }) => axes['startScale'] === 0.001)) {
      expect(measurements['marginShare']).toBeGreaterThan(0.9);
      expect(measurements['linearity']).toBeGreaterThan(0.999);
    }
  });

  it('measures everything that its claims read', () => {
    for (const claim of asked.claims) {
      const { measurements, axes } = readsOf(claim, evidence(baselines[claim.id]?.cells[0]));
      for (const name of measurements) expect(found[0]!.measurements[name], name).toEqual(expect.any(Number));
      for (const name of axes) expect(Object.keys(sweep.axes), claim.id).toContain(name);
    }
  });

  it('gives the same bytes when run twice, and can be planned in every preset', async () => {
    const [run] = asked.runs;
    const once = canonical(await performRun(sweep, asked, run!));
    expect(canonical(await performRun(sweep, asked, run!))).toBe(once);
    for (const preset of Object.keys(sweep.presets)) {
      expect(plan(sweep, { preset, code: 'test' }).runs.every(({ cost }) => cost > 0)).toBe(true);
    }
  });
});

it('no leaky net beats ¼(1 + α) times the linear margin on symmetric data, even one drawn next to the best', () => {
  fc.assert(
    fc.property(
      vector(12, real(2, 64)),
      vector(9, real(1, 64)),
      fc.constantFrom(0, 0.25, 0.75, 0.9),
      fc.nat(),
      (points, offsets, slope, key) => {
        const signed = matrix(6, 2, points);
        const best = hardMargin(signed);
        if (best.kind !== 'separable') return;
        const inputs = matrix(12, 2, Float64Array.of(...points, ...points.map((value) => -value)));
        const labels = Int8Array.from({ length: 12 }, (_, i) => (i < 6 ? 1 : -1));
        const [a, b] = best.weights.map((value) => (value * best.margin) / 2) as unknown as [number, number];
        const size = [0, 1e-3, 0.1, 1][Random.of(key).integer(4)]!;
        const near = (at: readonly number[], from: number): Float64Array =>
          Float64Array.from(at, (value, i) => value + size * offsets[from + i]!);
        const net = homogeneous({
          weights: [matrix(3, 2, near([a, b, -a, -b, 0, 0], 0)), matrix(1, 3, near([0.5, -0.5, 0], 6))],
          activation: leaky(slope),
        });
        const passes = new Propagation(net, inputs, labels);
        passes.forward();
        const share =
          Math.min(...passes.margins) / norm(parametersOf(net)) ** 2 / (((1 + slope) / 4) * best.bracket[1]);
        expect(share).toBeLessThanOrEqual(1 + 1e-12);
        if (size === 0) expect(share).toBeGreaterThan(1 - 1e-7);
      },
    ),
    runs(200),
  );
});
