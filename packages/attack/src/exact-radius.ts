/**
 * The exact radius R(x) = inf{‖δ‖ : y f(x + δ) ≤ 0} of a two-layer ReLU net: settled where that can be proved in O(M)
 * (`settle`), by branch and bound otherwise.
 */
import { matrix, mergedDuplicates, preactivations, row, score, type Matrix } from '@marginalia/core';
import { branchAndBound, narrow, type ExactOptions, type ExactRadius } from './branch-and-bound.js';
import { euclidean } from './relaxation.js';
import { settledRadii, type SettledRadii } from './settled-radius.js';
import type { Span } from './span.js';
import { marginAt, type Target } from './target.js';

/** Copies of a neuron are one (`mergedDuplicates`): convex programs grow with the neurons, and twins decide nothing. */
export function exactRadius(given: Target, options: ExactOptions = {}): ExactRadius {
  const network = mergedDuplicates(given.network);
  const target = network === given.network ? given : { ...given, network };
  const { input, label } = target;
  if ((options.geometry ?? euclidean) !== euclidean) {
    return branchAndBound(target, options);
  }
  const p = preactivations(network, matrix(1, input.length, input)).data;
  if (p.every(Number.isFinite) && marginAt(target, new Float64Array(input.length)) > 0) {
    const found = settledOr(settledRadii(network), p, label, options);
    // The displacement is shown to flip at the pre-activations p; the net's own rounding has the last word.
    if (found && marginAt(given, found.delta!) <= 0) return found;
  }
  return branchAndBound(target, options);
}

/** What settling leaves nothing to gain on; undefined where branch and bound is to decide. */
function settledOr(
  settle: SettledRadii,
  p: Float64Array,
  label: number,
  { budget = Infinity }: ExactOptions,
): ExactRadius | undefined {
  const found = settle(p, label, budget);
  if (found.kind === 'settled') return found.radius;
  // An interval that is at hand is kept where branch and bound would take seconds.
  return p.length > narrow ? found.interval : undefined;
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
    if (finite && label * score(readout, hidden) > 0) {
      const found = settledOr(settle, p, label, options);
      if (found) return found;
    }
    return branchAndBound({ network, input: span.point(row(products, i)), label, ambient }, options);
  });
}
