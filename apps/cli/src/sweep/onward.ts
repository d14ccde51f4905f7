/** What to try after a sweep: the next bigger preset, the other sweeps. */
import type { Plan } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import type { Onward } from '../render/report.js';
import type { Question } from './question.js';
import { alpha } from './summary.js';

export async function onwardFrom({ definition, reference, builtin }: Question, plan: Plan): Promise<Onward> {
  const presets = Object.keys(definition.presets);
  // Presets are listed from small to large: what comes after this one is bigger.
  const bigger = presets.slice(presets.indexOf(plan.preset) + 1)[0];
  const { builtinSweeps } = await import('@marginalia/sweeps');
  const other = Object.keys(builtinSweeps).find((name) => name !== definition.name);
  return {
    replicates: plan.replicates,
    leastRuns: await leastRuns(),
    anyRun: plan.runs[0]?.id,
    dumps: definition.arrays !== undefined,
    explains: builtin,
    commands: [
      ...(bigger ? [commandLine('run', reference.spelled, '--preset', bigger)] : []),
      ...(other ? [commandLine('run', other)] : []),
    ],
  };
}

/** The least runs, not all alike, whose mean has an interval. */
async function leastRuns(): Promise<number> {
  const { meanInterval } = await import('@marginalia/sweep');
  for (let runs = 2; ; runs++) {
    const values = Array.from({ length: runs }, (_, i) => i);
    if (meanInterval(values, alpha)) return runs;
  }
}
