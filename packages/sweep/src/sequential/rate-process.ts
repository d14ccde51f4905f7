/**
 * Evidence against "every run holds with probability at least `rate`", as an e-value: valid for independent units of
 * runs that need not be alike, at any stopping time. Of unit u the share h_u of its runs held:
 *
 *   E = (1/rate) ∫₀^rate Π_u [h_u · q/rate + (1 − h_u) · (1 − q)/(1 − rate)] dq.
 *
 * For q < rate each factor is linear in h_u, so that its expectation depends on the expected share alone, however the
 * runs of a unit hang together: it is 1 at a share of rate, and falls with the share. So E is a supermartingale from 1,
 * and exceeds 1/α with probability ≤ α. Of single runs it is the beta mixture of h held and v violated.
 */
export function evidenceAgainstRate(shares: readonly number[], rate: number): number {
  if (rate >= 1) return shares.every((share) => share === 1) ? 1 / (1 + shares.length) : Infinity;
  if (rate <= 0) return 1;
  const counts = new Map<number, number>();
  for (const share of shares) counts.set(share, (counts.get(share) ?? 0) + 1);
  const alike = [...counts].map(([share, count]) => ({
    count,
    slope: share / rate - (1 - share) / (1 - rate),
    // The factor at q = 0.
    start: (1 - share) / (1 - rate),
  }));
  const log = (q: number): number =>
    alike.reduce((sum, { count, slope, start }) => sum + count * Math.log(start + slope * q), 0);
  const rises = (q: number): boolean =>
    alike.reduce((sum, { count, slope, start }) => sum + (count * slope) / (start + slope * q), 0) > 0;
  return Math.exp(logIntegral(log, rises, rate) - Math.log(rate));
}

/** What lies further below the peak than this many e-folds is less than the rounding of the integral. */
const depth = 40;
const panels = 32;
/** Gauss–Legendre, four points on [−1, 1]. */
const nodes = [
  [0.33998104358485626, 0.6521451548625461],
  [0.8611363115940526, 0.34785484513745385],
] as const;

/** log ∫₀^end exp(log(q)) dq of a concave `log`, by quadrature between the two points at which it has sunk by `depth`. */
function logIntegral(log: (q: number) => number, rises: (q: number) => boolean, end: number): number {
  const peak = bisect(0, end, rises);
  const top = log(peak);
  const sunk = (q: number): boolean => log(q) < top - depth;
  const from = sunk(0) ? bisect(0, peak, sunk) : 0;
  const to = sunk(end) ? bisect(peak, end, (q) => !sunk(q)) : end;
  const half = (to - from) / (2 * panels);
  let sum = 0;
  for (let panel = 0; panel < panels; panel++) {
    const middle = from + (2 * panel + 1) * half;
    for (const [node, weight] of nodes) {
      const values = Math.exp(log(middle - node * half) - top) + Math.exp(log(middle + node * half) - top);
      sum += weight * half * values;
    }
  }
  return top + Math.log(sum);
}

/** Where a condition that holds from `low` on ceases to hold, to 40 bits. */
function bisect(low: number, high: number, holds: (q: number) => boolean): number {
  let [below, above] = [low, high];
  for (let i = 0; i < 40; i++) {
    const middle = (below + above) / 2;
    if (holds(middle)) below = middle;
    else above = middle;
  }
  return holds(high) ? high : above;
}
