/**
 * One line of a journal: the canonical JSON of a record, ending in a checksum over the text before it.
 * It holds no time, host, thread or duration: the lines of a sweep, sorted, are the same bytes on any number of threads.
 */
import { hash } from 'node:crypto';
import { canonical } from '@marginalia/core';
import type { AxisValue, Measurements } from '@marginalia/theory';
import { runId } from '../identity.js';
import { readRecord } from './shape.js';

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
  /** What of the environment decides the run's bits; left out when nothing does. */
  readonly facts?: Readonly<Record<string, string>>;
  readonly outcome: Outcome;
}

/** What every line begins with: keys are sorted, and `axes` comes first. */
export const opening = '{"axes":{';
const ending = /^,"check":"[0-9a-f]{16}"\}$/;
const checkDigits = 16;
/** `,"check":"` before the digits and `"}` after them. */
const endingBytes = 10 + checkDigits + 2;

const checksum = (text: string | Buffer): string => hash('sha256', text).slice(0, checkDigits);

/** Where the text of a line ends that its checksum is over. */
export const textEnd = (line: Buffer): number => line.length - endingBytes;

/** The checksum that a line carries. */
export const checkOf = (line: Buffer): string =>
  line.toString('latin1', line.length - 2 - checkDigits, line.length - 2);

/** Whether a line ends in the checksum of what is before it. */
export const proves = (line: Buffer): boolean =>
  line.length > endingBytes &&
  ending.test(line.toString('latin1', textEnd(line))) &&
  checksum(line.subarray(0, textEnd(line))) === checkOf(line);

/** The line of a record, without its newline. */
export function encode(record: JournalRecord): string {
  const { id, sweep, seed, code, axes, replicate, facts, outcome } = record;
  const text = canonical({ id, sweep, seed, code, axes, replicate, facts, outcome }).slice(0, -1);
  return `${text},"check":"${checksum(text)}"}`;
}

/**
 * `foreign`: nothing that a journal would hold. `corrupted`: a line of a journal whose bytes are no longer those written,
 * or whose checksum vouches for what no writer writes.
 */
export type Decoded =
  | { readonly kind: 'record'; readonly record: JournalRecord }
  | { readonly kind: 'corrupted' }
  | { readonly kind: 'foreign' };

export function decode(line: Buffer): Decoded {
  if (!proves(line)) {
    const ours = ending.test(line.toString('latin1', Math.max(0, textEnd(line)))) || beginsWell(line);
    return { kind: ours ? 'corrupted' : 'foreign' };
  }
  const record = readRecord(`${line.toString('utf8', 0, textEnd(line))}}`);
  return record && runId(record, record) === record.id ? { kind: 'record', record } : { kind: 'corrupted' };
}

const beginsWell = (line: Buffer): boolean => line.toString('latin1', 0, opening.length) === opening;
