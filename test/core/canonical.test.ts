import { isDeepStrictEqual } from 'node:util';
import { canonical } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../arbitraries/runs.js';

describe('canonical JSON', () => {
  it('does not see the order of fields, at any depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(reversed(value))).toBe(canonical(value));
      }),
      runs(200),
    );
  });

  it('is JSON of the same value, for what JSON can say', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      runs(200),
    );
  });

  it('is equal for equal contents, and for no others', () => {
    // Few enough values that two draws often agree.
    const leaf = fc.constantFrom<unknown>(0, 1, '0', '', null, true, 'a');
    const content = fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b'), leaf, { maxKeys: 2 }),
    );
    fc.assert(
      fc.property(content, content, (a, b) => {
        expect(canonical(a) === canonical(b)).toBe(isDeepStrictEqual(plain(a), plain(b)));
      }),
      runs(1000),
    );
    expect(canonical([1, 2])).not.toBe(canonical([12]));
    expect(canonical('1')).not.toBe(canonical(1));
    expect(canonical({})).not.toBe(canonical([]));
    expect(canonical(null)).not.toBe(canonical('null'));
  });

  it('spells what JSON loses, and writes −0 as 0', () => {
    expect(canonical([Number.NaN, Infinity, -Infinity])).toBe('["NaN","Infinity","-Infinity"]');
    expect(canonical({ x: -0 })).toBe(canonical({ x: 0 }));
    expect(canonical({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('keeps all digits of a number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(Number(canonical(x))).toBe(x + 0);
      }),
      runs(200),
    );
  });

  it('refuses what it has no word for', () => {
    for (const value of [undefined, () => 0, Symbol('s'), 1n, [undefined]]) {
      expect(() => canonical(value)).toThrow(/no word/);
    }
  });
});

/** Without the prototypes that fast-check gives its dictionaries. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, field]) => [name, reversed(field)]),
  );
}
