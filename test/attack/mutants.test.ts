/** The laws have teeth: each kills the mutants that are its own, and spares what they were made from. */
import { AssertionError } from 'node:assert';
import { expect, describe, it } from 'vitest';
import * as laws from './laws.js';
import { mutants } from './mutants.js';

describe.each(mutants.map((mutant) => [mutant.bug, mutant] as const))('%s', (_, mutant) => {
  it(`is killed by ${mutant.killer} (${mutant.source})`, () => {
    expect(laws).toHaveProperty(mutant.killer);
    expect(mutant.original).not.toThrow();
    let killed: unknown;
    try {
      mutant.mutant();
    } catch (error) {
      killed = error;
    }
    // An assertion of the law, not an accident on the way to it.
    expect(killed).toMatchObject({ name: AssertionError.name });
    expect((killed as Error).stack).toContain(mutant.killer);
  });
});

it('are all eight that shipped elsewhere, and more', () => {
  const shipped = mutants
    .filter(({ source }) => /#\d+/.test(source))
    .map(({ source }) => /#(\d+)/.exec(source)![1]);
  expect(new Set(shipped)).toEqual(new Set(['1175', '83', '73', '85', '619', '32', '696', '105']));
});
