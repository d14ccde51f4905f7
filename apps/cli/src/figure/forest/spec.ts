/** The forest plot as a Vega-Lite spec: a line a claim. */
import type { VerdictKind } from '@marginalia/theory';
import type { FigureData, Row, Spec } from '../figure.js';
import { headed } from '../head.js';
import { legendLayer, paths } from '../legend.js';
import { textWidth } from '../text-width.js';
import { fontSizes, type Look } from '../theme.js';
import { pointPaths, verdictOrder } from '../verdict-shapes.js';

export type ForestLine = Row & {
  readonly place: number;
  readonly claim: string;
  readonly label: string;
  readonly verdict: VerdictKind;
  /** Estimate and interval on the scale where the bound is 1. */
  readonly at: number | null;
  readonly from: number | null;
  readonly to: number | null;
  /** What is admitted on that scale; null is without end. */
  readonly least: number | null;
  readonly most: number | null;
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly bound: number | null;
};

export interface ForestData extends FigureData {
  readonly rows: readonly ForestLine[];
}

/** What lies outside is drawn at the edge, as an arrow. */
export const range = [0, 2] as const;
const lineHeight = 14;
/** From this width on the numbers stand beside the lines. */
const roomy = 480;

export function forestSpec(data: ForestData, look: Look): Spec {
  const { theme } = look;
  const labels = Math.max(...data.rows.map(({ label }) => textWidth(label, fontSizes.label)));
  const numbers =
    look.width >= roomy
      ? Math.max(...data.rows.map((line) => textWidth(numbersOf(line), fontSizes.label)))
      : 0;
  const width = Math.max(60, Math.floor(look.width - labels - numbers - 34));
  const present = verdictOrder.filter((verdict) => data.rows.some((line) => line.verdict === verdict));
  const lines = data.rows.map((line) => ({
    ...line,
    shownAt: clamped(line.at),
    shownFrom: clamped(line.from),
    shownTo: clamped(line.to),
    beyond:
      line.at !== null && line.at > range[1]
        ? 'above'
        : line.at !== null && line.at < range[0]
          ? 'below'
          : 'within',
    shownLeast: clamped(line.least ?? -Infinity),
    shownMost: clamped(line.most ?? Infinity),
    numbers: numbersOf(line),
  }));
  const y = {
    field: 'place',
    type: 'ordinal',
    axis: {
      title: null,
      ticks: false,
      domain: false,
      labelPadding: 4,
      // Places tell lines apart, labels name them.
      labelExpr: `${JSON.stringify(data.rows.map(({ label }) => label))}[datum.value]`,
    },
  };
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    title: 'value on the scale where its bound is 1',
    scale: { domain: range, nice: false },
    axis: { values: [0, 0.5, 1, 1.5, 2], format: '~g', labelFlush: true },
  });
  const valid = (field: string) => [{ filter: `isValid(datum.${field})` }];
  return headed(data, look, {
    data: { name: 'rows' },
    datasets: { rows: lines },
    width,
    height: lineHeight * Math.max(1, lines.length),
    layer: [
      {
        mark: { type: 'bar', height: { band: 0.72 }, fill: theme.grid, description: 'admitted' },
        encoding: { y, x: x('shownLeast'), x2: { field: 'shownMost' } },
      },
      {
        mark: { type: 'rule', stroke: theme.faint, strokeWidth: 1, strokeDash: [2, 2] },
        data: { values: [{ one: 1 }] },
        encoding: { x: x('one') },
      },
      {
        transform: valid('shownFrom'),
        mark: { type: 'rule', stroke: theme.ink, strokeWidth: 1.4 },
        encoding: { y, x: x('shownFrom'), x2: { field: 'shownTo' } },
      },
      ...present.map((verdict) => ({
        transform: [
          { filter: `datum.verdict === '${verdict}' && isValid(datum.shownAt) && datum.beyond === 'within'` },
        ],
        mark: {
          type: 'point',
          shape: pointPaths[verdict],
          size: 44,
          fill: theme.verdicts[verdict],
          stroke: verdict === 'refuted' ? theme.verdicts.refuted : theme.ink,
          strokeWidth: verdict === 'refuted' ? 1.8 : 0.8,
          opacity: 1,
          description: verdict,
        },
        encoding: { y, x: x('shownAt') },
      })),
      ...present.flatMap((verdict) =>
        (['above', 'below'] as const).map((side) => ({
          transform: [{ filter: `datum.verdict === '${verdict}' && datum.beyond === '${side}'` }],
          mark: {
            type: 'point',
            shape: side === 'above' ? 'triangle-right' : 'triangle-left',
            size: 60,
            fill: theme.verdicts[verdict],
            stroke: theme.ink,
            strokeWidth: 0.8,
            opacity: 1,
            description: `${verdict}, out of range`,
          },
          encoding: { y, x: x('shownAt') },
        })),
      ),
      {
        transform: [{ filter: '!isValid(datum.shownAt)' }],
        mark: { type: 'text', align: 'left', fontSize: fontSizes.label, fill: theme.faint, dx: 3 },
        encoding: { y, text: { field: 'verdict' }, x: { value: 0 } },
      },
      ...(numbers > 0
        ? [
            {
              mark: { type: 'text', align: 'left', fontSize: fontSizes.label, fill: theme.faint },
              encoding: { y, text: { field: 'numbers' }, x: { value: width + 8 } },
            },
          ]
        : []),
      legendLayer(
        [
          ...present.map((verdict) => ({
            name: verdict,
            path: pointPaths[verdict],
            stroke: verdict === 'refuted' ? theme.verdicts.refuted : theme.ink,
            fill: theme.verdicts[verdict],
            dash: [1, 0],
            strokeWidth: verdict === 'refuted' ? 1.8 : 0.8,
          })),
          {
            name: 'admitted by the claim',
            path: paths.band,
            stroke: 'transparent',
            fill: theme.grid,
            dash: [1, 0],
            strokeWidth: 0,
          },
        ],
        width,
      ),
    ],
  });
}

const clamped = (value: number | null): number | null =>
  value === null ? null : Math.max(range[0], Math.min(range[1], value));

const short = (value: number | null): string => {
  if (value === null) return '–';
  if (value < 0) return `−${short(-value)}`;
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(3)));
};

/** `0.499 [0.49, 0.509] : 0.5`, the bound last. */
const numbersOf = ({ estimate, low, high, bound }: ForestLine): string =>
  estimate === null ? '' : `${short(estimate)} [${short(low)}, ${short(high)}] : ${short(bound)}`;
