/**
 * The standard error of a median over units: half the distance of two quantiles (Woodruff, JASA 47, 1952). With F(m) the share of
 * values at or below the median, s its standard error over units,
 *
 *   se = (Q(½ + s) − Q(½ − s)) / 2,    s = √(Σ_u (Σ_{i∈u} (1{x_i < m} + ½ 1{x_i = m} − ½))²) / n,
 *
 * Q linear between the order statistics at (i − ½)/n (Hazen). No density is estimated and nothing is resampled; where every
 * value is a unit, these are about the order statistics half a √n to each side.
 */

/** `units` names the unit of each value. NaN of fewer than two units, for one says nothing of the next. */
export function medianError(values: readonly number[], units: readonly string[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const count = sorted.length;
  const centre = hazen(sorted, 0.5);
  const excess = new Map<string, number>();
  values.forEach((value, i) => {
    const side = value < centre ? 0.5 : value > centre ? -0.5 : 0;
    const unit = units[i] as string;
    excess.set(unit, (excess.get(unit) ?? 0) + side);
  });
  if (excess.size < 2) return Number.NaN;
  let squares = 0;
  for (const sum of excess.values()) squares += sum * sum;
  const share = Math.sqrt(squares) / count;
  return (hazen(sorted, 0.5 + share) - hazen(sorted, 0.5 - share)) / 2;
}

/** The quantile of sorted values, linear between them, and no further than the ends. */
function hazen(sorted: readonly number[], share: number): number {
  const last = sorted.length - 1;
  const place = Math.min(last, Math.max(0, share * sorted.length - 0.5));
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return low === high ? low : low + (place - Math.floor(place)) * (high - low);
}
