/** What a run is: a pure function of the content hashed here. Nothing else may decide its bits. */
import { hash } from 'node:crypto';
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
  /** What its random numbers are keyed by: see `unitOf`. Runs of one unit follow one another in one worker. */
  readonly unit?: string;
  /** Predicted bytes, where the sweep predicts them; no part of the identity. */
  readonly memory?: number;
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

export const runId = (key: SweepKey, run: Pick<Run, 'axes' | 'replicate' | 'facts'>): string =>
  runIds(key, run)(run.replicate);

/**
 * The ids of the replicates of one cell. Canonical JSON sorts names, so that all they hash but the replicate is spelled
 * once a cell.
 */
export function runIds(
  { sweep, seed, code }: SweepKey,
  { axes, facts = {} }: Pick<Run, 'axes' | 'facts'>,
): (replicate: number) => string {
  const before = canonical({ axes, code, facts }).slice(0, -1);
  const after = canonical({ seed, sweep }).slice(1);
  return (replicate) =>
    // Spelled from the bytes: a slice of a longer text would keep all of it in memory.
    hash('sha256', `${before},"replicate":${canonical(replicate)},${after}`, 'buffer').toString(
      'hex',
      0,
      digits / 2,
    );
}

/** The axes whose values key the random numbers of a run. */
export const keyingAxes = ({ axes }: Pick<SweepDefinition, 'axes'>): readonly string[] =>
  Object.keys(axes).filter((name) => axes[name]?.keysRandomness);

/** The unit of a run, its keying axes and its replicate: two runs of a sweep have one unit if and only if `randomOf` gives them one stream. */
export const unitOf = (
  keying: readonly string[],
  { axes, replicate }: Pick<Run, 'axes' | 'replicate'>,
): string => JSON.stringify([replicate, ...keying.map((name) => axes[name])]);

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
