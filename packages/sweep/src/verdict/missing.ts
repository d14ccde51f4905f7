/** Runs that a verdict would have liked to weigh and could not, by what became of them. */
import type { Evidence } from '@marginalia/theory';
import type { FailureKind, JournalRecord } from '../journal/record.js';
import { type Run, unitOf } from '../identity.js';

/**
 * `timed-out`, `out-of-memory`, `threw`, `exited`: the run failed. `diverged`: it ended, and what the claim reads of it is
 * not finite. `not-run`: nobody has tried yet. `assumption-unmet`: it is vacuous. `not-measured`: the sweep does not measure
 * there what the claim reads.
 */
export type MissingKind = FailureKind | 'diverged' | 'not-run' | 'assumption-unmet' | 'not-measured';

/** A run of the plan that left no measurements. */
export interface MissingRun extends Pick<Evidence, 'axes' | 'replicate' | 'unit'> {
  readonly kind: FailureKind | 'not-run';
}

/**
 * Why a run is missing may depend on what it would have measured: only the large diverge, only the slow time out. A
 * verdict that leaves such runs out is one on the survivors. What has not been tried yet depends on nothing.
 */
export const depends = (kind: MissingKind): boolean =>
  kind !== 'not-run' && kind !== 'assumption-unmet' && kind !== 'not-measured';

/** The failed ones of these records, each with its unit by the keying axes of its sweep: see `evidenceOf`. */
export function failedRuns(
  records: readonly JournalRecord[],
  { keyingAxes }: { readonly keyingAxes?: readonly string[] },
): readonly MissingRun[] {
  return records.flatMap((record) => {
    const { axes, replicate, outcome } = record;
    if (outcome.kind !== 'failed') return [];
    const unit = keyingAxes && unitOf(keyingAxes, record);
    return [{ kind: outcome.failure.kind, axes, replicate, ...(unit === undefined ? {} : { unit }) }];
  });
}

/** The runs of a plan that neither measured anything nor failed. */
export function pendingRuns(
  planned: readonly Run[],
  records: readonly { readonly id: string }[],
): readonly MissingRun[] {
  const known = new Set(records.map(({ id }) => id));
  return planned
    .filter(({ id }) => !known.has(id))
    .map(({ axes, replicate, unit }) => ({
      kind: 'not-run',
      axes,
      replicate,
      ...(unit === undefined ? {} : { unit }),
    }));
}
