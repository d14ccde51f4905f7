/** `slurm.json` in the folder of the results: what was submitted, as which jobs. The journal alone says what was measured. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import { refusal } from '../journal/refusal.js';
import { writeAtomically } from '../write-atomically.js';
import type { ShardArray } from './arrays.js';

/** As `sbatch` spells them; what is absent is left to the cluster. */
export interface Resources {
  readonly time?: string;
  readonly mem: string;
  readonly partition?: string;
  readonly account?: string;
  /** Also the worker threads of a shard. */
  readonly cpusPerTask: number;
  /** How many shards of an array may run at once. */
  readonly arrayLimit?: number;
  /** Seconds that runs at work are given to end in, once the time is nearly up. */
  readonly graceSeconds: number;
}

export interface SubmittedArray extends ShardArray {
  readonly job: string;
}

export interface Submission {
  readonly sweep: string;
  readonly preset: string;
  /** The code that was to run: of another, `slurm status` says so. */
  readonly code: string;
  /** The folder in which the commands run. */
  readonly directory: string;
  /** What calls marginalia: the executable of Node and the script. */
  readonly program: readonly string[];
  /** The words of `marginalia run` that mean the whole sweep, without the folder, the threads and the shard. */
  readonly run: readonly string[];
  readonly shards: number;
  readonly resources: Resources;
  /** Accepted arrays, the latest last: of two with one shard, the later counts. */
  readonly arrays: readonly SubmittedArray[];
  /** The job that merges and judges; null where none was accepted since the latest array. */
  readonly merge: string | null;
}

const statePath = (out: string): string => join(out, 'slurm.json');

/** Throws BadInput when it cannot be written. */
export function writeSubmission(out: string, submission: Submission): void {
  try {
    writeAtomically(statePath(out), `${JSON.stringify(submission, undefined, 2)}\n`);
  } catch (cause) {
    throw refusal(cause, `an output folder ${out} that can be written`);
  }
}

/** Undefined where nothing was submitted. Throws BadInput for a file that is none of ours. */
export function readSubmission(out: string): Submission | undefined {
  let text: string;
  try {
    text = readFileSync(statePath(out), 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw refusal(cause, `a readable ${statePath(out)}`);
  }
  const unreadable = new BadInput({
    expected: `${statePath(out)} to say what was submitted`,
    got: 'something else',
    try: 'another --out',
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw unreadable;
  }
  if (!isSubmission(parsed)) throw unreadable;
  return parsed;
}

function isSubmission(value: unknown): value is Submission {
  if (typeof value !== 'object' || value === null) return false;
  const { sweep, preset, code, directory, program, run, shards, resources, arrays, merge } = value as Partial<
    Record<keyof Submission, unknown>
  >;
  return (
    [sweep, preset, code, directory].every((field) => typeof field === 'string') &&
    [program, run].every(
      (words) => Array.isArray(words) && words.every((word) => typeof word === 'string'),
    ) &&
    Number.isInteger(shards) &&
    typeof resources === 'object' &&
    resources !== null &&
    Array.isArray(arrays) &&
    arrays.every(isArray) &&
    (merge === null || typeof merge === 'string')
  );
}

function isArray(value: unknown): value is SubmittedArray {
  if (typeof value !== 'object' || value === null) return false;
  const { job, offset, tasks } = value as Partial<Record<keyof SubmittedArray, unknown>>;
  return (
    typeof job === 'string' &&
    Number.isInteger(offset) &&
    Array.isArray(tasks) &&
    tasks.every((task) => Number.isInteger(task))
  );
}
