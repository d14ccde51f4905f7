/** What every run of the sweep `life` measures, and what a table of them is when nothing befalls it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  compact,
  execute,
  loadSweep,
  performRun,
  plan,
  type Plan,
  type PlanOptions,
} from '@marginalia/sweep';
import * as Effect from 'effect/Effect';
// Nobody else may sign records.
import { encode } from '../../../packages/sweep/src/journal/record.js';

export const reference = { module: fileURLToPath(new URL('./fixtures/life.js', import.meta.url)) };
const life = await loadSweep(reference);

/** All that is ever asked for lies below these. */
export const most = { dimensions: [2, 4, 8, 16], trainers: ['descent', 'gram'], replicates: 4 };

export interface Extent {
  readonly dimensions: readonly number[];
  readonly trainers: readonly string[];
  readonly replicates: number;
}

export const askedFor = ({ dimensions, trainers, replicates }: Extent, seed: string): PlanOptions => ({
  code: 'test',
  seed,
  replicates,
  set: { dimension: dimensions.join(), trainer: trainers.join() },
});

export const planned = (asked: PlanOptions): Plan => plan(life, asked);

/** The line of every measured run there can be, by id: computed here, by no engine. */
export const truth: ReadonlyMap<string, string> = new Map(
  await Promise.all(
    ['1', '2'].flatMap((seed) => {
      const whole = planned(askedFor(most, seed));
      return whole.runs.map(async (run) => [run.id, encode(await performRun(life, whole, run))] as const);
    }),
  ),
);

export const bytesOf = async (out: string, into?: string): Promise<readonly Buffer[]> =>
  (await compact(out, into === undefined ? {} : { into })).files.map((file) => readFileSync(file));

const undisturbed = new Map<string, Promise<readonly Buffer[]>>();

/** The compacted table of an uninterrupted run on one thread. */
export function undisturbedBytes(asked: PlanOptions): Promise<readonly Buffer[]> {
  const name = JSON.stringify(asked);
  const known = undisturbed.get(name) ?? uninterrupted(asked);
  undisturbed.set(name, known);
  return known;
}

async function uninterrupted(asked: PlanOptions): Promise<readonly Buffer[]> {
  const out = mkdtempSync(join(tmpdir(), 'marginalia-undisturbed-'));
  try {
    await Effect.runPromise(execute(planned(asked), { reference, out, threads: 1 }));
    return await bytesOf(out);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
