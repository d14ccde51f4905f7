/** Matrices of cosines as a Vega-Lite spec: a mark an entry while these can be told apart, one picture beyond. */
import type { FigureData, Spec } from '../figure.js';
import { headed } from '../head.js';
import { dataUrl, palettePng } from '../palette-png.js';
import { wrapped } from '../text-width.js';
import { fontSizes, type Look, type Theme } from '../theme.js';

export interface MatrixPanel {
  readonly name: string;
  /** Their numbers in the run, in the order of the rows and of the columns. */
  readonly neurons: readonly number[];
  readonly centres: readonly number[];
  readonly columns: number;
  /** How many of them, first, are of class +1. */
  readonly positiveNeurons: number;
  readonly positiveCentres: number;
  /** How many of them, last, no sample came from: their class is not to be seen. */
  readonly unseenCentres: number;
  /** Row-major, in [−1, 1]; null for a neuron of no length. */
  readonly values: readonly (number | null)[];
}

export interface MatrixData extends FigureData {
  /** The colours' end: no cosine is larger in size. */
  readonly limit: number;
  readonly panels: readonly MatrixPanel[];
}

/** Entries that are drawn one by one: 64 × 64. */
export const entriesAtMost = 4096;
/** Colours of the picture of a larger matrix, from end to end; one more is for entries that are no number. */
const shades = 255;

export function matrixSpec(data: MatrixData, look: Look): Spec {
  const { theme } = look;
  const columns = Math.max(1, Math.min(data.panels.length, 2, Math.floor(look.width / 150)));
  const spacing = 16;
  const side = Math.floor(Math.min(260, (look.width - 12 - spacing * (columns - 1)) / columns - 52));
  return headed(data, look, {
    columns,
    spacing,
    concat: data.panels.map((panel) => ({
      width: side,
      height: side,
      title: {
        text: [...wrapped(panel.name, side + 46, fontSizes.label)],
        fontSize: fontSizes.label,
        fontWeight: 'normal',
        anchor: 'start',
        offset: 4,
      },
      layer: [
        ...entries(panel, side, data.limit, theme),
        ...borders(panel, theme),
        scaleLayer(side, data.limit, theme),
      ],
    })),
  });
}

type Layer = Readonly<Record<string, unknown>>;

const quantity = (field: string, end: number, reverse: boolean, axis: object): Layer => ({
  field,
  type: 'quantitative',
  scale: { domain: [0, end], nice: false, reverse },
  axis: { grid: false, ticks: false, domain: false, minExtent: 0, ...axis },
});

/** Where the classes end, along neurons or along centres. */
export interface Stretch {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export function stretches(positive: number, all: number, unseen = 0): readonly Stretch[] {
  return [
    { name: 'y = +1', from: 0, to: positive },
    { name: 'y = −1', from: positive, to: all - unseen },
    { name: 'unseen', from: all - unseen, to: all },
  ].filter(({ from, to }) => to > from);
}

/** Class names stand in the middle of their classes. */
function classAxis(title: string, classes: readonly Stretch[]): object {
  const names = classes.map(({ name, to }) => `datum.value < ${to} ? '${name}' : `).join('');
  return { title, values: classes.map(({ from, to }) => (from + to) / 2), labelExpr: `${names}''` };
}

function positions({ neurons, centres, positiveNeurons, positiveCentres, unseenCentres }: MatrixPanel) {
  return {
    x: quantity('x', centres.length, false, {
      ...classAxis(`centres (${centres.length})`, stretches(positiveCentres, centres.length, unseenCentres)),
      labelOverlap: 'greedy',
    }),
    y: quantity('y', neurons.length, true, {
      ...classAxis(`neurons (${neurons.length})`, stretches(positiveNeurons, neurons.length)),
      labelAngle: -90,
      labelAlign: 'center',
      labelBaseline: 'bottom',
    }),
  };
}

const colours = ({ diverging }: Theme, limit: number): Layer => ({
  type: 'linear',
  domain: [-limit, 0, limit],
  range: diverging,
  interpolate: 'rgb',
});

function entries(panel: MatrixPanel, side: number, limit: number, theme: Theme): readonly Layer[] {
  const { values, columns, neurons } = panel;
  const { x, y } = positions(panel);
  if (values.length > entriesAtMost) {
    return [
      {
        data: { values: [{ x: columns / 2, y: neurons.length / 2 }] },
        mark: {
          type: 'image',
          url: dataUrl(picture(panel, limit, theme)),
          width: side,
          height: side,
          aspect: false,
          description: `cosines of ${neurons.length} neurons with ${columns} centres`,
        },
        encoding: { x, y },
      },
    ];
  }
  // Half a pixel beyond its edge, below the next: where marks just touch a seam shines through.
  const overlap = (0.5 * columns) / side;
  return [
    {
      data: {
        values: values.map((cosine, at) => {
          const [left, top] = [at % columns, Math.floor(at / columns)];
          return {
            x: left,
            x2: Math.min(columns, left + 1 + overlap),
            y: top,
            y2: Math.min(neurons.length, top + 1 + overlap),
            cosine,
          };
        }),
      },
      mark: { type: 'rect', strokeWidth: 0 },
      encoding: {
        x,
        x2: { field: 'x2' },
        y,
        y2: { field: 'y2' },
        color: {
          field: 'cosine',
          type: 'quantitative',
          scale: colours(theme, limit),
          legend: legendOf(side, limit),
        },
      },
    },
  ];
}

export function picture({ values, columns }: MatrixPanel, limit: number, theme: Theme): Uint8Array {
  const indices = Uint8Array.from(values, (cosine) =>
    cosine === null
      ? shades
      : Math.round(((Math.max(-1, Math.min(1, cosine / limit)) + 1) / 2) * (shades - 1)),
  );
  const palette = Array.from({ length: shades }, (_, at) => shade((2 * at) / (shades - 1) - 1, theme));
  return palettePng(indices, columns, [...palette, theme.grid]);
}

/** Linear in RGB between the theme's three colours, as the legend is. */
function shade(place: number, { diverging }: Theme): string {
  const [low, middle, high] = diverging.map((hex) =>
    [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
  ) as [number[], number[], number[]];
  const end = place < 0 ? low : high;
  const parts = middle.map((from, i) => Math.round(from + Math.abs(place) * ((end[i] as number) - from)));
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Lines between the classes, and a frame. */
function borders(panel: MatrixPanel, { faint }: Theme): readonly Layer[] {
  const { neurons, centres, positiveNeurons, positiveCentres, unseenCentres } = panel;
  const { x, y } = positions(panel);
  const across = stretches(positiveCentres, centres.length, unseenCentres).map(({ to }) => to);
  const down = stretches(positiveNeurons, neurons.length).map(({ to }) => to);
  const lines = [
    ...[0, ...across].map((at) => ({ x: at, x2: at, y: 0, y2: neurons.length })),
    ...[0, ...down].map((at) => ({ x: 0, x2: centres.length, y: at, y2: at })),
  ];
  return [
    {
      data: { values: lines },
      mark: { type: 'rule', stroke: faint, strokeWidth: 1 },
      encoding: { x, x2: { field: 'x2' }, y, y2: { field: 'y2' } },
    },
  ];
}

const legendOf = (side: number, limit: number): Layer => ({
  title: 'cos(neuron, centre)',
  orient: 'bottom',
  direction: 'horizontal',
  gradientLength: Math.min(160, side),
  gradientThickness: 8,
  values: [-limit, -limit / 2, 0, limit / 2, limit],
  format: '~g',
});

/** Without data, for its legend, which a picture has none of. */
function scaleLayer(side: number, limit: number, theme: Theme): Layer {
  return {
    data: { values: [] },
    mark: { type: 'rect' },
    encoding: {
      color: {
        field: 'cosine',
        type: 'quantitative',
        scale: colours(theme, limit),
        legend: legendOf(side, limit),
      },
    },
  };
}
