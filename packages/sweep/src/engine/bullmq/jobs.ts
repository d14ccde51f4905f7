/** Runs as jobs: what a worker is handed at once, and the name by which no job is queued twice. */
import type { SweepDefinition } from '../../define-sweep.js';
import { type Run, runId, type SweepKey } from '../../identity.js';
import { memoryOf } from '../../memory.js';

/** What travels through Redis: enough to name a run, nothing that it measured. */
export interface Payload {
  readonly runs: readonly Pick<Run, 'id' | 'axes' | 'replicate'>[];
}

export interface Job {
  readonly id: string;
  readonly runs: readonly Run[];
  readonly cost: number;
}

/**
 * Runs that share their random numbers go to one worker, for they may share work too; but a unit of hundreds must not
 * wait for one thread. Of what sixteen runs share, a sixteenth more is done than must be.
 */
const mostRuns = 16;

/**
 * All runs of a plan as jobs, the costliest first. A job is a unit, or sixteen runs of a larger one; its id is that of
 * its first run, whatever of it is done already: the same runs are never queued twice, whoever starts the sweep again.
 * BullMQ refuses ids that are integers, and one hash in twelve thousand has no letter: hence the `r`.
 */
export function jobsOf(runs: readonly Run[]): readonly Job[] {
  const units = new Map<string, Run[]>();
  for (const run of runs) {
    const unit = units.get(run.unit ?? run.id);
    if (unit) unit.push(run);
    else units.set(run.unit ?? run.id, [run]);
  }
  const jobs: Job[] = [];
  for (const unit of units.values()) {
    for (let from = 0; from < unit.length; from += mostRuns) {
      const runs = unit.slice(from, from + mostRuns);
      jobs.push({
        id: `r${(runs[0] as Run).id}`,
        runs,
        cost: runs.reduce((sum, { cost }) => sum + cost, 0),
      });
    }
  }
  return jobs.sort((a, b) => b.cost - a.cost);
}

export const payloadOf = (runs: readonly Run[]): Payload => ({
  runs: runs.map(({ id, axes, replicate }) => ({ id, axes, replicate })),
});

/**
 * The run that a payload names, as this machine would perform it. `foreign`: under the same name it would be another
 * one here, for what of the environment decides its bits is not the same.
 */
export function runHere(
  definition: SweepDefinition,
  key: SweepKey,
  { id, axes, replicate }: Payload['runs'][number],
): Run | 'foreign' {
  const facts = definition.environment?.(axes)?.facts ?? {};
  const decisive = Object.keys(facts).length === 0 ? {} : { facts };
  if (runId(key, { axes, replicate, ...decisive }) !== id) return 'foreign';
  const memory = memoryOf(definition, axes);
  return { id, axes, replicate, ...decisive, cost: 0, ...(memory === undefined ? {} : { memory }) };
}
