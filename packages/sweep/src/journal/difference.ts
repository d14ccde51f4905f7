/** Two outcomes of one run: undefined when they are the same bytes, else the first difference in words. */
import { canonical } from '@marginalia/core';
import type { Outcome } from './record.js';

export function differenceOf(recorded: Outcome, again: Outcome): string | undefined {
  if (canonical(recorded) === canonical(again)) return undefined;
  if (recorded.kind === 'failed')
    return `it failed then (${recorded.failure.kind}: ${recorded.failure.message}), ${outcomeInWords(again)} now`;
  if (again.kind === 'failed') return `it was measured then, ${outcomeInWords(again)} now`;
  const names = [
    ...new Set([...Object.keys(recorded.measurements), ...Object.keys(again.measurements)]),
  ].sort();
  const first = names.find(
    (name) => spelled(recorded.measurements[name]) !== spelled(again.measurements[name]),
  );
  return first === undefined
    ? undefined
    : `${first} was ${spelled(recorded.measurements[first])}, is ${spelled(again.measurements[first])}`;
}

const spelled = (value: number | readonly number[] | undefined): string =>
  value === undefined ? 'absent' : canonical(value);

const outcomeInWords = (outcome: Outcome): string =>
  outcome.kind === 'failed' ? `failed (${outcome.failure.kind}: ${outcome.failure.message})` : 'measured';
