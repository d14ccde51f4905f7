/** By what rules findings become a verdict. */
import type { MissingKind, MissingRun } from './missing.js';

export interface Judging {
  readonly alpha: number;
  /** Whether the verdict may be looked at, and the sweep stopped, at any time. */
  readonly anytime: boolean;
  /** Runs whose absence may depend on what they would have measured. */
  readonly missing: readonly Missed[];
}

/** A run that failed or diverged. */
export interface Missed extends Omit<MissingRun, 'kind'> {
  readonly kind: MissingKind;
}

const words: Readonly<Record<MissingKind, string>> = {
  'timed-out': 'timed out',
  'out-of-memory': 'ran out of memory',
  threw: 'threw',
  exited: 'exited',
  diverged: 'diverged',
  'not-run': 'has not run',
  'assumption-unmet': 'met an unmet assumption',
  'not-measured': 'was not measured',
};

/** `3 runs that timed out or threw`. */
export function missedInWords(missing: readonly Missed[]): string {
  const kinds = [...new Set(missing.map(({ kind }) => words[kind]))].sort();
  const many = missing.length === 1 ? '1 run' : `${missing.length} runs`;
  return `${many} that ${kinds.join(' or ')}`;
}
