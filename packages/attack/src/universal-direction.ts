/**
 * The universal direction z = −y Σ_j y_j μ_j of the averaged net: one direction, up to the label's sign, for all points.
 * Source: Li, Pan, Lyu & Li 2025 (arXiv 2410.10322), proof idea of the non-robustness theorem; Frei et al. 2023, Thm 4.2.
 */
import { row, type Matrix } from '@marginalia/core';
import type { Attack } from './attack.js';

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
