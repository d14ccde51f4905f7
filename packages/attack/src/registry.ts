/** Every attack of the house. Registering one is what gives it its tests and its line in `list attacks`. */
import type { Attack } from './attack.js';
import { projectedGradient } from './projected-gradient.js';
import { universalAttack } from './universal-direction.js';

export interface RegisteredAttack {
  readonly name: Attack['name'];
  readonly balls: Attack['balls'];
  /** One line: what it does, and whence. */
  readonly about: string;
  /** The attack for a net whose universal direction (Σ_j y_j μ_j, or the mean of y x) is given. */
  readonly make: (direction: Float64Array) => Attack;
}

const register = (about: string, make: RegisteredAttack['make']): RegisteredAttack => {
  const { name, balls } = make(new Float64Array());
  return { name, balls, about, make };
};

export const attacks: readonly RegisteredAttack[] = [
  register('one direction −y Σ y_j μ_j for all points (Li, Pan, Lyu & Li 2025)', universalAttack),
  register('descent on the margin from uniform starts (Madry et al. 2018)', () =>
    projectedGradient({ steps: 40, restarts: 3 }),
  ),
];
