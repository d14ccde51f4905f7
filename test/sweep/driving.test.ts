/** The claim of a driver, while it leaves: what is under way then must not claim again. */
import { describe, expect, it } from 'vitest';
import { keepDriving } from '../../packages/sweep/src/engine/bullmq/driving.js';
import { keysBelow } from '../../packages/sweep/src/engine/bullmq/keys.js';

const entry = {
  queue: 'q',
  sweep: 'mine',
  seed: '1',
  code: 'c',
  spelled: 'mine',
  out: '/results',
  token: '.driver-1',
  host: 'here',
  pid: 1,
  maxThreads: null,
  limits: {},
};

/** A Redis in which the driver leaves between question and answer. */
const leaving = (leave: () => void) => {
  const claims: unknown[] = [];
  const redis = {
    get: async (): Promise<null> => {
      leave();
      return null;
    },
    set: async (...words: unknown[]): Promise<'OK'> => {
      claims.push(words[0]);
      return 'OK';
    },
  };
  return { redis: redis as unknown as Parameters<typeof keepDriving>[0], claims };
};

describe('a driver keeps its claim', () => {
  const keys = keysBelow('p');

  it('where Redis forgot it', async () => {
    const { redis, claims } = leaving(() => undefined);
    await keepDriving(redis, keys, entry, new AbortController().signal);
    expect(claims).toEqual([keys.driver('q')]);
  });

  it('until it leaves: the next round of --until decided claims anew, and would meet itself', async () => {
    const stop = new AbortController();
    const { redis, claims } = leaving(() => stop.abort());
    await keepDriving(redis, keys, entry, stop.signal);
    expect(claims).toEqual([]);
  });
});
