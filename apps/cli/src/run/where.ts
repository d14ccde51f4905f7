/** `--where`: fewer runs at work, or fewer rows; what a run is does not change. */
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Plan, Results } from '@marginalia/sweep';

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

/** What was measured and what failed, of the runs that meet the condition. Throws BadInput where none does. */
export async function rowsWhere(
  { identity, records, failures }: Pick<Results, 'identity' | 'records' | 'failures'>,
  condition: string | undefined,
): Promise<Pick<Results, 'records' | 'failures'>> {
  if (condition === undefined) return { records, failures };
  const { takenBy, where } = await import('@marginalia/sweep');
  const all = [...records, ...failures];
  const meets = where(
    condition,
    takenBy(
      identity.axisNames,
      all.map(({ axes }) => axes),
    ),
  );
  const kept = { records: records.filter(meets), failures: failures.filter(meets) };
  if (kept.records.length + kept.failures.length > 0) return kept;
  throw new BadInput({
    expected: 'a condition that some run meets',
    got: `${JSON.stringify(condition)}, which none of ${all.length} meets`,
  });
}
