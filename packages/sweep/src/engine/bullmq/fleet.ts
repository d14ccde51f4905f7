/** Which workers are there: each says so every second, and is forgotten when it does not. */
import type { Redis } from 'ioredis';
import type { Keys } from './keys.js';

export interface Presence {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly threads: number;
  /** The queue that it serves; absent while it serves none. */
  readonly queue?: string;
  /** Queue → why it does not serve it. */
  readonly refuses: Readonly<Record<string, string>>;
}

export const beatMs = 1000;

/** Five beats: a machine that pauses for a moment is not gone. */
const forgottenAfterMs = 5 * beatMs;

export async function beat(redis: Redis, keys: Keys, presence: Presence): Promise<void> {
  await redis
    .multi()
    .set(keys.worker(presence.id), JSON.stringify(presence), 'PX', forgottenAfterMs)
    .sadd(keys.workers, presence.id)
    .exec();
}

export async function leave(redis: Redis, keys: Keys, id: string): Promise<void> {
  await redis.multi().del(keys.worker(id)).srem(keys.workers, id).exec();
}

export async function present(redis: Redis, keys: Keys): Promise<readonly Presence[]> {
  const ids = await redis.smembers(keys.workers);
  if (ids.length === 0) return [];
  const texts = await redis.mget(ids.map(keys.worker));
  const gone = ids.filter((_, at) => texts[at] === null);
  if (gone.length > 0) await redis.srem(keys.workers, gone);
  return texts.flatMap((text) => (text === null ? [] : (JSON.parse(text) as Presence)));
}
