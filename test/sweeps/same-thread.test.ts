/** A run is a function of its content alone: what its thread ran before leaves its bits as they are. */
import { canonical } from '@marginalia/core';
import { performRun, plan, type Plan, type Run, type SweepDefinition } from '@marginalia/sweep';
import { builtinSweeps } from '@marginalia/sweeps';
import { describe, expect, it } from 'vitest';
import { averaging, decoupling } from './tiny.js';

async function outcomes(definition: SweepDefinition, asked: Plan, runs: readonly Run[]): Promise<string[]> {
  const spelled: string[] = [];
  for (const run of runs) {
    const { outcome } = await performRun(definition, asked, run);
    expect(outcome.kind).toBe('measured');
    spelled.push(canonical(outcome));
  }
  return spelled;
}

/** What the cheapest run measured at first, and after another one. */
async function again(definition: SweepDefinition, asked: Plan): Promise<readonly string[]> {
  const [first, other = first] = asked.runs.toSorted((a, b) => a.cost - b.cost);
  if (!first || !other) throw new TypeError('no run');
  const spelled = await outcomes(definition, asked, [first, other, first]);
  return [0, 2].map((at) => spelled[at] ?? '');
}

const house = await Promise.all(
  Object.entries(builtinSweeps).map(async ([name, { module }]) => {
    const source = (await import(/* @vite-ignore */ module.replace(/\.js$/u, '.ts'))) as {
      readonly default: SweepDefinition;
    };
    return { name, definition: source.default };
  }),
);

describe('the same run, again in the same thread', () => {
  it.each(
    [averaging, decoupling].flatMap((definition) =>
      ['law', 'explicit'].flatMap((sampling) =>
        ['plain', 'gram', 'factored'].map((trainer) => ({
          definition,
          name: definition.name,
          sampling,
          trainer,
        })),
      ),
    ),
  )('of $name, trained $trainer on data drawn $sampling, with more points than dimensions', async (one) => {
    const set = {
      dimension: '48',
      clusters: '4',
      width: '3',
      samples: '400',
      testPoints: '4',
      steps: '100',
      trainer: one.trainer,
      sampling: one.sampling,
    };
    const measured = await again(one.definition, plan(one.definition, { code: 'test', set, replicates: 2 }));
    expect(new Set(measured).size).toBe(1);
  });

  it.each(house.filter(({ definition }) => definition.unavailable?.() === undefined))(
    'of $name, the cheapest of its quick preset',
    async ({ definition }) => {
      const preset = 'quick' in definition.presets ? 'quick' : definition.defaultPreset;
      const measured = await again(definition, plan(definition, { code: 'test', preset }));
      expect(new Set(measured).size).toBe(1);
    },
  );
});
