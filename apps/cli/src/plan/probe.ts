/** Timing a plan that was never timed: a few runs of its cheapest cells, which are kept as any other. */
import { resolve } from 'node:path';
import type { Plan, Run } from '@marginalia/sweep';
import { conduct } from '../sweep/conduct.js';
import type { Question } from '../sweep/question.js';

/** A probe that would go on beyond this does not begin its next cell, ms. */
const budgetMs = 5000;
/** The first run of a worker warms it up: its time alone would say too much. */
const runsPerCell = 3;
/** Costs nearer to one another say little more about the slope. */
const factor = 1.5;

/** How many runs were computed; undefined when stopped. Throws BadInput: see `conduct`. */
export async function probe(
  plan: Plan,
  { question, out, pending }: { question: Question; out: string; pending: readonly Run[] },
): Promise<number | undefined> {
  const { fitCost, msOf, readTimings } = await import('@marginalia/sweep');
  const began = performance.now();
  let computed = 0;
  for (const runs of cheapest(pending)) {
    const model = fitCost(readTimings(out));
    const next = model ? runs.length * msOf(model, runs[0]?.cost ?? 0) + model.startMs : 0;
    if (computed > 0 && performance.now() - began + next > budgetMs) break;
    const ending = await conduct(
      { ...plan, runs },
      { reference: question.reference, out: resolve(out), threads: 1, onProgress: () => undefined },
    );
    if (ending.kind === 'stopped') return undefined;
    computed += ending.execution.computed;
  }
  return computed;
}

/** Some runs of one cell a cost, by rising cost. */
function cheapest(pending: readonly Run[]): readonly (readonly Run[])[] {
  const taken: Run[][] = [];
  for (const run of [...pending].sort((a, b) => a.cost - b.cost)) {
    const last = taken.at(-1);
    if (last?.[0]?.axes === run.axes) {
      if (last.length < runsPerCell) last.push(run);
    } else if (last?.[0] === undefined || run.cost >= factor * last[0].cost) taken.push([run]);
  }
  return taken;
}
