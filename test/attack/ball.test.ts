import { balls, l1, l2, linf, type Ball } from '@marginalia/attack';
import { dot, Random } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positive, real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { kolmogorovSmirnov, ksCritical } from '../arbitraries/goodness-of-fit.js';
import { budgetUlps } from './laws.js';

const vectors = fc.integer({ min: 1, max: 12 }).chain((d) => vector(d, fc.oneof(real(), real(2, 1))));
const pairs = fc.integer({ min: 1, max: 12 }).chain((d) => fc.tuple(vector(d), vector(d), positive()));

const distance = (ball: Ball, a: Float64Array, b: Float64Array): number =>
  ball.size(a.map((value, l) => value - b[l]!));

describe.each(balls.map((ball) => [ball.name, ball] as const))('the %s ball', (name, ball) => {
  it('has a norm: positive, homogeneous, and below the sum of its parts', () => {
    fc.assert(
      fc.property(pairs, ([a, b, scale]) => {
        expect(ball.size(a.map((value) => scale * value))).toBeCloseTo(scale * ball.size(a), 9);
        expect(ball.size(a.map((value, l) => value + b[l]!))).toBeLessThanOrEqual(
          (ball.size(a) + ball.size(b)) * (1 + budgetUlps),
        );
        expect(ball.size(a) > 0).toBe(a.some((value) => value !== 0));
      }),
      runs(200),
    );
  });

  it('measures vectors whose squares leave the range of floating point', () => {
    for (const scale of [1e-300, 1e-170, 1e170, 1e300]) {
      const size = ball.size(Float64Array.of(3 * scale, -4 * scale));
      expect(size / scale).toBeCloseTo({ l2: 5, linf: 4, l1: 7 }[name], 12);
    }
    expect(ball.size(Float64Array.of(1, Number.NaN))).toBeNaN();
  });

  it('projects into the ball, leaves the inside alone, and twice is once', () => {
    fc.assert(
      fc.property(vectors, positive(), (delta, radius) => {
        const projected = ball.project(delta.slice(), radius);
        expect(ball.size(projected)).toBeLessThanOrEqual(radius * (1 + budgetUlps));
        if (ball.size(delta) <= radius) expect(projected).toEqual(delta);
        expect(distance(ball, ball.project(projected.slice(), radius), projected)).toBeLessThanOrEqual(
          radius * budgetUlps,
        );
      }),
      runs(300),
    );
  });

  it('projects to the nearest point: no other point of the ball is nearer in ℓ2', () => {
    fc.assert(
      fc.property(pairs, ([delta, other, radius]) => {
        const projected = ball.project(delta.slice(), radius);
        const rival = ball.project(other.slice(), radius);
        expect(distance(l2, projected, delta)).toBeLessThanOrEqual(distance(l2, rival, delta) + 1e-12);
      }),
      runs(300),
    );
  });

  it('projects to the origin at radius 0', () => {
    expect(ball.size(ball.project(Float64Array.of(1, -2, 3), 0))).toBe(0);
  });

  it('steps steepest: ⟨g, steepest g⟩ is the dual norm, and no unit vector does better', () => {
    fc.assert(
      fc.property(pairs, ([gradient, other]) => {
        const step = ball.steepest(gradient.slice());
        const size = ball.size(other);
        expect(ball.size(step)).toBeLessThanOrEqual(1 + budgetUlps);
        expect(dot(gradient, step)).toBeCloseTo(ball.dual(gradient), 9);
        if (size > 0) expect(dot(gradient, other) / size).toBeLessThanOrEqual(ball.dual(gradient) + 1e-12);
      }),
      runs(300),
    );
  });

  it('steps as far for a tiny gradient as for a large one, and not at all for none', () => {
    const steps = [1e-300, 1e-12, 1, 1e300].map((scale) =>
      ball.steepest(Float64Array.of(scale, -2 * scale, 0)),
    );
    for (const step of steps) expect(distance(ball, step, steps[2]!)).toBeLessThan(1e-12);
    expect(ball.steepest(new Float64Array(3))).toEqual(new Float64Array(3));
  });

  it('draws within the ball, reproducibly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), positive(), fc.nat(), (d, radius, key) => {
        const draw = (): Float64Array => ball.draw(new Float64Array(d), radius, d, Random.of(key));
        expect(ball.size(draw())).toBeLessThanOrEqual(radius * (1 + budgetUlps));
        expect(draw()).toEqual(draw());
      }),
      runs(200),
    );
  });

  it.each([1, 3, 10])('draws uniformly in R^%i: (‖δ‖/ε)^d is uniform', (d) => {
    const sizes = Array.from(
      { length: 4000 },
      (_, key) =>
        (ball.size(ball.draw(new Float64Array(d), 2, d, Random.of(['uniform', name, key]))) / 2) ** d,
    );
    expect(kolmogorovSmirnov(sizes, (x) => x)).toBeLessThan(ksCritical(sizes.length));
  });
});

describe('span coordinates', () => {
  const ambient = 50;
  const rank = 4;
  const draws = Array.from({ length: 4000 }, (_, key) =>
    l2.draw(new Float64Array(rank + 1), 3, ambient, Random.of(['span', key])),
  );

  it('carry a draw uniform in the ambient ball: (‖δ‖/ε)^D is uniform', () => {
    const sizes = draws.map((delta) => (l2.size(delta) / 3) ** ambient);
    expect(kolmogorovSmirnov(sizes, (x) => x)).toBeLessThan(ksCritical(sizes.length));
  });

  it('give the last coordinate the share of D − r directions', () => {
    // δ²_last / ‖δ‖² ~ Beta((D − r)/2, r/2); with r = 4 its distribution is x^a (1 + a (1 − x)), a = (D − 4)/2.
    const a = (ambient - rank) / 2;
    const shares = draws.map((delta) => delta[rank]! ** 2 / l2.size(delta) ** 2);
    expect(kolmogorovSmirnov(shares, (x) => x ** a * (1 + a * (1 - x)))).toBeLessThan(
      ksCritical(shares.length),
    );
  });

  it.each([linf, l1])('are refused by the $name ball, which is not rotation invariant', (ball) => {
    expect(() => ball.draw(new Float64Array(3), 1, 10, Random.of(0))).toThrow(/rotation invariant/);
  });
});

describe('the ℓ1 ball', () => {
  it('projects as a bisection of the threshold does, for which nobody sorts', () => {
    fc.assert(
      fc.property(vectors, positive(), (delta, radius) => {
        fc.pre(l1.size(delta) > radius);
        let [low, high] = [0, linf.size(delta)];
        const shrunk = (by: number): Float64Array =>
          delta.map((value) => Math.sign(value) * Math.max(0, Math.abs(value) - by));
        for (let round = 0; round < 200; round++) {
          const middle = (low + high) / 2;
          if (l1.size(shrunk(middle)) > radius) low = middle;
          else high = middle;
        }
        expect(distance(linf, l1.project(delta.slice(), radius), shrunk(high))).toBeLessThan(1e-12);
      }),
      runs(200),
    );
  });

  it('projects onto its own surface: never beyond it, and short of it by rounding alone', () => {
    fc.assert(
      fc.property(vectors, positive(), (delta, radius) => {
        fc.pre(l1.size(delta) > radius);
        const size = l1.size(l1.project(delta.slice(), radius));
        expect(size).toBeLessThanOrEqual(radius);
        // What is taken off is known to the rounding of the whole.
        expect(size).toBeGreaterThanOrEqual(radius - 40 * 2 ** -52 * l1.size(delta));
      }),
      runs(300),
    );
  });

  it('steps along the first of the tied coordinates', () => {
    expect(l1.steepest(Float64Array.of(1, -2, 2))).toEqual(Float64Array.of(0, -1, 0));
  });

  it('draws each coordinate of the simplex alike: |δ_l|/ε has density d (1 − t)^{d−1}', () => {
    const d = 5;
    const draws = Array.from({ length: 4000 }, (_, key) =>
      l1.draw(new Float64Array(d), 2, d, Random.of(['simplex', key])),
    );
    for (const at of [0, d - 1]) {
      const sizes = draws.map((delta) => Math.abs(delta[at]!) / 2);
      expect(kolmogorovSmirnov(sizes, (t) => 1 - (1 - t) ** d)).toBeLessThan(ksCritical(sizes.length));
      const positives = draws.filter((delta) => delta[at]! > 0).length;
      // Four deviations of a fair coin.
      expect(Math.abs(positives - 2000)).toBeLessThan(4 * Math.sqrt(1000));
    }
  });
});
