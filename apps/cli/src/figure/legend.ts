/**
 * A legend that shows what is drawn: a line with its dashes, a point, a band, a hatched cell. It hangs on a layer without
 * data whose scales name every series, so that the marks themselves need no scale of colours.
 */
import { textWidth } from './text-width.js';
import { fontSizes } from './theme.js';

export interface Entry {
  readonly name: string;
  /** A path in the square from −1 to 1. */
  readonly path: string;
  readonly stroke: string;
  readonly fill: string;
  readonly dash: readonly number[];
  readonly strokeWidth: number;
}

export const paths = {
  line: 'M-1.4,0L1.4,0',
  point: 'M-0.5,0A0.5,0.5,0,1,1,0.5,0A0.5,0.5,0,1,1,-0.5,0Z',
  lineAndPoint: 'M-1.4,0L1.4,0M-0.5,0A0.5,0.5,0,1,1,0.5,0A0.5,0.5,0,1,1,-0.5,0Z',
  band: 'M-1.4,-0.6L1.4,-0.6L1.4,0.6L-1.4,0.6Z',
} as const;

/** Beside each name: its symbol and the gaps. */
const symbolWidth = 30;

export function legendLayer(
  entries: readonly Entry[],
  /** Pixels that it may take. */
  width: number,
): Readonly<Record<string, unknown>> {
  const domain = entries.map(({ name }) => name);
  const widest = Math.max(...domain.map((name) => textWidth(name, fontSizes.label)));
  const columns = Math.max(1, Math.min(entries.length, Math.floor(width / (widest + symbolWidth))));
  const scale = (range: readonly unknown[]) => ({
    field: 'entry',
    type: 'nominal',
    scale: { domain, range },
  });
  const legend = {
    title: null,
    orient: 'bottom',
    direction: 'horizontal',
    columns,
    symbolSize: 90,
    symbolOpacity: 1,
    values: domain,
  };
  return {
    data: { values: [] },
    mark: { type: 'point', opacity: 1 },
    encoding: {
      shape: { ...scale(entries.map(({ path }) => path)), legend },
      stroke: { ...scale(entries.map(({ stroke }) => stroke)), legend },
      fill: { ...scale(entries.map(({ fill }) => fill)), legend },
      strokeDash: { ...scale(entries.map(({ dash }) => dash)), legend },
      strokeWidth: { ...scale(entries.map(({ strokeWidth }) => strokeWidth)), legend },
    },
  };
}
