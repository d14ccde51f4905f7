/** The plan that was last executed into a folder, made again from what its `sweep.json` says. */
import type { SweepDefinition } from './define-sweep.js';
import { plan, type Plan } from './plan.js';
import type { SweepIdentity } from './results.js';

/**
 * The same runs, by the same ids, where the definition is that of the identity's code; of every cell the most replicates
 * that any has. Folders older than `set` give every
 * axis the values that it took; an axis that follows from others is left to follow. Throws BadInput: see `plan`.
 */
export function replan(definition: SweepDefinition, identity: SweepIdentity): Plan {
  const { preset, replicates, mostReplicates, planned, seed, code, parts } = identity;
  const set = identity.set ?? valuesTaken(definition, identity);
  const most = mostReplicates ?? replicates;
  return {
    ...plan(definition, { preset, replicates: most, seed, code, set, ...(parts && { parts }) }),
    replicates,
    ...(mostReplicates === undefined ? {} : { mostReplicates }),
    ...(planned === undefined ? {} : { planned }),
  };
}

function valuesTaken(
  { values, presets }: SweepDefinition,
  { preset, values: taken }: SweepIdentity,
): Readonly<Record<string, string>> {
  const follows = (axis: string): boolean =>
    typeof (presets[preset]?.values[axis] ?? values[axis]) === 'function';
  return Object.fromEntries(
    Object.entries(taken)
      .filter(([axis]) => !follows(axis))
      .map(([axis, list]) => [axis, list.join(',')]),
  );
}
