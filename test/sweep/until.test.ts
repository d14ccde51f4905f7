/** Replicates until decided: what stops it, what it asks for, and that nothing but the measurements decides that. */
import { fileURLToPath } from 'node:url';
import { Random } from '@marginalia/core';
import {
  type Decided,
  executeUntilDecided,
  type JournalRecord,
  loadSweep,
  type Look,
  plan,
  type Plan,
  type Policy,
  readResults,
  type Run,
  verdictOf,
} from '@marginalia/sweep';
import {
  about,
  atLeast,
  atMost,
  exactly,
  proportional,
  scalar,
  type Claim,
  type Relation,
} from '@marginalia/theory';
import * as Effect from 'effect/Effect';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allot } from '../../packages/sweep/src/until/allot.js';
import type { Assessment } from '../../packages/sweep/src/until/assess.js';
import { lookAt, measuredOf } from '../../packages/sweep/src/until/execute-until-decided.js';
import { extendPlan, runsOfCells } from '../../packages/sweep/src/until/extend-plan.js';
import { folder, lines } from './tiny.js';

const reference = {
  module: fileURLToPath(new URL('./fixtures/until.js', import.meta.url)),
  spelled: 'until',
};
const definition = await loadSweep(reference);
const first = plan(definition, { code: 'test', replicates: 10 });

const claimOf = (relation: Relation, id = 'claim', bound = 1): Claim => ({
  id: `test/${id}`,
  title: id,
  statement: 'x relates to the bound',
  source: { paper: 'none', authors: 'nobody', year: 2026, locator: '—', reading: 'derived' },
  notation: {},
  assumptions: [
    { name: 'met', statement: 'The run meets it.', check: ({ measurements }) => measurements['met'] !== 0 },
  ],
  measured: 'x',
  measure: (one) => ({ quantity: scalar(one, 'x'), bound }),
  relation,
  expected: 'anything',
});

/** A plan of cells of sizes 1, 2, … judged by these claims. */
const planOf = (claims: readonly Claim[], { cells = 2, replicates = 4 } = {}): Plan => ({
  ...plan(definition, {
    code: 'test',
    replicates,
    set: { budget: '0', size: Array.from({ length: cells }, (_, i) => i + 1).join() },
  }),
  claims,
});

type Measure = (run: Run, random: Random) => JournalRecord['outcome'] | Readonly<Record<string, number>>;

/** The rounds, each run measured by a pure function of itself; every look at the claims. */
function rounds(start: Plan, policy: Policy, measure: Measure, seed: unknown = ''): readonly Look[] {
  const record = (run: Run): JournalRecord => {
    const { id, axes, replicate } = run;
    const measured = measure(run, Random.of({ seed, id }));
    const outcome = (
      'kind' in measured ? measured : { kind: 'measured', measurements: measured }
    ) as JournalRecord['outcome'];
    return { id, sweep: 'until', seed: '1', code: 'test', axes, replicate, outcome };
  };
  const looks: Look[] = [];
  for (let asked = start, round = 1; ; round++) {
    const before = looks.at(-1)?.assessments;
    const look = lookAt(asked, round, measuredOf(asked, asked.runs.map(record)), policy, before);
    looks.push(look);
    if (look.next === undefined) return looks;
    asked = extendPlan(asked, look.next);
  }
}
const last = (looks: readonly Look[]): Look => looks.at(-1) as Look;
const counts = ({ plan: of }: Look): readonly number[] => runsOfCells(of).map(({ length }) => length);
const verdicts = ({ assessments }: Look): readonly string[] => assessments.map(({ verdict }) => verdict);
const policy = { alpha: 1e-3, budget: 1000 };

describe('an extended plan', () => {
  it('is the plan of so many replicates, run by run, whatever each cell had', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 6, maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        (replicates, before) => {
          const extended = extendPlan(plan(definition, { code: 'test', replicates: before }), replicates);
          const all = runsOfCells(plan(definition, { code: 'test', replicates: 9 }));
          expect(runsOfCells(extended)).toEqual(all.map((cell, at) => cell.slice(0, replicates[at])));
          expect(extended.replicates).toBe(Math.min(...replicates));
          expect(extended.mostReplicates ?? extended.replicates).toBe(Math.max(...replicates));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('what cells get next', () => {
  const standing = (open: readonly number[], more: number | null): Assessment =>
    ({ open, more }) as unknown as Assessment;
  const cells = 5;
  const need = fc.record({
    open: fc.uniqueArray(fc.integer({ min: 0, max: cells - 1 })),
    more: fc.option(fc.integer({ min: 1, max: 1000 })),
  });
  const replicates = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: cells, maxLength: cells });

  it('is never less, never for a closed cell, at most twice the fewest of its claim, and within the budget', () => {
    fc.assert(
      fc.property(replicates, fc.array(need), fc.integer({ min: 0, max: 400 }), (now, needs, left) => {
        const open = new Set(needs.flatMap((one) => one.open));
        const next = allot(
          now,
          needs.map((one) => standing(one.open, one.more)),
          left,
        );
        if (next === undefined) {
          // Nothing open, or nothing left, or each open cell has already what its claims ask for.
          const lags = needs.some((one) =>
            one.open.some((cell) => (now[cell] ?? 0) <= Math.min(...one.open.map((c) => now[c] ?? 0))),
          );
          expect(left === 0 || !lags).toBe(true);
          return;
        }
        const added = next.map((many, cell) => many - (now[cell] ?? 0));
        expect(added.every((more) => Number.isInteger(more) && more >= 0)).toBe(true);
        expect(added.reduce((sum, more) => sum + more, 0)).toBeLessThanOrEqual(left);
        expect(added.every((more, cell) => more === 0 || open.has(cell))).toBe(true);
        expect(next.every((many, cell) => many <= Math.max(now[cell] ?? 0, 2 * Math.max(...now)))).toBe(true);
      }),
    );
  });

  it('spends a short budget to the last run, on the cells with fewest first', () => {
    expect(allot([4, 4, 8], [standing([0, 1, 2], 100)], 3)).toEqual([6, 5, 8]);
    expect(allot([4, 4, 4], [standing([1, 2], null)], 2)).toEqual([4, 5, 5]);
    expect(allot([4, 4, 4], [standing([1, 2], 1)], 100)).toEqual([4, 5, 5]);
    expect(allot([4, 4, 4], [standing([], null)], 100)).toBeUndefined();
  });
});

describe('deciding', () => {
  it('goes on until what is true with room is supported and what is false refuted, and no further', () => {
    const claims = [
      claimOf(atMost(), 'true', 3),
      claimOf(atLeast(), 'false', 3),
      claimOf(exactly(), 'sure', 9),
    ];
    const looks = rounds(planOf(claims), policy, (_, random) => ({ x: random.uniform() }));
    expect(verdicts(last(looks))).toEqual(['supported', 'refuted', 'supported']);
    expect(last(looks).plan.runs.length).toBeLessThan(400);
    // The refuted one was so rounds before, and stayed as it was then.
    const early = looks.find((look) => verdicts(look)[1] === 'refuted') as Look;
    expect(early.round).toBeLessThan(last(looks).round);
    expect(last(looks).assessments[1]).toBe(early.assessments[1]);
    for (const { assessments } of looks.slice(0, -1))
      expect(assessments.some(({ open }) => open.length > 0)).toBe(true);
  });

  it('splits its level over the claims', () => {
    const claims = ['a', 'b', 'c', 'd'].map((id) => claimOf(atMost(), id, 3));
    const [look] = rounds(planOf(claims), policy, () => ({ x: 0 }));
    expect(look?.assessments.map(({ alpha }) => alpha)).toEqual([2.5e-4, 2.5e-4, 2.5e-4, 2.5e-4]);
  });

  it('refutes a true claim on its edge in no more sweeps than α and chance allow, looking at every round', () => {
    const [alpha, repeats] = [0.1, 80];
    // Mean and share both on the edge: x is 0 or 2 with probability ½, and half of the runs should hold.
    const claims = [claimOf(about({ within: 0.5, rate: 0.5 }), 'edge', 2)];
    const start = planOf(claims);
    const refuted = Array.from({ length: repeats }, (_, repeat) =>
      rounds(start, { alpha, budget: 60 }, (_, random) => ({ x: random.uniform() < 0.5 ? 2 : 0 }), repeat),
    ).filter((looks) => verdicts(last(looks))[0] === 'refuted').length;
    expect(refuted / repeats).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / repeats));
  }, 60_000);

  it('never stops on an interval that is valid at one look only', () => {
    const validities: string[] = [];
    const relations = [
      atMost({ rate: 0.5 }),
      atLeast({ rate: 0.5 }),
      about({ within: 0.3, rate: 0.5 }),
      proportional({ axis: 'size', exponent: 0, alongside: [], within: 0.3 }),
    ];
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(...relations),
        fc.double({ min: 0.6, max: 1.6, noNaN: true }),
        (seed, relation, mean) => {
          const looks = rounds(
            planOf([claimOf(relation)], { cells: 3 }),
            { alpha: 0.05, budget: 60 },
            (_, random) => ({ x: mean * Math.exp(0.3 * random.gaussian()) }),
            seed,
          );
          const [{ verdict, validity } = { verdict: 'none', validity: 'none' }] = last(looks).assessments;
          validities.push(verdict === 'inconclusive' ? 'open' : validity);
        },
      ),
      { numRuns: 15 },
    );
    expect(validities).not.toContain('fixed');
    expect(validities.some((one) => one !== 'open')).toBe(true);
  });

  it('goes on where an ordinary interval would have stopped', () => {
    const claim = claimOf(proportional({ axis: 'size', exponent: 0, alongside: [], within: 0.5 }));
    const start = planOf([claim], { cells: 3 });
    const noises = Array.from({ length: 30 }, (_, i) => 0.05 + 0.005 * i);
    const wentOn = noises.filter((noise) => {
      const measure: Measure = (_, random) => ({ x: Math.exp(noise * random.gaussian()) });
      const [look] = rounds(start, { alpha: 0.05, budget: 12 }, measure);
      const runs = start.runs.map(({ id, axes, replicate, unit = id }) => {
        const x = Math.exp(noise * Random.of({ seed: '', id }).gaussian());
        return { axes, replicate, unit, measurements: { x } };
      });
      const fixed = verdictOf(claim, runs, { alpha: 0.05 });
      return (
        fixed.verdict === 'supported' &&
        fixed.validity === 'fixed' &&
        look?.assessments[0]?.verdict === 'inconclusive' &&
        look.assessments[0].open.length === 3
      );
    });
    expect(wentOn.length).toBeGreaterThan(0);
  });

  it('asks nothing more of cells in which a claim is vacuous, and judges as many of each other cell', () => {
    const met = claimOf(atMost(), 'met', 3);
    const looks = rounds(planOf([met], { cells: 3 }), policy, ({ axes }, random) => ({
      x: random.uniform(),
      met: axes['size'] === 2 ? 0 : 1,
    }));
    const [a, b, c] = counts(last(looks));
    expect([b, a]).toEqual([4, c]);
    expect(last(looks).assessments[0]).toMatchObject({ verdict: 'supported', runs: 2 * Number(a) });
  });

  it('judges a mean over the grid by a balanced grid, whatever another claim asked of one cell', () => {
    const wide = claimOf(atMost({ rate: 0.5 }), 'wide', 9);
    const hard: Claim = {
      ...claimOf(atMost({ rate: 0.5 }), 'hard', 0.6),
      assumptions: [{ name: 'one', statement: 'Size one.', check: ({ axes }) => axes['size'] === 1 }],
    };
    const looks = rounds(planOf([wide, hard]), policy, (_, random) => ({ x: random.uniform() }));
    const [one, two] = counts(last(looks));
    expect(Number(one)).toBeGreaterThan(2 * Number(two));
    for (const { assessments, plan: of } of looks) {
      const fewest = Math.min(...runsOfCells(of).map(({ length }) => length));
      expect(assessments[0]?.runs).toBeLessThanOrEqual(2 * fewest);
    }
  });

  it('ends with the budget to the last run, and says how many more of each cell it would take', () => {
    const claims = [claimOf(atMost(), 'true', 3)];
    const {
      plan: asked,
      assessments,
      next,
    } = last(rounds(planOf(claims), { alpha: 1e-3, budget: 61 }, (_, random) => ({ x: random.uniform() })));
    expect([asked.runs.length, next]).toEqual([61, undefined]);
    expect(assessments[0]).toMatchObject({ verdict: 'inconclusive', open: [0, 1] });
    const more = Number(assessments[0]?.more);
    const enough = last(rounds(planOf(claims), policy, (_, random) => ({ x: random.uniform() })));
    // What it took in truth: within the growth of a round.
    const took = Math.min(...counts(enough)) - 30;
    expect(more).toBeGreaterThan(took / 1.3);
    expect(more).toBeLessThan(1.3 * took);
  });

  it('gives up where no number of runs would decide: one value has no exponent, and nothing is measured', () => {
    const one = claimOf(proportional({ axis: 'budget', exponent: 1, alongside: [], within: 0.1 }));
    const none: Claim = { ...claimOf(atMost(), 'none'), measure: () => ({ quantity: Number.NaN, bound: 1 }) };
    const look = last(rounds(planOf([one, none]), policy, () => ({ x: 1 })));
    expect(verdicts(look)).toEqual(['inconclusive', 'inconclusive']);
    expect(look.plan.runs.length).toBeLessThan(130);
  });

  it('supports nothing over runs that failed, and does not ask for ever for more of them', () => {
    const failed = { kind: 'failed', failure: { kind: 'timed-out', message: '' } } as const;
    const look = last(
      rounds(planOf([claimOf(atMost(), 'true', 3)]), { alpha: 1e-3, budget: 400 }, ({ axes }, random) =>
        axes['size'] === 1 ? failed : { x: random.uniform() },
      ),
    );
    expect(verdicts(look)).toEqual(['inconclusive']);
    expect(look.assessments[0]?.missing).toHaveProperty('timed-out');
  });
});

describe('a sweep executed until decided', () => {
  const asked = { alpha: 0.05, budget: 200 };
  const execute = (
    out: string,
    options: { readonly threads?: number; readonly stopAfter?: number } = {},
  ): Promise<Decided> => {
    const stop = new AbortController();
    const program = executeUntilDecided(first, asked, {
      reference,
      out,
      threads: options.threads ?? 2,
      onProgress: ({ done }) => {
        if (done >= (options.stopAfter ?? Infinity)) stop.abort();
      },
    });
    return Effect.runPromise(program, { signal: stop.signal });
  };

  it('ends with the same runs and the same verdicts on one thread and two, and when it is stopped in between', async () => {
    const [one, two, stopped] = [folder(), folder(), folder()];
    const [alone, both] = [await execute(one, { threads: 1 }), await execute(two)];
    expect(both.assessments).toEqual(alone.assessments);
    expect(lines(two)).toEqual(lines(one));
    expect(alone.assessments.map(({ claim, verdict }) => [claim, verdict])).toEqual([
      ['until/wide', 'supported'],
      ['until/false', 'refuted'],
      ['until/small', expect.any(String)],
      ['until/law', 'supported'],
      ['until/identity', 'supported'],
    ]);
    await expect(execute(stopped, { stopAfter: 70 })).rejects.toThrow(/interrupt/i);
    const resumed = await execute(stopped);
    expect(resumed.assessments).toEqual(alone.assessments);
    expect(lines(stopped)).toEqual(lines(one));
    expect(resumed.reused).toBeGreaterThan(0);
    const again = await execute(stopped);
    expect([again.computed, again.reused]).toEqual([0, alone.plan.runs.length]);
    const { identity, records } = readResults(stopped);
    const replicates = runsOfCells(alone.plan).map(({ length }) => length);
    expect([identity.replicates, identity.mostReplicates]).toEqual([
      Math.min(...replicates),
      Math.max(...replicates),
    ]);
    expect(records.length).toBe(alone.plan.runs.length);
  });

  it('refuses a sweep without claims, a level that is none, and a budget below the first round', async () => {
    const refused = (of: Plan, by: Policy): Promise<unknown> =>
      Effect.runPromise(executeUntilDecided(of, by, { reference, out: folder(), threads: 1 }));
    await expect(refused({ ...first, claims: [] }, asked)).rejects.toThrow(/claims to decide/);
    await expect(refused(first, { ...asked, budget: 1e6 })).rejects.toThrow(/at most 500000 runs/);
    await expect(refused(first, { ...asked, alpha: 0 })).rejects.toThrow(/alpha to lie between 0 and 1/);
    await expect(refused(first, { ...asked, budget: 59 })).rejects.toThrow(/first round of until, 60 runs/);
  });
});
