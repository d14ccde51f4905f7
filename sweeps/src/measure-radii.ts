/** How robust a trained net is on fresh points: certificate, exact radius, attacks, in the span of its neurons. */
import {
  certifiedRadius,
  exactRadii,
  l2,
  lipschitzConstant,
  marginsOf,
  projectedGradientRadii,
  spanOf,
  universalRadii,
} from '@marginalia/attack';
import {
  leading,
  matrix,
  norm,
  timesTransposed,
  type Matrix,
  type Network,
  type Random,
} from '@marginalia/core';
import { mean, median, share, standardError } from '@marginalia/theory';

/** Fresh points as a net sees them: W x for each, and the label it should give. */
export interface SeenPoints {
  /** N × M: W x, without biases. */
  readonly products: Matrix;
  readonly labels: Int8Array;
}

export interface Radii {
  readonly margins: readonly number[];
  readonly certified: readonly number[];
  readonly exactLower: readonly number[];
  readonly exact: readonly number[];
  readonly universal: readonly number[];
  readonly pgd: readonly number[];
}

/** Radii at which robust accuracy is tabulated, in units of √(d/k). */
export const radiusGrid: readonly number[] = [
  0, 0.2, 0.4, 0.6, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.5,
];

/** PGD as the literature runs it: 40 steps of 2.5 ε/40 from a uniform start in the ball of R^d. */
const steps = 40;

export function radiiOf(
  network: Network,
  points: SeenPoints,
  direction: Float64Array,
  random: Random,
): Radii {
  const span = spanOf(network);
  const lipschitz = lipschitzConstant(span.network, l2);
  const towards = span.direction(alongDirection(direction, network.weights), norm(direction));
  const margins = marginsOf(span.network, points);
  const exact = exactRadii(span, points.products, points.labels);
  const certified = margins.map((margin) => certifiedRadius(margin, lipschitz));
  // Nothing below the exact radius can succeed, so the search starts there; it gives up at 2√d.
  const to = 2 * Math.sqrt(span.ambient);
  const bracket = (i: number) => ({ from: Math.min(to, Math.max(exact[i]!.lower, 1e-3)), to });
  const pgd = projectedGradientRadii(span, points, { bracket }, random, { steps });
  return {
    margins,
    certified,
    // Where the search left an interval open, a certificate may be the better lower end.
    exactLower: exact.map(({ kind, lower }, i) =>
      kind === 'proved' ? lower : Math.max(lower, certified[i]!),
    ),
    exact: exact.map(({ upper }) => upper),
    universal: Array.from(universalRadii(span, points, towards)),
    pgd: Array.from(pgd),
  };
}

/** W v, for a direction that may end before the weights do (see `cluster-law`). */
export const alongDirection = (direction: Float64Array, weights: Matrix): Float64Array =>
  timesTransposed(matrix(1, direction.length, direction), leading(weights, direction.length)).data;

/** Columns of one net and read-out; `suffix` names the read-out where a run has several. */
export function radiusColumns(
  radii: Radii,
  unit: number,
  suffix: string,
): Record<string, number | readonly number[]> {
  const accuracy = (of: readonly number[]): number[] =>
    radiusGrid.map((radius) => share(of, (reach) => reach > radius * unit));
  const columns = {
    exactRadius: median(radii.exact),
    exactRadiusLower: median(radii.exactLower),
    exactRadiusMean: mean(radii.exact),
    universalRadius: median(radii.universal),
    pgdRadius: median(radii.pgd),
    certifiedRadius: median(radii.certified),
    maskingGap: median(radii.pgd.map((reach, i) => reach / radii.exact[i]!).filter(Number.isFinite)),
    provedShare: provedShare(radii),
    robustAccuracy: accuracy(radii.exact),
    robustAccuracyAttacked: accuracy(radii.pgd),
    robustAccuracyCertified: accuracy(radii.certified),
  };
  const grids = {
    robustAccuracy: radiusGrid,
    robustAccuracyAttacked: radiusGrid,
    robustAccuracyCertified: radiusGrid,
  };
  return Object.fromEntries([
    ...Object.entries(columns).map(([name, value]) => [`${name}${suffix}`, value] as const),
    ...Object.entries(grids).map(([name, grid]) => [`${name}${suffix}.at`, grid] as const),
  ]);
}

/**
 * The largest mean of several sets of radii, with its standard error, and the share of points that its net gets right:
 * what the best net of a run reaches.
 */
export function largestMean(sets: readonly (readonly number[])[]): {
  readonly largestMeanRadius: number;
  readonly largestMeanRadiusError: number;
  readonly largestMeanAccuracy: number;
} {
  const [best] = sets.toSorted((a, b) => mean(b) - mean(a)) as [readonly number[]];
  return {
    largestMeanRadius: mean(best),
    largestMeanRadiusError: standardError(best),
    largestMeanAccuracy: share(best, (radius) => radius > 0),
  };
}

/** Share of radii whose interval is closed to rounding. */
export function provedShare(radii: Radii): number {
  return share(
    radii.exact.map((upper, i) => upper - radii.exactLower[i]! - 1e-9 * upper),
    (gap) => gap <= 0,
  );
}

/** The largest relative breach of certified, exact lower ≤ exact upper, and of exact lower ≤ universal, PGD. */
export function chainViolation(radii: Radii): number {
  let worst = 0;
  for (let i = 0; i < radii.exact.length; i++) {
    const [certified, lower, upper] = [radii.certified[i]!, radii.exactLower[i]!, radii.exact[i]!];
    const attacked = Math.min(radii.universal[i]!, radii.pgd[i]!);
    if (upper === 0) continue;
    worst = Math.max(worst, (certified - upper) / upper, (lower - upper) / upper, (lower - attacked) / upper);
  }
  return worst;
}
