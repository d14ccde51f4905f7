/**
 * A method of anytime-valid inference: e-processes against one-sided hypotheses on a target, and the confidence sequence that
 * they invert to. An e-process starts at 1 and is, where its hypothesis holds, nonnegative with mean ≤ 1 at every
 * stopping time; by Ville's inequality it ever reaches 1/α with probability ≤ α. All e-values here are logarithms.
 */
export interface Method {
  readonly name: string;
  /** What it bounds, of independent values of one law. */
  readonly target: string;
  readonly assumes: string;
  readonly validity: 'anytime' | 'asymptotic';
  /** Whether it sees a set of values, or a sequence of them. */
  readonly ordered: boolean;
  /**
   * `joint`: both sides are read off one martingale in the hypothesised value, so that a two-sided statement costs nothing.
   * `split`: each side is an e-process of its own and a two-sided statement hedges, half its stake on each.
   */
  readonly sides: 'joint' | 'split';
  /** Log e-value against "target ≤ at". `times`: as if the values had come that many times over. */
  readonly above: (values: readonly number[], at: number, times?: number) => number;
  /** Log e-value against "target ≥ at". */
  readonly below: (values: readonly number[], at: number, times?: number) => number;
  /** Every value that no e-value ≥ 1/α speaks against; an infinite end where nothing bounds the target. */
  readonly interval: (values: readonly number[], alpha: number) => readonly [number, number];
}

type Sides = Pick<Method, 'above' | 'below' | 'sides'>;

/** Log e-value against "the target lies in [least, most]"; infinite ends leave one side. */
export function against(
  { above, below, sides }: Sides,
  values: readonly number[],
  [least, most]: readonly [number, number],
  times = 1,
): number {
  if (most === Infinity) return least === -Infinity ? 0 : below(values, least, times);
  const over = above(values, most, times);
  if (least === -Infinity) return over;
  const under = below(values, least, times);
  return sides === 'joint' ? Math.max(over, under) : logMean([over, under]);
}

/** Log e-value against "the target lies outside (least, most)": what speaks for its lying inside. */
export function inside(
  { above, below }: Sides,
  values: readonly number[],
  [least, most]: readonly [number, number],
  times = 1,
): number {
  return Math.min(
    least === -Infinity ? Infinity : above(values, least, times),
    most === Infinity ? Infinity : below(values, most, times),
  );
}

/** log of the mean of exp(log): the mixture of e-values. */
export function logMean(logs: readonly number[]): number {
  const most = Math.max(...logs);
  if (!Number.isFinite(most)) return most;
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length);
}

/** Between a place where `holds` is true and one where it is not, the last at which it is, to 2⁻⁴⁰ of their distance. */
export function lastWhere(holding: number, failing: number, holds: (at: number) => boolean): number {
  let [yes, no] = [holding, failing];
  for (let i = 0; i < 40; i++) {
    const middle = (yes + no) / 2;
    if (middle === yes || middle === no) break;
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
