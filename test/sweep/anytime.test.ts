/** Verdicts that may be looked at after every replicate: level, power, and what is missing. */
import { BadInput, Random } from '@marginalia/core';
import { failedRuns, pendingRuns, plan, verdictOf, type MissingRun, type Verdict } from '@marginalia/sweep';
import { about, atLeast, atMost, type Claim, type Evidence, exactly, proportional } from '@marginalia/theory';
import { describe, expect, it } from 'vitest';
import { allowance, claimOf, everSeen, laws, runOf, simulations } from './simulated.js';
import { tiny } from './tiny.js';

const alpha = 0.05;
const anytime = { alpha, anytime: true } as const;

const runsOf = (values: readonly number[], bound: number): Evidence[] =>
  values.map((x, replicate) => runOf(x, bound, replicate));

const normals = (key: readonly unknown[], mean: number, count: number, deviation = 0.3): number[] => {
  const random = Random.of(key);
  return Array.from({ length: count }, () => mean + deviation * random.gaussian());
};

/** Runs of a power law d^exponent, four levels of d, `units` replicates of each, two runs a unit. */
const powerLaw = (random: Random, exponent: number, replicates: number, from = 0): Evidence[] =>
  Array.from({ length: replicates }, (_, at) =>
    [64, 512].flatMap((dimension) => {
      const shared = 0.1 * random.gaussian();
      return [2, 8].map((width): Evidence => ({
        axes: { dimension, width },
        replicate: from + at,
        unit: `${dimension} ${from + at}`,
        measurements: { x: dimension ** exponent * Math.exp(shared + 0.1 * random.gaussian()), y: 1 },
      }));
    }),
  ).flat();

const exponentOf = (exponent: number): Claim =>
  claimOf(proportional({ axis: 'dimension', exponent, alongside: ['width'], within: 0.03 }));

describe('a true claim, watched at every replicate, is refuted in at most α of sweeps', () => {
  const looks = simulations(60, 18);
  const watch = (
    claim: Claim,
    bound: number,
    law: { readonly draw: (random: Random) => number },
    repeats: number,
    options: Parameters<typeof verdictOf>[2] = anytime,
  ): number =>
    everSeen(
      repeats,
      looks,
      `watched ${claim.relation.kind} ${String(claim.range)}`,
      law.draw,
      (values) => verdictOf(claim, runsOf(values, bound), options).verdict === 'refuted',
    );

  // The mean at the very edge of what is claimed.
  it.each([
    ['at-most, Gaussian', claimOf(atMost({ rate: 0.05 })), laws.gaussian, 0],
    ['at-least, Gaussian', claimOf(atLeast({ rate: 0.05 })), laws.gaussian, 0],
    ['at-most, skewed in [0, 1]', claimOf(atMost({ rate: 0.05 }), [0, 1]), laws.skewed, 0.2],
    ['at-least, skewed in [0, 1]', claimOf(atLeast({ rate: 0.05 }), [0, 1]), laws.skewed, 0.2],
    ['at-most, lognormal ≥ 0', claimOf(atMost({ rate: 0.05 }), [0, Infinity]), laws.lognormal, Math.exp(0.5)],
    ['about, skewed in [0, 1]', claimOf(about({ within: 0.2, rate: 0.01 }), [0, 1]), laws.skewed, 0.25],
  ] as const)('%s', (_, claim, law, bound) => {
    const repeats = simulations(2000, claim.range ? 60 : 200);
    expect(watch(claim, bound, law, repeats)).toBeLessThanOrEqual(allowance(alpha, repeats));
  });

  it('at-most, where nine of ten runs hold as claimed', () => {
    const repeats = simulations(2000, 80);
    const held = { draw: (random: Random) => (random.uniform() < 0.9 ? 0 : 0.1) };
    expect(watch(claimOf(atMost({ rate: 0.9 }), [0, 1]), 0.05, held, repeats)).toBeLessThanOrEqual(
      allowance(alpha, repeats),
    );
  });

  it('exactly: never', () => {
    expect(watch(claimOf(exactly()), 3, { draw: (random) => 2 + random.uniform() }, 20)).toBe(0);
  });

  it('proportional, with runs that share their random numbers', () => {
    const repeats = simulations(2000, 80);
    const claim = exponentOf(0.47);
    let [refuted, ordinary] = [0, 0];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const runs = powerLaw(Random.of(['watched exponent', repeat]), 0.5, 10);
      const looksAt = Array.from({ length: 10 }, (_, i) => runs.slice(0, 4 * (i + 1)));
      const ever = (options: Parameters<typeof verdictOf>[2]): boolean =>
        looksAt.some((seen) => verdictOf(claim, seen, options).verdict === 'refuted');
      if (ever(anytime)) refuted += 1;
      if (ever({ alpha: 0.2 })) ordinary += 1;
    }
    expect(refuted / repeats).toBeLessThanOrEqual(allowance(alpha, repeats));
    // The t interval is for one look: at level 0.2, of which one half lies on this side, ten looks take more than that half.
    expect(ordinary / repeats).toBeGreaterThan(0.13);
  });

  it('nor is a false one supported in more', () => {
    const repeats = simulations(2000, 60);
    for (const [claim, law, bound] of [
      [claimOf(atMost({ rate: 0.05 })), laws.gaussian, 0],
      [claimOf(atMost({ rate: 0.05 }), [0, 1]), laws.skewed, 0.2],
    ] as const) {
      const supported = everSeen(
        repeats,
        looks,
        `false ${String(claim.range)}`,
        law.draw,
        (values) => verdictOf(claim, runsOf(values, bound), anytime).verdict === 'supported',
      );
      expect(supported).toBeLessThanOrEqual(allowance(alpha, repeats));
    }
    // A rate just missed: 90 % hold where 95 % are claimed.
    const short = everSeen(
      repeats,
      looks,
      'short of the rate',
      (random) => (random.uniform() < 0.9 ? 0 : 1),
      (values) => verdictOf(claimOf(atMost(), [0, 1]), runsOf(values, 0.5), anytime).verdict === 'supported',
    );
    expect(short).toBeLessThanOrEqual(allowance(alpha, repeats));
  });
});

describe('the stated discrepancy', () => {
  const power = (
    repeats: number,
    displaced: (repeat: number, by: number) => Verdict,
    stated: (repeat: number) => number,
    share = 1,
  ): number => {
    let found = 0;
    for (let repeat = 0; repeat < repeats; repeat++)
      if (displaced(repeat, share * stated(repeat)).verdict === 'refuted') found += 1;
    return found / repeats;
  };
  const least = (repeats: number): number => 0.9 - 3 * Math.sqrt(0.09 / repeats);
  // No rate below which a run may fall: the mean alone is under test.
  const [claim, repeats] = [claimOf(atMost({ rate: 1e-9 })), simulations(2000, 500)];

  it.each([
    ['fixed', { alpha }],
    ['anytime', anytime],
  ] as const)('of one sweep is found by the next with probability ≥ 90 %% (%s)', (_, options) => {
    for (const count of [6, 20]) {
      const sweep = (repeat: number, by: number, key: string): Verdict =>
        verdictOf(claim, runsOf(normals([key, count, repeat], 2 + by, count), 2), options);
      const stated = (repeat: number): number => sweep(repeat, 0, 'pilot').detectable as number;
      const next = (repeat: number, by: number): Verdict => sweep(repeat, by, 'next');
      expect(power(repeats, next, stated)).toBeGreaterThanOrEqual(least(repeats));
      // Half of it is not: the statement is no empty caution.
      expect(power(200, next, stated, 0.5)).toBeLessThan(0.8);
    }
  });

  it('of values in a range, and of an exponent', () => {
    const some = simulations(2000, 150);
    const bounded = claimOf(atMost({ rate: 1e-9 }), [0, 1]);
    const uniform = (repeat: number, by: number, key: string): Verdict => {
      const random = Random.of([key, repeat]);
      const values = Array.from({ length: 40 }, () => Math.min(1, 0.2 + by + 0.2 * random.uniform()));
      return verdictOf(bounded, runsOf(values, 0.3), anytime);
    };
    expect(
      power(
        some,
        (repeat, by) => uniform(repeat, by, 'next'),
        (repeat) => uniform(repeat, 0, 'pilot').detectable as number,
      ),
    ).toBeGreaterThanOrEqual(least(some));
    const exponent = (repeat: number, by: number, key: string): Verdict =>
      verdictOf(exponentOf(0.47), powerLaw(Random.of([key, repeat]), 0.5 + by, 6), anytime);
    expect(
      power(
        some,
        (repeat, by) => exponent(repeat, by, 'next'),
        (repeat) => exponent(repeat, 0, 'pilot').detectable as number,
      ),
    ).toBeGreaterThanOrEqual(least(some));
  });

  it('of an identity is the share of units in which it would have been seen to fail', () => {
    const { detectable } = verdictOf(claimOf(exactly()), runsOf([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 2));
    expect(1 - (1 - (detectable as number)) ** 10).toBeCloseTo(0.9, 12);
  });
});

describe('a verdict at any time', () => {
  it('says at which looks it holds, and what the e-values are', () => {
    const runs = runsOf(normals(['evidence'], 1, 40), 2);
    expect(verdictOf(claimOf(atMost()), runs).validity).toBe('asymptotic');
    const verdict = verdictOf(claimOf(atMost({ rate: 0.5 }), [0, 4]), runs, anytime);
    expect(verdict).toMatchObject({ verdict: 'supported', validity: 'anytime', alpha, more: null });
    expect(verdict.evidence?.for).toBeGreaterThanOrEqual(1 / alpha);
    expect(verdict.evidence?.against).toBeLessThan(1);
    const law = powerLaw(Random.of('validity'), 0.5, 12);
    expect(verdictOf(exponentOf(0.5), law).validity).toBe('fixed');
    expect(verdictOf(exponentOf(0.5), law, anytime).validity).toBe('asymptotic');
    expect(verdictOf(claimOf(exactly()), runs, anytime)).toMatchObject({
      verdict: 'supported',
      validity: 'anytime',
      evidence: { for: null },
    });
    expect(verdictOf(claimOf(exactly()), runsOf([1, 3], 2), anytime).evidence?.against).toBe(Infinity);
  });

  it('is refuted where its interval lies outside, and supports no share that it has no evidence for', () => {
    const outside = verdictOf(
      claimOf(atMost({ rate: 0.01 })),
      runsOf(normals(['outside'], 3, 12), 2),
      anytime,
    );
    expect(outside.verdict).toBe('refuted');
    expect(outside.interval?.[0]).toBeGreaterThan(2);
    expect(outside.evidence?.against).toBeGreaterThanOrEqual(1 / alpha);
    // Twelve runs that hold are no evidence that 95 % do; at a fixed size the share itself is what is asked.
    const held = runsOf(normals(['held'], 1, 12), 2);
    expect(verdictOf(claimOf(atMost()), held).verdict).toBe('supported');
    const open = verdictOf(claimOf(atMost()), held, anytime);
    expect(open).toMatchObject({ verdict: 'inconclusive' });
    expect(open.reason).toContain('not yet evidence for 95 %');
    // And so many more do settle it.
    const more = open.more as number;
    expect(more).toBeGreaterThan(20);
    const enough = runsOf(normals(['held'], 1, Math.ceil(12 + 1.3 * more)), 2);
    expect(verdictOf(claimOf(atMost()), enough, anytime).verdict).toBe('supported');
    const tooFew = runsOf(normals(['held'], 1, Math.floor(12 + 0.5 * more)), 2);
    expect(verdictOf(claimOf(atMost()), tooFew, anytime).verdict).toBe('inconclusive');
  });

  it('counts in replicates of every cell what it would take', () => {
    const cells = [1, 2, 3].flatMap((size) =>
      normals(['cells', size], 1.9, 4).map((x, replicate): Evidence => ({
        axes: { size },
        replicate,
        measurements: { x, y: 2 },
      })),
    );
    const verdict = verdictOf(claimOf(atMost({ rate: 0.01 })), cells);
    expect(verdict.verdict).toBe('inconclusive');
    const [, runs] = /about (\d+) more runs?/.exec(verdict.reason) ?? [];
    expect(verdict.more).toBe(Math.ceil(Number(runs) / 3));
    expect(verdictOf(exponentOf(0.5), powerLaw(Random.of('short'), 0.5, 3), anytime).more).toBeGreaterThan(0);
  });

  it('refuses a quantity outside of the range that its claim states', () => {
    expect(() => verdictOf(claimOf(atMost(), [0, 1]), runsOf([0.5, 1.5], 2), anytime)).toThrow(BadInput);
  });

  it('does not depend on the order of its runs', () => {
    const runs = runsOf(normals(['order'], 0.5, 30, 0.1), 0.6);
    for (const range of [undefined, [0, 1] as const]) {
      const one = verdictOf(claimOf(atMost(), range), runs, anytime);
      const other = verdictOf(claimOf(atMost(), range), runs.toReversed(), anytime);
      expect(other.verdict).toBe(one.verdict);
      expect(other.interval?.[0]).toBeCloseTo(one.interval?.[0] as number, 9);
      expect((other.evidence?.against as number) / (one.evidence?.against as number)).toBeCloseTo(1, 9);
    }
  });
});

describe('runs that are missing', () => {
  const missed = (count: number, kind: MissingRun['kind'] = 'timed-out'): MissingRun[] =>
    Array.from({ length: count }, (_, at) => ({ kind, axes: {}, replicate: 1000 + at }));
  const values = normals(['missing'], 0.5, 40, 0.05);
  const sure = runsOf(values, 0.9);

  it('are counted by kind, those that have not run yet and those of unmet assumptions among them', () => {
    const { missing } = verdictOf(
      claimOf(exactly()),
      [
        ...sure,
        { axes: {}, replicate: 90, measurements: { x: 1, y: 2, met: 0 } },
        { axes: {}, replicate: 91, measurements: { x: Number.NaN, y: 2 } },
        { axes: {}, replicate: 92, measurements: { y: 2 } },
      ],
      { missing: [...missed(2), ...missed(1, 'out-of-memory'), ...missed(4, 'not-run')] },
    );
    expect(missing).toEqual({
      'timed-out': 2,
      'out-of-memory': 1,
      'not-run': 4,
      diverged: 1,
      'assumption-unmet': 1,
      'not-measured': 1,
    });
  });

  it('have the bounds of the range: few of them change nothing, more leave it open, with bounds that hold both', () => {
    const claim = claimOf(atMost(), [0, 1]);
    const alone = verdictOf(claim, sure);
    const one = verdictOf(claim, sure, { missing: missed(1) });
    expect([alone.verdict, one.verdict]).toEqual(['supported', 'supported']);
    expect(one.interval?.[0]).toBeLessThan(alone.interval?.[0] as number);
    expect(one.interval?.[1]).toBeGreaterThan(alone.interval?.[1] as number);
    const many = verdictOf(claim, sure, { missing: missed(8) });
    expect(many).toMatchObject({ verdict: 'inconclusive', runs: 40, missing: { 'timed-out': 8 } });
    expect(many.reason).toContain('8 runs that timed out might have decided otherwise');
    // Whatever they would have measured, the interval of all 48 lies within the bounds.
    const random = Random.of('whatever');
    for (let trial = 0; trial < 50; trial++) {
      const come = Array.from({ length: 8 }, () =>
        trial % 2 === 0 ? random.uniform() : Math.round(random.uniform()),
      );
      const complete = verdictOf(claim, runsOf([...values, ...come], 0.9));
      expect(complete.interval?.[0]).toBeGreaterThanOrEqual((many.interval?.[0] as number) - 1e-12);
      expect(complete.interval?.[1]).toBeLessThanOrEqual((many.interval?.[1] as number) + 1e-12);
    }
  });

  it('count in their units: those of a unit that was measured in part move its mean alone', () => {
    const claim = claimOf(atMost({ rate: 0.5 }), [0, 1]);
    const shared = values.flatMap((x, replicate) =>
      [0, 1].map((budget): Evidence => ({
        axes: { budget },
        replicate,
        unit: `unit ${replicate}`,
        measurements: { x, y: 0.9 },
      })),
    );
    const missing = shared
      .slice(0, 6)
      .filter((_, at) => at % 2 === 1)
      .map(({ axes, replicate, unit }): MissingRun => ({
        kind: 'threw',
        axes,
        replicate,
        unit: unit as string,
      }));
    const seen = shared.filter((_, at) => at >= 6 || at % 2 === 0);
    const verdict = verdictOf(claim, seen, { missing });
    expect(verdict).toMatchObject({ units: 40, runs: 77, missing: { threw: 3 } });
    const ends = [0, 1].map((end) =>
      verdictOf(
        claim,
        runsOf(
          values.map((x, at) => (at < 3 ? (x + end) / 2 : x)),
          0.9,
        ),
      ),
    );
    expect(verdict.interval?.[0]).toBeLessThanOrEqual((ends[0]?.interval?.[0] as number) + 1e-12);
    expect(verdict.interval?.[1]).toBeGreaterThanOrEqual((ends[1]?.interval?.[1] as number) - 1e-12);
    // Three whole units at an end would move it twice as far.
    const whole = verdictOf(claim, shared.slice(6), { missing });
    expect(whole.interval?.[0]).toBeLessThan(verdict.interval?.[0] as number);
  });

  it('are bounded in no time where thousands are missing', () => {
    const verdict = verdictOf(claimOf(atMost(), [0, 1]), sure, { missing: missed(2000) });
    expect(verdict).toMatchObject({ verdict: 'inconclusive', missing: { 'timed-out': 2000 } });
    expect(verdict.interval?.[0]).toBeLessThan(0.03);
    expect(verdict.interval?.[1]).toBeGreaterThan(0.97);
  });

  it('of no range leave a mean without bounds and without estimate, never the mean of the survivors', () => {
    for (const relation of [atMost(), atLeast({ rate: 0.01 }), about({ within: 0.9 })]) {
      const bound = relation.kind === 'at-most' ? 0.9 : 0.3;
      expect(verdictOf(claimOf(relation), runsOf(values, bound)).verdict).toBe('supported');
      expect(verdictOf(claimOf(relation), runsOf(values, bound), { missing: missed(1) })).toMatchObject({
        verdict: 'inconclusive',
        estimate: null,
        interval: null,
        slack: null,
      });
    }
  });

  it('may violate an identity and bend an exponent', () => {
    expect(verdictOf(claimOf(exactly()), sure, { missing: missed(1, 'threw') })).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('1 run that threw might violate it') as string,
    });
    const violated = runsOf([...values, 2], 0.9);
    expect(verdictOf(claimOf(exactly()), violated, { missing: missed(1) }).verdict).toBe('refuted');
    const law = powerLaw(Random.of('missing'), 0.5, 150);
    expect(verdictOf(exponentOf(0.5), law).verdict).toBe('supported');
    expect(verdictOf(exponentOf(0.5), law, { missing: missed(1, 'exited') })).toMatchObject({
      verdict: 'inconclusive',
      estimate: null,
    });
  });

  it('do not save a claim that even their holding would not', () => {
    const bad = runsOf(normals(['bad'], 3, 40), 2);
    expect(verdictOf(claimOf(atMost()), bad, { missing: missed(5) })).toMatchObject({ verdict: 'refuted' });
    expect(verdictOf(claimOf(atMost()), bad, { ...anytime, missing: missed(5) }).verdict).toBe('refuted');
    // So many might: then it is open.
    expect(verdictOf(claimOf(atMost({ rate: 0.5 })), bad, { missing: missed(400) }).verdict).toBe(
      'inconclusive',
    );
  });

  it('change nothing where nobody has tried them yet', () => {
    for (const claim of [claimOf(atMost()), claimOf(exactly())]) {
      const { missing: _, ...pending } = verdictOf(claim, sure, { missing: missed(9, 'not-run') });
      const { missing: _none, ...alone } = verdictOf(claim, sure);
      expect(pending).toEqual(alone);
    }
  });

  it('diverge where what the claim reads is not finite, and are no survivors either', () => {
    const diverged: Evidence = { axes: {}, replicate: 77, measurements: { x: Number.NaN, y: 0.9 } };
    expect(verdictOf(claimOf(atMost()), [...sure, diverged])).toMatchObject({
      verdict: 'inconclusive',
      inconclusive: 1,
      missing: { diverged: 1 },
    });
    expect(verdictOf(claimOf(atMost(), [0, 1]), [...sure, diverged]).verdict).toBe('supported');
  });

  it('leave no claim vacuous, and none without a reason', () => {
    const unmet: Evidence = { axes: {}, replicate: 0, measurements: { x: 1, y: 2, met: 0 } };
    expect(verdictOf(claimOf(atMost()), [unmet]).verdict).toBe('vacuous');
    expect(verdictOf(claimOf(atMost()), [unmet], { missing: missed(2) })).toMatchObject({
      verdict: 'inconclusive',
      reason: '2 runs that timed out, and no run was judged',
    });
  });

  it('are read off records and plans', () => {
    const asked = plan(tiny, { code: 'code', replicates: 2 });
    const [first, second, ...rest] = asked.runs;
    if (!first || !second) throw new Error('no runs');
    const record = (run: typeof first, kind: 'threw' | 'timed-out') => ({
      ...run,
      sweep: asked.sweep,
      seed: asked.seed,
      code: asked.code,
      outcome: { kind: 'failed' as const, failure: { kind, message: '' } },
    });
    const records = [record(first, 'threw'), record(second, 'timed-out')];
    expect(failedRuns(records, asked)).toEqual([
      { kind: 'threw', axes: first.axes, replicate: first.replicate, unit: first.unit },
      { kind: 'timed-out', axes: second.axes, replicate: second.replicate, unit: second.unit },
    ]);
    expect(pendingRuns(asked.runs, records).map(({ kind, unit }) => [kind, unit])).toEqual(
      rest.map(({ unit }) => ['not-run', unit]),
    );
  });
});
