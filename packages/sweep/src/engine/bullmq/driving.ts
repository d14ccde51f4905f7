/** One driver a sweep and folder: two would take each other's jobs off the queue. */
import { BadInput } from '@marginalia/core';
import type { Redis } from 'ioredis';
import type { Keys } from './keys.js';
import { pause } from './pause.js';
import type { SweepEntry } from './registry.js';

/** What a killed driver leaves behind is gone after so long. */
const expiresMs = 10_000;

type Who = Pick<SweepEntry, 'host' | 'pid' | 'token'>;

const textOf = ({ host, pid, token }: SweepEntry): string => JSON.stringify({ host, pid, token });

/** Waits for a driver that may have been killed. Throws BadInput when another one is alive. */
export async function claimDriving(
  redis: Redis,
  keys: Keys,
  entry: SweepEntry,
  say: (line: string) => void,
): Promise<void> {
  const key = keys.driver(entry.queue);
  const until = performance.now() + expiresMs + 1000;
  for (let said = false; ; said = true) {
    if ((await redis.set(key, textOf(entry), 'PX', expiresMs, 'NX')) === 'OK') return;
    const standing = await redis.get(key);
    if (standing === null) continue;
    const { host, pid } = JSON.parse(standing) as Who;
    if (host === entry.host && !alive(pid)) {
      await redis.del(key);
      continue;
    }
    if (performance.now() > until || (host === entry.host && alive(pid))) {
      throw new BadInput({
        expected: `nobody else to drive ${entry.sweep} into ${entry.out}`,
        got: `a driver on ${host} (process ${pid})`,
        try: 'waiting for it, or another --out',
      });
    }
    if (!said) say(`waiting to see whether the driver on ${host} (process ${pid}) is still there`);
    await pause(500, new AbortController().signal);
  }
}

/**
 * Also where Redis forgot it; another's claim is left alone. After `stop` nothing is claimed: the driver has left, and in
 * the next round would meet itself.
 */
export async function keepDriving(
  redis: Pick<Redis, 'get' | 'set'>,
  keys: Keys,
  entry: SweepEntry,
  stop: AbortSignal,
): Promise<void> {
  const key = keys.driver(entry.queue);
  const standing = await redis.get(key);
  if (stop.aborted) return;
  if (standing === null || standing === textOf(entry)) await redis.set(key, textOf(entry), 'PX', expiresMs);
}

export async function leaveDriving(redis: Redis, keys: Keys, entry: SweepEntry): Promise<void> {
  const key = keys.driver(entry.queue);
  if ((await redis.get(key)) === textOf(entry)) await redis.del(key);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}
