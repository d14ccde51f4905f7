/** Integrals of densities that are known by their concave logarithm. */

/** What lies further below the peak than this many e-folds is less than the rounding of the integral. */
const depth = 40;
const panels = 32;
/** Gauss–Legendre, four points on [−1, 1]. */
const nodes = [
  [0.33998104358485626, 0.6521451548625461],
  [0.8611363115940526, 0.34785484513745385],
] as const;

/** log ∫₀^end exp(log(q)) dq of a concave `log`, by quadrature between the two points at which it has sunk by `depth`. */
export function logIntegral(log: (q: number) => number, rises: (q: number) => boolean, end: number): number {
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
