/** Figures made of curves: panels of lines, points and bands over one set of series. What most figures are. */
import type { FigureData } from '../figure.js';

export interface Axis {
  readonly title: string;
  readonly scale: 'linear' | 'log';
  /** Where it should begin and end whatever was measured. */
  readonly domain?: readonly [number, number];
  /** Where it is labelled, instead of at round numbers. */
  readonly ticks?: readonly number[];
}

export interface Panel {
  readonly name: string;
  readonly x: Axis;
  readonly y: Axis;
}

export interface Series {
  readonly name: string;
  /** Place among the theme's colours; `ink` is for what a theorem says. */
  readonly colour: number | 'ink';
  readonly dash: 'solid' | 'dashed' | 'dotted';
  /** Drawn as a line through (x, y), as points, as both, or as the band from `low` to `high`. */
  readonly mark: 'line' | 'points' | 'line-and-points' | 'band';
  /** `unlisted`: not in the legend, for its colour or its dashes are explained there already; `key`: in the legend alone. */
  readonly role?: 'unlisted' | 'key';
}

/** One point of one series in one panel; `low` and `high` are a band's edges, or a point's error bar. */
export interface CurveRow {
  readonly panel: string;
  readonly series: string;
  readonly x: number;
  readonly y: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly [column: string]: number | string | null;
}

export interface CurvesData extends FigureData {
  readonly panels: readonly Panel[];
  /** In the order of the legend. */
  readonly series: readonly Series[];
  readonly rows: readonly CurveRow[];
}

/** A row of finite numbers that its panel's scales can show; undefined otherwise. */
export function curveRow(
  { name, x, y }: Panel,
  series: string,
  at: { readonly x: number; readonly y?: number; readonly low?: number; readonly high?: number },
): CurveRow | undefined {
  const shown = (value: number | undefined, { scale }: Axis): value is number =>
    value !== undefined && Number.isFinite(value) && (scale === 'linear' || value > 0);
  const [middle, low, high] = [at.y, at.low, at.high].map((value) => (shown(value, y) ? value : null));
  if (!shown(at.x, x) || (middle === null && (low === null || high === null))) return undefined;
  return { panel: name, series, x: at.x, y: middle ?? null, low: low ?? null, high: high ?? null };
}

/** Those of the series and panels that have rows: a legend names nothing that is not there. */
export function drawn(data: CurvesData): CurvesData {
  const [series, panels] = [
    new Set(data.rows.map((row) => row.series)),
    new Set(data.rows.map((row) => row.panel)),
  ];
  return {
    ...data,
    series: data.series.filter(({ name, role }) => series.has(name) || role === 'key'),
    panels: data.panels.filter(({ name }) => panels.has(name)),
  };
}
