/**
 * Evidence across nights and machines: e-values of independent data multiply.
 *
 * An e-value against a hypothesis has mean ≤ 1 where it holds, so that it exceeds 1/α with probability ≤ α, and 1/e bounds
 * a p-value. Of a claim that speaks of each cell by itself, with e_{s,c} the e-value of seed s in cell c:
 *
 *   against the claim   E = (1/C) Σ_c Π_s e_{s,c}     a mean of e-values is one, however they depend on each other;
 *   for it              E = min_c Π_s e_{s,c}         were the claim false in cell c, the least is at most the one of c.
 *
 * Vovk & Wang, "E-values: calibration, combination and applications", Annals of Statistics 49 (2021): §3 of means, §4 of
 * products.
 */
import type { Claim } from '@marginalia/theory';
import { evidenceOf } from '../evidence.js';
import { unitOf } from '../identity.js';
import { gathered, judgeAnytime, type Outcomes } from '../until/judge.js';
import type { Validity, Weight } from '../verdict/decision.js';
import { failedRuns } from '../verdict/missing.js';
import type { Verdict } from '../verdict/verdict.js';
import type { SeedRuns } from './seeds.js';

/** What one seed says by itself. */
export interface SeedWeight {
  readonly seed: string;
  readonly folders: readonly string[];
  readonly runs: number;
  readonly units: number;
  readonly against: number;
  readonly for: number | null;
}

export interface Accumulated {
  readonly claim: string;
  readonly title: string;
  readonly verdict: Verdict['verdict'];
  /** Level of the verdict: supported or refuted once an e-value exceeds 1/alpha. */
  readonly alpha: number;
  readonly validity: Validity;
  /** E-value against the claim; null where nothing weighs. */
  readonly against: number | null;
  /** E-value against its being false; null where no number of runs could show that (an identity). */
  readonly for: number | null;
  /** Cells that were judged, where the claim is judged cell by cell; null where all together. */
  readonly cells: number | null;
  readonly runs: number;
  readonly seeds: readonly SeedWeight[];
  readonly reason: string;
}

export interface Accumulation {
  readonly axisNames: readonly string[];
  readonly keyingAxes: readonly string[];
  readonly alpha: number;
}

/** One claim over all seeds. */
export function accumulate(
  claim: Claim,
  seeds: readonly SeedRuns[],
  accumulation: Accumulation,
): Accumulated {
  const { alpha } = accumulation;
  const grouped = seeds.map((seed) => cellsOf(seed, claim, accumulation));
  const places = [...new Set(grouped.flatMap((cells) => [...cells.keys()]))];
  const weights = grouped.map((cells) => places.map((place) => weigh(claim, cells.get(place), alpha)));
  const judged = places.flatMap((_, at) => (weights.some((row) => row[at]?.verdict.runs) ? [at] : []));
  const products = judged.map((at) => product(weights.flatMap((row) => row[at]?.weight ?? [])));
  const all = judgeAnytime(claim, gathered(grouped.flatMap((cells) => [...cells.values()])), alpha);
  const total = products.length > 0 ? together(products) : undefined;
  const validities = weights.flat().map(({ verdict }) => verdict.validity);
  const validity = (['fixed', 'asymptotic'] as const).find((one) => validities.includes(one)) ?? 'anytime';
  const cellwise = claim.relation.kind !== 'exactly' && claim.relation.kind !== 'proportional';
  return {
    claim: claim.id,
    title: claim.title,
    ...decide(claim, total, all, alpha),
    alpha,
    validity,
    against: total?.against ?? null,
    for: total?.for ?? null,
    cells: cellwise ? judged.length : null,
    runs: all.runs,
    seeds: seeds.map(({ seed, folders }, s) => {
      const row = weights[s] ?? [];
      const own = together(judged.map((at) => row[at]?.weight ?? nothing));
      return {
        seed,
        folders,
        runs: row.reduce((sum, { verdict }) => sum + verdict.runs, 0),
        units: row.reduce((sum, { verdict }) => sum + verdict.units, 0),
        ...own,
      };
    }),
  };
}

/** What no run has said anything about. */
const nothing: Weight = { against: 1, for: 1 };

const together = (cells: readonly Weight[]): Weight => ({
  against: cells.reduce((sum, { against }) => sum + against, 0) / Math.max(1, cells.length),
  for: cells.some((one) => one.for === null)
    ? null
    : cells.reduce((least, one) => Math.min(least, one.for ?? Infinity), Infinity),
});

const product = (weights: readonly Weight[]): Weight =>
  weights.reduce(
    (total, { against, for: pro }) => ({
      // Never 0 · ∞: what has been excluded for certain stays so.
      against: total.against === Infinity ? Infinity : total.against * against,
      for: pro === null || total.for === null ? null : total.for * pro,
    }),
    nothing,
  );

interface Weighed {
  readonly verdict: Verdict;
  /** One where the runs are too few for any. */
  readonly weight: Weight;
}

function weigh(claim: Claim, outcomes: Outcomes | undefined, alpha: number): Weighed {
  const verdict = judgeAnytime(claim, outcomes ?? { runs: [], missing: [] }, alpha);
  return { verdict, weight: verdict.evidence ?? nothing };
}

/** The runs of a seed by cell, or under one name where a claim is judged over all cells together. */
function cellsOf(
  { records }: SeedRuns,
  { relation }: Claim,
  { axisNames, keyingAxes }: Accumulation,
): ReadonlyMap<string, Outcomes> {
  const apart = relation.kind !== 'exactly' && relation.kind !== 'proportional';
  const cells = new Map<string, typeof records>();
  for (const record of records) {
    const place = apart ? unitOf(axisNames, { ...record, replicate: 0 }) : '';
    cells.set(place, [...(cells.get(place) ?? []), record]);
  }
  return new Map(
    [...cells].map(([place, own]) => [
      place,
      { runs: evidenceOf(own, { keyingAxes }), missing: failedRuns(own, { keyingAxes }) },
    ]),
  );
}

const digits = (value: number): string => String(Number(value.toPrecision(4)));

function decide(
  { relation }: Claim,
  total: Weight | undefined,
  all: Verdict,
  alpha: number,
): Pick<Accumulated, 'verdict' | 'reason'> {
  if (total === undefined) return { verdict: all.verdict, reason: all.reason };
  if (relation.kind === 'exactly') return { verdict: all.verdict, reason: all.reason };
  const level = digits(1 / alpha);
  if (total.against > 1 / alpha)
    return { verdict: 'refuted', reason: `e-value against it ${digits(total.against)} > ${level}` };
  if (total.for !== null && total.for > 1 / alpha)
    return { verdict: 'supported', reason: `e-value for it ${digits(total.for)} > ${level}` };
  if (all.validity === 'fixed') return { verdict: 'inconclusive', reason: `no e-value: ${all.reason}` };
  return {
    verdict: 'inconclusive',
    reason: `e-values ${digits(total.against)} against it and ${total.for === null ? 'none' : digits(total.for)} for it, neither above ${level}`,
  };
}
