/** The files of one figure, by the formats asked for. */
import { csvOf } from '../table/aggregate.js';
import type { Figure, FigureData } from './figure.js';
import { pngOf } from './raster.js';
import { svgOf } from './render.js';
import type { Look } from './theme.js';

export const formats = ['svg', 'png', 'vega-lite', 'pgfplots'] as const;
export type Format = (typeof formats)[number];

/** By name; the table stands beside every spec. */
export async function filesOf<Data extends FigureData>(
  figure: Figure<Data>,
  data: Data,
  wanted: ReadonlySet<Format>,
  look: Look,
): Promise<Readonly<Record<string, string | Uint8Array>>> {
  const { name } = figure;
  const files: Record<string, string | Uint8Array> = {};
  const spec = figure.spec(data, look);
  if (wanted.has('svg') || wanted.has('png')) {
    const svg = await svgOf(spec);
    if (wanted.has('svg')) files[`${name}.svg`] = svg;
    if (wanted.has('png')) files[`${name}.png`] = await pngOf(svg);
  }
  if (wanted.has('vega-lite')) {
    files[`${name}.vl.json`] = `${JSON.stringify(spec, undefined, 1)}\n`;
    files[`${name}.csv`] = tableOf(data);
  }
  if (wanted.has('pgfplots')) Object.assign(files, figure.latex(data, name));
  return files;
}

function tableOf({ rows }: FigureData): string {
  const names = Object.keys(rows[0] ?? {});
  return csvOf({
    names,
    rows,
    measurements: [],
    headline: [],
  });
}
