/** What a run is: a pure function of the content hashed here. Nothing else may decide its bits. */
import { createHash } from 'node:crypto';
import { canonical, Random } from '@marginalia/core';
import type { AxisValue } from '@marginalia/theory';
import type { SweepDefinition } from './define-sweep.js';

/** One replicate of one cell. */
export interface Run {
  /** 20 hexadecimal digits of the SHA-256 of {sweep, axes, replicate, seed, code, facts}. */
  readonly id: string;
  readonly axes: Readonly<Record<string, AxisValue>>;
  /** 0, 1, … */
  readonly replicate: number;
  /** What of the environment decides the bits of the run; left out when nothing does. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Predicted work, in the sweep's own unit; no part of the identity. */
  readonly cost: number;
}

/** What all runs of a sweep share. */
export interface SweepKey {
  readonly sweep: string;
  readonly seed: string;
  /** Fingerprint of the code that decides the bits of a run: see `codeFingerprint`. */
  readonly code: string;
}

/** 80 bits: among a million runs two collide with probability 4e-13. */
const digits = 20;

export function runId(
  { sweep, seed, code }: SweepKey,
  { axes, replicate, facts = {} }: Pick<Run, 'axes' | 'replicate' | 'facts'>,
): string {
  return createHash('sha256')
    .update(canonical({ sweep, axes, replicate, seed, code, facts }))
    .digest('hex')
    .slice(0, digits);
}

/**
 * The random stream of a run: keyed by sweep, seed, replicate, and by those axes alone whose values key randomness,
 * so that runs that differ in a trainer or an attack budget see the same data. Code is no part of the key: after an
 * edit the same data are drawn again.
 */
export function randomOf(
  definition: SweepDefinition,
  { sweep, seed }: Pick<SweepKey, 'sweep' | 'seed'>,
  { axes, replicate }: Pick<Run, 'axes' | 'replicate'>,
): Random {
  const keying = Object.entries(axes).filter(([name]) => definition.axes[name]?.keysRandomness ?? true);
  return Random.of({ sweep, seed, replicate, axes: Object.fromEntries(keying) });
}
