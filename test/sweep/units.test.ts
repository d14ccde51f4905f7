/** Runs that share their random numbers are one unit: a verdict that counted them apart would be surer than it may be. */
import { Random } from '@marginalia/core';
import { evidenceOf, readResults, unitOf, verdictOf } from '@marginalia/sweep';
import {
  about,
  atMost,
  axis,
  type Claim,
  type Evidence,
  exactly,
  proportional,
  type Relation,
  scalar,
} from '@marginalia/theory';
import { describe, expect, it } from 'vitest';
import { folder, run, tiny, tinyPlan } from './tiny.js';

const claimOf = (relation: Relation): Claim => ({
  id: 'test/claim',
  title: 'a claim under test',
  statement: 'x relates to y',
  source: { paper: 'none', authors: 'nobody', year: 2026, locator: '—', reading: 'derived' },
  notation: {},
  assumptions: [],
  measured: 'x and y',
  measure: (one) => ({ quantity: scalar(one, 'x'), bound: scalar(one, 'y') }),
  relation,
  expected: 'anything',
});

const alone = (runs: readonly Evidence[]): Evidence[] => runs.map(({ unit: _unit, ...one }) => one);

/** A share of simulated sweeps that a test may see: 3 standard errors of the simulation above α. */
const allowance = (alpha: number, repeats: number): number =>
  alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / repeats);

interface Design {
  readonly dimensions: readonly number[];
  readonly replicates: number;
  readonly widths: readonly number[];
  /** Deviations of log x: what the runs of a unit have in common, and what each has for itself. */
  readonly shared: number;
  readonly own: number;
}

/** x = √d exp(noise) where every unit, a dimension and a replicate, has a run of every width. */
function sweep({ dimensions, replicates, widths, shared, own }: Design, key: readonly unknown[]): Evidence[] {
  const random = Random.of(key);
  return dimensions.flatMap((dimension) =>
    Array.from({ length: replicates }, (_, replicate) => {
      const common = shared * random.gaussian();
      return widths.map((width): Evidence => {
        const x = Math.sqrt(dimension) * Math.exp(common + own * random.gaussian());
        return {
          axes: { dimension, width },
          replicate,
          measurements: { x, y: 1 },
          unit: unitOf(['dimension'], { axes: { dimension }, replicate }),
        };
      });
    }).flat(),
  );
}

describe('the mean of runs that share their random numbers', () => {
  const values = (count: number, runs: number, key: string): Evidence[] => {
    const random = Random.of(key);
    return Array.from({ length: count }, (_, replicate) => {
      const common = random.gaussian();
      return Array.from({ length: runs }, (_, budget): Evidence => ({
        axes: { budget },
        replicate,
        measurements: { x: 2 + common + 0.3 * random.gaussian(), y: 2 },
        unit: `unit ${replicate}`,
      }));
    }).flat();
  };

  it('is bounded over units: as many runs again on the same data narrow nothing', () => {
    const claim = claimOf(about({ within: 0.5 }));
    const once = values(8, 1, 'once');
    const twice = once.flatMap((one) => [one, one]);
    const [few, many] = [verdictOf(claim, once), verdictOf(claim, twice)];
    expect(many.interval).toEqual(few.interval);
    expect([few.runs, few.units, many.runs, many.units]).toEqual([8, 8, 16, 8]);
    expect(verdictOf(claim, alone(twice)).units).toBe(16);
  });

  it('averages a unit before anything else, however many of its runs were judged', () => {
    const runs = values(6, 4, 'uneven').filter(({ axes }, i) => i % 3 > 0 || axes['budget'] === 0);
    const claim = claimOf(atMost());
    const means = [0, 1, 2, 3, 4, 5].map((replicate) => {
      const unit = runs.filter((one) => one.replicate === replicate);
      return unit.reduce((sum, one) => sum + scalar(one, 'x'), 0) / unit.length;
    });
    const single = means.map((x, replicate): Evidence => ({
      axes: {},
      replicate,
      measurements: { x, y: 2 },
    }));
    const verdict = verdictOf(claim, runs);
    expect(verdict.interval).toEqual(verdictOf(claim, single).interval);
    expect([verdict.runs, verdict.units]).toEqual([runs.length, 6]);
  });

  it('is refuted in at most 2α of sweeps whose mean is the bound itself; counted apart the runs refute far more', () => {
    const [alpha, repeats] = [0.05, 300];
    const claim = claimOf(atMost({ rate: 0.01 }));
    let [byUnit, byRun] = [0, 0];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const runs = values(12, 6, `edge ${repeat}`);
      const ever = (some: readonly Evidence[]): boolean =>
        Array.from({ length: 12 }, (_, i) => some.slice(0, 6 * (i + 1))).some(
          (seen) => verdictOf(claim, seen, { alpha }).verdict === 'refuted',
        );
      if (ever(runs)) byUnit += 1;
      if (ever(alone(runs))) byRun += 1;
    }
    expect(byUnit / repeats).toBeLessThanOrEqual(allowance(2 * alpha, repeats));
    expect(byRun / repeats).toBeGreaterThan(0.2);
  });

  it('says how many runs, in how many units, would settle it; and of one unit that it bounds nothing', () => {
    const claim = claimOf(atMost({ rate: 0.01 }));
    const { reason } = verdictOf(claim, values(8, 5, 'doubt'));
    const [, runs, units] =
      /about (\d+) more runs?, in (\d+) more units?, would settle it/.exec(reason) ?? [];
    expect(Number(units)).toBeGreaterThan(0);
    expect(Number(runs)).toBe(5 * Number(units));
    expect(verdictOf(claim, values(1, 5, 'one')).reason).toContain('5 runs in 1 unit give no interval');
  });

  it('counts in runs what holds, and says in how many units', () => {
    const verdict = verdictOf(
      claimOf(atMost()),
      values(6, 4, 'counts').map((one) => ({
        ...one,
        measurements: { ...one.measurements, y: 100 },
      })),
    );
    expect(verdict).toMatchObject({ verdict: 'supported', runs: 24, held: 24, units: 6 });
    expect(verdict.reason).toContain('24 of 24 runs (in 6 units) hold');
  });
});

describe('an identity', () => {
  it('is judged in every run, whatever they share', () => {
    const runs = [1, 2, 3].map((x): Evidence => ({
      axes: { x },
      replicate: 0,
      measurements: { x, y: 2 },
      unit: 'one',
    }));
    expect(verdictOf(claimOf(exactly()), runs)).toMatchObject({
      verdict: 'refuted',
      runs: 3,
      held: 2,
      interval: [1, 3],
      reason: '1 of 3 runs violate the identity; the worst: 3 against 2',
    });
  });
});

describe('an exponent of runs that share their random numbers', () => {
  const misses = (design: Design, name: string, exponent: number, repeats: number) => {
    const claim = claimOf(
      proportional({ axis: name, exponent, alongside: ['dimension', 'width'], within: 0.1 }),
    );
    let [byUnit, byRun, width, apart] = [0, 0, 0, 0];
    const outside = (interval: readonly [number, number] | null): boolean =>
      !interval || interval[0] > exponent || interval[1] < exponent;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const runs = sweep(design, ['exponent', name, design, repeat]);
      const [together, each] = [verdictOf(claim, runs), verdictOf(claim, alone(runs))];
      if (outside(together.interval)) byUnit += 1;
      if (outside(each.interval)) byRun += 1;
      width += (together.interval?.[1] ?? 0) - (together.interval?.[0] ?? 0);
      apart += (each.interval?.[1] ?? 0) - (each.interval?.[0] ?? 0);
    }
    return { byUnit: byUnit / repeats, byRun: byRun / repeats, narrowed: width / apart };
  };

  it('of an axis that keys them covers the truth; counted apart the runs do not', () => {
    const repeats = 300;
    // Two levels: the statistical interval alone, for there is no level to leave out.
    const { byUnit, byRun } = misses(
      { dimensions: [64, 1024], replicates: 5, widths: [2, 4, 8, 16], shared: 0.5, own: 0.1 },
      'dimension',
      0.5,
      repeats,
    );
    expect(byUnit).toBeLessThanOrEqual(allowance(0.05, repeats));
    expect(byRun).toBeGreaterThan(0.2);
  });

  it('of an axis within units is told by comparing runs of one unit: it covers the truth and is far narrower', () => {
    const repeats = 300;
    const { byUnit, narrowed } = misses(
      { dimensions: [64], replicates: 5, widths: [2, 16], shared: 0.5, own: 0.1 },
      'width',
      0,
      repeats,
    );
    expect(byUnit).toBeLessThanOrEqual(allowance(0.05, repeats));
    expect(narrowed).toBeLessThan(0.6);
  });

  it('is as before where no run shares any', () => {
    const runs = sweep({ dimensions: [64, 256, 1024], replicates: 4, widths: [4], shared: 0, own: 0.1 }, [
      'single',
    ]);
    const claim = claimOf(proportional({ axis: 'dimension', exponent: 0.5, alongside: [], within: 0.1 }));
    expect(verdictOf(claim, runs)).toEqual(verdictOf(claim, alone(runs)));
  });

  it('needs more units than coefficients, and says so', () => {
    const runs = sweep({ dimensions: [64, 256], replicates: 1, widths: [2, 4, 8], shared: 1, own: 0.1 }, [
      'few',
    ]);
    const claim = claimOf(proportional({ axis: 'dimension', exponent: 0.5, alongside: [], within: 0.1 }));
    expect(verdictOf(claim, runs)).toMatchObject({ verdict: 'inconclusive', estimate: null, units: 2 });
    expect(verdictOf(claim, runs).reason).toContain('6 runs in 2 units for 2 coefficients');
  });
});

describe('evidence made from records', () => {
  it('has the unit of the plan, and the same one when it is read back', async () => {
    const out = folder();
    const asked = tinyPlan({ set: { dimension: '2,4' }, replicates: 2 });
    const { records } = await run(asked, { out });
    const units = evidenceOf(records, asked).map(({ unit }) => unit);
    expect(units).toEqual(asked.runs.map(({ unit }) => unit));
    expect(new Set(units).size).toBe(4);
    const results = readResults(out);
    expect(evidenceOf(results.records, results.identity)).toEqual(evidenceOf(records, asked));
    expect(verdictOf(tiny.claims[0] as Claim, evidenceOf(records, asked))).toMatchObject({
      runs: 8,
      units: 4,
    });
  });

  it('has none where the folder does not know its keying axes', async () => {
    const out = folder();
    const { records } = await run(tinyPlan({ replicates: 1 }), { out });
    for (const one of evidenceOf(records, {})) expect(one).not.toHaveProperty('unit');
    expect(axis(evidenceOf(records, {})[0] as Evidence, 'dimension')).toBe(2);
  });
});
