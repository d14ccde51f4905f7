/**
 * The nearest boundary point that a walk finds, for any differentiable score: to the boundary along a ray, then along it
 * towards the point, by replacing δ with the nearest point of the tangent there until nothing is gained. For scores
 * that are no ReLU network, and have no exact radius: an upper bound of the ℓ2 radius, no more.
 * Source: the linearised step of DeepFool (Moosavi-Dezfooli, Fawzi & Frossard 2016), taken at boundary points.
 */
import { BadInput, dot, norm } from '@marginalia/core';

export interface DifferentiableMargin {
  readonly dimension: number;
  /** y f(x + δ). */
  readonly value: (delta: Float64Array) => number;
  /** ∂(y f)/∂x at x + δ, into an array of length `dimension`. */
  readonly gradient: (delta: Float64Array, into: Float64Array) => void;
}

export interface WalkOptions {
  /** Lengths beyond it are not tried. */
  readonly reach: number;
  /** Tangent steps from each start. */
  readonly rounds?: number;
}

export interface BoundaryPoint {
  /** ‖δ‖₂; Infinity where no start reached the boundary. */
  readonly radius: number;
  readonly delta: Float64Array;
}

/** Halvings of a ray's last stretch: a crossing to 2^{−45} of its length. */
const halvings = 45;
/** Points of a ray at which its sign is looked at before the halving. */
const looks = 16;

/** The least ‖δ‖ with y f(x + δ) ≤ 0 over the starts; 0 where the point is wrong already. Throws BadInput for a reach that is not positive. */
export function boundaryWalk(
  margin: DifferentiableMargin,
  starts: readonly Float64Array[],
  { reach, rounds = 20 }: WalkOptions,
): BoundaryPoint {
  if (!(reach > 0 && Number.isFinite(reach))) {
    throw new BadInput({ expected: 'a finite reach > 0', got: String(reach) });
  }
  const still = new Float64Array(margin.dimension);
  if (!(margin.value(still) > 0)) return { radius: 0, delta: still };
  let best: BoundaryPoint = { radius: Infinity, delta: still };
  const gradient = new Float64Array(margin.dimension);
  for (const start of starts) {
    let direction = start;
    let reached = Infinity;
    for (let round = 0; round <= rounds; round++) {
      const along = crossingAlong(margin, direction, Math.min(reach, reached));
      if (!(along.radius < reached)) break;
      const gained = reached - along.radius;
      reached = along.radius;
      if (along.radius < best.radius) best = along;
      if (gained < 1e-12 * reached) break;
      // The tangent at the boundary point: its point nearest to x lies along −∇.
      margin.gradient(along.delta, gradient);
      const size = dot(gradient, gradient);
      if (!(size > 0 && Number.isFinite(size))) break;
      const share = dot(gradient, along.delta) / size;
      const nearest = gradient.map((value) => share * value);
      // Half way: a full step may leave the piece on which the tangent means something.
      direction = nearest.map((value, l) => (value + along.delta[l]!) / 2);
    }
  }
  return best;
}

/** The first sign change along a direction, looked for at 16 points up to `reach`, then halved. */
function crossingAlong(margin: DifferentiableMargin, direction: Float64Array, reach: number): BoundaryPoint {
  const size = norm(direction);
  if (!(size > 0 && Number.isFinite(size))) return { radius: Infinity, delta: direction };
  const at = (length: number): Float64Array => direction.map((value) => (value / size) * length);
  let low = 0;
  for (let look = 1; look <= looks; look++) {
    let high = (reach * look) / looks;
    if (margin.value(at(high)) > 0) {
      low = high;
      continue;
    }
    for (let halving = 0; halving < halvings; halving++) {
      const middle = (low + high) / 2;
      if (margin.value(at(middle)) > 0) low = middle;
      else high = middle;
    }
    const delta = at(high);
    return { radius: norm(delta), delta };
  }
  return { radius: Infinity, delta: at(reach) };
}
