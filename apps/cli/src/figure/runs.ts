/** Runs gathered for a figure: by axes into groups, and list measurements over their grids into curves. */
import { BadInput } from '@marginalia/core';
import { nearest, type MeasuredRun } from '@marginalia/sweep';
import { plural } from '../render/number.js';
import type { FigureSource } from './figure.js';
import { settingText } from './symbols.js';

/** As many as there are colours; more could not be told apart. */
const seriesAtMost = 6;

export interface Group {
  /** `d = 1024`; empty where all runs are one group. */
  readonly name: string;
  readonly runs: readonly MeasuredRun[];
}

/** In grid order. Throws BadInput for an axis that the sweep lacks, or for more groups than `atMost`. */
export function groupsBy(
  { axisNames, runs, sweep }: FigureSource,
  axes: readonly string[],
  atMost: number = seriesAtMost,
): readonly Group[] {
  for (const axis of axes) {
    if (axisNames.includes(axis)) continue;
    const near = nearest(axis, axisNames);
    throw new BadInput({
      expected: `--by to name an axis of ${sweep} (${axisNames.join(', ')})`,
      got: JSON.stringify(axis),
      ...(near === undefined ? {} : { try: `--by ${near}` }),
    });
  }
  const groups = new Map<string, MeasuredRun[]>();
  for (const run of runs) {
    const name = settingText(axes, run.axes);
    const group = groups.get(name);
    if (group) group.push(run);
    else groups.set(name, [run]);
  }
  if (groups.size > atMost) {
    throw new BadInput({
      expected: `--by ${axes.join(' ')} to make at most ${plural(atMost, 'group')}`,
      got: String(groups.size),
      try: `--where ${axes[0]}=… to keep some of them, or another --by`,
    });
  }
  return [...groups].map(([name, members]) => ({ name, runs: members }));
}

/** The values that an axis takes among the runs, in grid order. */
export const levelsOf = (runs: readonly MeasuredRun[], axis: string) => [
  ...new Set(runs.map((run) => run.axes[axis])),
];

/** The first of these axes that varies over no more values than there are colours. */
export const firstVarying = (
  { axisNames, runs }: FigureSource,
  preferred: readonly string[],
): readonly string[] => {
  const found = preferred.find((axis) => {
    const count = axisNames.includes(axis) ? levelsOf(runs, axis).length : 0;
    return count > 1 && count <= seriesAtMost;
  });
  return found === undefined ? [] : [found];
};

/** What curves are kept apart by where nothing else was asked for: runs under two names (of an initialisation, of a trainer) have no mean. */
export const byName = (source: FigureSource, by: readonly string[]): readonly string[] =>
  by.length > 0
    ? by
    : firstVarying(
        source,
        source.axisNames.filter((axis) => typeof source.runs[0]?.axes[axis] === 'string'),
      );

/** A list measurement and its grid: `robustAccuracy` over `robustAccuracy.at`; finite entries alone. */
export function listOf(
  { measurements }: Pick<MeasuredRun, 'measurements'>,
  name: string,
): readonly (readonly [number, number])[] {
  const [values, grid] = [measurements[name], measurements[`${name}.at`]];
  if (!Array.isArray(values) || !Array.isArray(grid)) return [];
  return (values as readonly number[]).flatMap((value, i) => {
    const at = (grid as readonly number[])[i];
    return at !== undefined && Number.isFinite(at) && Number.isFinite(value) ? [[at, value] as const] : [];
  });
}

export const measures = (sources: readonly FigureSource[], name: string): boolean =>
  sources.some(({ runs }) => runs.some((run) => name in run.measurements && listOf(run, name).length > 0));

export interface CurvePoint {
  readonly x: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Mean, least and most over the runs at every place of a list's grid; `at` moves a place (step → time) and scales a value
 * by what it knows of the run. Places stay apart by their entry in the grid, and a moved one is the mean of where it went.
 * Only places that most runs reached are kept: a mean over other runs at each place would jump where one ends.
 */
export function curve(
  runs: readonly MeasuredRun[],
  name: string,
  at: (run: MeasuredRun, x: number, y: number) => readonly [number, number] = (_, x, y) => [x, y],
): readonly CurvePoint[] {
  // Sums in plain loops: a hundred thousand runs have millions of entries.
  const places = new Map<number, { count: number; x: number; y: number; low: number; high: number }>();
  for (const run of runs) {
    const [values, grid] = [run.measurements[name], run.measurements[`${name}.at`]];
    if (!Array.isArray(values) || !Array.isArray(grid)) continue;
    for (let i = 0; i < values.length; i++) {
      const place = Number(grid[i]);
      const value = Number(values[i]);
      if (!Number.isFinite(place) || !Number.isFinite(value)) continue;
      const [x, y] = at(run, place, value);
      if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
      const known = places.get(place);
      if (known === undefined) places.set(place, { count: 1, x, y, low: y, high: y });
      else {
        known.count++;
        known.x += x;
        known.y += y;
        if (y < known.low) known.low = y;
        if (y > known.high) known.high = y;
      }
    }
  }
  const most = [...places.values()].reduce((highest, { count }) => Math.max(highest, count), 0);
  return [...places]
    .filter(([, { count }]) => count === most)
    .sort(([a], [b]) => a - b)
    .map(([, { count, x, y, low, high }]) => ({ x: x / count, mean: y / count, low, high }));
}

/** `72 runs of 12 cells`, and of which sweeps. */
export function ofRuns(sources: readonly FigureSource[]): string {
  return sources
    .map(({ sweep, preset, runs, axisNames }) => {
      const cells = new Set(runs.map(({ axes }) => axisNames.map((name) => axes[name]).join('\u0000'))).size;
      return `${sweep} (${preset}): ${plural(runs.length, 'run')} of ${plural(cells, 'cell')}`;
    })
    .join('; ');
}
