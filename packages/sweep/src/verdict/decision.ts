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
}

/** Four significant digits: enough to compare by eye. */
export const digits = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);

export const count = (many: number, noun: string): string => `${many} ${noun}${many === 1 ? '' : 's'}`;
