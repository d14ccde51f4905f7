/** Laws of the sweep on hint points, and of the global maximum that it compares with. */
import {
  canonical,
  hardMargin,
  homogeneous,
  leaky,
  matrix,
  norm,
  parametersOf,
  Propagation,
  signedSamples,
} from '@marginalia/core';
import { performRun, plan, verdictOf } from '@marginalia/sweep';
import type { Evidence } from '@marginalia/theory';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import sweep from '../../sweeps/src/hint-points.js';
import { optimalMargin } from '../../sweeps/src/optimal-margin.js';
import { real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { baselines, evidence } from '../laws/baseline.js';
import { readsOf } from '../laws/reads.js';
import { evidencesOf } from './tiny.js';

describe('the global maximum of the margin', () => {
  it.each([2, 3, 5])('of ReLU nets on (1, ±%f), (−1, 0) is that of three neurons', async (t) => {
    // V = 2/√(1 + t²) + 1: one neuron along each point that no other helps, once t > √3.
    const inputs = matrix(3, 2, Float64Array.of(1, t, 1, -t, -1, 0));
    const { lower, upper } = await optimalMargin(inputs, [1, 1, -1], 0);
    const closed = 1 / (2 * (2 / Math.sqrt(1 + t * t) + 1));
    expect(lower).toBeLessThanOrEqual(closed * (1 + 1e-9));
    expect(upper).toBeGreaterThanOrEqual(closed * (1 - 1e-9));
    expect(upper / lower - 1).toBeLessThan(1e-4);
  });

  it('on symmetric data is ¼(1 + α) of the linear one', async () => {
    await fc.assert(
      fc.asyncProperty(vector(8, real(2, 16)), fc.constantFrom(0, 0.25, 0.8), async (points, slope) => {
        const linear = hardMargin(signedSamples(matrix(4, 2, points), [1, 1, 1, 1]));
        if (linear.kind !== 'separable' || linear.margin < 0.01) return;
        const inputs = matrix(8, 2, Float64Array.of(...points, ...points.map((value) => -value)));
        const { lower, upper } = await optimalMargin(inputs, [1, 1, 1, 1, -1, -1, -1, -1], slope);
        const closed = ((1 + slope) / 4) * linear.margin;
        expect(lower).toBeLessThanOrEqual(closed * (1 + 1e-7));
        expect(upper).toBeGreaterThanOrEqual(closed * (1 - 1e-7));
        expect(upper / lower - 1).toBeLessThan(1e-4);
      }),
      runs(20),
    );
  });

  it('is passed by no net, and reached by a linear one at least', async () => {
    await fc.assert(
      fc.asyncProperty(
        vector(8, real(2, 16)),
        vector(9, real(2, 16)),
        fc.constantFrom(0, 0.3),
        async (points, weights, slope) => {
          const inputs = matrix(4, 2, points);
          const net = homogeneous({
            weights: [matrix(3, 2, weights.slice(0, 6)), matrix(1, 3, weights.slice(6))],
            activation: leaky(slope),
          });
          // Labels that the net itself gives: its margins are then positive.
          const passes = new Propagation(net, inputs, [1, 1, 1, 1]);
          passes.forward();
          const labels = Array.from(passes.margins, Math.sign);
          const size = norm(parametersOf(net));
          const own = Math.min(...passes.margins.map(Math.abs)) / (size * size);
          // Below, the program is ill-conditioned and says nothing.
          if (!(own > 1e-3)) return;
          const { lower, upper } = await optimalMargin(inputs, labels, slope);
          expect(own).toBeLessThanOrEqual(upper * (1 + 1e-12));
          expect(upper / lower - 1).toBeLessThan(1e-4);
          const linear = hardMargin(signedSamples(inputs, labels));
          if (linear.kind === 'separable')
            expect(((1 + slope) / 4) * linear.margin).toBeLessThanOrEqual(upper * (1 + 1e-12));
        },
      ),
      runs(30),
    );
  });
});

describe('hint-points', () => {
  const asked = plan(sweep, {
    code: 'test',
    set: { slope: '0.1', steps: '2000', width: '16' },
    replicates: 1,
  });
  let found: readonly Evidence[];
  beforeAll(async () => {
    found = await evidencesOf(sweep, asked);
  });

  it('finds more margin without hints than with them, and never more than there is', () => {
    const shareOf = (hints: string): number =>
      Number(found.find(({ axes }) => axes['hints'] === hints)!.measurements['marginShare']);
    expect(shareOf('without')).toBeGreaterThan(shareOf('with') + 0.1);
    const exact = asked.claims.find(({ relation }) => relation.kind === 'exactly')!;
    expect(verdictOf(exact, found).held).toBe(2);
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
