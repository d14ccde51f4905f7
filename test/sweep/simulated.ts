/** Simulated sweeps for the tests of level, power and coverage: pinned keys, fewer of them in CI. */
import { Random } from '@marginalia/core';
import type { Claim, Evidence, Relation } from '@marginalia/theory';
import { vi } from 'vitest';

const full = process.env['MARGINALIA_SIMULATIONS'] === 'full';
if (full) vi.setConfig({ testTimeout: 3_600_000 });

/** `MARGINALIA_SIMULATIONS=full` asks for all of them. */
export const simulations = (inFull: number, inCi: number): number => (full ? inFull : inCi);

/** Share of simulated sweeps that a test at level alpha may see: 3 standard errors of the simulation itself. */
export const allowance = (alpha: number, repeats: number): number =>
  alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / repeats);

export interface Law {
  readonly draw: (random: Random) => number;
  readonly mean: number;
  readonly median: number;
  /** The least range known of it. */
  readonly range: readonly [number, number];
}

export const laws = {
  gaussian: { draw: (random) => random.gaussian(), mean: 0, median: 0, range: [-Infinity, Infinity] },
  bernoulli: { draw: (random) => (random.uniform() < 0.1 ? 1 : 0), mean: 0.1, median: 0, range: [0, 1] },
  /** Density u^(−3/4)/4: half of it below 1/16. */
  skewed: { draw: (random) => random.uniform() ** 4, mean: 0.2, median: 1 / 16, range: [0, 1] },
  narrow: { draw: (random) => 0.9 + 0.05 * random.uniform(), mean: 0.925, median: 0.925, range: [0, 1] },
  lognormal: {
    draw: (random) => Math.exp(random.gaussian()),
    mean: Math.exp(0.5),
    median: 1,
    range: [0, Infinity],
  },
} as const satisfies Record<string, Law>;

/** Share of repeats in which something is ever true of the values so far, looked at after each of `looks`. */
export function everSeen(
  repeats: number,
  looks: number,
  key: string,
  draw: (random: Random) => number,
  seen: (values: readonly number[]) => boolean,
): number {
  let ever = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const random = Random.of([key, repeat]);
    const values: number[] = [];
    for (let look = 0; look < looks; look++) {
      values.push(draw(random));
      if (seen(values)) {
        ever += 1;
        break;
      }
    }
  }
  return ever / repeats;
}

export const claimOf = (relation: Relation, range?: readonly [number, number]): Claim => ({
  id: 'test/claim',
  title: 'a claim under test',
  statement: 'x relates to y',
  source: { paper: 'none', authors: 'nobody', year: 2026, locator: '—', reading: 'derived' },
  notation: {},
  assumptions: [{ name: 'met', statement: 'it is met', check: (run) => run.measurements['met'] !== 0 }],
  measured: 'x and y',
  measure: ({ measurements: { x, y } }) => ({
    quantity: Number(x ?? Number.NaN),
    bound: Number(y ?? Number.NaN),
  }),
  relation,
  expected: 'anything',
  ...(range ? { range } : {}),
});

export const runOf = (x: number, y: number, replicate: number): Evidence => ({
  axes: {},
  replicate,
  measurements: { x, y },
});
