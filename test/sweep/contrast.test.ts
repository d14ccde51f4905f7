/** Paired contrasts: what common random numbers buy, and that nothing else moves a run. */
import { Random } from '@marginalia/core';
import { contrastsOf, plan, type Plan, randomOf, unitOf, type SweepDefinition } from '@marginalia/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folder, lines, run, tiny, tinyPlan } from './tiny.js';

type Runs = Parameters<typeof contrastsOf>[0];

interface Design {
  /** Deviations of what the data of a unit do to all of its runs, and of what each run has for itself. */
  readonly shared: number;
  readonly own: number;
  readonly effect: number;
  readonly replicates?: number;
}

/** y = 10 d + common + own + effect · [budget = 1], a unit being a dimension and a replicate. */
function simulated({ shared, own, effect, replicates = 20 }: Design, key: string): Runs {
  const random = Random.of(key);
  return [1, 2].flatMap((dimension) =>
    Array.from({ length: replicates }, (_, replicate) => {
      const common = shared * random.gaussian();
      return [0, 1].map((budget) => ({
        axes: { dimension, budget },
        unit: unitOf(['dimension'], { axes: { dimension }, replicate }),
        values: { y: 10 * dimension + common + own * random.gaussian() + effect * budget },
      }));
    }).flat(),
  );
}

const contrast = (runs: Runs): ReturnType<typeof contrastsOf>[number] => {
  const [first] = contrastsOf(runs, ['y'], { axis: 'budget', baseline: 0, keyingAxes: ['dimension'] });
  if (!first) throw new Error('no contrast');
  return first;
};

describe('a paired contrast', () => {
  it('has the error of the difference, not of the data: with 9/10 of the variance shared a tenth of it stays', () => {
    const { difference, standardError, unpairedError, units, unpaired } = contrast(
      simulated({ shared: 3, own: 1, effect: 0.5, replicates: 200 }, 'shared'),
    );
    // Deviations of (a − b): √2 paired, √20 unpaired, over 400 units; four errors of a sample deviation are 15 %.
    expect(Math.abs(standardError / Math.sqrt(2 / 400) - 1)).toBeLessThan(0.15);
    expect(Math.abs(unpairedError / Math.sqrt(20 / 400) - 1)).toBeLessThan(0.15);
    expect(Math.abs(difference - 0.5)).toBeLessThan(4 * standardError);
    expect([units, unpaired]).toEqual([400, 0]);
  });

  it('covers the truth as often as it should, where an error between the cells would not', () => {
    const covered = Array.from({ length: 400 }, (_, i) =>
      contrast(simulated({ shared: 3, own: 1, effect: 0.5 }, `cover ${i}`)),
    ).filter(({ difference, standardError }) => Math.abs(difference - 0.5) < 1.96 * standardError).length;
    // Normal quantiles of 40 units: 94.3 %; three errors of 400 repeats are 3.5 %.
    expect(covered / 400).toBeGreaterThan(0.908);
    expect(covered / 400).toBeLessThan(0.978);
  });

  it('gains nothing where the data are not shared in truth', () => {
    const { standardError, unpairedError } = contrast(
      simulated({ shared: 0, own: 1, effect: 0, replicates: 200 }, 'own'),
    );
    expect(standardError / unpairedError).toBeGreaterThan(0.85);
    expect(standardError / unpairedError).toBeLessThan(1.15);
  });

  it('averages the runs of a unit first: the same pair twice is one pair', () => {
    const once = simulated({ shared: 1, own: 1, effect: 1 }, 'once');
    const twice = [0, 1].flatMap((trainer) =>
      once.map((run) => ({ ...run, axes: { ...run.axes, trainer } })),
    );
    const [few, many] = [contrast(once), contrast(twice)];
    expect(many.standardError).toBeCloseTo(few.standardError, 12);
    expect([few.units, many.units]).toEqual([40, 40]);
  });

  it('takes logarithms for a ratio, and has none where something is not positive', () => {
    const runs = simulated({ shared: 1, own: 0, effect: 0 }, 'ratio').map((run) => ({
      ...run,
      values: { y: Math.exp(Number(run.values['y'])) * (run.axes.budget === 1 ? 3 : 1) },
    }));
    const { ratio, ratioError } = contrast(runs);
    expect(ratio).toBeCloseTo(3, 12);
    expect(ratioError).toBeLessThan(1e-12);
    const [first, ...others] = runs;
    expect(contrast([{ ...(first as Runs[number]), values: { y: -1 } }, ...others]).ratio).toBeNaN();
  });

  it('counts the runs without a partner, and averages none of them', () => {
    const runs = simulated({ shared: 1, own: 1, effect: 1 }, 'missing');
    const half = runs.filter(({ axes }, i) => axes.budget === 0 || i % 4 === 1);
    const broken = half.map((run, i) => (i === 0 ? { ...run, values: { y: Number.NaN } } : run));
    const paired = runs.filter((_, i) => i % 4 < 2 && i > 1);
    const { difference, units, unpaired } = contrast(broken);
    expect(units).toBe(19);
    expect(unpaired).toBe(half.length - 38);
    expect(difference).toBeCloseTo(contrast(paired).difference, 12);
  });
});

describe('what no neighbour moves', () => {
  const streams = ({ runs }: Plan, definition: SweepDefinition): ReadonlyMap<string, string> =>
    new Map(
      runs.map((run) => [
        JSON.stringify([run.axes, run.replicate]),
        `${run.id} ${run.unit} ${randomOf(definition, { sweep: 'tiny', seed: '1' }, run).uniform()}`,
      ]),
    );
  const of = (set: Readonly<Record<string, string>>, replicates: number): ReadonlyMap<string, string> =>
    streams(plan(tiny, { code: 'test', set: { scale: '1', ...set }, replicates }), tiny);
  const values = (from: readonly number[]): fc.Arbitrary<readonly number[]> =>
    fc.uniqueArray(fc.constantFrom(...from), { minLength: 1 });

  it('ids, units and random numbers stay, whatever values are added, in whatever order, and however many replicates', () => {
    fc.assert(
      fc.property(
        values([2, 4, 16]),
        values([2, 4, 16, 32]),
        values([0.5, 1, 2]),
        values([0.5, 1, 2]),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (dimension, moreDimension, budget, moreBudget, replicates, more) => {
          const before = of({ dimension: dimension.join(), budget: budget.join() }, replicates);
          const after = of(
            {
              dimension: [...moreDimension, ...dimension].join(),
              budget: [...moreBudget, ...budget].join(),
            },
            replicates + more,
          );
          for (const [setting, stream] of before) expect(after.get(setting)).toBe(stream);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('nor does it matter how a plan is dealt into parts, by units or against them: the journals hold the same lines', async () => {
    const whole = tinyPlan({ replicates: 2 });
    const [together, apart] = [folder(), folder()];
    await run(whole, { out: together });
    const part = (keep: (at: number) => boolean): Plan => ({
      ...whole,
      runs: whole.runs.filter((_, at) => keep(at)),
    });
    await run(
      part((at) => at % 3 === 1),
      { out: apart },
    );
    await run(
      part((at) => at % 3 !== 1),
      { out: apart, threads: 1 },
    );
    expect(lines(apart)).toEqual(lines(together));
  });
});
