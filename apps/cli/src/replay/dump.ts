/** The arrays of a run as `.npy`, for NumPy, Julia or MATLAB, and `run.json` beside them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
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
  const { makeFolder, randomOf } = await import('@marginalia/sweep');
  try {
    makeFolder(folder);
  } catch (cause) {
    throw new BadInput({
      expected: `--dump to be a folder that can be made`,
      got: `${folder}: ${cause instanceof Error ? cause.message : String(cause)}`,
      try: '--dump run',
    });
  }
  const arrays = (await definition.arrays?.(record.axes, randomOf(definition, record, record))) ?? {};
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
