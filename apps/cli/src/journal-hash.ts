/** Which measurements a page or a number comes from, in 64 letters. */
import { createHash } from 'node:crypto';
import { glanceJournal, type SweepIdentity } from '@marginalia/sweep';

/** SHA-256 of the sorted checksums of the measured runs of a plan: the same however the journal was dealt into files, and in whatever order runs ended. */
export function journalHash(folder: string, { sweep, seed, code }: SweepIdentity): string {
  const checks = new Set<string>();
  glanceJournal(folder, sweep, (glance) => {
    if (glance.ended === 'measured' && glance.seed === seed && glance.code === code) checks.add(glance.check);
  });
  return createHash('sha256')
    .update([...checks].sort().join('\n'))
    .digest('hex');
}
