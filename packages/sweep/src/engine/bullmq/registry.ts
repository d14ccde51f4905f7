/** Which sweeps are driven: what a worker must know of each. */
import type { Redis } from 'ioredis';
import type { SweepKey } from '../../identity.js';
import type { Keys } from './keys.js';

export interface Limits {
  readonly timeoutMs?: number;
  /** Bytes: see `ExecuteOptions`. */
  readonly memoryLimit?: number;
  readonly heapMiB?: number;
}

export interface SweepEntry extends SweepKey {
  readonly queue: string;
  /** Name of a built-in sweep, or the absolute path of a file where it is driven. */
  readonly spelled: string;
  /** Absolute path of the results where it is driven. */
  readonly out: string;
  /** File in `out` by which a worker knows that its folder is the driver's. */
  readonly token: string;
  readonly host: string;
  readonly pid: number;
  /** The most threads that its runs tolerate in one process; null for any number. */
  readonly maxThreads: number | null;
  readonly limits: Limits;
}

/** Stays until it is withdrawn: where the driver is killed, workers go on with what is queued. */
export async function publish(redis: Redis, keys: Keys, entry: SweepEntry): Promise<void> {
  await redis
    .multi()
    .set(keys.sweep(entry.queue), JSON.stringify(entry))
    .sadd(keys.sweeps, entry.queue)
    .exec();
}

export async function withdraw(redis: Redis, keys: Keys, queue: string): Promise<void> {
  await redis.multi().srem(keys.sweeps, queue).del(keys.sweep(queue), keys.elsewhere(queue)).exec();
}

/** By queue name. Entries that cannot be read are left out: another version may write other ones. */
export async function driven(redis: Redis, keys: Keys): Promise<readonly SweepEntry[]> {
  const queues = (await redis.smembers(keys.sweeps)).sort();
  if (queues.length === 0) return [];
  const texts = await redis.mget(queues.map(keys.sweep));
  return texts.flatMap((text) => (text === null ? [] : (entryOf(text) ?? [])));
}

function entryOf(text: string): SweepEntry | undefined {
  try {
    const parsed = JSON.parse(text) as Partial<Record<keyof SweepEntry, unknown>> | null;
    const words = ['queue', 'sweep', 'seed', 'code', 'spelled', 'out', 'token', 'host'] as const;
    if (!parsed || !words.every((word) => typeof parsed[word] === 'string')) return undefined;
    return { limits: {}, maxThreads: null, ...parsed } as SweepEntry;
  } catch {
    return undefined;
  }
}
