/** What the verdicts of a sweep could have found, and what they could not see. */
import type { Verdict } from '@marginalia/sweep';
import { nameOf } from '../claim-pattern.js';
import { short } from './number.js';
import { paragraph } from './wrap.js';

/** One paragraph: how far beyond its edge each claim would have to be for these units to refute it nine times in ten. */
export function detectables(verdicts: readonly Verdict[], width: number): string {
  const stated = verdicts.flatMap(({ claim, detectable, evidence }) =>
    detectable === null ? [] : [{ name: nameOf(claim), detectable, identity: evidence?.for === null }],
  );
  const [identities, others] = [true, false].map((kind) =>
    stated.filter(({ identity }) => identity === kind),
  );
  const parts = [
    ...(others ?? []).map(({ name, detectable }) => `${name} ${short(detectable, 2)}`),
    ...(identities && identities.length > 0
      ? [
          `identities that fail in ${short(100 * Math.max(...identities.map(({ detectable }) => detectable)), 2)} % of units`,
        ]
      : []),
  ];
  return parts.length === 0
    ? ''
    : paragraph(
        `Detectable with probability 90 %, beyond the edge of what is claimed: ${parts.join(', ')}.`,
        width,
        0,
      );
}

/** Claims that some runs cannot speak for because what they read is not finite. */
export function divergedRuns(verdicts: readonly Verdict[], width: number): string {
  const hit = verdicts.filter(({ missing }) => (missing.diverged ?? 0) > 0);
  return hit.length === 0
    ? ''
    : paragraph(
        `Runs that diverged (not finite): ${hit.map(({ claim, missing }) => `${nameOf(claim)} ${missing.diverged}`).join(', ')}.`,
        width,
        0,
      );
}
