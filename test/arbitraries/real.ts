/** Reals from lattices: `fc.double` crowds at 0, where ReLU has its kink, and shrinks to subnormal numbers. */
import fc from 'fast-check';

/** Multiples of 1/grid in [−limit, limit]. A coarse grid makes ties and kinks common; a fine one makes them rare. */
export const real = (limit = 4, grid = 1009): fc.Arbitrary<number> =>
  fc.integer({ min: -limit * grid, max: limit * grid }).map((steps) => steps / grid);

/** Multiples of 1/grid in (0, limit]. */
export const positive = (limit = 4, grid = 1009): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: limit * grid }).map((steps) => steps / grid);

export const vector = (length: number, entry: fc.Arbitrary<number> = real()): fc.Arbitrary<Float64Array> =>
  fc.array(entry, { minLength: length, maxLength: length }).map((entries) => Float64Array.from(entries));
