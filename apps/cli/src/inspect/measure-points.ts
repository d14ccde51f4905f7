/** Margins and radii of labelled points of a two-layer ReLU net, binary or of many classes. */
import { matrix, type Layer, type Network } from '@marginalia/core';
import type { Classifier } from '@marginalia/attack';

export interface Net {
  /** Row-major, width × dimension. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  /** a, one a neuron; V of a net of classes, row-major, classes × width. */
  readonly outputs: Float64Array;
  /** C; null of a binary net. */
  readonly classes: number | null;
  readonly width: number;
  /** Columns of the weights and of the points. */
  readonly dimension: number;
  /** d: more than these where the net stands in reduced coordinates, and random displacements are drawn in R^d. */
  readonly ambient: number;
}

export interface Points {
  /** Row-major, count × dimension. */
  readonly inputs: Float64Array;
  /** y ∈ {−1, +1}; 0 … C − 1 of a net of classes. */
  readonly labels: Float64Array;
  readonly count: number;
}

export const norms = ['l2', 'linf', 'l1'] as const;
export type Norm = (typeof norms)[number];

export interface MeasuredPoint {
  /** y f(x), or f_y − max f_j of a net of classes; ≤ 0 is misclassified, and every radius below is then 0. */
  readonly margin: number;
  /** No perturbation smaller than this flips the sign. */
  readonly certified: { readonly radius: number };
  /** The distance to the nearest sign change: between `lower` and `upper`, equal up to rounding when `proved`. */
  readonly exact: { readonly lower: number; readonly upper: number; readonly kind: 'proved' | 'open' };
  /** The smallest perturbation that an attack found to flip the sign; Infinity when none did. */
  readonly attacked: { readonly radius: number; readonly attack: string };
}

export async function measurePoints(
  net: Net,
  points: Points,
  options: { readonly norm: Norm },
): Promise<readonly MeasuredPoint[]> {
  const { robustnessAt } = await import('@marginalia/attack');
  const measured = await robustnessAt(
    networkOf(net),
    matrix(points.count, net.dimension, points.inputs),
    points.labels,
    { norm: options.norm },
  );
  return measured.map(({ margin, certified, exact: { lower, upper, kind }, attacked }) => ({
    margin,
    certified: { radius: certified },
    exact: { lower, upper, kind },
    attacked,
  }));
}

export function networkOf({
  ambient,
  weights,
  biases,
  outputs,
  width,
  dimension,
  classes,
}: Net): Network | Classifier {
  const layer: Layer = { weights: matrix(width, dimension, weights), biases, ambient };
  return classes === null
    ? { ...layer, readout: { kind: 'linear', outputs } }
    : { ...layer, outputs: matrix(classes, width, outputs) };
}
