/** Where Redis is, and how to name it without its password. */
import { BadInput } from '@marginalia/core';

export interface Address {
  /** With its password: for the client alone. */
  readonly url: string;
  /** Scheme, host, port and database: what may be said. */
  readonly shown: string;
}

const usual = 'redis://host:6379, or rediss:// for TLS';

/** Throws BadInput for what is no redis:// or rediss:// URL; its line never holds the password. */
export function addressOf(url: string): Address {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    // What does not parse may hold a password anywhere.
    throw new BadInput({ expected: 'the URL of a Redis', got: 'one that does not parse', try: usual });
  }
  const { protocol, hostname, port, pathname } = parsed;
  if (protocol !== 'redis:' && protocol !== 'rediss:') {
    throw new BadInput({ expected: 'the URL of a Redis', got: 'one of another scheme', try: usual });
  }
  // A password with an unescaped slash makes a path.
  if (hostname === '' || !/^(\/\d*)?$/.test(pathname)) {
    throw new BadInput({
      expected: 'the URL of a Redis to name a host, and at most the number of a database after it',
      got: 'something else',
      try: `${usual}, with / # ? and @ of a password spelled %2F %23 %3F and %40`,
    });
  }
  const database = pathname === '' || pathname === '/' ? '' : pathname;
  return { url, shown: `${protocol}//${hostname}:${port || '6379'}${database}` };
}
