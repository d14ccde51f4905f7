/** Medians, their spread, and ratios of them. */
export interface Timing {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly rounds: number;
}

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export function timing(values: readonly number[]): Timing {
  return {
    median: median(values),
    least: Math.min(...values),
    most: Math.max(...values),
    rounds: values.length,
  };
}

/** How many times as long theirs took as ours: the ratio of medians, and the range of the ratios round by round. */
export interface Ratio {
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
}

/** Both were run in the same rounds, so that a round in which the machine was busy weighs on both. */
export function ratioOf(theirs: readonly number[], ours: readonly number[]): Ratio {
  const rounds = Math.min(theirs.length, ours.length);
  const each = Array.from({ length: rounds }, (_, i) => theirs[i]! / ours[i]!);
  return { ratio: median(theirs) / median(ours), least: Math.min(...each), most: Math.max(...each) };
}
