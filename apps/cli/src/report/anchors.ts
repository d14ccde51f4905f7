/** Where a claim of a sweep stands in a page: `#feature-averaging.quick/averaged-radius`, with its paper where it has namesakes. */
import type { ReportedClaim, ReportedSweep } from './read.js';
import { nameOf } from '../claim-pattern.js';

export const nameOfSweep = ({ identity }: ReportedSweep): string => `${identity.sweep} (${identity.preset})`;

/** By sweep and claim; no two are the same. */
export function anchorsOf(
  sweeps: readonly ReportedSweep[],
): (sweep: ReportedSweep, claim: ReportedClaim) => string {
  const anchors = new Map<ReportedClaim, string>();
  const taken = new Set<string>();
  for (const { identity, claims } of sweeps) {
    for (const one of claims) {
      const { id } = one.claim;
      const namesakes = claims.filter(({ claim }) => nameOf(claim.id) === nameOf(id)).length;
      const base = `${identity.sweep}/${namesakes > 1 ? id : nameOf(id)}`.replaceAll(/[^\w./-]/g, '-');
      let anchor = base;
      for (let more = 2; taken.has(anchor); more++) anchor = `${base}-${more}`;
      taken.add(anchor);
      anchors.set(one, anchor);
    }
  }
  return (_, claim) => anchors.get(claim) ?? '';
}
