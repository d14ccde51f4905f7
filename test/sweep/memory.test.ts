import { BadInput } from '@marginalia/core';
import { plan, type Progress, type SweepDefinition } from '@marginalia/sweep';
import { describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { folder, run, tiny } from './tiny.js';

/** Predicts 1 MB a square of the dimension, and a little for the budget. */
const hungry: SweepDefinition = {
  ...tiny,
  memory: ({ dimension, budget }) => 1e6 * Number(dimension) ** 2 + 1e3 * Number(budget),
};

const hungryPlan = (set: Readonly<Record<string, string>>, replicates = 3) =>
  plan(hungry, { code: 'test', set, replicates });

describe('predicted memory', () => {
  it('stands on every run of the plan, the largest with what would lower it', () => {
    const asked = hungryPlan({ dimension: '2,8', budget: '1' });
    expect(asked.runs.map(({ memory }) => memory)).toEqual([2, 2, 2, 8, 8, 8].map((d) => 1e6 * d ** 2 + 1e3));
    expect(asked.largest).toMatchObject({
      bytes: 64_001_000,
      axes: { dimension: 8 },
      lower: ['dimension'],
    });
  });

  it('is left out where the sweep predicts none, and refused where it is no number', () => {
    const silent = plan(tiny, { code: 'test' });
    expect(silent.largest).toBeUndefined();
    expect(silent.runs[0]).not.toHaveProperty('memory');
    expect(() => plan({ ...tiny, memory: () => Number.NaN }, { code: 'test' })).toThrow(
      'the memory of a run of tiny to be a number of bytes ≥ 0, got NaN',
    );
  });

  it('is no part of what a run is', () => {
    const ids = (definition: SweepDefinition): string[] =>
      plan(definition, { code: 'test' }).runs.map(({ id }) => id);
    expect(ids(hungry)).toEqual(ids(tiny));
  });
});

describe('runs that do not fit together', () => {
  it('run one at a time, and those that do run at once', async () => {
    const most = async (memory: number): Promise<number> => {
      let running = 0;
      const onProgress = (progress: Progress): void => {
        running = Math.max(running, progress.running);
      };
      const asked = hungryPlan({ dimension: '4', budget: '1', trouble: 'dawdles' }, 6);
      const { records } = await run(asked, { out: folder(), threads: 2, memory, onProgress });
      expect(records).toHaveLength(6);
      return running;
    };
    expect(await most(20e6)).toBe(1);
    expect(await most(40e6)).toBe(2);
  });

  it('are refused before anything starts where one is too large even alone, with what to lower', async () => {
    const out = folder();
    const asked = hungryPlan({ dimension: '4,50', budget: '1' });
    const error: unknown = await run(asked, { out, memory: 2.04e9 }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(BadInput);
    expect((error as BadInput).message).toBe(
      'expected every run of tiny to fit into 2 GB, 80 % of the memory, got one that needs 2.5 GB; try lowering dimension',
    );
    expect(existsSync(join(out, 'sweep.json'))).toBe(false);
  });

  it('are no hindrance once they are measured', async () => {
    const out = folder();
    const asked = hungryPlan({ dimension: '4', budget: '1' });
    await run(asked, { out });
    expect((await run(asked, { out, memory: 1 })).reused).toBe(3);
  });

  it('fit by default into the memory of the machine', async () => {
    const asked = plan({ ...tiny, memory: () => 1e15 }, { code: 'test' });
    await expect(run(asked, { out: folder() })).rejects.toThrow(
      /80 % of the memory, got one that needs 1000000 GB/,
    );
  });
});
