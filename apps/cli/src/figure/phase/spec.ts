/** Phase diagrams as a Vega-Lite spec: a square a cell, its verdict told by colour and by hatching. */
import type { VerdictKind } from '@marginalia/theory';
import type { FigureData, Spec } from '../figure.js';
import { columnsOf, headed } from '../head.js';
import { legendLayer } from '../legend.js';
import { textWidth, wrapped } from '../text-width.js';
import { fontSizes, type Look } from '../theme.js';
import { cellPaths, verdictOrder } from '../verdict-shapes.js';

export interface PhaseCell {
  readonly x: string;
  readonly y: string;
  readonly verdict: VerdictKind;
  readonly estimate: number | null;
  readonly runs: number;
}

export interface PhasePanel {
  readonly name: string;
  readonly across: string;
  readonly up: string;
  /** Values of the axes in their order, from the left and from below. */
  readonly xs: readonly string[];
  readonly ys: readonly string[];
  readonly cells: readonly PhaseCell[];
}

export interface PhaseData extends FigureData {
  readonly panels: readonly PhasePanel[];
}

const largestCell = 30;
const smallestCell = 5;

export function phaseSpec(data: PhaseData, look: Look): Spec {
  const columns = columnsOf(data.panels.length, Math.floor(look.width / 155));
  const spacing = 16;
  const share = (look.width - 12 - spacing * (columns - 1)) / columns;
  const labels = Math.max(
    ...data.panels.flatMap(({ ys }) => ys).map((value) => textWidth(value, fontSizes.label)),
  );
  const widest = Math.max(...data.panels.map(({ xs }) => xs.length));
  // Axis title, labels, ticks.
  const cell = Math.floor(
    Math.max(smallestCell, Math.min(largestCell, (share - labels - 26) / Math.max(1, widest))),
  );
  const present = verdictOrder.filter((verdict) =>
    data.panels.some(({ cells }) => cells.some((one) => one.verdict === verdict)),
  );
  const { theme } = look;
  const entries = present.map((verdict) => ({
    name: verdict,
    path: cellPaths[verdict],
    stroke: theme.ink,
    fill: theme.verdicts[verdict],
    dash: [1, 0],
    strokeWidth: 0.6,
  }));
  return headed(data, look, {
    columns,
    spacing,
    concat: data.panels.map(({ name, across, up, xs, ys, cells }) => ({
      width: cell * xs.length,
      height: cell * ys.length,
      title: {
        text: [...wrapped(name, share - 4, fontSizes.label)],
        fontSize: fontSizes.label,
        fontWeight: 'normal',
        anchor: 'start',
        frame: 'bounds',
        offset: 4,
      },
      layer: [
        ...present.map((verdict) => ({
          data: { values: cells.filter((one) => one.verdict === verdict) },
          mark: {
            type: 'point',
            shape: cellPaths[verdict],
            size: cell * cell,
            fill: theme.verdicts[verdict],
            stroke: theme.ink,
            strokeWidth: 0.6,
            opacity: 1,
            description: verdict,
          },
          encoding: {
            x: place('x', across, xs, tilt(xs, cell)),
            y: place('y', up, ys.toReversed(), {}),
          },
        })),
        legendLayer(entries, look.width - labels - 26),
      ],
    })),
  });
}

/** Values wider than a cell stand aslant, so that each is there. */
const tilt = (values: readonly string[], cell: number): object =>
  values.some((value) => textWidth(value, fontSizes.label) > cell - 2)
    ? { labelAngle: -40, labelAlign: 'right', labelOverlap: false }
    : {};

const place = (field: string, title: string, domain: readonly string[], labels: object) => ({
  field,
  type: 'ordinal',
  title,
  scale: { type: 'point', padding: 0.5, domain },
  axis: { labelAngle: 0, grid: false, labelOverlap: 'greedy', ticks: false, domain: false, ...labels },
});
