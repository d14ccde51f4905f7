/** Single precision may be asked for, because no verdict can turn on it: on the same data it moves none by a hundredth of its slack. */
import { plan, verdictOf, type SweepDefinition } from '@marginalia/sweep';
import type { Evidence } from '@marginalia/theory';
import { describe, expect, it } from 'vitest';
import { averaging, decoupling, evidencesOf } from './tiny.js';

const grid = {
  averaging: {
    dimension: '512,1024',
    clusters: '4,8',
    width: '3',
    samples: '200',
    testPoints: '60',
    steps: '100',
  },
  decoupling: {
    dimension: '512,1024',
    clusters: '4,8',
    width: '1',
    samples: '200',
    testPoints: '60',
    steps: '100',
  },
};

async function runsOf(definition: SweepDefinition, set: Readonly<Record<string, string>>) {
  const asked = plan(definition, { code: 'precision', set, replicates: 3 });
  const evidences = await evidencesOf(definition, asked);
  // The axis itself says nothing to a claim, and would make the two sets of runs look unlike.
  return evidences.map(({ axes, ...run }): Evidence => ({ ...run, axes: { ...axes, precision: '' } }));
}

describe.each([
  ['feature-averaging', averaging, grid.averaging],
  ['feature-decoupling', decoupling, grid.decoupling],
] as const)('%s in single precision', (_, definition, set) => {
  it('measures otherwise than in double, and comes to the same verdicts with the same room to spare', async () => {
    const [double, single] = [
      await runsOf(definition, { ...set, precision: 'float64' }),
      await runsOf(definition, { ...set, precision: 'float32' }),
    ];
    expect(single).not.toEqual(double);
    for (const claim of definition.claims) {
      const [one, other] = [verdictOf(claim, double), verdictOf(claim, single)];
      expect(other.verdict, claim.id).toBe(one.verdict);
      if (one.slack === null || other.slack === null) continue;
      expect(Math.abs(other.slack - one.slack), claim.id).toBeLessThanOrEqual(
        0.01 * Math.abs(one.slack) + 1e-12,
      );
    }
  });
});
