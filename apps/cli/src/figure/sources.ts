/** Results folders as figures see them: runs, claims, and arrays that are computed anew. */
import { BadInput } from '@marginalia/core';
import type { AxisValue } from '@marginalia/theory';
import type { MeasuredRun, Results, SweepDefinition } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { findQuestion } from '../sweep/question.js';
import type { FigureSource } from './figure.js';

export interface ReadOptions {
  /** axis → the values that runs are kept for, as typed. */
  readonly where: Readonly<Record<string, string>>;
}

/** Throws BadInput for a folder without results or without a measured run, and for a filter that leaves none. */
export async function readSource(dir: string, options: ReadOptions): Promise<FigureSource> {
  const { readResults } = await import('@marginalia/sweep');
  return sourceOf(readResults(dir), dir, options);
}

/** Of results that have been read already. */
export async function sourceOf(
  { identity, records, failures }: Results,
  dir: string,
  { where }: ReadOptions,
): Promise<FigureSource> {
  const { evidenceOf, failedRuns, randomOf } = await import('@marginalia/sweep');
  if (records.length === 0) {
    throw new BadInput({
      expected: `measured runs in ${dir}`,
      got: failures.length > 0 ? `${failures.length} failed and none that measured anything` : 'no run',
      try: commandLine('run', identity.reference, '--preset', identity.preset, '--out', dir),
    });
  }
  const kept = await wanted(evidenceOf(records, identity), identity.axisNames, where, dir);
  const common = {
    sweep: identity.sweep,
    preset: identity.preset,
    axisNames: identity.axisNames,
    runs: kept,
    judging: { missing: failedRuns(failures, identity).filter((run) => isWanted(run, where)) },
  };
  let definition: SweepDefinition;
  try {
    ({ definition } = await findQuestion(identity.reference));
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return {
      ...common,
      freeAxes: identity.axisNames,
      claims: [],
      undefinedBecause: `the sweep ${identity.reference} is not to be found: ${error.message}`,
    };
  }
  const preset = definition.presets[identity.preset];
  const derived = (axis: string): boolean =>
    typeof (preset?.values[axis] ?? definition.values[axis]) === 'function';
  return {
    ...common,
    freeAxes: identity.axisNames.filter((axis) => !derived(axis)),
    claims: preset?.claims ?? definition.claims,
    ...(definition.arrays
      ? {
          arrays: async (run: MeasuredRun) =>
            (await definition.arrays?.(run.axes, randomOf(definition, identity, run))) ?? {},
        }
      : {}),
  };
}

/** Whether a run has one of the values, as typed, of each axis. */
const isWanted = ({ axes }: Pick<MeasuredRun, 'axes'>, where: Readonly<Record<string, string>>): boolean =>
  Object.entries(where).every(([axis, text]) => {
    const value: AxisValue | undefined = axes[axis];
    return text
      .split(',')
      .map((one) => one.trim())
      .some((one) => one === value || (typeof value === 'number' && one !== '' && Number(one) === value));
  });

async function wanted(
  runs: readonly MeasuredRun[],
  axes: readonly string[],
  where: Readonly<Record<string, string>>,
  dir: string,
): Promise<readonly MeasuredRun[]> {
  let kept = runs;
  for (const [axis, text] of Object.entries(where)) {
    if (!axes.includes(axis)) {
      const { nearest } = await import('@marginalia/sweep');
      const near = nearest(axis, axes);
      throw new BadInput({
        expected: `--where to name an axis (${axes.join(', ')})`,
        got: JSON.stringify(axis),
        ...(near === undefined ? {} : { try: `--where ${near}=${text}` }),
      });
    }
    const left = kept.filter((run) => isWanted(run, { [axis]: text }));
    if (left.length === 0) {
      const taken = [...new Set(kept.map((run) => run.axes[axis]))].map(String);
      throw new BadInput({
        expected: `--where ${axis}=… to be a value in ${dir} (${taken.slice(0, 8).join(', ')})`,
        got: text,
        try: `--where ${axis}=${taken[0]}`,
      });
    }
    kept = left;
  }
  return kept;
}
