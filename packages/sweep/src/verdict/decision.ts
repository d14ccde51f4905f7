/**
 * At which looks the interval and the e-values hold. `anytime`: at every look, and whatever the law of the runs, within a
 * range that the claim states. `asymptotic`: at every look, exactly for Gaussian units, for others the better the more
 * there are. `fixed`: once, at a size that was fixed in advance.
 */
export type Validity = 'anytime' | 'asymptotic' | 'fixed';

/**
 * E-values: nonnegative, of mean ≤ 1 where the hypothesis holds, at every look. Above 1/α they refute it at level α; those of
 * independent data multiply.
 */
export interface Weight {
  /** Against the claim. */
  readonly against: number;
  /** Against its being false; null where no number of runs could show that (an identity). */
  readonly for: number | null;
}

/** What the relation of a claim makes of its judged runs. */
export interface Decision {
  readonly verdict: 'supported' | 'refuted' | 'inconclusive';
  readonly estimate: number | null;
  readonly interval: readonly [number, number] | null;
  /** Signed distance to the edge of what the claim allows: ≥ 0 inside. */
  readonly slack: number | null;
  /** What the estimate is compared with. */
  readonly bound: number | null;
  readonly reason: string;
  readonly validity: Validity;
  /** Null where the runs do not determine an estimate. */
  readonly evidence: Weight | null;
  /** The least discrepancy beyond the edge that these units would refute with probability 90 %; null where none is known. */
  readonly detectable: number | null;
  /** Further units that would settle it at today's estimate and spread; null where it is settled, or where none would. */
  readonly moreUnits: number | null;
}

/** Four significant digits: enough to compare by eye. */
export function digits(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const size = Math.abs(value);
  if (size === Infinity) return value > 0 ? '∞' : '−∞';
  return size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(3).replace(/\.?0*e\+/, 'e');
}

export const count = (many: number, noun: string): string => `${many} ${noun}${many === 1 ? '' : 's'}`;

/** The e-value of a logarithm. What is merely beyond all numbers is not certain: ∞ is for what cannot happen under the hypothesis. */
export const evidenceOf = (log: number): number =>
  log === Infinity ? Infinity : Math.min(Number.MAX_VALUE, Math.exp(log));
