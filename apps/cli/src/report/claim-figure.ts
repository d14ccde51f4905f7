/** One claim by cell: what was measured beside what it is compared with, along the axis that tells most. */
import type { AxisValue, Claim } from '@marginalia/theory';
import { curveRow, drawn, type CurvesData, type Panel, type Series } from '../figure/curves/curves.js';
import type { FigureSource } from '../figure/figure.js';
import { levelsOf } from '../figure/runs.js';
import { settingText, symbolOf } from '../figure/symbols.js';
import { plural } from '../render/number.js';
import type { ClaimCell } from './claim-cells.js';

/** As many series as there are colours. */
const seriesAtMost = 6;
/** From these ratios of the largest to the least on, an axis is logarithmic. */
const spread = { x: 3, y: 30 } as const;
const ticksAtMost = 8;

/** Undefined where no run was judged. */
export function claimFigure(
  claim: Claim,
  source: Pick<FigureSource, 'runs' | 'freeAxes' | 'axisNames'>,
  cells: readonly ClaimCell[],
): CurvesData | undefined {
  const judged = cells.filter(({ quantity }) => Number.isFinite(quantity));
  if (judged.length === 0) return undefined;
  const across = axisOf(claim, source);
  const apart = apartOf(source, across);
  const place = (cell: ClaimCell): number =>
    across === undefined ? cells.indexOf(cell) + 1 : Number(cell.axes[across]);
  const places = [...new Set(judged.map(place))].sort((a, b) => a - b);
  const values = judged.flatMap(({ quantity, bound }) => [quantity, bound]).filter(Number.isFinite);
  const panel: Panel = {
    name: 'cells',
    x: {
      title: across === undefined ? 'cell, as in the table' : symbolOf(across),
      scale: isWide(places, spread.x) ? 'log' : 'linear',
      ...(places.length <= ticksAtMost ? { ticks: places } : {}),
    },
    y: { title: 'measured', scale: isWide(values, spread.y) ? 'log' : 'linear' },
  };
  const nameOf = ({ axes }: ClaimCell): string =>
    apart === undefined ? 'measured, ± 2 standard errors' : settingText([apart], axes);
  const names = [...new Set(judged.map(nameOf))];
  const bounds = new Map(
    names.map((name) => [
      name,
      boundsAlong(
        judged.filter((cell) => nameOf(cell) === name),
        place,
      ),
    ]),
  );
  const one = new Set([...bounds.values()].map((along) => JSON.stringify([...along]))).size === 1;
  const rows = [
    ...names.flatMap((name) =>
      one && name !== names[0]
        ? []
        : [...(bounds.get(name) as ReadonlyMap<number, number>)].map(([x, y]) =>
            curveRow(panel, one ? 'compared with' : `${name}, compared with`, { x, y }),
          ),
    ),
    ...judged.map((cell) =>
      curveRow(panel, nameOf(cell), {
        x: place(cell),
        y: cell.quantity,
        ...(Number.isFinite(cell.error)
          ? { low: cell.quantity - 2 * cell.error, high: cell.quantity + 2 * cell.error }
          : {}),
      }),
    ),
  ].filter((row) => row !== undefined);
  const series: Series[] = [
    ...names.map((name, colour): Series => ({ name, colour, dash: 'solid', mark: 'points' })),
    ...(one
      ? [{ name: 'compared with', colour: 'ink', dash: 'dashed', mark: 'line' } as const]
      : [
          ...names.map((name, colour): Series => ({
            name: `${name}, compared with`,
            colour,
            dash: 'dashed',
            mark: 'line',
            role: 'unlisted',
          })),
          { name: 'compared with', colour: 'ink', dash: 'dashed', mark: 'line', role: 'key' } as const,
        ]),
  ];
  const others = cells.length - judged.length;
  return drawn({
    title: 'Measured beside what it is compared with',
    caption: `A point a cell: its mean ± 2 Monte-Carlo standard errors. ${plural(judged.length, 'cell')}${others > 0 ? `, ${others} more in which no run was judged` : ''}`,
    panels: [panel],
    series,
    rows,
  });
}

const isWide = (values: readonly number[], ratio: number): boolean => {
  const least = values.reduce((bottom, value) => Math.min(bottom, value), Infinity);
  const most = values.reduce((top, value) => Math.max(top, value), -Infinity);
  return least > 0 && most / least >= ratio;
};

const isNumeric = (values: readonly (AxisValue | undefined)[]): boolean =>
  values.every((value) => typeof value === 'number');

/** The axis of a power law; else the free numeric one that takes most values. */
function axisOf(
  { relation }: Claim,
  { runs, freeAxes, axisNames }: Pick<FigureSource, 'runs' | 'freeAxes' | 'axisNames'>,
): string | undefined {
  if (relation.kind === 'proportional' && axisNames.includes(relation.axis)) return relation.axis;
  return varying(runs, freeAxes).filter(({ levels }) => isNumeric(levels))[0]?.axis;
}

function apartOf(
  { runs, freeAxes }: Pick<FigureSource, 'runs' | 'freeAxes'>,
  across: string | undefined,
): string | undefined {
  return varying(runs, freeAxes).find(({ axis, levels }) => axis !== across && levels.length <= seriesAtMost)
    ?.axis;
}

/** Those that take most values first. */
const varying = (runs: FigureSource['runs'], axes: readonly string[]) =>
  axes
    .map((axis) => ({ axis, levels: levelsOf(runs, axis) }))
    .filter(({ levels }) => levels.length > 1)
    .toSorted((a, b) => b.levels.length - a.levels.length);

/** By place the mean of what cells are compared with. */
function boundsAlong(
  cells: readonly ClaimCell[],
  place: (cell: ClaimCell) => number,
): ReadonlyMap<number, number> {
  const sums = new Map<number, readonly [number, number]>();
  for (const cell of cells) {
    const [sum, count] = sums.get(place(cell)) ?? [0, 0];
    sums.set(place(cell), [sum + cell.bound, count + 1]);
  }
  return new Map([...sums].sort(([a], [b]) => a - b).map(([at, [sum, count]]) => [at, sum / count]));
}
