/**
 * Evidence across nights and machines: e-values of independent data multiply.
 *
 * An e-value against a hypothesis has mean ≤ 1 where it holds, so that it exceeds 1/α with probability ≤ α, and 1/e bounds
 * a p-value. Seeds draw their data independently: given what the others came to, each still has mean ≤ 1, and so has the
 * product. Vovk & Wang, "E-values: calibration, combination and applications", Annals of Statistics 49 (2021), §4.
 *
 * That asks for e-values that are exact, and of one hypothesis: "the claim is false on this grid" is another for another
 * grid. Where a method is exact only as runs become many, each seed may exceed 1 in the mean, and a product of many would
 * compound it: there the runs of all seeds are judged together, once.
 */
import { BadInput } from '@marginalia/core';
import type { Claim } from '@marginalia/theory';
import { mergeIndependent } from '../sequential/merge.js';
import { cellsOf, judgedBy } from '../until/cells.js';
import { judgeAnytime, type Outcomes } from '../until/judge.js';
import { count, type Validity } from '../verdict/decision.js';
import type { Verdict } from '../verdict/verdict.js';
import type { SeedRuns } from './seeds.js';

/** What one seed says by itself. */
export interface SeedWeight {
  readonly seed: string;
  readonly folders: readonly string[];
  readonly verdict: Verdict['verdict'];
  readonly runs: number;
  readonly units: number;
  /** Null where its runs determine none. */
  readonly against: number | null;
  readonly for: number | null;
}

export interface Accumulated {
  readonly claim: string;
  readonly title: string;
  readonly verdict: Verdict['verdict'];
  /** Level of the verdict: refuted or supported once an e-value reaches 1/alpha. */
  readonly alpha: number;
  readonly validity: Validity;
  /** E-value against the claim; null where no seed has one. */
  readonly against: number | null;
  /** E-value against its being false; null where none has one, as for an identity, which no number of runs proves. */
  readonly for: number | null;
  readonly runs: number;
  readonly units: number;
  readonly seeds: readonly SeedWeight[];
  readonly reason: string;
}

export interface Accumulation {
  readonly axisNames: readonly string[];
  readonly keyingAxes: readonly string[];
  readonly alpha: number;
}

/** One claim over all seeds, each judged over its grid by as many replicates of every cell as every cell has. */
export function accumulate(
  claim: Claim,
  seeds: readonly SeedRuns[],
  accumulation: Accumulation,
): Accumulated {
  const { alpha } = accumulation;
  const grids = seeds.map(({ records }) => cellsOf(records, accumulation));
  refuseOtherGrids(seeds, grids);
  const outcomes = grids.map((cells) => judgedBy(claim, [...cells.values()]));
  const verdicts = outcomes.map((one) => judgeAnytime(claim, one, alpha));
  const together = judgeAnytime(claim, union(seeds, outcomes), alpha);
  const exact = verdicts.every(({ validity, evidence }) => validity === 'anytime' && evidence);
  const weight =
    exact && claim.relation.kind !== 'exactly'
      ? {
          against: product(verdicts.map(({ evidence }) => evidence?.against ?? null)),
          for: product(verdicts.map(({ evidence }) => evidence?.for ?? null)),
        }
      : { against: together.evidence?.against ?? null, for: together.evidence?.for ?? null };
  return {
    claim: claim.id,
    title: claim.title,
    ...decide(claim, together, weight, alpha),
    alpha,
    validity: together.validity,
    ...weight,
    runs: verdicts.reduce((sum, { runs }) => sum + runs, 0),
    units: verdicts.reduce((sum, { units }) => sum + units, 0),
    seeds: seeds.map(({ seed, folders }, at): SeedWeight => {
      const { verdict, runs, units, evidence } = verdicts[at] as Verdict;
      return {
        seed,
        folders,
        verdict,
        runs,
        units,
        against: evidence?.against ?? null,
        for: evidence?.for ?? null,
      };
    }),
  };
}

/** Of one without an e-value there is none. */
function product(values: readonly (number | null)[]): number | null {
  const known = values.flatMap((value) => value ?? []);
  return known.length < values.length || known.length === 0 ? null : mergeIndependent(known);
}

/** The runs of all seeds: no two of different seeds are of one unit. */
function union(seeds: readonly SeedRuns[], outcomes: readonly Outcomes[]): Outcomes {
  const apart = <Of extends { readonly unit?: string }>(all: readonly Of[], at: number): readonly Of[] =>
    all.map((one) =>
      one.unit === undefined ? one : { ...one, unit: `${seeds[at]?.seed ?? ''} ${one.unit}` },
    );
  return {
    runs: outcomes.flatMap(({ runs }, at) => apart(runs, at)),
    missing: outcomes.flatMap(({ missing }, at) => apart(missing, at)),
  };
}

/** Throws BadInput where the seeds did not run the same cells. */
function refuseOtherGrids(seeds: readonly SeedRuns[], grids: readonly ReadonlyMap<string, Outcomes>[]): void {
  const places = (cells: ReadonlyMap<string, Outcomes> | undefined): string =>
    [...(cells?.keys() ?? [])].sort().join(' ');
  const other = grids.findIndex((cells) => places(cells) !== places(grids[0]));
  if (other < 0) return;
  const inWords = (at: number): string =>
    `${seeds[at]?.folders.join(' and ') ?? ''} with ${count(grids[at]?.size ?? 0, 'cell')}`;
  throw new BadInput({
    expected: 'folders that ran the same cells, for their evidence to be about the same thing',
    got: `${inWords(0)}, ${inWords(other)}${grids[0]?.size === grids[other]?.size ? ', not the same ones' : ''}`,
    try: 'the same run command in each, with another --seed and --out',
  });
}

const digits = (value: number | null): string =>
  value === null ? 'none' : String(Number(value.toPrecision(4)));

function decide(
  { relation }: Claim,
  together: Verdict,
  weight: { readonly against: number | null; readonly for: number | null },
  alpha: number,
): Pick<Accumulated, 'verdict' | 'reason'> {
  const { verdict, reason, runs } = together;
  if (relation.kind === 'exactly' || runs === 0) return { verdict, reason };
  const level = digits(1 / alpha);
  if ((weight.against ?? 0) >= 1 / alpha)
    return { verdict: 'refuted', reason: `e-value against it ${digits(weight.against)} ≥ ${level}` };
  if ((weight.for ?? 0) >= 1 / alpha)
    return { verdict: 'supported', reason: `e-value for it ${digits(weight.for)} ≥ ${level}` };
  if (weight.against === null && weight.for === null)
    return { verdict: 'inconclusive', reason: `no e-value; ${reason}` };
  return {
    verdict: 'inconclusive',
    reason: `e-values ${digits(weight.against)} against it and ${digits(weight.for)} for it, neither of them ${level}`,
  };
}
