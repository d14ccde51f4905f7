/** The arrays of a run as `.npy`, for NumPy, Julia or MATLAB, and `run.json` beside them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord, SweepDefinition } from '@marginalia/sweep';
import { jsonText } from '../command.js';
import { writeNpy } from '../npy.js';

/** Returns the names of the files written. */
export async function dump(
  folder: string,
  definition: SweepDefinition,
  record: JournalRecord,
  preset: string,
): Promise<readonly string[]> {
  const { randomOf } = await import('@marginalia/sweep');
  const arrays = (await definition.arrays?.(record.axes, randomOf(definition, record, record))) ?? {};
  mkdirSync(folder, { recursive: true });
  for (const [name, array] of Object.entries(arrays)) writeNpy(join(folder, `${name}.npy`), array);
  const { id, sweep, seed, code, axes, replicate, outcome } = record;
  const description = {
    run: id,
    sweep,
    preset,
    seed,
    code,
    replicate,
    axes,
    ...(outcome.kind === 'measured' ? { measurements: outcome.measurements } : { failure: outcome.failure }),
    arrays: Object.fromEntries(
      Object.entries(arrays).map(([name, { shape }]) => [name, { file: `${name}.npy`, shape }]),
    ),
  };
  writeFileSync(join(folder, 'run.json'), `${jsonText(description)}\n`);
  return [...Object.keys(arrays).map((name) => `${name}.npy`), 'run.json'];
}
