/** Curves as a Vega-Lite spec: a view a panel, a layer a series, one legend below all. */
import { legendLayer, paths, type Entry } from '../legend.js';
import type { Spec } from '../figure.js';
import { headed } from '../head.js';
import { fontSizes, type Look } from '../theme.js';
import { wrapped } from '../text-width.js';
import type { Axis, CurvesData, Panel, Series } from './curves.js';

export const dashes = { solid: [1, 0], dashed: [5, 3], dotted: [1.5, 2.5] } as const;
const bandOpacity = 0.22;

/** Pixels that a panel needs for its axis, and the least that it is worth drawing in. */
const axisWidth = 50;
const leastPanel = 190;

export function curvesSpec(data: CurvesData, look: Look): Spec {
  const columns = Math.max(1, Math.min(data.panels.length, 3, Math.floor(look.width / leastPanel)));
  const spacing = 14;
  const width = Math.floor((look.width - 12 - spacing * (columns - 1)) / columns) - axisWidth;
  const height = Math.round(Math.max(110, Math.min(190, width * 0.68)));
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
        ...data.series.flatMap((series) => layersOf(panel, series, look)),
        legendLayer(
          data.series.map((series) => entryOf(series, look)),
          look,
        ),
      ],
    })),
  });
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
    fill: filled ? colour : 'transparent',
    dash: dashes[series.dash],
    strokeWidth: 1.5,
    fillOpacity: series.mark === 'band' ? bandOpacity : 1,
  };
}

function layersOf(panel: Panel, series: Series, look: Look): Readonly<Record<string, unknown>>[] {
  const colour = colourOf(series, look);
  const own = `datum.panel === ${JSON.stringify(panel.name)} && datum.series === ${JSON.stringify(series.name)}`;
  const layer = (mark: object, encoding: object, needs: string) => ({
    transform: [{ filter: `${own} && isValid(datum.${needs})` }],
    mark,
    encoding: { x: channel('x', panel.x), ...encoding },
  });
  const y = channel('y', panel.y);
  const range = { y: channel('low', panel.y), y2: { field: 'high' } };
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

function channel(field: string, { title, scale, domain }: Axis): Readonly<Record<string, unknown>> {
  return {
    field,
    type: 'quantitative',
    title,
    scale: {
      type: scale,
      ...(domain ? { domain } : scale === 'linear' ? { zero: false } : {}),
      nice: scale === 'linear' && !domain,
    },
    axis: { tickCount: 5, ...(scale === 'log' ? { labelOverlap: 'greedy', format: '~g' } : {}) },
  };
}
