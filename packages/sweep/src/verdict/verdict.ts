/** A claim judged over a sweep. */
import type { Claim, Evidence } from '@marginalia/theory';
import { decideAverage } from './average.js';
import { count, type Decision } from './decision.js';
import { decideExactly } from './exactly.js';
import { decideExponent } from './exponent.js';
import { type Findings, gather } from './gather.js';
import { unitsOf } from './units.js';

export interface Verdict {
  readonly claim: string;
  readonly title: string;
  readonly verdict: 'supported' | 'refuted' | 'vacuous' | 'inconclusive';
  /** In the relation's own terms: worst quantity, mean, mean ratio, or exponent; null where there is none. */
  readonly estimate: number | null;
  readonly interval: readonly [number, number] | null;
  /** Signed distance of the nearest interval end (of the estimate without one) to the edge of what is claimed. */
  readonly slack: number | null;
  /** What the estimate is compared with. */
  readonly bound: number | null;
  /** Judged runs: held + violated. Vacuous and inconclusive runs never count as judged. */
  readonly runs: number;
  /** Independent units among the judged runs: fewer than `runs` where some share their random numbers. */
  readonly units: number;
  readonly held: number;
  readonly violated: number;
  readonly vacuous: number;
  readonly inconclusive: number;
  /** Assumptions that some run did not meet. */
  readonly unmet: readonly string[];
  /** Vacuous runs by the first assumption that each did not meet: `{ 'fitted-data': 4 }`; they sum to `vacuous`. */
  readonly unmetRuns: Readonly<Record<string, number>>;
  /** One sentence: what decided it, or what is missing. */
  readonly reason: string;
}

/** Judge every run, then all of them together, at level alpha. Throws BadInput when a function of the claim throws. */
export function verdictOf(
  claim: Claim,
  evidences: readonly Evidence[],
  { alpha = 0.05 }: { readonly alpha?: number } = {},
): Verdict {
  const findings = gather(claim, evidences);
  const { judged, held, violated, vacuous, inconclusive, unmetRuns } = findings;
  const decision = judged.length > 0 ? decide(claim, findings, alpha) : undecided(findings);
  return {
    claim: claim.id,
    title: claim.title,
    ...decision,
    runs: judged.length,
    units: unitsOf(judged).length,
    held,
    violated,
    vacuous,
    inconclusive,
    unmet: Object.keys(unmetRuns),
    unmetRuns,
  };
}

function decide({ relation }: Claim, findings: Findings, alpha: number): Decision {
  switch (relation.kind) {
    case 'exactly':
      return decideExactly(findings);
    case 'at-most':
    case 'at-least':
    case 'about':
      return decideAverage(relation, findings, alpha);
    case 'proportional':
      return decideExponent(relation, findings, alpha);
  }
}

/** No run was judged: a claim whose assumptions no run met says nothing, which is no pass. */
function undecided({
  vacuous,
  inconclusive,
  unmetRuns,
  doubt,
}: Findings): Omit<Decision, 'verdict'> & Pick<Verdict, 'verdict'> {
  const nothing = { estimate: null, interval: null, slack: null, bound: null };
  if (vacuous > 0 && inconclusive === 0) {
    return {
      ...nothing,
      verdict: 'vacuous',
      reason: `no run met its assumptions: ${Object.entries(unmetRuns)
        .map(
          ([name, runs], i) => `${name}${i === 0 ? ' unmet' : ''} in ${i === 0 ? count(runs, 'run') : runs}`,
        )
        .join(', ')}`,
    };
  }
  return {
    ...nothing,
    verdict: 'inconclusive',
    reason: inconclusive > 0 ? (doubt ?? 'not measured') : 'no run yet',
  };
}
