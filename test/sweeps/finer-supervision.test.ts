import { BadInput } from '@marginalia/core';
import { describe, expect, it } from 'vitest';
import finer from '../../sweeps/src/finer-supervision.js';
import { evidencesOf, firstOf, tinyPlan } from './tiny.js';

const small = { dimension: '256', clusters: '8', samples: '160', testPoints: '30', width: '1' };
const asked = (set: Readonly<Record<string, string>>) => tinyPlan(finer, { ...small, ...set });

describe('finer supervision', () => {
  it('with one group a class is the binary question, whatever its labels carry', async () => {
    const evidences = await evidencesOf(finer, asked({ groups: '1', knownShare: '0,1', labelNoise: '0' }));
    expect(evidences).toHaveLength(2);
    const [without, complete] = evidences.map(({ measurements }) => measurements);
    expect(Number(without!.exactRadiusMax)).toBeCloseTo(Number(complete!.exactRadiusMax), 9);
    expect(Number(without!.exactRadiusMax)).toBeCloseTo(Number(without!.exactRadiusSum), 9);
  });

  it('sees the same points whatever share of them is labelled', async () => {
    const labels = await Promise.all(
      ['0.25', '0.5'].map(async (knownShare) => {
        const chosen = asked({ groups: '4', knownShare, labelNoise: '0' });
        const { setting, random } = firstOf(finer, chosen);
        return finer.arrays!(setting as never, random);
      }),
    );
    const [few, more] = labels.map((arrays) => arrays['X']!.data);
    expect(few).toEqual(more);
  });

  it('measures the same in every form of descent', async () => {
    const set = { groups: '2', knownShare: '0.5', labelNoise: '0' };
    const [gram] = await evidencesOf(finer, asked({ ...set, trainer: 'gram' }));
    const [plain] = await evidencesOf(finer, asked({ ...set, trainer: 'plain' }));
    for (const name of ['exactRadiusMax', 'exactRadiusSum', 'sameClassCosine', 'trainLoss']) {
      const [one, other] = [Number(gram!.measurements[name]), Number(plain!.measurements[name])];
      expect(Math.abs(one - other), name).toBeLessThan(1e-9 * Math.abs(one));
    }
  });

  it.each([
    [{ groups: '3' }, /cell|divide/],
    [{ knownShare: '1.5' }, /at most 1|cell/],
    [{ labelNoise: '2' }, /at most 1/],
    [{ labelNoise: '-0.1' }, /labelNoise/],
    [{ clusters: '8', positiveClusters: '2' }, /k\/2 positive/],
  ])('refuses %o in one line', (set, said) => {
    expect(() => asked(set)).toThrow(BadInput);
    expect(() => asked(set)).toThrow(said);
  });
});
