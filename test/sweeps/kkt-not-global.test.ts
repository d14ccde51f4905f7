/** Laws of the sweep on two KKT points of one margin problem, at a size that takes a fraction of a second. */
import { canonical } from '@marginalia/core';
import { performRun, plan, verdictOf } from '@marginalia/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Evidence } from '@marginalia/theory';
import sweep from '../../sweeps/src/kkt-not-global.js';
import { baselines, evidence } from '../laws/baseline.js';
import { readsOf } from '../laws/reads.js';
import { evidencesOf } from './tiny.js';

const set = { dimension: '16', clusters: '4,8', copies: '1', steps: '300' };

describe('kkt-not-global', () => {
  const asked = plan(sweep, { code: 'test', set, replicates: 1 });
  let runs: readonly Evidence[];
  beforeAll(async () => {
    runs = await evidencesOf(sweep, asked);
  });

  it('finds its identities supported in every run', () => {
    const exact = asked.claims.filter(({ relation }) => relation.kind === 'exactly');
    expect(exact).toHaveLength(7);
    for (const claim of exact) {
      const { verdict, violated, held } = verdictOf(claim, runs);
      expect({ claim: claim.id, verdict, violated }).toEqual({
        claim: claim.id,
        verdict: 'supported',
        violated: 0,
      });
      expect(held, claim.id).toBe(4);
    }
  });

  it('measures everything that its claims read', () => {
    for (const claim of asked.claims) {
      const { measurements, axes } = readsOf(claim, evidence(baselines[claim.id]?.cells[0]));
      for (const name of measurements) expect(runs[0]!.measurements[name], name).toEqual(expect.any(Number));
      for (const name of axes) expect(Object.keys(sweep.axes), claim.id).toContain(name);
    }
  });

  it('knows the margins and radii of d = 16, k = 8 by heart', () => {
    // L = 1, m = 4: γ_FA = √(16/32), γ_FD = (2/8)√(16/8); R_FA = √2, R_max = √8, R_sum = √(16/5).
    const { measurements } = runs.find(({ axes }) => axes['clusters'] === 8 && axes['trained'] === 'hidden')!;
    const expected = {
      averagedMargin: Math.SQRT1_2,
      decoupledMargin: Math.SQRT2 / 4,
      averagedRadius: Math.SQRT2,
      decoupledMaxRadius: Math.sqrt(8),
      decoupledSumRadius: Math.sqrt(3.2),
    };
    for (const [name, value] of Object.entries(expected))
      expect(measurements[name], name).toBeCloseTo(value, 8);
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
