import { Random } from '@marginalia/core';
import { expect, it } from 'vitest';
import { chachaBlock } from '../../packages/core/src/random/chacha.js';

/** RFC 8439, section 2.3.2: key 00 01 … 1f, counter 1, nonce 00 00 00 09 00 00 00 4a 00 00 00 00, twenty rounds. */
it('is the block function of RFC 8439, at its twenty rounds', () => {
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
  const key = Array.from({ length: 8 }, (_, i) => bytes.readInt32LE(4 * i));
  const block = chachaBlock(key, 1, [0x09000000, 0x4a000000, 0], 20);
  expect([...block].map((word) => (word >>> 0).toString(16).padStart(8, '0'))).toEqual([
    'e4e7f110',
    '15593bd1',
    '1fdd0f50',
    'c47120a3',
    'c7f4d1c7',
    '0368c033',
    '9aaa2204',
    '4e6cd4c3',
    '466482d2',
    '09aa9f07',
    '05d7c214',
    'a2028bd9',
    'd19c12b5',
    'b94e16de',
    'e883d0cb',
    '4e3c50a2',
  ]);
});

it('gives every child of a stream a key of its own', () => {
  const random = Random.of('children');
  const keys = [random.key, ...Array.from({ length: 1000 }, (_, i) => random.at(i).key)];
  expect(new Set(keys).size).toBe(1001);
  expect(random.at(17).key).toBe(Random.of('children').at(17).key);
  const first = Array.from({ length: 4000 }, (_, i) => random.at(i).uniform());
  const mean = first.reduce((a, b) => a + b, 0) / first.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(4.9 / Math.sqrt(12 * first.length));
  const lagged =
    first.slice(1).reduce((sum, u, i) => sum + (u - 0.5) * (first[i]! - 0.5), 0) / (first.length - 1);
  expect(Math.abs(12 * lagged)).toBeLessThan(4.9 / Math.sqrt(first.length));
});
