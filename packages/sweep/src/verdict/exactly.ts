/** An identity holds in every run, or it does not hold. */
import { count, type Decision, digits } from './decision.js';
import type { Findings, JudgedRun } from './gather.js';

/** The estimate is the quantity of the worst run, the interval their range: it estimates nothing beyond these runs. */
export function decideExactly({ judged, violated }: Findings): Decision {
  const worst = judged.reduce<JudgedRun | undefined>(
    (least, one) => (least && least.slack <= one.slack ? least : one),
    undefined,
  );
  if (!worst) throw new TypeError('no judged run');
  const quantities = judged.map(({ quantity }) => quantity);
  const standing = {
    estimate: worst.quantity,
    interval: [Math.min(...quantities), Math.max(...quantities)] as const,
    slack: worst.slack,
    bound: worst.bound,
    validity: 'anytime' as const,
    evidence: null,
    detectable: null,
    moreUnits: null,
  };
  const against = `${digits(worst.quantity)} against ${digits(worst.bound)}`;
  return violated > 0
    ? {
        ...standing,
        verdict: 'refuted',
        reason: `${violated} of ${count(judged.length, 'run')} violate the identity; the worst: ${against}`,
      }
    : {
        ...standing,
        verdict: 'supported',
        reason: `holds in every one of ${count(judged.length, 'run')}; the worst: ${against}`,
      };
}
