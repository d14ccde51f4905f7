/**
 * Evidence across nights and machines: e-values of independent data multiply.
 *
 * An e-value against a hypothesis has mean ≤ 1 where it holds, so that it exceeds 1/α with probability ≤ α, and 1/e bounds
 * a p-value. Seeds draw their data independently: given what the others came to, each still has mean ≤ 1, and so has the
 * product. Vovk & Wang, "E-values: calibration, combination and applications", Annals of Statistics 49 (2021), §4.
 */
import type { Claim } from '@marginalia/theory';
import { evidenceOf } from '../evidence.js';
import { unitOf } from '../identity.js';
import type { JournalRecord } from '../journal/record.js';
import { mergeIndependent } from '../sequential/merge.js';
import { balance } from '../until/balance.js';
import { judgeAnytime, type Outcomes } from '../until/judge.js';
import type { Validity } from '../verdict/decision.js';
import { failedRuns } from '../verdict/missing.js';
import type { Verdict } from '../verdict/verdict.js';
import type { SeedRuns } from './seeds.js';

/** What one seed says by itself. */
export interface SeedWeight {
  readonly seed: string;
  readonly folders: readonly string[];
  readonly verdict: Verdict['verdict'];
  readonly runs: number;
  readonly units: number;
  /** Null where its runs determine none: no evidence, a factor of 1. */
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
  const verdicts = seeds.map(({ records }) => {
    const cells = cellsOf(records, accumulation);
    const runs = cells.flatMap((cell) => cell.runs);
    const missing = cells.flatMap((cell) => cell.missing);
    return judgeAnytime(
      claim,
      claim.relation.kind === 'exactly' ? { runs, missing } : balance(claim, cells),
      alpha,
    );
  });
  const weight = {
    against: product(verdicts.map(({ evidence }) => evidence?.against ?? null)),
    for: product(verdicts.map(({ evidence }) => evidence?.for ?? null)),
  };
  const validities = verdicts.map(({ validity }) => validity);
  return {
    claim: claim.id,
    title: claim.title,
    ...decide(claim, verdicts, weight, alpha),
    alpha,
    validity: (['fixed', 'asymptotic'] as const).find((one) => validities.includes(one)) ?? 'anytime',
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

/** What has no e-value is no evidence either way. */
function product(values: readonly (number | null)[]): number | null {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? null : mergeIndependent(known);
}

/** The runs of a seed by cell. */
function cellsOf(
  records: readonly JournalRecord[],
  { axisNames, keyingAxes }: Accumulation,
): readonly Outcomes[] {
  const cells = new Map<string, JournalRecord[]>();
  for (const record of records) {
    const place = unitOf(axisNames, { ...record, replicate: 0 });
    const cell = cells.get(place);
    if (cell) cell.push(record);
    else cells.set(place, [record]);
  }
  return [...cells.values()].map((own) => ({
    runs: evidenceOf(own, { keyingAxes }),
    missing: failedRuns(own, { keyingAxes }),
  }));
}

const digits = (value: number | null): string =>
  value === null ? 'none' : String(Number(value.toPrecision(4)));

function decide(
  { relation }: Claim,
  verdicts: readonly Verdict[],
  weight: { readonly against: number | null; readonly for: number | null },
  alpha: number,
): Pick<Accumulated, 'verdict' | 'reason'> {
  const level = digits(1 / alpha);
  const judged = verdicts.filter(({ runs }) => runs > 0);
  const [first] = judged.length > 0 ? judged : verdicts;
  if (first === undefined) return { verdict: 'inconclusive', reason: 'no run' };
  if (relation.kind === 'exactly') {
    const { verdict, reason } = judged.find((one) => one.verdict === 'refuted') ?? first;
    return { verdict, reason };
  }
  if (judged.length === 0) return { verdict: first.verdict, reason: first.reason };
  if ((weight.against ?? 0) >= 1 / alpha)
    return { verdict: 'refuted', reason: `e-value against it ${digits(weight.against)} ≥ ${level}` };
  if ((weight.for ?? 0) >= 1 / alpha)
    return { verdict: 'supported', reason: `e-value for it ${digits(weight.for)} ≥ ${level}` };
  if (weight.against === null && weight.for === null)
    return { verdict: 'inconclusive', reason: `no e-value; ${first.reason}` };
  return {
    verdict: 'inconclusive',
    reason: `e-values ${digits(weight.against)} against it and ${digits(weight.for)} for it, neither of them ${level}`,
  };
}
