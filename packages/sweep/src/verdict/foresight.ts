/** What a sweep of so many units could find, before any of them has run. */
import type { Relation } from '@marginalia/theory';
import { halfWidthFactor } from '../sequential/confidence-sequence.js';
import { detectableFactor } from '../sequential/detectable.js';
import { unseen } from './exactly.js';
import { studentQuantile } from './student.js';

export interface Foresight {
  readonly units: number;
  /** The least discrepancy that is found with probability 90 %; null where so few units find none. */
  readonly detectable: number | null;
}

/**
 * For a mean in deviations of one unit, for an exponent in standard errors of the fit (two coefficients), for an identity the
 * share of units in which it fails. At the level alpha of a fixed-size verdict.
 */
export function foresightOf(relation: Relation, units: number, alpha: number): Foresight {
  if (relation.kind === 'exactly') return { units, detectable: 1 - unseen ** (1 / units) };
  if (relation.kind === 'proportional') {
    const degrees = units - 2;
    return {
      units,
      detectable: degrees < 1 ? null : detectableFactor(studentQuantile(alpha, degrees), degrees),
    };
  }
  // An interval of h biased deviations is one of h √(n − 1) standard errors.
  const factor = detectableFactor(halfWidthFactor(units, alpha) * Math.sqrt(units - 1), units - 1);
  return { units, detectable: factor === null ? null : factor / Math.sqrt(units) };
}
