/**
 * What runs in a process of its own: one run after another, each of which may end the process. Its parent sees how it
 * ended, and needs no guess about which run did it.
 */
import process from 'node:process';
import * as Effect from 'effect/Effect';
import type { Run } from '../../identity.js';
import { Pool, type PoolOptions } from '../pool.js';

export interface Alone {
  /** The same in every message. */
  readonly pool: Omit<PoolOptions, 'threads'>;
  readonly run: Run;
}

let pool: Pool | undefined;

process.on('message', (message: Alone) => void perform(message));
// A parent that died wants no answer.
process.on('disconnect', () => process.exit(0));

async function perform({ pool: options, run }: Alone): Promise<void> {
  pool ??= new Pool({ threads: 1, ...options });
  const { outcomes } = await Effect.runPromise(pool.perform(0, [run]));
  process.send?.(outcomes[0]?.[1]);
}
