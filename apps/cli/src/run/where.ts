/** `--where`: fewer runs at work, or fewer rows; what a run is does not change. */
import { Flags } from '@oclif/core';
import type { Plan } from '@marginalia/sweep';

export const whereFlags = {
  where: Flags.string({
    description:
      'Only runs of which all these comparisons are true: axes, or replicate, by = != < <= > >=; = and != take several values.',
    helpValue: "'axis>=value …'",
  }),
};

/** The plan itself without a condition. Throws BadInput that names the axis and what is allowed. */
export async function chosen(plan: Plan, condition: string | undefined): Promise<Plan> {
  if (condition === undefined) return plan;
  const { planWhere } = await import('@marginalia/sweep');
  return planWhere(plan, condition);
}

/** `6 of 72 runs: dimension>=1024`; undefined without a condition. */
export const choiceInWords = (
  all: number,
  left: number,
  condition: string | undefined,
): string | undefined =>
  condition === undefined ? undefined : `${left} of ${all} runs: ${condition.trim()}`;
