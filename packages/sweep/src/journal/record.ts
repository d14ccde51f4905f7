/**
 * One line of a journal: the canonical JSON of a record, ending in a checksum over the text before it.
 * It holds no time, host, thread or duration: the lines of a sweep, sorted, are the same bytes on any number of threads.
 */
import { createHash } from 'node:crypto';
import { canonical } from '@marginalia/core';
import type { AxisValue, Measurements } from '@marginalia/theory';

export type FailureKind = 'threw' | 'exited' | 'out-of-memory' | 'timed-out';

export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
}

/** How a run ended. Only `measured` counts as done: a failed run is tried again at the next start. */
export type Outcome =
  | { readonly kind: 'measured'; readonly measurements: Measurements }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface JournalRecord {
  readonly id: string;
  readonly sweep: string;
  readonly seed: string;
  readonly code: string;
  readonly axes: Readonly<Record<string, AxisValue>>;
  readonly replicate: number;
  readonly outcome: Outcome;
}

/** What every line begins with: keys are sorted, and `axes` comes first. */
export const opening = '{"axes":{';
const ending = /,"check":"([0-9a-f]{16})"\}$/;

const checksum = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The line of a record, without its newline. */
export function encode(record: JournalRecord): string {
  const { id, sweep, seed, code, axes, replicate, outcome } = record;
  const text = canonical({ id, sweep, seed, code, axes, replicate, outcome }).slice(0, -1);
  return `${text},"check":"${checksum(text)}"}`;
}

/** `foreign`: nothing that a journal would hold. `corrupted`: a line of a journal whose bytes are no longer those written. */
export type Decoded =
  | { readonly kind: 'record'; readonly record: JournalRecord }
  | { readonly kind: 'corrupted' }
  | { readonly kind: 'foreign' };

export function decode(line: string): Decoded {
  const match = ending.exec(line);
  if (!match) return { kind: line.startsWith(opening) ? 'corrupted' : 'foreign' };
  if (checksum(line.slice(0, match.index)) !== match[1]) return { kind: 'corrupted' };
  const parsed: unknown = JSON.parse(`${line.slice(0, match.index)}}`);
  return isRecord(parsed)
    ? { kind: 'record', record: { ...parsed, outcome: spell(parsed.outcome) } }
    : { kind: 'foreign' };
}

/** Non-finite numbers are spelled in JSON; measurements hold nothing but numbers, so every word in them is one. */
function spell(outcome: Outcome): Outcome {
  if (outcome.kind === 'failed') return outcome;
  const measurements = Object.fromEntries(
    Object.entries(outcome.measurements).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(Number) : Number(value),
    ]),
  );
  return { kind: 'measured', measurements };
}

function isRecord(value: unknown): value is JournalRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { id, sweep, seed, code, axes, replicate, outcome } = value as Partial<
    Record<keyof JournalRecord, unknown>
  >;
  return (
    [id, sweep, seed, code].every((field) => typeof field === 'string') &&
    typeof replicate === 'number' &&
    typeof axes === 'object' &&
    typeof outcome === 'object' &&
    outcome !== null &&
    'kind' in outcome &&
    (outcome.kind === 'failed' || (outcome.kind === 'measured' && 'measurements' in outcome))
  );
}
