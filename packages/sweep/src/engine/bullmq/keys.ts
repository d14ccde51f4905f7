/** What stands in Redis under which name. Queues are BullMQ's own, below the same prefix. */
import { createHash } from 'node:crypto';
import { canonical } from '@marginalia/core';
import type { SweepKey } from '../../identity.js';

export const defaultPrefix = 'marginalia';

/**
 * The queue of a sweep: its name and 16 digits of the hash of {sweep, seed, code, out}. Two sweeps, seeds, versions of the
 * code or folders never share a queue, so that no worker ever holds a job that it must not do.
 */
export function queueOf({ sweep, seed, code }: SweepKey, out: string): string {
  const hash = createHash('sha256').update(canonical({ sweep, seed, code, out })).digest('hex');
  return `${sweep.replaceAll(/[^\w.-]/g, '_')}-${hash.slice(0, 16)}`;
}

/** A queue's name ends in a hash, so that none of these is a key of BullMQ's. */
export const keysBelow = (prefix: string) => ({
  /** Set: queues of sweeps that are driven. */
  sweeps: `${prefix}:sweeps`,
  /** Text: what a worker must know of the sweep. */
  sweep: (queue: string) => `${prefix}:sweep:${queue}`,
  /** Text that expires: who drives it. */
  driver: (queue: string) => `${prefix}:driver:${queue}`,
  /** Hash: runs whose records lie in a folder that the driver does not see, and where. */
  elsewhere: (queue: string) => `${prefix}:elsewhere:${queue}`,
  /** Set: workers; each has a text that expires. */
  workers: `${prefix}:workers`,
  worker: (id: string) => `${prefix}:worker:${id}`,
});

export type Keys = ReturnType<typeof keysBelow>;
