/** An identity holds in every run, or it does not hold. */
import { evidenceAgainstRate } from '../sequential/rate-process.js';
import { count, type Decision, digits } from './decision.js';
import type { Findings, JudgedRun } from './gather.js';
import { type Judging, missedInWords } from './judging.js';
import { unitsOf } from './units.js';

/** An identity that fails in a share p of units goes unseen in n of them with probability (1 − p)^n. */
export const unseen = 0.1;

/**
 * The estimate is the quantity of the worst run, the interval their range: it estimates nothing beyond these runs. Valid at
 * every look, for a true identity is never refuted. What is missing may violate it: then it is refuted or open.
 */
export function decideExactly({ judged, violated }: Findings, { missing }: Judging): Decision {
  const worst = judged.reduce<JudgedRun | undefined>(
    (least, one) => (least && least.slack <= one.slack ? least : one),
    undefined,
  );
  if (!worst) throw new TypeError('no judged run');
  const quantities = judged.map(({ quantity }) => quantity);
  const units = unitsOf(judged);
  const standing = {
    estimate: worst.quantity,
    interval: [Math.min(...quantities), Math.max(...quantities)] as const,
    slack: worst.slack,
    bound: worst.bound,
    validity: 'anytime' as const,
    evidence: {
      against: evidenceAgainstRate(
        units.map((unit) => (unit.every(({ slack }) => slack >= 0) ? 1 : 0)),
        1,
      ),
      for: null,
    },
    detectable: 1 - unseen ** (1 / units.length),
    moreUnits: null,
  };
  const against = `${digits(worst.quantity)} against ${digits(worst.bound)}`;
  if (violated > 0) {
    return {
      ...standing,
      verdict: 'refuted',
      reason: `${violated} of ${count(judged.length, 'run')} violate the identity; the worst: ${against}`,
    };
  }
  const holds = `holds in every one of ${count(judged.length, 'run')}; the worst: ${against}`;
  return missing.length > 0
    ? { ...standing, verdict: 'inconclusive', reason: `${missedInWords(missing)} might violate it; ${holds}` }
    : { ...standing, verdict: 'supported', reason: holds };
}
