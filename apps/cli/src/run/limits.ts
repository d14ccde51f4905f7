/** What a run may take: `--timeout 30s`, `--memory-limit 2GB`. */
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { ExecuteOptions } from '@marginalia/sweep';
import { duration } from '../duration.js';

export type Limits = Pick<ExecuteOptions, 'timeoutMs' | 'memoryLimit'>;

export const limitFlags = {
  timeout: Flags.string({
    description: 'Most time for one run (500ms, 30s, 2m, 1h); one that takes longer has failed.',
    helpValue: 'TIME',
  }),
  'memory-limit': Flags.string({
    description:
      'Most resident memory for one run (512MB, 2GB; GiB are powers of two). Workers are then processes: a crash costs its run alone.',
    helpValue: 'SIZE',
  }),
};

interface Asked {
  readonly timeout?: string | undefined;
  readonly 'memory-limit'?: string | undefined;
}

/** Throws BadInput for what is no time, or no size; for less than any worker takes. */
export function limitsOf({ timeout, 'memory-limit': memoryLimit }: Asked): Limits {
  return {
    ...(timeout === undefined ? {} : { timeoutMs: timeIn(timeout) }),
    ...(memoryLimit === undefined ? {} : { memoryLimit: bytesIn(memoryLimit) }),
  };
}

/** A timer of more does not wait at all. */
const longest = 2 ** 31 - 1;

function timeIn(text: string): number {
  const value = duration('timeout', text);
  if (value <= longest) return value;
  throw new BadInput({ expected: '--timeout to be at most 24d', got: text, try: '--timeout 1d' });
}

const sizes: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** A process that has loaded a sweep of the house takes 65 to 80 MB before it begins a run. */
const least = 128e6;

function bytesIn(text: string): number {
  const value = quantity(text, sizes);
  if (value !== undefined && value >= least) return value;
  throw new BadInput({
    expected:
      value === undefined
        ? '--memory-limit to be a size'
        : '--memory-limit to be at least 128MB (a worker takes 80MB before its run)',
    got: JSON.stringify(text),
    try: '--memory-limit 2GB',
  });
}

/** A number and its unit; undefined for anything else. */
function quantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, word = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text) ?? [];
  const unit = Object.hasOwn(units, word.toLowerCase()) ? units[word.toLowerCase()] : undefined;
  return digits === undefined || unit === undefined ? undefined : Number(digits) * unit;
}
