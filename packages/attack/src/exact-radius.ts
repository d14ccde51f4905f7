/**
 * The exact radius R(x) = inf{‖δ‖ : y f(x + δ) ≤ 0} of a two-layer ReLU net: settled where that can be proved in O(M)
 * (`settle`), by branch and bound otherwise.
 */
import {
  matrix,
  mergedDuplicates,
  preactivations,
  row,
  score,
  type Matrix,
  type Network,
} from '@marginalia/core';
import {
  branchAndBound,
  narrow,
  searchesOf,
  type ExactOptions,
  type ExactRadius,
} from './branch-and-bound.js';
import { checkLabel, checkNet, checkPoint } from './check-net.js';
import { euclidean, type Geometry } from './relaxation.js';
import { settledRadii, type SettledRadius } from './settled-radius.js';
import type { Span } from './span.js';
import { marginAt, type Target } from './target.js';

/**
 * Copies of a neuron are one (`mergedDuplicates`): convex programs grow with the neurons, and twins decide nothing. A point
 * that is misclassified, has f = 0 (a net of no neurons among others) or a margin that is not a number has radius 0, and
 * so has a net that is not finite there; where nothing flips, `upper` is Infinity and the kind `open`. A `BadInput` when the
 * parts of the net do not fit together, when only one class or side is there, or for a label that is none.
 */
export function exactRadius(given: Target, options: ExactOptions = {}): ExactRadius {
  checkNet(given.network);
  checkPoint(given.network, given.input.length);
  checkLabel(given.network, given.label);
  const network = mergedDuplicates(given.network);
  const target = network === given.network ? given : { ...given, network };
  const { input, label } = target;
  if ((options.geometry ?? euclidean) !== euclidean) {
    return branchAndBound(target, options);
  }
  const p = preactivations(network, matrix(1, input.length, input)).data;
  if (p.every(Number.isFinite) && marginAt(target, new Float64Array(input.length)) > 0) {
    const found = settledRadii(network)(p, label, options.budget ?? Infinity);
    // The displacement is shown to flip at the pre-activations p; the net's own rounding has the last word.
    if (found.kind === 'unsettled' || marginAt(given, found.radius.delta!) <= 0) {
      return settledOr(found, network, () => branchAndBound(target, options));
    }
  }
  return branchAndBound(target, options);
}

/** What settling leaves nothing to gain on; otherwise what a search finds, and the better ends of both where it stays open. */
function settledOr(found: SettledRadius, { biases }: Network, search: () => ExactRadius): ExactRadius {
  if (found.kind === 'settled') return found.radius;
  const { interval } = found;
  // An interval that is at hand is kept where branch and bound would take seconds.
  if (interval && biases.length > narrow) return interval;
  const searched = search();
  if (!interval || searched.kind === 'proved') return searched;
  const nearer = interval.upper < searched.upper ? interval : searched;
  const lower = Math.max(interval.lower, searched.lower);
  const proved = nearer.upper - lower <= euclidean.tolerance * nearer.upper;
  return {
    ...nearer,
    kind: proved ? 'proved' : 'open',
    lower: Math.min(lower, nearer.upper),
    programs: searched.programs,
  };
}

/**
 * The radii of many points of one net, in order: what depends on the net alone is computed once. `products` is N × M,
 * W x without biases, `labels` ±1 (N). Displacements are in span coordinates.
 */
export function exactRadii(
  span: Span,
  products: Matrix,
  labels: ArrayLike<number>,
  options: Pick<ExactOptions, 'budget'> = {},
): ExactRadius[] {
  const { network, ambient } = span;
  const { biases, readout } = network;
  checkNet(network);
  for (let i = 0; i < products.rows; i++) checkLabel(network, labels[i]!);
  const settle = settledRadii(network);
  const p = new Float64Array(biases.length);
  const hidden = new Float64Array(biases.length);
  return Array.from({ length: products.rows }, (_, i): ExactRadius => {
    const label = labels[i]!;
    let finite = true;
    for (let r = 0; r < p.length; r++) {
      const value = products.data[i * p.length + r]! + biases[r]!;
      p[r] = value;
      hidden[r] = Math.max(0, value);
      finite &&= Number.isFinite(value);
    }
    const search = (): ExactRadius =>
      branchAndBound({ network, input: span.point(row(products, i)), label, ambient }, options);
    if (!(finite && label * score(readout, hidden) > 0)) return search();
    return settledOr(settle(p, label, options.budget ?? Infinity), network, search);
  });
}

/**
 * The radii of many points in any norm, in order, by branch and bound in R^d: the merged net, the norms of its neurons, the
 * unions of each label and the columns of its linear programs are made once. `inputs` is N × d, `labels` ±1 (N).
 */
export function exactRadiiIn(
  geometry: Geometry,
  network: Network,
  { inputs, labels }: { readonly inputs: Matrix; readonly labels: ArrayLike<number> },
  options: Pick<ExactOptions, 'budget'> = {},
): ExactRadius[] {
  checkNet(network);
  checkPoint(network, inputs.columns);
  const merged = mergedDuplicates(network);
  const search = searchesOf(merged, { ...options, geometry });
  return Array.from({ length: inputs.rows }, (_, i) => {
    checkLabel(network, labels[i]!);
    return search({ network: merged, input: row(inputs, i), label: labels[i]!, ambient: inputs.columns });
  });
}
