/** `run --judge`: judge what is there and compute nothing, as after the last shard. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Execution, Plan } from '@marginalia/sweep';
import { exitCode } from '../exit-code.js';
import { plural } from '../render/number.js';
import type { Ending } from '../sweep/conduct.js';

export const judgeFlags = {
  judge: Flags.boolean({ description: 'Judge the runs that are there; compute none.' }),
};

/** `out`: as the user spelled it. Throws BadInput where no sweep has left results. */
export async function judged(plan: Plan, out: string): Promise<Ending> {
  if (!existsSync(join(out, 'sweep.json')))
    throw new BadInput({
      expected: `results of a sweep in ${out}`,
      got: 'no sweep.json',
      try: 'without --judge',
    });
  const { standing } = await import('@marginalia/sweep');
  return { kind: 'finished', execution: standing(plan, out) };
}

/** Runs that never ended, failed ones apart. */
export const missingRuns = ({ runs }: Plan, { measured, failures }: Execution): number =>
  runs.length - measured - failures.length;

export const missingLine = (missing: number, { runs }: Plan): string =>
  `${missing} of ${plural(runs.length, 'run')} missing: the same command without --judge computes what is not there`;

/** What is missing leaves every verdict in doubt, as what failed does; a refutation stands. */
export const withMissing = (code: number, missing: number): number =>
  missing > 0 && code === exitCode.supported ? exitCode.undecided : code;
