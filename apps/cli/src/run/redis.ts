/** `--redis`, `--queue-prefix`: where the queue is. */
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { count } from '../count.js';

/** For a password: what stands on a command line, everybody on the machine can read. */
const variable = 'MARGINALIA_REDIS';

export const redisFlags = {
  redis: Flags.string({
    description: `redis://user:password@host:port/database, or rediss:// for TLS; ${variable} keeps it off the command line.`,
    helpValue: 'URL',
  }),
  'queue-prefix': Flags.string({
    description: 'What every key in Redis begins with; marginalia when absent.',
    helpValue: 'P',
  }),
};

export interface RedisChoice {
  readonly redis: string;
  readonly prefix?: string;
}

/** Throws BadInput when no Redis is named, or the prefix is empty. */
export function redisFrom(flags: {
  readonly redis?: string | undefined;
  readonly 'queue-prefix'?: string | undefined;
}): RedisChoice {
  const redis = flags.redis ?? process.env[variable] ?? '';
  if (redis === '') {
    throw new BadInput({
      expected: `the URL of a Redis, by --redis or ${variable}`,
      got: 'nothing',
      try: '--redis redis://localhost:6379',
    });
  }
  const prefix = flags['queue-prefix'];
  if (prefix === undefined) return { redis };
  if (!/^[\w.{}:-]+$/.test(prefix)) {
    throw new BadInput({
      expected: '--queue-prefix to be of letters, digits, dots, colons and hyphens',
      got: JSON.stringify(prefix),
      try: '--queue-prefix marginalia',
    });
  }
  return { redis, prefix };
}

/** `--threads` of whoever computes here. */
export const threadsFrom = (threads: string | undefined): number | undefined =>
  threads === undefined ? undefined : count('threads', threads, 1024);
