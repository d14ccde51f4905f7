import {
  boundaryWalk,
  exactRadius,
  marginAt,
  marginGradient,
  type DifferentiableMargin,
} from '@marginalia/attack';
import { BadInput, dot, norm } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positive, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { anyTarget } from '../arbitraries/target.js';

const linear = (normal: Float64Array, offset: number): DifferentiableMargin => ({
  dimension: normal.length,
  value: (delta) => offset + dot(normal, delta),
  gradient: (_, into) => into.set(normal),
});

describe('a walk along the boundary', () => {
  it('finds the distance of a plane from any start that reaches it', () => {
    fc.assert(
      fc.property(vector(3), positive(), vector(3), (normal, offset, start) => {
        const length = norm(normal);
        fc.pre(length > 1e-3 && dot(normal, start) < -0.1 * length * norm(start));
        const truth = offset / length;
        const found = boundaryWalk(linear(normal, offset), [start], { reach: 100 * truth, rounds: 60 });
        expect(found.radius).toBeGreaterThanOrEqual(truth * (1 - 1e-9));
        expect(found.radius).toBeLessThanOrEqual(truth * (1 + 1e-3));
        expect(norm(found.delta)).toBeCloseTo(found.radius, 12);
      }),
      runs(100),
    );
  });

  it('finds the distance of a sphere from outside it', () => {
    // Margin ‖x + δ − c‖² − 1 with x = 0, c at distance 3: the nearest point is 2 away.
    const centre = Float64Array.of(3, 0, 0);
    const away = (delta: Float64Array): Float64Array => delta.map((value, l) => value - centre[l]!);
    const margin: DifferentiableMargin = {
      dimension: 3,
      value: (delta) => dot(away(delta), away(delta)) - 1,
      gradient: (delta, into) => into.set(away(delta).map((value) => 2 * value)),
    };
    const { radius } = boundaryWalk(margin, [Float64Array.of(3, 0.9, -0.2)], { reach: 5, rounds: 60 });
    expect(radius).toBeGreaterThanOrEqual(2 - 1e-12);
    expect(radius).toBeLessThan(2.001);
  });

  it('never undercuts the exact radius of a ReLU net, and flips at what it reports', () => {
    fc.assert(
      fc.property(anyTarget({ dimension: 3, width: 6 }), vector(3), (target, start) => {
        const size = target.input.length;
        const { lower, upper } = exactRadius(target);
        fc.pre(upper < 1e3);
        const margin: DifferentiableMargin = {
          dimension: size,
          value: (delta) => marginAt(target, delta),
          gradient: (delta, into) => void marginGradient(target, delta, into),
        };
        const direction = Float64Array.from({ length: size }, (_, l) => start[l % 3]!);
        const found = boundaryWalk(margin, [direction], { reach: 1e3 });
        if (found.radius === Infinity) return;
        expect(found.radius).toBeGreaterThanOrEqual(lower * (1 - 1e-6));
        expect(marginAt(target, found.delta)).toBeLessThanOrEqual(0);
      }),
      runs(100),
    );
  });

  it('is 0 at a point that is wrong already, and Infinity where nothing flips', () => {
    const normal = Float64Array.of(1, 0);
    expect(boundaryWalk(linear(normal, -1), [normal], { reach: 1 }).radius).toBe(0);
    expect(boundaryWalk(linear(normal, 1), [normal], { reach: 10 }).radius).toBe(Infinity);
    expect(boundaryWalk(linear(normal, 1), [new Float64Array(2)], { reach: 10 }).radius).toBe(Infinity);
    expect(boundaryWalk(linear(normal, 1), [], { reach: 10 }).radius).toBe(Infinity);
  });

  it.each([0, -1, Number.NaN, Infinity])('refuses a reach of %s', (reach) => {
    expect(() => boundaryWalk(linear(Float64Array.of(1), 1), [], { reach })).toThrow(BadInput);
  });
});
