/** Laws of every sweep of the house. */
import { BadInput, canonical } from '@marginalia/core';
import { performRun, plan, randomOf, verdictOf, type SweepDefinition } from '@marginalia/sweep';
import { builtinSweeps } from '@marginalia/sweeps';
import { claims, type Measurements } from '@marginalia/theory';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { publishedPace } from '../../sweeps/src/cluster-axes.js';
import { baselines, evidence } from '../laws/baseline.js';
import { readsOf } from '../laws/reads.js';
import { averaging, decoupling, definitions, evidencesOf, firstOf, measure, size, tinyPlan } from './tiny.js';

const house = await Promise.all(
  Object.entries(builtinSweeps).map(async ([name, { module }]) => {
    const source = (await import(/* @vite-ignore */ module.replace(/\.js$/u, '.ts'))) as {
      readonly default: SweepDefinition;
    };
    return { name, definition: source.default };
  }),
);

describe.each(house)('the sweep $name', ({ name, definition }) => {
  it('goes by the name that it is asked for by', () => {
    expect(definition.name).toBe(name);
    expect(definition.question).toMatch(/^\S.*\?$/u);
  });

  it.skipIf(definition.unavailable?.() !== undefined).each(Object.keys(definition.presets))(
    'plans its preset %s',
    (preset) => {
      const asked = plan(definition, { preset, code: 'test' });
      expect(asked.runs.length).toBeGreaterThan(0);
      expect(asked.claims.length).toBeGreaterThan(0);
      const written = canonical(asked.runs.map(({ axes }) => axes));
      for (const { axes } of asked.runs) {
        expect(definition.cost(axes)).toBeGreaterThan(0);
        expect(definition.memory?.(axes) ?? 0).toBeGreaterThanOrEqual(0);
      }
      // What a sweep is asked about a setting leaves the setting alone.
      expect(canonical(asked.runs.map(({ axes }) => axes))).toBe(written);
    },
  );
});

it('asks every claim of the registry in some preset of some sweep', () => {
  const asked = house.flatMap(({ definition: { claims: own, presets } }) => [
    ...own,
    ...Object.values(presets).flatMap((preset) => preset.claims ?? []),
  ]);
  expect(new Set(asked.map(({ id }) => id))).toEqual(new Set(claims.map(({ id }) => id)));
});

it('keeps the published pace at the published setting, and η̃ at every other', () => {
  const setting = {
    ...firstOf(averaging, tinyPlan(averaging)).setting,
    dimension: 3072,
    clusters: 10,
    width: 5,
  };
  expect(publishedPace(setting)).toBeCloseTo(1e-3, 15);
  for (const other of [setting, { ...setting, dimension: 512, clusters: 4, width: 3 }]) {
    const { dimension, clusters, width } = other;
    expect((publishedPace(other) * dimension) / (width * clusters)).toBeCloseTo(0.06144, 12);
  }
});

/** Numbers of a run that say how it was computed, not what came out. */
const aboutRounding = new Set([
  'roundingAllowance',
  'coefficientRounding',
  'decompositionError',
  'biasIdentityError',
  'coefficientSignError',
  'eulerError',
]);

function expectSame(one: Measurements, other: Measurements, allowed: (name: string) => number): void {
  expect(Object.keys(other).sort()).toEqual(Object.keys(one).sort());
  for (const [name, value] of Object.entries(one)) {
    if (aboutRounding.has(name)) continue;
    const [these, those] = [[value].flat(), [other[name] as number].flat()];
    expect(those).toHaveLength(these.length);
    these.forEach((number, i) => {
      const theirs = those[i] as number;
      if (!Number.isFinite(number)) expect(theirs, name).toBe(number);
      else
        expect(Math.abs(theirs - number), name).toBeLessThanOrEqual(
          allowed(name) * Math.max(1, Math.abs(number)),
        );
    });
  }
}

describe.each(definitions.map((definition) => ({ name: definition.name, definition })))(
  '$name',
  ({ definition }) => {
    let plain: { measurements: Measurements };
    beforeAll(async () => {
      plain = await measure(definition, { trainer: 'plain' });
    });

    it('can be planned in every preset, at a cost that is known', () => {
      expect(Object.keys(definition.presets)).toContain(definition.defaultPreset);
      for (const preset of Object.keys(definition.presets)) {
        const { runs, cells, claims: judged } = plan(definition, { preset, code: 'test' });
        expect(cells.length).toBeGreaterThan(0);
        expect(judged.length).toBeGreaterThan(0);
        expect(new Set(judged).size).toBe(judged.length);
        expect(runs.every(({ cost }) => cost > 0 && Number.isFinite(cost))).toBe(true);
        expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
      }
    });

    it('measures everything that its claims read', () => {
      for (const preset of Object.keys(definition.presets)) {
        const asked = plan(definition, { preset, code: 'test' });
        for (const claim of asked.claims) {
          // The baseline meets every assumption, so that no check stops before it has read all it needs.
          const { measurements, axes } = readsOf(claim, evidence(baselines[claim.id]?.cells[0]));
          for (const name of measurements) {
            expect(plain.measurements[name], `${claim.id} reads ${name}`).toEqual(expect.any(Number));
            expect(plain.measurements[name], `${claim.id} reads ${name}`).not.toBeNaN();
          }
          for (const name of axes) expect(Object.keys(definition.axes), claim.id).toContain(name);
        }
      }
    });

    it('gives the same bytes when run twice, and others in another replicate', async () => {
      const asked = plan(definition, { code: 'test', replicates: 2, set: size });
      const [first, second] = asked.runs as [(typeof asked.runs)[0], (typeof asked.runs)[0]];
      const once = canonical(await performRun(definition, asked, first));
      expect(canonical(await performRun(definition, asked, first))).toBe(once);
      const other = await performRun(definition, asked, second);
      expect(canonical(other.outcome)).not.toBe(canonical((JSON.parse(once) as typeof other).outcome));
    });

    it('shows every trainer the same data and the same start', async () => {
      const asked = plan(definition, {
        code: 'test',
        set: { ...size, trainer: 'auto,plain,gram,tfjs' },
        replicates: 1,
      });
      expect(asked.runs).toHaveLength(4);
      expect(new Set(asked.runs.map((run) => randomOf(definition, asked, run).key)).size).toBe(1);
      expect(new Set(asked.runs.map(({ id }) => id)).size).toBe(4);
      const seeds = plan(definition, { code: 'test', set: { ...size, noise: '1,2' }, replicates: 1 });
      expect(new Set(seeds.runs.map((run) => randomOf(definition, seeds, run).key)).size).toBe(2);
    });

    it('measures the same with the Gram form as with the plain one', async () => {
      const { measurements } = await measure(definition, { trainer: 'gram' });
      expect(Object.keys(measurements).length).toBeGreaterThan(30);
      expectSame(plain.measurements, measurements, () => 1e-8);
    });

    it('measures the same with TensorFlow.js, up to float32', async () => {
      vi.stubEnv('MARGINALIA_TFJS_BACKEND', 'wasm');
      try {
        const { measurements } = await measure(definition, { trainer: 'tfjs' });
        // A search for the radius of an attack stops at a relative width of 1/256.
        expectSame(plain.measurements, measurements, (name) =>
          name.startsWith('pgdRadius') || name.startsWith('maskingGap') ? 1 / 128 : 1e-3,
        );
        for (const error of aboutRounding) {
          if (measurements[error] === undefined || Number.isNaN(measurements[error])) continue;
          expect(measurements[error], error).toBeLessThanOrEqual(measurements['roundingAllowance'] as number);
        }
      } finally {
        vi.unstubAllEnvs();
      }
    });

    it('draws in law unless a frame of the centres is named, and says so', () => {
      const note = /^sampling law: .+ exact in law .+ rotations leave alone$/;
      expect(tinyPlan(definition).notes).toEqual([expect.stringMatching(note)]);
      expect(tinyPlan(definition).runs[0]!.axes['sampling']).toBe('law');
      const named = tinyPlan(definition, { frame: 'hadamard' });
      expect(named.runs[0]!.axes['sampling']).toBe('explicit');
      expect(named.notes).toEqual([]);
    });

    it('says on which backend TensorFlow.js runs, and counts it into what a run is', () => {
      try {
        const ids = ['wasm', 'cpu'].map((backend) => {
          vi.stubEnv('MARGINALIA_TFJS_BACKEND', backend);
          const asked = tinyPlan(definition, { trainer: 'tfjs', sampling: 'explicit' });
          expect(asked.notes).toEqual([`trainer tfjs runs on the ${backend} backend, in float32`]);
          return asked.runs[0]?.id;
        });
        expect(new Set(ids).size).toBe(2);
        expect(tinyPlan(definition, { sampling: 'explicit' }).notes).toEqual([]);
      } finally {
        vi.unstubAllEnvs();
      }
    });

    it.each([
      [{ clusters: '5' }, 'even number of clusters'],
      [{ dimension: '2' }, 'dimension ≥ clusters'],
      [{ dimension: '100', frame: 'hadamard' }, 'power of two'],
      [{ noise: '-1' }, 'noise'],
      [{ steps: '0' }, 'steps'],
      [{ frame: 'axis', sampling: 'law' }, 'sampling explicit'],
      [{ stepSize: '0' }, 'stepSize'],
      [{ trainer: 'torch' }, 'auto, plain, gram, factored, tfjs'],
      [{ initialisation: 'he' }, 'paper, talk'],
    ])('refuses %j in one line', (set, said) => {
      const planning = (): unknown => tinyPlan(definition, set);
      expect(planning).toThrow(BadInput);
      expect(planning).toThrow(said);
      expect(planning).toThrow(/^expected .+, got .+[^\n]$/u);
    });

    it('finds its identities supported on a small grid', async () => {
      const asked = plan(definition, {
        code: 'test',
        set: { ...size, dimension: '64,128', clusters: '2,4', samples: '48' },
        replicates: 1,
      });
      const evidences = await evidencesOf(definition, asked);
      expect(evidences).toHaveLength(4);
      const exact = asked.claims.filter(({ relation }) => relation.kind === 'exactly');
      expect(exact.length).toBeGreaterThanOrEqual(5);
      for (const claim of exact) {
        const { verdict, held, violated, reason } = verdictOf(claim, evidences);
        expect({ claim: claim.id, verdict, violated }, reason).toEqual({
          claim: claim.id,
          verdict: 'supported',
          violated: 0,
        });
        expect(held, claim.id).toBeGreaterThan(0);
      }
    });

    it('hands out the arrays of the run that it measured', async () => {
      const asked = tinyPlan(definition);
      const { run, random } = firstOf(definition, asked);
      const arrays = await definition.arrays?.(run.axes, random);
      if (!arrays) throw new Error('no arrays');
      expect(Object.keys(arrays).sort()).toEqual([
        'W',
        'W0',
        'X',
        'a',
        'b',
        'b0',
        'centres',
        'clusters',
        'y',
      ]);
      for (const { shape, data } of Object.values(arrays)) {
        expect(shape.reduce((product, length) => product * length, 1)).toBe(data.length);
      }
      const { X, y, W, b, a } = arrays as Record<string, { shape: readonly number[]; data: Float64Array }>;
      const [width = 0, d = 0] = W!.shape;
      // The margins, from the arrays alone.
      const margins = Array.from(y!.data, (label, i) => {
        let f = 0;
        for (let r = 0; r < width; r++) {
          let p = b!.data[r]!;
          for (let l = 0; l < d; l++) p += W!.data[r * d + l]! * X!.data[i * d + l]!;
          f += a!.data[r]! * Math.max(0, p);
        }
        return label * f;
      });
      const average = margins.reduce((sum, margin) => sum + margin, 0) / margins.length;
      const { measurements } = await measure(definition);
      if (definition === averaging)
        expect(average).toBeCloseTo(measurements['trainMarginMean'] as number, 10);
      else expect(average).toBeGreaterThan(0);
    });
  },
);

it('judges coefficients where there are enough samples a cluster, not on the scaling grid', () => {
  const scaling = plan(averaging, { preset: 'scaling', code: 'test' });
  expect(scaling.claims.map(({ id }) => id)).not.toContain(
    'li-pan-lyu-li-2025/same-class-coefficients-large',
  );
  expect(plan(decoupling, { preset: 'paper', code: 'test' }).claims.map(({ id }) => id)).toContain(
    'li-pan-lyu-li-2025/masked-attack-meets-published-curve',
  );
});
