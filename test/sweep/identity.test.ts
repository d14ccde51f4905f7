import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeFingerprint, plan, randomOf, type Run, type SweepDefinition } from '@marginalia/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folder, tiny, tinyPlan } from './tiny.js';

const named = (runs: readonly Run[]): Map<string, string> =>
  new Map(runs.map((one) => [JSON.stringify([one.axes, one.replicate]), one.id]));

describe('the identity of a run', () => {
  const before = tinyPlan();

  it('is 20 hexadecimal digits, pinned: a change of the hash would orphan every journal', () => {
    expect(before.runs[0]).toEqual({
      id: '0bd4863adb73c3b9f188',
      axes: { dimension: 2, scale: 1, budget: 0.5, trouble: 'none' },
      replicate: 0,
      cost: 2,
      unit: '[0,2,1]',
    });
    expect(before.runs.every((one) => /^[0-9a-f]{20}$/.test(one.id))).toBe(true);
  });

  it.each([
    ['an axis value is added in front', tinyPlan({ set: { dimension: '1,2,4,8,16' } })],
    ['replicates are extended', tinyPlan({ replicates: 7 })],
    ['another preset overlaps', tinyPlan({ preset: 'wide', replicates: 3, set: { budget: '0.5,1' } })],
  ])('stays when %s', (_, after) => {
    const ids = named(after.runs);
    for (const [setting, id] of named(before.runs)) expect(ids.get(setting)).toBe(id);
    expect(after.runs.length).toBeGreaterThan(before.runs.length);
  });

  it.each([
    ['the seed', tinyPlan({ seed: 'other' })],
    ['the code', tinyPlan({ code: 'edited' })],
    [
      'the environment',
      plan({ ...tiny, environment: () => ({ facts: { backend: 'wasm' } }) } satisfies SweepDefinition, {
        code: 'test',
      }),
    ],
    ['the sweep', plan({ ...tiny, name: 'tiny-two' } satisfies SweepDefinition, { code: 'test' })],
  ])('changes with %s', (_, after) => {
    const ids = new Set(before.runs.map((one) => one.id));
    expect(after.runs.filter((one) => ids.has(one.id))).toEqual([]);
  });
});

describe('the randomness of a run', () => {
  const key = { sweep: 'tiny', seed: '1' };
  const axes = { dimension: 2, scale: 1, budget: 0.5, trouble: 'none' };
  const keyOf = (changed: Partial<typeof axes>, replicate = 0, seed = '1'): string =>
    randomOf(tiny, { ...key, seed }, { axes: { ...axes, ...changed }, replicate }).key;

  it('is shared by runs that differ in axes that do not key it', () => {
    expect(keyOf({ budget: 1, trouble: 'dawdles' })).toBe(keyOf({}));
  });

  it('differs with every keying axis, the replicate and the seed', () => {
    const keys = [keyOf({}), keyOf({ dimension: 4 }), keyOf({ scale: 2 }), keyOf({}, 1), keyOf({}, 0, '2')];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is shared by two runs of a sweep exactly where their unit is', () => {
    const { runs } = tinyPlan({ set: { trouble: 'none,dawdles', scale: '1,2' } });
    const index = fc.integer({ min: 0, max: runs.length - 1 });
    fc.assert(
      fc.property(index, index, (i, j) => {
        const [one, other] = [runs[i] as Run, runs[j] as Run];
        const shared = randomOf(tiny, key, one).key === randomOf(tiny, key, other).key;
        expect(one.unit === other.unit).toBe(shared);
      }),
    );
    expect(new Set(runs.map(({ unit }) => unit)).size).toBeLessThan(runs.length);
  });

  it('is pinned: a change would draw other data under the same seed', () => {
    expect(keyOf({})).toBe('33372db9390fe8c1331b1795fd19eeb5ab7f9f7287a28bc01607e0c90e440e5b');
  });
});

describe('the fingerprint of code', () => {
  const write = (root: string, contents: Readonly<Record<string, string>>): string[] =>
    Object.entries(contents).map(([name, text]) => {
      mkdirSync(join(root, name, '..'), { recursive: true });
      writeFileSync(join(root, name), text);
      return join(root, name);
    });

  it('depends on names and contents, neither on the place of the folder nor on the order of the list', () => {
    const files = { 'core/a.js': 'a', 'core/b.js': 'b', 'theory/c.js': 'c' };
    const here = codeFingerprint(write(folder(), files));
    expect(codeFingerprint(write(folder(), files).reverse())).toBe(here);
    expect(codeFingerprint(write(folder(), { ...files, 'core/a.js': 'A' }))).not.toBe(here);
    expect(
      codeFingerprint(write(folder(), { 'core/a.js': 'b', 'core/b.js': 'a', 'theory/c.js': 'c' })),
    ).not.toBe(here);
  });

  it('says which file is missing', () => {
    expect(() => codeFingerprint([join(folder(), 'gone.js')])).toThrow(/gone\.js/);
  });
});
