/** Balls {‖δ‖ ≤ ε} of ℓ2, ℓ∞ and ℓ1: size, projection, steepest step, uniform start. One value a norm. */
import { dot, exp, log, type Random } from '@marginalia/core';

export interface Ball {
  readonly name: 'l2' | 'linf' | 'l1';
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
  dual: absolute,
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

export const l1: Ball = {
  name: 'l1',
  size: absolute,
  dual: largest,
  /** Every entry nearer to 0 by the threshold that leaves ‖δ‖₁ = radius (Duchi, Shalev-Shwartz, Singer & Chandra 2008). */
  project(delta, radius) {
    if (!(absolute(delta) > radius)) return delta;
    const threshold = thresholdOf(delta, radius);
    for (let l = 0; l < delta.length; l++) {
      delta[l] = Math.sign(delta[l]!) * Math.max(0, Math.abs(delta[l]!) - threshold);
    }
    for (let size = absolute(delta); size > radius; size = absolute(delta)) {
      scale(delta, (radius / size) * justInside);
    }
    return delta;
  },
  /** One coordinate, the first of the tied. */
  steepest(gradient) {
    const top = largest(gradient);
    const at = top > 0 ? gradient.findIndex((value) => Math.abs(value) === top) : -1;
    const sign = at < 0 ? 0 : Math.sign(gradient[at]!);
    gradient.fill(0);
    if (at >= 0) gradient[at] = sign;
    return gradient;
  },
  draw(into, radius, ambient, random) {
    if (ambient !== into.length)
      throw new RangeError('the ℓ1 ball is not rotation invariant: it has no span coordinates');
    // d of d + 1 exponentials over the sum of all are uniform in the simplex; signs make it the ball.
    let sum = -log(1 - random.uniform());
    for (let l = 0; l < into.length; l++) {
      const size = -log(1 - random.uniform());
      sum += size;
      into[l] = random.uniform() < 0.5 ? -size : size;
    }
    return l1.project(scale(into, radius / sum), radius);
  },
};

export const balls: readonly Ball[] = [l2, linf, l1];

/** θ with Σ max(|δ_l| − θ, 0) = radius, for ‖δ‖₁ > radius ≥ 0. */
function thresholdOf(delta: Float64Array, radius: number): number {
  const sizes = delta.map(Math.abs).sort().reverse();
  let threshold = 0;
  let sum = 0;
  for (let count = 1; count <= sizes.length; count++) {
    sum += sizes[count - 1]!;
    const next = (sum - radius) / count;
    if (next >= sizes[count - 1]!) return count === 1 ? next : threshold;
    threshold = next;
  }
  return threshold;
}

function absolute(vector: Float64Array): number {
  let sum = 0;
  for (const value of vector) sum += Math.abs(value);
  return sum;
}

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
