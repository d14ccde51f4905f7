/** Sources for figures without a folder: the runs of the fixture sweep, performed here. */
import { evidenceOf, performRun, plan, type MeasuredRun, type SweepDefinition } from '@marginalia/sweep';
import { Random } from '@marginalia/core';
import type { FigureSource } from '../../apps/cli/src/figure/figure.js';
import sweep from './fixtures/sweeps/figures.js';

const definition = sweep as SweepDefinition;

/** Of so many replicates a cell; `change` doctors what each run measured. */
export async function fixtureSource(
  replicates = 3,
  change: (run: MeasuredRun) => MeasuredRun['measurements'] = ({ measurements }) => measurements,
): Promise<FigureSource> {
  const planned = plan(definition, { code: 'fixture', replicates });
  const records = [];
  for (const run of planned.runs) records.push(await performRun(definition, planned, run));
  const runs = evidenceOf(records, planned).map((run) => ({ ...run, measurements: change(run) }));
  return {
    sweep: 'figures',
    preset: 'quick',
    axisNames: planned.axisNames,
    freeAxes: planned.axisNames,
    runs,
    claims: definition.claims,
    arrays: async ({ axes }) => (await definition.arrays?.(axes, Random.of('unused'))) ?? {},
  };
}
