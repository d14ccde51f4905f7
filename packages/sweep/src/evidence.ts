/** What was measured, as claims and verdicts see it. */
import type { Evidence, Measurements } from '@marginalia/theory';
import { unitOf } from './identity.js';
import type { JournalRecord } from './journal/record.js';

/**
 * The measured ones of these records, each with its unit by the keying axes of its sweep (of the plan, or of
 * `readResults`); a folder that does not know them, older than units, has runs without.
 */
export function evidenceOf(
  records: readonly JournalRecord[],
  { keyingAxes }: { readonly keyingAxes?: readonly string[] },
): readonly MeasuredRun[] {
  return records.flatMap((record) => {
    const { id, axes, replicate, outcome } = record;
    if (outcome.kind !== 'measured') return [];
    const unit = keyingAxes && unitOf(keyingAxes, record);
    return [
      { id, axes, replicate, measurements: outcome.measurements, ...(unit === undefined ? {} : { unit }) },
    ];
  });
}

export interface MeasuredRun extends Evidence {
  readonly id: string;
  readonly measurements: Measurements;
}
