/**
 * Robust accuracy P[R(x) > ε] over radii, as a band: a point counts as robust on the strength of an exact radius or a
 * certificate alone, and as not robust on that of a flip. What lies between is not known; where nothing does, the share
 * of these points is exact.
 */
import { BadInput } from '@marginalia/core';
import { clopperPearson } from './binomial.js';

/** Of each point: no displacement of norm ≤ `proved` (its supremum excluded) flips it, one of norm `flipped` does. */
export interface KnownRadii {
  readonly proved: ArrayLike<number>;
  /** Infinity where none was found. */
  readonly flipped: ArrayLike<number>;
}

export interface RobustShare {
  readonly radius: number;
  /** Share of points proved to withstand every displacement of norm ≤ radius. */
  readonly certified: number;
  /** Share of points for which no flip within the radius is known. */
  readonly attacked: number;
  /** The robust accuracy on these points where the band is closed; undefined where it is not. */
  readonly exact: number | undefined;
  /**
   * Contains the robust accuracy of the law that the points were drawn from, independently, with probability ≥ level:
   * certified ≤ robust ≤ attacked on every point, so the lower Clopper–Pearson end of the one and the upper end of the
   * other. At one radius: for a whole curve at once, divide 1 − level by the number of radii.
   */
  readonly interval: readonly [number, number];
}

/**
 * One entry a radius, in their order. A misclassified point has both radii 0, and is robust at no radius, 0 included:
 * there the share is the clean accuracy. Throws BadInput for radii that are negative or not finite, and for no points.
 */
export function robustAccuracy(
  { proved, flipped }: KnownRadii,
  radii: readonly number[],
  level = 0.95,
): readonly RobustShare[] {
  const points = proved.length;
  if (points === 0 || flipped.length !== points) {
    throw new BadInput({
      expected: 'two radii a point, of at least one point',
      got: `${points} and ${flipped.length}`,
    });
  }
  refuseRadii(radii);
  const count = (of: ArrayLike<number>, radius: number): number => {
    let beyond = 0;
    // A radius that is not a number proves nothing.
    for (let i = 0; i < points; i++) if (of[i]! > radius) beyond++;
    return beyond;
  };
  return radii.map((radius) => {
    const [certified, attacked] = [count(proved, radius), count(flipped, radius)];
    return {
      radius,
      certified: certified / points,
      attacked: attacked / points,
      exact: certified === attacked ? certified / points : undefined,
      interval: [clopperPearson(certified, points, level)[0], clopperPearson(attacked, points, level)[1]],
    };
  });
}

/** Throws BadInput for a radius that no ball has. */
export function refuseRadii(radii: readonly number[]): void {
  const strange = radii.find((radius) => !(radius >= 0 && radius < Infinity));
  if (strange === undefined) return;
  throw new BadInput({ expected: 'finite radii ≥ 0', got: String(strange), try: '0.5' });
}

/** 0, ½, ¾, 1, 1¼, 1½ and 2 times the median of some radii, to two digits: where a curve of robust accuracy falls. */
export function radiiAround(radii: readonly number[]): readonly number[] {
  const inside = radii.filter((radius) => radius > 0 && radius < Infinity).sort((a, b) => a - b);
  const middle = inside[Math.floor(inside.length / 2)] ?? 1;
  return [0, 0.5, 0.75, 1, 1.25, 1.5, 2].map((multiple) => Number((multiple * middle).toPrecision(2)));
}
