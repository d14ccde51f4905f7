/** The nearest point of half-spaces on a lattice, where they meet in one point, repeat and touch: against all vertices. */
import { geometryOf, l1, l2, linf, type Ball } from '@marginalia/attack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';

interface HalfSpace {
  readonly normal: Float64Array;
  readonly offset: number;
}

const halfSpaces = fc.array(fc.record({ normal: vector(2, real(3, 1)), offset: real(3, 1) }), {
  minLength: 1,
  maxLength: 6,
});

/** Least ‖δ‖ over the corners of the lines, with each other and with the rays on which the norm bends or is normal. */
function byCorners(cuts: readonly HalfSpace[], ball: Ball): number {
  const rays = {
    l2: cuts.map(({ normal: [a, b] }) => Float64Array.of(-b!, a!)),
    linf: [Float64Array.of(1, 1), Float64Array.of(1, -1)],
    l1: [Float64Array.of(1, 0), Float64Array.of(0, 1)],
  }[ball.name];
  const lines = [...cuts, ...rays.map((normal) => ({ normal, offset: 0 }))];
  let least = Infinity;
  const offer = (point: Float64Array): void => {
    const holds = cuts.every(
      ({ normal, offset }) => normal[0]! * point[0]! + normal[1]! * point[1]! >= offset - 1e-9,
    );
    if (holds) least = Math.min(least, ball.size(point));
  };
  offer(new Float64Array(2));
  for (const { normal: n, offset: c } of lines) {
    for (const { normal: m, offset: e } of lines) {
      const determinant = n[0]! * m[1]! - n[1]! * m[0]!;
      if (determinant === 0) continue;
      offer(Float64Array.of((c * m[1]! - e * n[1]!) / determinant, (n[0]! * e - m[0]! * c) / determinant));
    }
  }
  return least;
}

describe.each([l2, linf, l1])('in $name', (ball) => {
  it('half-spaces one by one have the nearest point that their corners have, and never a bound above it', async () => {
    const { nearest } = await geometryOf(ball.name);
    let [empty, met] = [0, 0];
    fc.assert(
      fc.property(halfSpaces, (cuts) => {
        const solver = nearest(2);
        let possible = true;
        for (let i = 0; i < cuts.length && possible; i++) {
          const { normal, offset } = cuts[i]!;
          if (normal[0]! * solver.point[0]! + normal[1]! * solver.point[1]! >= offset) continue;
          possible = solver.add(normal, offset);
          const truth = byCorners(cuts.slice(0, i + 1), ball);
          expect(solver.distance).toBeLessThanOrEqual(truth * (1 + 1e-9));
          if (!possible) continue;
          expect(solver.distance).toBeCloseTo(ball.size(solver.point), 9);
          // Half-spaces that were passed over may be broken by the new point: they were never asked for.
          const all = cuts
            .slice(0, i + 1)
            .every(
              (cut) =>
                cut.normal[0]! * solver.point[0]! + cut.normal[1]! * solver.point[1]! >= cut.offset - 1e-9,
            );
          if (all) expect(solver.distance).toBeCloseTo(truth, 8);
        }
        if (possible) met++;
        else empty++;
        solver.end();
      }),
      runs(200),
    );
    expect(met).toBeGreaterThan(30);
    expect(empty).toBeGreaterThan(10);
  });

  it('a cut through a corner where three meet ends among those that bear the point', async () => {
    const solver = (await geometryOf(ball.name)).nearest(2);
    // Whatever the order, all of them meet in (1, −1), which is the nearest point of the last two with the first.
    for (const [a, b, c] of [
      [5, -1, 6],
      [1, -7, 6],
      [4, -3, 7],
      [2, -2, 4],
      [1, 1, 0],
    ] as const) {
      if (a * solver.point[0]! + b * solver.point[1]! >= c) continue;
      expect(solver.add(Float64Array.of(a, b), c)).toBe(true);
    }
    expect(solver.distance).toBeCloseTo(ball.size(Float64Array.of(1, -1)), 12);
    solver.end();
  });
});
