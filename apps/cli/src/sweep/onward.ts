/** What to try after a sweep: an explanation, its other presets, the other sweeps. */
import type { Plan } from '@marginalia/sweep';
import type { Onward } from '../render/report.js';
import type { Question } from './question.js';

export async function onwardFrom({ definition, reference, builtin }: Question, plan: Plan): Promise<Onward> {
  const presets = Object.entries(definition.presets);
  // Presets are listed from small to large: what comes after this one is bigger.
  const bigger = presets.slice(presets.findIndex(([name]) => name === plan.preset) + 1)[0];
  const { builtinSweeps } = await import('@marginalia/sweeps');
  const other = Object.keys(builtinSweeps).find((name) => name !== definition.name);
  return {
    replicates: plan.replicates,
    anyRun: plan.runs[0]?.id,
    dumps: definition.arrays !== undefined,
    explains: builtin,
    commands: [
      ...(bigger ? [[`run ${reference.spelled} --preset ${bigger[0]}`, bigger[1].about] as const] : []),
      ...(other ? [[`run ${other}`, 'another question'] as const] : []),
    ],
  };
}
