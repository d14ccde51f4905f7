/** What Redis or the way to it refused, as one clear line. */
import { BadInput } from '@marginalia/core';
import type { Address } from './address.js';

const reasons: readonly (readonly [RegExp, string, string])[] = [
  [
    /WRONGPASS|invalid (username-password|password)/i,
    'a wrong user or password',
    'redis://user:password@host',
  ],
  [
    /NOAUTH|Authentication required/i,
    'one that wants a password',
    'redis://:password@host, or MARGINALIA_REDIS',
  ],
  [/NOPERM/, 'a user who may not run its commands', 'a user with +@all on the keys of the prefix'],
  [
    /ECONNREFUSED/,
    'nobody who listens there (connection refused)',
    'starting redis-server, or another --redis',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'a host that nobody knows', 'another --redis'],
  [/EHOSTUNREACH|ENETUNREACH/, 'no way to that host', 'another --redis'],
  [/ETIMEDOUT|timed out|no answer/i, 'no answer', 'another --redis, or redis:// where it speaks no TLS'],
  [/DB index is out of range/i, 'no database of that number', 'redis://host:6379/0'],
  [/ParserError|Protocol error/i, 'something that is no Redis', 'another port'],
  [
    /wrong version number|EPROTO|packet length too long/i,
    'one that does not speak TLS',
    'redis:// instead of rediss://',
  ],
  [
    /certificate|SELF_SIGNED|UNABLE_TO_VERIFY|CERT_/i,
    'a certificate that cannot be verified',
    'NODE_EXTRA_CA_CERTS=ca.pem',
  ],
  [
    /ECONNRESET|EPIPE|Connection is closed/i,
    'one that hangs up',
    'rediss:// if it speaks TLS alone, or another port',
  ],
  [/OOM command not allowed/, 'one that is full', 'a larger maxmemory'],
  [/MISCONF/, 'one that cannot save to its disk', 'making room on its disk'],
  [/READONLY/, 'a read-only replica', 'the URL of its master'],
];

export function refusedBy({ shown }: Address, cause: unknown): BadInput {
  if (cause instanceof BadInput) return cause;
  const message =
    cause instanceof Error
      ? `${cause.name} ${'code' in cause ? String(cause.code) : ''} ${cause.message}`
      : String(cause);
  const [, got, remedy] = reasons.find(([pattern]) => pattern.test(message)) ?? [];
  return new BadInput({
    expected: `a Redis at ${shown}`,
    got: got ?? (cause instanceof Error ? cause.message : String(cause)),
    ...(remedy === undefined ? {} : { try: remedy }),
  });
}

/** Whether it is Redis or the way to it that refused, and not a bug of ours. */
export const isRefusal = (cause: unknown): boolean =>
  cause instanceof Error &&
  (cause.name === 'ReplyError' || reasons.some(([pattern]) => pattern.test(cause.message)));
