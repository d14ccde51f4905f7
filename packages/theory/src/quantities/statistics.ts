/** Order statistics and the Kolmogorov distance, over values that a run measured. */

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** s/√N of the mean of N values, s with N − 1 degrees of freedom. */
export function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

/** Share of values that satisfy a condition; NaN of nothing. */
export function share(values: readonly number[], condition: (value: number) => boolean): number {
  return values.filter(condition).length / values.length;
}

/**
 * √N · sup |F_N − F| of values in [0, 1] against the uniform law. Under it, 0.87 on average and above 1.95 in one of a
 * thousand samples (Kolmogorov 1933).
 */
export function kolmogorovDistance(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  let distance = 0;
  sorted.forEach((value, i) => {
    distance = Math.max(distance, value - i / count, (i + 1) / count - value);
  });
  return Math.sqrt(count) * distance;
}
