import fc from 'fast-check';
import { claims } from '@marginalia/theory';
import { claimsCalled } from 'marginalia';
import { describe, expect, it } from 'vitest';

const ids = claims.map(({ id }) => id);
const called = async (...patterns: readonly string[]): Promise<readonly string[]> => [
  ...(await claimsCalled(patterns, ids)),
];

describe('a pattern of claims', () => {
  it('is an id, the part after its slash, or a paper', async () => {
    for (const id of ids) {
      const [paper = '', name = ''] = id.split('/');
      expect(await called(id)).toEqual([id]);
      expect(await called(name)).toEqual(ids.filter((one) => one.endsWith(`/${name}`)));
      expect(await called(paper)).toEqual(ids.filter((one) => one.startsWith(`${paper}/`)));
    }
  });

  it('has asterisks for any letters, and means what several mean between them', async () => {
    expect(await called('*')).toEqual(ids);
    expect(await called('*-exponent-*')).toEqual(ids.filter((id) => /-exponent-/.test(id)));
    expect(await called('averaged-radius , radius-chain', 'averaged-radius')).toEqual([
      'li-pan-lyu-li-2025/averaged-radius',
      'sokolic-giryes-sapiro-rodrigues-2017/radius-chain',
    ]);
  });

  it('takes every other character for itself, and refuses with a line what means nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z.+?^${}()|[\]\\-]{0,12}$/), async (word) => {
        const meant = ids.filter((id) => [id, ...id.split('/')].includes(word));
        if (meant.length > 0) expect(await called(word)).toEqual(meant);
        else await expect(called(word)).rejects.toThrow(/^expected --claims to name .*; try npx marginalia /);
      }),
    );
    await expect(called('averaged-radius,nothing-of-the-kind')).rejects.toThrow('got "nothing-of-the-kind"');
  });
});
