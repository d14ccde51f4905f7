/** The shape of a record: what a line of a journal must hold before anything in it is believed. */
import type { AxisValue, Measurements } from '@marginalia/theory';
import type { Failure, FailureKind, JournalRecord, Outcome } from './record.js';

type Fields = Record<string, unknown>;

/** The record that a JSON text holds; undefined when it is no JSON or has another shape. */
export function readRecord(text: string): JournalRecord | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isFields(parsed)) return undefined;
  const { id, sweep, seed, code, axes, replicate, facts } = parsed;
  const outcome = readOutcome(parsed['outcome']);
  return isText(id) &&
    isText(sweep) &&
    isText(seed) &&
    isText(code) &&
    isAxes(axes) &&
    typeof replicate === 'number' &&
    (facts === undefined || isFacts(facts)) &&
    outcome
    ? { id, sweep, seed, code, axes, replicate, ...(facts === undefined ? {} : { facts }), outcome }
    : undefined;
}

function readOutcome(outcome: unknown): Outcome | undefined {
  if (!isFields(outcome)) return undefined;
  const { kind, measurements, failure } = outcome;
  if (kind === 'failed') return isFailure(failure) ? { kind, failure } : undefined;
  const numbers = kind === 'measured' && isFields(measurements) ? unspelled(measurements) : undefined;
  return numbers && { kind: 'measured', measurements: numbers };
}

/**
 * Non-finite numbers are spelled in JSON: here, in place, they become numbers again. Undefined when some measurement is
 * neither a number, a spelled non-finite one, nor a list of those.
 */
function unspelled(measurements: Record<string, unknown>): Measurements | undefined {
  for (const name of Object.keys(measurements)) {
    const value = measurements[name];
    if (typeof value === 'number') continue;
    if (Array.isArray(value) ? !value.every(isNumber) : !isNumber(value)) return undefined;
    measurements[name] = Array.isArray(value) ? value.map(Number) : Number(value);
  }
  return measurements as Measurements;
}

const nonFinite: readonly unknown[] = ['NaN', 'Infinity', '-Infinity'];

const isNumber = (value: unknown): boolean => typeof value === 'number' || nonFinite.includes(value);

const isText = (value: unknown): value is string => typeof value === 'string';

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAxes = (value: unknown): value is Readonly<Record<string, AxisValue>> =>
  isFields(value) && Object.values(value).every((one) => isText(one) || typeof one === 'number');

const isFacts = (value: unknown): value is Readonly<Record<string, string>> =>
  isFields(value) && Object.values(value).every(isText);

const failureKinds: readonly FailureKind[] = ['threw', 'exited', 'out-of-memory', 'timed-out'];

const isFailure = (value: unknown): value is Failure =>
  isFields(value) && isText(value['message']) && failureKinds.some((kind) => kind === value['kind']);
