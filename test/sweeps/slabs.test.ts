/** Laws of the sweep on slabs, at a size that takes a fraction of a second. */
import { canonical } from '@marginalia/core';
import { performRun, plan, verdictOf } from '@marginalia/sweep';
import type { Evidence } from '@marginalia/theory';
import { beforeAll, describe, expect, it } from 'vitest';
import sweep from '../../sweeps/src/slabs.js';
import { baselines, evidence } from '../laws/baseline.js';
import { readsOf } from '../laws/reads.js';
import { evidencesOf } from './tiny.js';

const set = { data: 'lms-5', dimension: '8', samples: '400', width: '20', batch: '32', testPoints: '200' };

describe('slabs', () => {
  const asked = plan(sweep, { code: 'test', set, replicates: 2 });
  let found: readonly Evidence[];
  beforeAll(async () => {
    found = await evidencesOf(sweep, asked);
  });

  it('finds that the simple coordinate is all there is', () => {
    for (const { measurements } of found) {
      expect(measurements['complexRandomisedAuc']).toBeGreaterThan(0.99);
      expect(measurements['simpleRandomisedAuc']).toBeLessThan(0.65);
      expect(measurements['attackShare']).toBeGreaterThan(0.9);
    }
    const apart = asked.claims.find(({ id }) => id.endsWith('all-feature-margin'))!;
    expect(verdictOf(apart, found).violated).toBe(0);
  });

  it('measures everything that its claims read', () => {
    for (const claim of asked.claims) {
      const { measurements, axes } = readsOf(claim, evidence(baselines[claim.id]?.cells[0]));
      for (const name of measurements) expect(found[0]!.measurements[name], name).toEqual(expect.any(Number));
      for (const name of axes) expect(Object.keys(sweep.axes), claim.id).toContain(name);
    }
  });

  it('finds chance, and claims nothing, of a net that has learnt nothing', async () => {
    const idle = plan(sweep, { code: 'test', set: { ...set, epochs: '1', stepSize: '1e-9' }, replicates: 1 });
    const [run] = await evidencesOf(sweep, idle);
    expect(run!.measurements['auc']).toBeLessThan(0.95);
    for (const claim of idle.claims.filter(({ assumptions }) => assumptions.length > 0)) {
      expect(verdictOf(claim, [run!]).verdict, claim.id).toBe('vacuous');
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
