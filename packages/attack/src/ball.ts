/** Balls {‖δ‖ ≤ ε}: size, projection, steepest step, uniform start. One value a norm. */
import { dot, exp, log, type Random } from '@marginalia/core';

export interface Ball {
  readonly name: 'l2' | 'linf';
  /** ‖δ‖ */
  readonly size: (delta: Float64Array) => number;
  /** The dual norm ‖g‖_*: the largest ⟨g, δ⟩ over ‖δ‖ ≤ 1. */
  readonly dual: (gradient: Float64Array) => number;
  /** The nearest point of the ball of this radius, in place. Inside points do not move. */
  readonly project: (delta: Float64Array, radius: number) => Float64Array;
  /** argmax ⟨g, δ⟩ over ‖δ‖ ≤ 1, in place of g; a zero gradient stays zero. */
  readonly steepest: (gradient: Float64Array) => Float64Array;
  /**
   * Uniform in the ball of this radius. When `ambient` exceeds the length of `into`, its last coordinate stands for
   * all directions orthogonal to the first ones in R^ambient (see `span`): the draw is uniform in the ambient ball.
   */
  readonly draw: (into: Float64Array, radius: number, ambient: number, random: Random) => Float64Array;
}

/** Rescaling rounds; one more factor just below one keeps ‖δ‖ ≤ radius in floating point. */
const justInside = 1 - 2 ** -52;

export const l2: Ball = {
  name: 'l2',
  size: euclidean,
  dual: euclidean,
  project(delta, radius) {
    const size = euclidean(delta);
    if (size > radius) scale(delta, (radius / size) * justInside);
    return delta;
  },
  steepest(gradient) {
    const size = euclidean(gradient);
    return size > 0 ? scale(gradient, 1 / size) : gradient;
  },
  draw(into, radius, ambient, random) {
    random.gaussians(into);
    const beyond = ambient - into.length + 1;
    if (beyond > 1) into[into.length - 1] = Math.sqrt(random.chiSquare(beyond));
    // A uniform draw has ‖δ‖ = radius · u^{1/ambient}.
    const reach = radius * exp(log(1 - random.uniform()) / ambient);
    return l2.project(scale(into, reach / euclidean(into)), radius);
  },
};

export const linf: Ball = {
  name: 'linf',
  size: largest,
  dual: (gradient) => gradient.reduce((sum, value) => sum + Math.abs(value), 0),
  project(delta, radius) {
    for (let l = 0; l < delta.length; l++) delta[l] = Math.min(radius, Math.max(-radius, delta[l]!));
    return delta;
  },
  steepest(gradient) {
    for (let l = 0; l < gradient.length; l++) gradient[l] = Math.sign(gradient[l]!);
    return gradient;
  },
  draw(into, radius, ambient, random) {
    if (ambient !== into.length)
      throw new RangeError('the ℓ∞ ball is not rotation invariant: it has no span coordinates');
    for (let l = 0; l < into.length; l++) into[l] = radius * (2 * random.uniform() - 1);
    return into;
  },
};

export const balls: readonly Ball[] = [l2, linf];

/** ‖v‖₂ without overflow or underflow: scaled by the largest entry where squares would leave the range. */
function euclidean(vector: Float64Array): number {
  const squared = dot(vector, vector);
  if (squared > 1e-200 && squared < 1e200) return Math.sqrt(squared);
  const top = largest(vector);
  if (top === 0 || !Number.isFinite(top)) return top;
  let sum = 0;
  for (const value of vector) sum += (value / top) * (value / top);
  return top * Math.sqrt(sum);
}

function largest(vector: Float64Array): number {
  let top = 0;
  for (const value of vector) top = Math.max(top, Math.abs(value));
  return top;
}

function scale(vector: Float64Array, factor: number): Float64Array {
  for (let l = 0; l < vector.length; l++) vector[l]! *= factor;
  return vector;
}
