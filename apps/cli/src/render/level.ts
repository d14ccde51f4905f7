/** At which level a claim is judged, and what sweeps of a few sizes could find. */
import { foresightOf, type Foresight } from '@marginalia/sweep';
import type { Claim } from '@marginalia/theory';
import { alpha } from '../sweep/summary.js';
import { short } from './number.js';

/** Sizes of sweeps as one meets them. */
const sizes = [5, 10, 20, 60] as const;

const measures: Readonly<Record<Claim['relation']['kind'], string>> = {
  exactly: 'an identity that fails in this share of units',
  'at-most': 'a mean beyond the bound by this many deviations of a unit',
  'at-least': 'a mean beyond the bound by this many deviations of a unit',
  about: 'a mean beyond the edge by this many deviations of a unit',
  proportional: 'an exponent beyond the edge by this many standard errors',
};

export interface Level {
  readonly alpha: number;
  readonly discrepancy: string;
  readonly detectable: readonly Foresight[];
}

export function levelOf({ relation }: Claim): Level {
  return {
    alpha,
    discrepancy: measures[relation.kind],
    detectable: sizes.map((units) => foresightOf(relation, units, alpha)),
  };
}

/** `α = 0.05. Found with probability 90 %: a mean beyond …: 1.2 in 20 units, …`. */
export function levelInWords(claim: Claim): string {
  const { discrepancy, detectable } = levelOf(claim);
  const list = detectable.map(({ units, detectable: least }) => `${short(least, 2)} in ${units} units`);
  return (
    `A claim that is true is refuted with probability ≤ α = ${alpha} a test. ` +
    `Found with probability 90 %: ${discrepancy}: ${list.join(', ')}. A verdict states its own.`
  );
}
