/** The claims of a folder, judged on what is there: at any moment, so by what stays valid however often one looks. */
import type { Verdict } from '@marginalia/sweep';
import { findQuestion } from './question.js';
import { alpha, inBibliographyOrder } from './summary.js';

/** Throws BadInput where the sweep that the folder names cannot be found. */
export async function standingVerdicts(out: string): Promise<readonly Verdict[]> {
  const { readResults, standingVerdict } = await import('@marginalia/sweep');
  const { identity, records, failures } = readResults(out);
  const { definition } = await findQuestion(identity.reference, 'status');
  const claims = await inBibliographyOrder(definition.presets[identity.preset]?.claims ?? definition.claims);
  const ended = [...records, ...failures];
  return claims.map((claim) => standingVerdict(claim, ended, identity, alpha));
}
