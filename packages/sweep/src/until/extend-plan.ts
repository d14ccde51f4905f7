/** The same sweep with other numbers of replicates: what a cell is asked for may differ from cell to cell. */
import { runIds, unitOf, type Run } from '../identity.js';
import type { Plan } from '../plan.js';

/** The runs of a plan, cell by cell in grid order. */
export function runsOfCells({ cells, runs }: Pick<Plan, 'cells' | 'runs'>): readonly (readonly Run[])[] {
  // A run holds the very cell that it is a replicate of.
  const byCell = new Map<object, Run[]>(cells.map((cell) => [cell, []]));
  for (const run of runs) byCell.get(run.axes)?.push(run);
  return [...byCell.values()];
}

/**
 * The plan with so many replicates of each cell, in grid order; at least one each. The id of a run does not know how many
 * others there are, so whatever the two plans have in common is the same runs on the same random numbers.
 */
export function extendPlan(plan: Plan, replicates: readonly number[]): Plan {
  const runs = runsOfCells(plan).flatMap(([first], at) => {
    if (first === undefined) return [];
    const idOf = runIds(plan, first);
    return Array.from({ length: replicates[at] ?? 0 }, (_, replicate): Run => ({
      ...first,
      id: idOf(replicate),
      replicate,
      unit: unitOf(plan.keyingAxes, { axes: first.axes, replicate }),
    }));
  });
  const { mostReplicates: _, planned: __, ...same } = plan;
  const [least, most] = [Math.min(...replicates), Math.max(...replicates)];
  return {
    ...same,
    replicates: least,
    ...(most > least ? { mostReplicates: most, planned: runs.length } : {}),
    runs,
  };
}
