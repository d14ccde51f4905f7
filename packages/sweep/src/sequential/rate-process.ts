import { logIntegral } from './concave-integral.js';
import { lastWhere, type Method } from './method.js';

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
export const evidenceAgainstRate = (shares: readonly number[], rate: number): number =>
  Math.exp(logEvidenceAgainstRate(shares, rate));

/** Its logarithm; `times`: as if the shares had come that many times over. */
export function logEvidenceAgainstRate(shares: readonly number[], rate: number, times = 1): number {
  if (rate >= 1) return shares.every((share) => share === 1) ? -Math.log1p(times * shares.length) : Infinity;
  if (rate <= 0) return 0;
  const counts = new Map<number, number>();
  for (const share of shares) counts.set(share, (counts.get(share) ?? 0) + 1);
  const alike = [...counts].map(([share, count]) => ({
    count: times * count,
    slope: share / rate - (1 - share) / (1 - rate),
    // The factor at q = 0.
    start: (1 - share) / (1 - rate),
  }));
  const log = (q: number): number =>
    alike.reduce((sum, { count, slope, start }) => sum + count * Math.log(start + slope * q), 0);
  const rises = (q: number): boolean =>
    alike.reduce((sum, { count, slope, start }) => sum + (count * slope) / (start + slope * q), 0) > 0;
  return logIntegral(log, rises, rate) - Math.log(rate);
}

/** The expected share of a unit's runs that hold, as a method: two such processes, one a side. */
export const shareRate: Method = {
  name: 'share',
  target: 'the expected share',
  assumes: 'shares between 0 and 1',
  validity: 'anytime',
  ordered: false,
  sides: 'split',
  above: (values, at, times) =>
    logEvidenceAgainstRate(
      values.map((value) => 1 - value),
      1 - at,
      times,
    ),
  below: logEvidenceAgainstRate,
  interval: (values, alpha) => {
    if (values.length === 0) return [0, 1];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const limit = -Math.log(alpha / 2);
    return [
      lastWhere(mean, 0, (at) => shareRate.above(values, at) < limit),
      lastWhere(mean, 1, (at) => shareRate.below(values, at) < limit),
    ];
  },
};
