/** What a page carries judges as the runs themselves do. */
import fc from 'fast-check';
import { about, atLeast, atMost, exactly, proportional, scalar, type Claim } from '@marginalia/theory';
import { verdictOf, type MeasuredRun } from '@marginalia/sweep';
import { describe, expect, it } from 'vitest';
import { packClaim, packRuns, unpackClaim, unpackRuns } from '../../apps/cli/src/report/packed.js';
import { below } from './fixtures/sweeps/claims.js';

const relations = [
  exactly(),
  atMost({ rate: 0.8 }),
  atLeast(),
  about({ within: 0.2 }),
  proportional({ axis: 'dimension', exponent: 1, alongside: ['kind'], within: 0.5 }),
];

const claimOf = (relation: Claim['relation']): Claim => ({
  ...below('packed', 1),
  relation,
  range: [0, Infinity],
  assumptions: [
    { name: 'first', statement: 'a > −1', check: (run) => scalar(run, 'a') > -1 },
    { name: 'second', statement: 'b < 2', check: (run) => scalar(run, 'b') < 2 },
  ],
  measure: (run) => ({ quantity: Math.abs(scalar(run, 'a')), bound: Math.abs(scalar(run, 'b')) }),
});

const number = fc.double({ min: -3, max: 3 });
const runsOf = fc
  .array(
    fc.record({
      dimension: fc.constantFrom(1, 2, 4),
      kind: fc.constantFrom('x', 'y'),
      unit: fc.nat(8),
      a: fc.oneof(
        { weight: 9, arbitrary: number },
        { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity) },
      ),
      b: number,
      curve: fc.option(fc.array(number, { maxLength: 3 })),
    }),
    { maxLength: 30 },
  )
  .map((drawn) =>
    drawn.map(({ dimension, kind, unit, a, b, curve }, at): MeasuredRun => ({
      id: `run-${at}`,
      axes: { dimension, kind },
      replicate: at,
      unit: `unit-${unit}`,
      measurements: { a, b, ...(curve === null ? {} : { curve }) },
    })),
  );

describe('packed runs', () => {
  it('are the runs, bit for bit, and give the same verdicts of every claim, on every part', () => {
    fc.assert(
      fc.property(runsOf, fc.constantFrom(...relations), fc.boolean(), (runs, relation, anytime) => {
        const claim = claimOf(relation);
        const json = JSON.stringify({
          runs: packRuns(runs, ['dimension', 'kind']),
          claim: packClaim(claim, runs),
        });
        const packed = JSON.parse(json) as {
          runs: ReturnType<typeof packRuns>;
          claim: ReturnType<typeof packClaim>;
        };
        const again = unpackRuns(packed.runs);
        expect(again.map(({ axes, replicate }) => ({ axes, replicate }))).toEqual(
          runs.map(({ axes, replicate }) => ({ axes, replicate })),
        );
        for (const [at, run] of runs.entries())
          for (const [name, value] of Object.entries(run.measurements))
            expect(again[at]!.measurements[name]).toStrictEqual(value);
        for (const keep of [() => true, (run: MeasuredRun) => run.axes['kind'] === 'x']) {
          const verdict = verdictOf(claim, runs.filter(keep), { anytime });
          expect(verdictOf(unpackClaim(packed.claim), again.filter(keep), { anytime })).toEqual(verdict);
        }
      }),
    );
  });

  it('a claim that finds something else is noticed', () => {
    const runs = [0, 1, 2, 3].map((at): MeasuredRun => ({
      id: `${at}`,
      axes: { dimension: 1, kind: 'x' },
      replicate: at,
      measurements: { a: 0.5, b: 1 },
    }));
    const claim = claimOf(atMost());
    const doctored = packClaim({ ...claim, measure: () => ({ quantity: 2, bound: 1 }) }, runs);
    const again = unpackRuns(packRuns(runs, ['dimension', 'kind']));
    expect(verdictOf(unpackClaim(doctored), again).held).toBe(0);
    expect(verdictOf(claim, runs).held).toBe(4);
  });
});
