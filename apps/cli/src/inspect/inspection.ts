/** What `inspect` says of a net at labelled points: the document of `--json`, and the matter of the summary. */
import { featuresOf, type Features } from './features.js';
import { measurePoints, type MeasuredPoint, type Net, type Norm } from './measure-points.js';
import type { Data } from './read-points.js';

export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly mean: number;
  readonly greatest: number;
}

export interface Inspection {
  readonly net: Pick<Net, 'width' | 'dimension' | 'ambient' | 'classes'>;
  readonly norm: Norm;
  readonly points: number;
  /** Share of points of positive margin. */
  readonly accuracy: number;
  /** The least margin over the points. */
  readonly margin: number;
  /** margin / ‖(W, b)‖: f is homogeneous of degree one in (W, b). */
  readonly normalizedMargin: number;
  readonly summary: Readonly<Record<'margin' | 'certified' | 'exact' | 'attacked', Spread>>;
  /** Points whose exact radius stayed an interval. */
  readonly open: number;
  readonly features: Features | null;
  readonly perPoint: readonly (MeasuredPoint & { readonly label: number })[];
}

export async function inspect(net: Net, data: Data, norm: Norm): Promise<Inspection> {
  const features = data.centres ? featuresOf(net, data.centres) : null;
  const measured = await measurePoints(net, data, { norm });
  const margins = measured.map(({ margin }) => margin);
  const margin = Math.min(...margins);
  const size = Math.sqrt([...net.weights, ...net.biases].reduce((sum, entry) => sum + entry * entry, 0));
  return {
    net: shapeOf(net),
    norm,
    points: data.count,
    accuracy: margins.filter((one) => one > 0).length / data.count,
    margin,
    normalizedMargin: margin / size,
    summary: {
      margin: spread(margins),
      certified: spread(measured.map(({ certified }) => certified.radius)),
      // What is proved of every point: that it withstands anything smaller.
      exact: spread(measured.map(({ exact }) => exact.lower)),
      attacked: spread(measured.map(({ attacked }) => attacked.radius)),
    },
    open: measured.filter(({ exact }) => exact.kind === 'open').length,
    features,
    perPoint: measured.map((point, i) => ({ label: data.labels[i] as number, ...point })),
  };
}

export const shapeOf = ({ width, dimension, ambient, classes }: Net): Inspection['net'] => ({
  width,
  dimension,
  ambient,
  classes,
});

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    least: sorted[0] ?? Number.NaN,
    median: ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    greatest: sorted.at(-1) ?? Number.NaN,
  };
}
