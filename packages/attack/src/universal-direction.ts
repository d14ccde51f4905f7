/**
 * The universal direction z = −y Σ_j y_j μ_j of the averaged net: one direction, up to the label's sign, for all points.
 * Source: Li, Pan, Lyu & Li 2025 (arXiv 2410.10322), proof idea of the non-robustness theorem; Frei et al. 2023, Thm 4.2.
 */
import { dot, norm, row, type Matrix } from '@marginalia/core';
import type { Attack } from './attack.js';
import { Ray } from './bracket.js';
import type { SpanPoints } from './gradient-search.js';
import { attackKernel } from './kernel/index.js';
import { crossing } from './ray.js';
import type { Span } from './span.js';

/** Σ_j y_j μ_j ∈ R^d. */
export function universalDirection(centres: Matrix, classes: Int8Array): Float64Array {
  const direction = new Float64Array(centres.columns);
  for (let j = 0; j < centres.rows; j++) {
    const centre = row(centres, j);
    for (let l = 0; l < direction.length; l++) direction[l]! += classes[j]! * centre[l]!;
  }
  return direction;
}

/** Proposes −y · radius · z/‖z‖ (ℓ2), −y · radius · sign z (ℓ∞). */
export function universalAttack(direction: Float64Array): Attack {
  return {
    name: 'universal-direction',
    balls: ['l2', 'linf'],
    propose: ({ label }, ball, radius) => {
      const delta = ball.steepest(direction.slice());
      for (let l = 0; l < delta.length; l++) delta[l]! *= -label * radius;
      return delta;
    },
  };
}

/** How far each point is from flipping along −y v, for v in span coordinates; Infinity where it never does. */
export function universalRadii(
  { network }: Span,
  { products, labels }: SpanPoints,
  direction: Float64Array,
): Float64Array {
  const { weights, biases, readout } = network;
  const size = norm(direction);
  const along = Float64Array.from(biases, (_, r) => dot(row(weights, r), direction) / size);
  const against = along.map((speed) => -speed);
  const start = new Float64Array(biases.length);
  const ray = new Ray(attackKernel(), start.length);
  const radii = Float64Array.from({ length: products.rows }, (_, i) => {
    for (let r = 0; r < start.length; r++) start[r] = products.data[i * start.length + r]! + biases[r]!;
    return crossing(readout, labels[i]!, start, labels[i]! > 0 ? against : along, ray);
  });
  ray.end();
  return radii;
}
