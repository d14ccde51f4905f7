import { BadInput } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWhere, takenBy, where } from '@marginalia/sweep';
import { tinyPlan } from './tiny.js';

const wide = tinyPlan({ preset: 'wide', set: { budget: '0.5,1', trouble: 'none,throws' } });
const taken = takenBy(wide.axisNames, wide.cells);
const count = (text: string): number => wide.runs.filter(where(text, taken)).length;

describe('a condition on runs', () => {
  it('chooses what an ordinary filter chooses', () => {
    const operators = {
      '=': (a: number, b: number) => a === b,
      '!=': (a: number, b: number) => a !== b,
      '<': (a: number, b: number) => a < b,
      '<=': (a: number, b: number) => a <= b,
      '>': (a: number, b: number) => a > b,
      '>=': (a: number, b: number) => a >= b,
    };
    const axis = fc.constantFrom('dimension', 'scale', 'budget');
    const operator = fc.constantFrom(...(Object.keys(operators) as (keyof typeof operators)[]));
    const space = fc.constantFrom('', ' ');
    const term = fc.tuple(axis, operator, fc.nat({ max: 3 }), space);
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 4 }), (terms) => {
        const meant = terms.map(([name, by, at, gap]) => {
          const values = taken[name] as readonly number[];
          return { name, by, value: values[at % values.length] as number, gap };
        });
        const text = meant.map(({ name, by, value, gap }) => `${name}${gap}${by}${gap}${value}`).join(' ');
        const expected = wide.runs.filter((run) =>
          meant.every(({ name, by, value }) => operators[by](Number(run.axes[name]), value)),
        );
        expect(wide.runs.filter(where(text, taken))).toEqual(expected);
      }),
    );
  });

  it('takes several values, words, replicates, and numbers however spelled', () => {
    const runs = wide.runs.length;
    expect(count('dimension=2,4,16') + count('dimension=8')).toBe(runs);
    expect(count('dimension!=2,4')).toBe(count('dimension>=8'));
    expect(count('trouble=throws')).toBe(runs / 2);
    expect(count('replicate=0')).toBe(runs / 2);
    expect(count('replicate>=1 replicate<1')).toBe(0);
    expect(count('dimension=1.6e1')).toBe(count('dimension ≥ 16'));
    expect(count('budget=0.5')).toBeGreaterThan(0);
  });

  it.each([
    ['', 'expected a comparison such as dimension=2, got nothing'],
    ['dimension', 'expected comparisons such as dimension=2, by = != < <= > >=, got "dimension"'],
    ['dimension=>4', 'expected comparisons such as dimension=2, by = != < <= > >=, got "dimension=>4"'],
    [
      'dimension>=4 and budget=1',
      'expected comparisons such as dimension=2, by = != < <= > >=, got "and budget=1"',
    ],
    [
      'dimenson=4',
      'expected an axis (dimension, scale, budget, trouble, replicate), got dimenson; try dimension=4',
    ],
    ['dimension=5', 'expected dimension to be one of 2, 4, 8, 16, got 5'],
    ['dimension!=four', 'expected dimension to be one of 2, 4, 8, 16, got four'],
    [
      'dimension<four',
      'expected dimension to be compared with a number; it takes 2, 4, 8, 16, got dimension<four',
    ],
    [
      'trouble>none',
      'expected trouble to be compared by = or !=, for it is one of none, throws, got trouble>none',
    ],
    ['trouble=thorws', 'expected trouble to be one of none, throws, got thorws; try trouble=throws'],
    ['trouble=none,', 'expected trouble to be one of none, throws, got trouble='],
    ['replicate=x', 'expected replicate to be a whole number ≥ 0, got x'],
  ])('%j is refused in a line', (text, line) => {
    expect(() => where(text, taken)).toThrow(BadInput);
    expect(() => where(text, taken)).toThrow(line);
  });

  it('leaves a plan its identity, its cells, and the ids of what it chooses', () => {
    const chosen = planWhere(wide, 'dimension=4');
    expect(chosen).toMatchObject({ code: wide.code, cells: wide.cells, replicates: wide.replicates });
    expect(chosen.runs).toEqual(wide.runs.filter(({ axes }) => axes['dimension'] === 4));
    expect(() => planWhere(wide, 'replicate>5')).toThrow(
      'expected a condition that some run of tiny meets, got "replicate>5", which none of 28 meets',
    );
  });
});
