/**
 * Exact ℓ2 radii with the displacement confined to a subspace T or to its orthogonal complement:
 *   R_on(x) = inf{‖δ‖ : δ ∈ T, y f(x + δ) ≤ 0},   R_off(x) = inf{‖δ‖ : δ ⊥ T, y f(x + δ) ≤ 0}.
 * With the orthogonal projection Π to T, p + W Π δ = p + W δ for δ ∈ T and ‖Π δ‖ ≤ ‖δ‖: R_on is the plain radius of the
 * net whose weights are W Π and whose pre-activations at the point are the same, so that W Π Wᵀ is all that counts.
 * Both are ≥ R. For a score that is concave in x, 1/R_on² + 1/R_off² ≥ 1/R², for a convex one ≤; in general neither:
 * either may be infinite where R is not. For the claims of the dimpled manifold model (Shamir, Melamed & BenShmuel, arXiv
 * 2106.10151), which leave open what the manifold is: state which T is meant.
 */
import {
  BadInput,
  dot,
  matrix,
  norm,
  preactivations,
  row,
  type Matrix,
  type Network,
} from '@marginalia/core';
import { branchAndBound, narrow, type ExactOptions, type ExactRadius } from './branch-and-bound.js';
import { settledRadii } from './settled-radius.js';
import { spanOf, type Span } from './span.js';
import { projected, refuseOtherDimension, subspaceOf } from './subspace.js';
import { marginAt, type Target } from './target.js';
import { unitScaleOf } from './unit-scale.js';

/** δ ∈ T, or δ ⊥ T. */
export type Side = 'within' | 'outside';

type Budget = Pick<ExactOptions, 'budget'>;

/**
 * R_on: δ in the span of the rows of `basis`, in the coordinates of the point. No rows, or rows of zeros, span {0}: the
 * radius is then Infinity, and 0 at a misclassified point, as it is for every T. A rank-deficient basis spans what it
 * spans. Throws BadInput for rows of another length or entries that are not finite.
 */
export function radiusWithin(target: Target, basis: Matrix, options: Budget = {}): ExactRadius {
  return restrictedRadius(target.network, basis, 'within', options)(target.input, target.label);
}

/** R_off: δ orthogonal to the rows of `basis`. Of an empty basis, the plain radius. */
export function radiusOutside(target: Target, basis: Matrix, options: Budget = {}): ExactRadius {
  return restrictedRadius(target.network, basis, 'outside', options)(target.input, target.label);
}

/** The restricted radius of any labelled point of one net: what depends on the net and T alone is computed once. */
export function restrictedRadius(
  given: Network,
  basis: Matrix,
  side: Side,
  { budget }: Budget = {},
): (input: Float64Array, label: number) => ExactRadius {
  const { network } = unitScaleOf(given);
  const dimension = network.weights.columns;
  refuseOtherDimension(basis, dimension);
  const subspace = subspaceOf(basis);
  const confined = (vectors: Matrix): Matrix => {
    const within = projected(vectors, subspace);
    if (side === 'within') return within;
    const rest = matrix(vectors.rows, dimension);
    for (let i = 0; i < rest.data.length; i++) rest.data[i] = vectors.data[i]! - within.data[i]!;
    return rest;
  };
  const weights = confined(confined(network.weights));
  const rounding = (dimension + subspace.rows.rows + 8) * 2 ** -52;
  let moves = false;
  for (let r = 0; r < weights.rows; r++) {
    const left = row(weights, r);
    // What cancellation leaves of a neuron orthogonal to all that is allowed is no weight.
    if (norm(left) <= rounding * norm(row(network.weights, r))) left.fill(0);
    else moves = true;
  }
  const finite = weights.data.every(Number.isFinite);
  const settle = settledRadii({ ...network, weights });
  const reduced = dimension > weights.rows + 1 ? reducedTo(weights, network) : undefined;
  const limit = budget === undefined ? {} : { budget };

  return (input, label) => {
    if (input.length !== dimension) {
      throw new BadInput({ expected: `a point of R^${dimension}`, got: `${input.length} coordinates` });
    }
    const still = new Float64Array(dimension);
    const p = preactivations(network, matrix(1, dimension, input)).data;
    // Not a positive number, or not a finite one: nothing is classified rightly there.
    const right = marginAt({ network, input, label, ambient: dimension }, still) > 0;
    if (!(right && finite && p.every(Number.isFinite))) {
      return { kind: 'proved', lower: 0, upper: 0, delta: still, programs: 0 };
    }
    if (!moves) return { kind: 'proved', lower: Infinity, upper: Infinity, programs: 0 };
    const found = settle(p, label, budget ?? Infinity);
    if (found.kind === 'settled') return found.radius;
    if (found.interval && weights.rows > narrow) return found.interval;
    const { span, lift } = reduced ?? {
      span: { weights, ambient: dimension },
      lift: (at: Float64Array) => at,
    };
    const target: Target = {
      network: { weights: span.weights, biases: p, readout: network.readout },
      input: new Float64Array(span.weights.columns),
      label,
      ambient: span.ambient,
    };
    const searched = branchAndBound(target, limit);
    return searched.delta ? { ...searched, delta: lift(searched.delta) } : searched;
  };
}

/** The same neurons in as many coordinates as there are of them and one, and the way back for displacements. */
function reducedTo(
  weights: Matrix,
  network: Network,
): {
  readonly span: Span['network'] & { readonly ambient: number };
  readonly lift: (delta: Float64Array) => Float64Array;
} {
  const span = spanOf({ ...network, weights });
  const column = new Float64Array(weights.rows);
  return {
    span: { ...span.network, ambient: span.ambient },
    // δ_l = ⟨e_l, δ⟩, and the coordinates of e_l follow from W e_l.
    lift: (delta) =>
      Float64Array.from({ length: weights.columns }, (_, l) => {
        for (let r = 0; r < column.length; r++) column[r] = weights.data[r * weights.columns + l]!;
        return dot(span.point(column), delta);
      }),
  };
}
