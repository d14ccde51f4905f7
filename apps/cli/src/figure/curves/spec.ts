/** Curves as a Vega-Lite spec: a view a panel, a layer a series, one legend below all. */
import { legendLayer, paths, type Entry } from '../legend.js';
import type { Spec } from '../figure.js';
import { columnsOf, headed } from '../head.js';
import { fontSizes, tint, type Look } from '../theme.js';
import { wrapped } from '../text-width.js';
import type { Axis, CurvesData, Panel, Series } from './curves.js';
import { logTicks } from './log-ticks.js';

const dashes = { solid: [1, 0], dashed: [5, 3], dotted: [1.5, 2.5] } as const;
const bandOpacity = 0.22;

/** Pixels that a panel needs for its axis, and the least that it is worth drawing in. */
const axisWidth = 50;
const leastPanel = 190;
const leastOfMany = 150;

export function curvesSpec(data: CurvesData, look: Look): Spec {
  const panels = data.panels.length;
  const columns = columnsOf(
    panels,
    Math.min(3, Math.floor(look.width / (panels > 2 ? leastOfMany : leastPanel))),
  );
  const spacing = 14;
  const wide = Math.floor((look.width - 12 - spacing * (columns - 1)) / columns);
  const height = Math.round(Math.max(110, Math.min(190, (wide - axisWidth) * 0.68)));
  const titles = data.panels.map(({ y }) => fitted(y, height).lines.length);
  // Every line of a title takes its height from the panel.
  const width = wide - axisWidth - 11 * (Math.max(1, ...titles) - 1);
  return headed(data, look, {
    data: { name: 'rows' },
    datasets: { rows: data.rows },
    columns,
    spacing,
    concat: data.panels.map((panel) => ({
      width,
      height,
      ...(data.panels.length > 1
        ? {
            title: {
              text: [...wrapped(panel.name, width + axisWidth - 10, fontSizes.text)],
              fontSize: fontSizes.text,
              fontWeight: 'normal',
              anchor: 'start',
              offset: 4,
            },
          }
        : {}),
      layer: [
        ...data.series
          .filter(({ role }) => role !== 'key')
          .flatMap((series) =>
            layersOf(
              { ...panel, x: fitted(panel.x, width), y: fitted(panel.y, height) },
              series,
              extentsOf(panel, data),
              look,
            ),
          ),
        legendLayer(
          data.series.filter(({ role }) => role !== 'unlisted').map((series) => entryOf(series, look)),
          look.width - axisWidth,
        ),
      ],
    })),
  });
}

/** A title longer than its axis stands on two lines. */
const fitted = (axis: Axis, length: number): Shown => ({
  ...axis,
  lines: [...wrapped(axis.title, length + titleOverhang, fontSizes.text)],
});
const titleOverhang = 16;

interface Shown extends Axis {
  readonly lines: readonly string[];
}
interface ShownPanel extends Panel {
  readonly x: Shown;
  readonly y: Shown;
}

const colourOf = ({ colour }: Series, { theme }: Look): string =>
  colour === 'ink' ? theme.ink : (theme.series[colour % theme.series.length] as string);

function entryOf(series: Series, look: Look): Entry {
  const colour = colourOf(series, look);
  const filled = series.mark !== 'line';
  const path = {
    line: paths.line,
    points: paths.point,
    'line-and-points': paths.lineAndPoint,
    band: paths.band,
  }[series.mark];
  return {
    name: series.name,
    path,
    stroke: series.mark === 'band' ? 'transparent' : colour,
    fill: series.mark === 'band' ? tint(colour, bandOpacity, look.theme) : filled ? colour : 'transparent',
    dash: dashes[series.dash],
    strokeWidth: 1.5,
  };
}

function layersOf(
  panel: ShownPanel,
  series: Series,
  extents: Extents,
  look: Look,
): Readonly<Record<string, unknown>>[] {
  const colour = colourOf(series, look);
  const own = `datum.panel === ${JSON.stringify(panel.name)} && datum.series === ${JSON.stringify(series.name)}`;
  const layer = (mark: object, encoding: object, needs: string) => ({
    transform: [{ filter: `${own} && isValid(datum.${needs})` }],
    mark,
    encoding: { x: channel('x', panel.x, extents.x), ...encoding },
  });
  const y = channel('y', panel.y, extents.y);
  const range = { y: channel('low', panel.y, extents.y), y2: { field: 'high' } };
  const description = { description: series.name };
  if (series.mark === 'band')
    return [layer({ type: 'area', fill: colour, fillOpacity: bandOpacity, ...description }, range, 'low')];
  const line = layer(
    {
      type: 'line',
      stroke: colour,
      strokeWidth: 1.5,
      strokeDash: dashes[series.dash],
      strokeCap: 'butt',
      ...description,
    },
    { y },
    'y',
  );
  const errors = layer({ type: 'rule', stroke: colour, strokeWidth: 1 }, range, 'low');
  const points = layer(
    { type: 'point', filled: true, size: 18, fill: colour, opacity: 1, ...description },
    { y },
    'y',
  );
  return [
    ...(series.mark === 'points' ? [errors] : []),
    ...(series.mark === 'points' ? [] : [line]),
    ...(series.mark === 'line' ? [] : [points]),
  ];
}

interface Extents {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

function extentsOf({ name }: Panel, { rows }: CurvesData): Extents {
  const own = rows.filter((row) => row.panel === name);
  const extent = (values: readonly (number | null)[]): readonly [number, number] => {
    const numbers = values.filter((value) => value !== null);
    return [
      numbers.reduce((least, value) => Math.min(least, value), Infinity),
      numbers.reduce((most, value) => Math.max(most, value), -Infinity),
    ];
  };
  return {
    x: extent(own.map(({ x }) => x)),
    y: extent(own.flatMap(({ y, low, high }) => [y, low, high])),
  };
}

function channel(
  field: string,
  { lines: title, scale, domain, ticks }: Shown,
  extent: readonly [number, number],
): Readonly<Record<string, unknown>> {
  if (scale === 'log') {
    return {
      field,
      type: 'quantitative',
      title,
      scale: { type: 'log', nice: false, padding: 4, ...(domain ? { domain } : {}) },
      axis: { values: ticks ?? logTicks(domain ?? extent), format: '~r', labelOverlap: 'greedy' },
    };
  }
  return {
    field,
    type: 'quantitative',
    title,
    scale: { type: 'linear', zero: false, nice: !domain, ...(domain ? { domain } : {}) },
    axis: { tickCount: 5, ...(ticks ? { values: ticks } : {}) },
  };
}
