/** Runs of the two sweeps at a size that takes a fraction of a second. */
import { plan, performRun, randomOf, type Plan, type Run, type SweepDefinition } from '@marginalia/sweep';
import type { AxisValue, Evidence, Measurements } from '@marginalia/theory';
import averaging from '../../sweeps/src/feature-averaging.js';
import decoupling from '../../sweeps/src/feature-decoupling.js';
import type { ClusterSetting } from '../../sweeps/src/cluster-axes.js';

export const definitions: readonly SweepDefinition[] = [averaging, decoupling];
export { averaging, decoupling };

export const size = {
  dimension: '128',
  clusters: '4',
  samples: '80',
  testPoints: '20',
  steps: '100',
  width: '2',
};

export const tinyPlan = (definition: SweepDefinition, set: Readonly<Record<string, string>> = {}): Plan =>
  plan(definition, { code: 'test', set: { ...size, ...set }, replicates: 1 });

/** The first run of a plan, with its random stream. */
export function firstOf(definition: SweepDefinition, asked: Plan) {
  const run = asked.runs[0] as Run;
  return { run, setting: run.axes as unknown as ClusterSetting, random: randomOf(definition, asked, run) };
}

/** Everything that a plan asks for, computed here; throws where a run does. */
export async function evidencesOf(definition: SweepDefinition, asked: Plan): Promise<Evidence[]> {
  const evidences: Evidence[] = [];
  for (const run of asked.runs) {
    const { outcome, axes, replicate } = await performRun(definition, asked, run);
    if (outcome.kind === 'failed') throw new Error(outcome.failure.message);
    evidences.push({ axes, replicate, measurements: outcome.measurements });
  }
  return evidences;
}

export async function measure(
  definition: SweepDefinition,
  set: Readonly<Record<string, string>> = {},
): Promise<{ axes: Readonly<Record<string, AxisValue>>; measurements: Measurements }> {
  const [only] = await evidencesOf(definition, tinyPlan(definition, set));
  return only as Evidence;
}
