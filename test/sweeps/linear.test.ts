/** Laws of the sweeps over linear models and single features, at a size that takes a fraction of a second. */
import { BadInput, canonical, hardMargin, Random } from '@marginalia/core';
import { performRun, plan, verdictOf, type Plan, type SweepDefinition } from '@marginalia/sweep';
import { describe, expect, it } from 'vitest';
import expressivePower from '../../sweeps/src/expressive-power.js';
import linearSeparable from '../../sweeps/src/linear-separable.js';
import { separableData } from '../../sweeps/src/separable-data.js';
import { baselines, evidence } from '../laws/baseline.js';
import { readsOf } from '../laws/reads.js';
import robustFeatures from '../../sweeps/src/robust-features.js';
import { evidencesOf } from './tiny.js';

const small: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'linear-separable': { steps: '1000', loss: 'logistic' },
  'expressive-power': { corners: '16,32', fraction: '0.5', labelings: '10', steps: '50' },
  'robust-features': { dimension: '64', clusters: '4', samples: '60', testPoints: '60' },
};
const smallPlan = (definition: SweepDefinition, replicates = 1): Plan =>
  plan(definition, { code: 'test', set: small[definition.name] ?? {}, replicates });

describe.each(
  [linearSeparable, robustFeatures, expressivePower].map((definition) => ({
    name: definition.name,
    definition,
  })),
)('$name', ({ definition }) => {
  it('can be planned in every preset, at a cost that is known', () => {
    expect(Object.keys(definition.presets)).toContain(definition.defaultPreset);
    for (const preset of Object.keys(definition.presets)) {
      const { runs, claims } = plan(definition, { preset, code: 'test' });
      expect(claims.length).toBeGreaterThan(0);
      expect(runs.length).toBeGreaterThan(0);
      expect(runs.every(({ cost }) => cost > 0 && Number.isFinite(cost))).toBe(true);
      expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
    }
  });

  it('measures, in some cell, everything that its claims read', async () => {
    const asked = smallPlan(definition);
    const seen = await evidencesOf(definition, asked);
    for (const claim of asked.claims) {
      const { measurements, axes } = readsOf(claim, evidence(baselines[claim.id]?.cells[0]));
      for (const name of measurements) {
        const values = seen.map((run) => run.measurements[name]);
        expect(
          values.some((value) => typeof value === 'number' && !Number.isNaN(value)),
          `${claim.id}, ${name}`,
        ).toBe(true);
      }
      for (const name of axes) expect(Object.keys(definition.axes), claim.id).toContain(name);
    }
  });

  it('gives the same bytes when run twice, and others in another replicate', async () => {
    const asked = smallPlan(definition, 2);
    const [first, second] = asked.runs;
    if (!first || !second) throw new Error('two runs');
    const once = canonical(await performRun(definition, asked, first));
    expect(canonical(await performRun(definition, asked, first))).toBe(once);
    const other = await performRun(definition, asked, second);
    expect(canonical(other.outcome)).not.toBe(canonical((JSON.parse(once) as typeof other).outcome));
  });

  it('finds its identities and sure bounds supported', async () => {
    const asked = smallPlan(definition);
    const evidences = await evidencesOf(definition, asked);
    const exact = asked.claims.filter(({ relation }) => relation.kind === 'exactly');
    expect(exact.length).toBeGreaterThanOrEqual(3);
    for (const claim of exact) {
      const { verdict, violated, reason } = verdictOf(claim, evidences);
      expect({ claim: claim.id, verdict, violated }, reason).toEqual({
        claim: claim.id,
        verdict: 'supported',
        violated: 0,
      });
    }
  });
});

describe('corners of a cube', () => {
  it.each([
    [{ corners: '12' }, 'power of two'],
    [{ corners: '16', fraction: '0.3' }, 'whole number of corners'],
  ])('refuses %j in one line', (set, said) => {
    const planning = (): unknown => plan(expressivePower, { code: 'test', set, replicates: 1 });
    expect(planning).toThrow(BadInput);
    expect(planning).toThrow(said);
  });

  it('cost any rule exactly half of what it has not seen, on average over all labels', () => {
    // N = 4, two seen: a rule is any map from the two labels seen to ±1 at each unseen corner, 2⁸ of them.
    for (let rule = 0; rule < 256; rule++) {
      let wrong = 0;
      for (let labels = 0; labels < 16; labels++) {
        const seen = labels & 3;
        const says = (rule >> (2 * seen)) & 3;
        const owed = labels >> 2;
        wrong += ((says ^ owed) & 1) + (((says ^ owed) >> 1) & 1);
      }
      expect(wrong / 16 / 4).toBe((1 - 2 / 4) / 2);
    }
  });
});

describe('separable data', () => {
  it.each(['gaussian', 'clusters', 'toy'] as const)(
    '%s are separable, with the margin that they promise',
    (data) => {
      const setting = { data, dimension: data === 'toy' ? 2 : 8, samples: 20, clusters: 4, shift: 0.2 };
      const { signed, known } = separableData(setting, Random.of(data));
      const found = hardMargin(signed);
      if (found.kind !== 'separable') throw new Error(found.kind);
      const promised = data === 'toy' ? Math.SQRT2 : (known?.margin ?? setting.shift);
      expect(found.margin).toBeGreaterThanOrEqual(promised * (1 - 1e-12));
      if (data !== 'gaussian') expect(found.margin).toBeCloseTo(promised, 12);
    },
  );

  it.each([
    [{ data: 'toy', dimension: '3' }, 'in the plane'],
    [{ data: 'clusters', clusters: '9', samples: '8' }, 'a sample of each'],
    [{ steps: '15' }, 'ten divides'],
    [{ pace: '3' }, 'pace'],
  ])('refuses %j in one line', (set, said) => {
    const planning = (): unknown => plan(linearSeparable, { code: 'test', set, replicates: 1 });
    expect(planning).toThrow(BadInput);
    expect(planning).toThrow(said);
  });
});
