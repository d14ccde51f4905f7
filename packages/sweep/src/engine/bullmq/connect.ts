/** A connection that first says clearly why there is none, and afterwards outlives every absence of Redis. */
import { BadInput } from '@marginalia/core';
import type { Redis, RedisOptions } from 'ioredis';
import type { Address } from './address.js';
import { refusedBy } from './refused.js';

/** How long Redis may take to be there at the start; later it may take for ever. */
const patienceMs = 5000;

/** What BullMQ asks for. */
const leastVersion = 6.2;

/**
 * Throws BadInput when Redis cannot be reached, refuses, is none, or is too old. `say` hears of an eviction policy that
 * may lose jobs, and of a Redis that goes and comes back.
 */
export async function connect(address: Address, say: (line: string) => void): Promise<Redis> {
  await examine(address, say);
  const { Redis } = await import('ioredis');
  const redis = new Redis(address.url, {
    // Commands wait for Redis as long as it takes.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(100 * times, 1000),
    // Another node may have taken over: a name is looked up anew, and a master that became a replica is left.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
  sayAbsence(redis, address, say);
  return redis;
}

function sayAbsence(redis: Redis, { shown }: Address, say: (line: string) => void): void {
  let away = false;
  let ended = false;
  redis.on('end', () => (ended = true));
  // An error without its listener would end the process.
  redis.on('error', () => undefined);
  redis.on('reconnecting', () => {
    if (away || ended) return;
    away = true;
    say(`Redis at ${shown} is gone: waiting for it`);
  });
  redis.on('ready', () => {
    if (away) say(`Redis at ${shown} is back`);
    away = false;
  });
}

async function examine(address: Address, say: (line: string) => void): Promise<void> {
  const { Redis } = await import('ioredis');
  const once: RedisOptions = {
    lazyConnect: true,
    connectTimeout: patienceMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
  };
  const redis = new Redis(address.url, once);
  let first: Error | undefined;
  redis.on('error', (error: Error) => (first ??= error));
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), patienceMs);
  });
  try {
    const info = await Promise.race([redis.connect().then(() => redis.info()), patience]);
    // A database that is not there is said, and passed over.
    if (first) throw first;
    judge(address, info, say);
  } catch (cause) {
    throw refusedBy(address, first ?? cause);
  } finally {
    clearTimeout(timer);
    redis.disconnect();
  }
}

/** What its own words say of it. */
function judge({ shown }: Address, info: string, say: (line: string) => void): void {
  const of = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const version = of('redis_version');
  if (!(Number.parseFloat(version) >= leastVersion)) {
    throw new BadInput({
      expected: `a Redis of version ${leastVersion} or later at ${shown}`,
      got: version === '' ? 'something that is no Redis' : version,
    });
  }
  const policy = of('maxmemory_policy');
  if (policy !== '' && policy !== 'noeviction' && of('maxmemory') !== '0') {
    say(
      `Redis at ${shown} may throw jobs away (maxmemory-policy ${policy}): what is lost is queued again; better noeviction`,
    );
  }
}
