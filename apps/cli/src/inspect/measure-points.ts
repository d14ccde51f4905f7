/** Margins and radii of labelled points of a two-layer ReLU net f(x) = Σ_r a_r max(⟨w_r, x⟩ + b_r, 0). */
import { matrix } from '@marginalia/core';

export interface Net {
  /** Row-major, width × dimension. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  /** a, one a neuron. */
  readonly outputs: Float64Array;
  readonly width: number;
  readonly dimension: number;
}

export interface Points {
  /** Row-major, count × dimension. */
  readonly inputs: Float64Array;
  /** y ∈ {−1, +1}. */
  readonly labels: Float64Array;
  readonly count: number;
}

export const norms = ['l2', 'linf'] as const;
export type Norm = (typeof norms)[number];

export interface MeasuredPoint {
  /** y f(x); ≤ 0 is misclassified, and every radius below is then 0. */
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
    {
      weights: matrix(net.width, net.dimension, net.weights),
      biases: net.biases,
      readout: { kind: 'linear', outputs: net.outputs },
    },
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
