/** Phase diagrams: the verdict of a claim in every cell of a plane of two axes. */
import { BadInput } from '@marginalia/core';
import type { AxisValue, Claim, VerdictKind } from '@marginalia/theory';
import { verdictOf, type MeasuredRun, type VerdictOptions } from '@marginalia/sweep';
import { available, unavailable, type Figure, type FigureSource, type Row } from '../figure.js';
import { phaseLatex } from '../phase/latex.js';
import { phaseSpec, type PhaseData, type PhasePanel } from '../phase/spec.js';
import { plural } from '../../render/number.js';
import { groupsBy, levelsOf, ofRuns } from '../runs.js';
import { symbolOf, valueText } from '../symbols.js';

/** Diagrams of one figure; those in which verdicts differ come first. */
const panelsAtMost = 6;

/** The two axes that take most values, the first across and the second up. */
function planeOf(source: FigureSource): readonly string[] {
  const levels = source.freeAxes
    .map((axis) => ({ axis, count: levelsOf(source.runs, axis).length }))
    .filter(({ count }) => count > 1);
  levels.sort((a, b) => b.count - a.count);
  return levels.slice(0, 2).map(({ axis }) => axis);
}

const judged = ({ claims }: FigureSource, plane: readonly string[]): readonly Claim[] =>
  // An exponent along an axis of the plane has one value of it in each cell.
  claims.filter(({ relation }) => !(relation.kind === 'proportional' && plane.includes(relation.axis)));

export const phaseDiagram: Figure<PhaseData> = {
  name: 'phase-diagram',
  title: 'Phase diagrams',
  needs: 'claims, and two axes of at least two values each',
  available(sources) {
    const reasons = sources.map((source) => {
      if (source.claims.length === 0)
        return source.undefinedBecause ?? `no claim of ${source.sweep} was asked for`;
      const plane = planeOf(source);
      return plane.length < 2
        ? `${plane.length === 1 ? `${plane[0]} alone varies` : 'no axis varies'} among the runs of ${source.sweep}`
        : undefined;
    });
    return reasons.includes(undefined) ? available : unavailable(reasons[0] as string);
  },
  data(sources, { by }) {
    const found = sources.flatMap((source) => {
      const [across, up, ...facets] = by.length > 0 ? by : planeOf(source);
      if (across === undefined || up === undefined) {
        if (by.length > 0)
          throw new BadInput({
            expected: '--by with two axes for a phase diagram, the first across',
            got: by.join(' '),
            try: `--by ${[...new Set([...by, ...planeOf(source)])].slice(0, 2).join(' ')}`,
          });
        return [];
      }
      return groupsBy(source, facets).flatMap(({ name, runs }) =>
        judged(source, [across, up]).map((claim) => {
          const title = [claim.title, name].filter(Boolean).join(' · ');
          const named = sources.length > 1 ? `${source.sweep}: ${title}` : title;
          const judging = (cell: MeasuredRun): VerdictOptions =>
            within(source.judging, cell, [across, up, ...facets]);
          return diagram(claim, named, runs, [across, up], judging);
        }),
      );
    });
    const variety = ({ cells }: PhasePanel): number => new Set(cells.map(({ verdict }) => verdict)).size;
    const panels = found
      .toSorted((a, b) => Number(variety(b) > 1) - Number(variety(a) > 1))
      .slice(0, panelsAtMost);
    const more = found.length - panels.length;
    return {
      title: phaseDiagram.title,
      caption: `Verdict of each cell at level .05, other axes pooled. ${ofRuns(sources)}${more > 0 ? `; ${plural(more, 'more diagram')} with --claims` : ''}`,
      panels,
      rows: panels.flatMap(({ name, across, up, cells }) =>
        cells.map((cell): Row => ({ panel: name, across, up, ...cell })),
      ),
    };
  },
  spec: phaseSpec,
  latex: phaseLatex,
};

/** Of the runs that failed, those at the place of this one. */
const within = (judging: VerdictOptions = {}, run: MeasuredRun, axes: readonly string[]): VerdictOptions => ({
  ...judging,
  missing: (judging.missing ?? []).filter((failed) =>
    axes.every((axis) => failed.axes[axis] === run.axes[axis]),
  ),
});

function diagram(
  claim: Claim,
  name: string,
  runs: readonly MeasuredRun[],
  [across, up]: readonly [string, string],
  judging: (cell: MeasuredRun) => VerdictOptions,
): PhasePanel {
  const cells = new Map<
    string,
    { readonly x: AxisValue; readonly y: AxisValue; readonly runs: MeasuredRun[] }
  >();
  for (const run of runs) {
    const [x, y] = [run.axes[across] ?? '', run.axes[up] ?? ''];
    const key = JSON.stringify([x, y]);
    const cell = cells.get(key);
    if (cell) cell.runs.push(run);
    else cells.set(key, { x, y, runs: [run] });
  }
  const ordered = (axis: string): readonly string[] =>
    levelsOf(runs, axis)
      .map((value) => value ?? '')
      .sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0))
      .map(valueText);
  return {
    name,
    across: symbolOf(across),
    up: symbolOf(up),
    xs: ordered(across),
    ys: ordered(up),
    cells: [...cells.values()].map((cell) => {
      const { verdict, estimate } = verdictOf(claim, cell.runs, judging(cell.runs[0] as MeasuredRun));
      return {
        x: valueText(cell.x),
        y: valueText(cell.y),
        verdict: verdict satisfies VerdictKind,
        estimate: estimate !== null && Number.isFinite(estimate) ? estimate : null,
        runs: cell.runs.length,
      };
    }),
  };
}
