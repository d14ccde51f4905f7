import {
  exactRadius,
  marginAt,
  onFraction,
  projected,
  radiusOutside,
  radiusWithin,
  restrictedRadius,
  subspaceOf,
  type ExactRadius,
  type Target,
} from '@marginalia/attack';
import { BadInput, dot, matrix, norm, orthogonalClusters, Random, row, type Matrix } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { anyTarget, groupTarget, linearTarget } from '../arbitraries/target.js';
import { trained } from '../arbitraries/trained.js';
import { bruteRadius, scaleOf } from './brute-radius.js';
import { linearNet } from './laws.js';

const small = { width: 4, dimension: 3 };
const targets = fc.oneof(anyTarget(small), anyTarget(small, 'degenerate'));

/** A target and a basis of one to three vectors, which may depend on one another. */
const confinedTargets = (of: fc.Arbitrary<Target>): fc.Arbitrary<readonly [Target, Matrix]> =>
  of.chain((target) =>
    fc
      .integer({ min: 1, max: 3 })
      .chain((count) => fc.tuple(fc.constant(target), vector(count * target.input.length)))
      .map(
        ([at, entries]) => [at, matrix(entries.length / at.input.length, at.input.length, entries)] as const,
      ),
  );

const basisOf = (...rows: readonly (readonly number[])[]): Matrix =>
  matrix(rows.length, rows[0]!.length, Float64Array.from(rows.flat()));

/** Solvers close their intervals to 1e-9; a net whose margin is of rounding's size has a radius of rounding's making. */
const slack = 1e-7;
const clear = (target: Target): boolean =>
  Math.abs(marginAt(target, new Float64Array(target.input.length))) > 1e-6 * scaleOf(target);

/** The net that sees some coordinates of a displacement alone: a confined radius by other means. */
function onCoordinates(target: Target, kept: readonly number[]): Target {
  const { weights, biases, readout } = target.network;
  const part = matrix(weights.rows, kept.length);
  const moved = biases.map((bias, r) => {
    const full = row(weights, r);
    kept.forEach((l, at) => (row(part, r)[at] = full[l]!));
    return bias + dot(full, target.input);
  });
  return {
    network: { weights: part, biases: moved, readout },
    input: new Float64Array(kept.length),
    label: target.label,
    ambient: kept.length,
  };
}

describe('a radius confined to a subspace or its complement', () => {
  it('is at least the plain radius', () => {
    fc.assert(
      fc.property(confinedTargets(targets), ([target, basis]) => {
        const plain = exactRadius(target);
        for (const confined of [radiusWithin(target, basis), radiusOutside(target, basis)]) {
          expect(confined.upper).toBeGreaterThanOrEqual(plain.lower * (1 - slack));
          expect(confined.lower).toBeLessThanOrEqual(confined.upper);
        }
      }),
      runs(150),
    );
  });

  it('is that of brute force over the coordinates, where T is spanned by some of them', () => {
    const cases = fc
      .oneof(
        linearTarget(small),
        groupTarget('max', { width: 4, dimension: 3 }),
        linearTarget(small, 'degenerate'),
      )
      .filter(({ input }) => input.length > 1)
      .chain((target) => fc.tuple(fc.constant(target), fc.integer({ min: 1, max: target.input.length - 1 })));
    let finite = 0;
    fc.assert(
      fc.property(cases, ([target, count]) => {
        fc.pre(clear(target));
        const dimension = target.input.length;
        const axes = Array.from({ length: dimension }, (_, l) => l);
        const basis = matrix(count, dimension);
        for (let j = 0; j < count; j++) row(basis, j)[j] = 1 + j;
        const pairs = [
          [radiusWithin(target, basis), bruteRadius(onCoordinates(target, axes.slice(0, count)))],
          [radiusOutside(target, basis), bruteRadius(onCoordinates(target, axes.slice(count)))],
        ] as const;
        for (const [found, truth] of pairs) {
          expect(found.upper).toBeGreaterThanOrEqual(truth.atLeast * (1 - slack));
          expect(found.lower).toBeLessThanOrEqual(truth.atMost * (1 + slack));
          if (found.kind === 'proved' && truth.atMost < 1e3) {
            expect(found.upper).toBeLessThanOrEqual(truth.atMost * (1 + slack) + slack);
            finite++;
          }
        }
      }),
      runs(120),
    );
    expect(finite).toBeGreaterThan(20);
  });

  it('does not see a reflection of space, points and basis alike', () => {
    const cases = confinedTargets(linearTarget(small)).chain(([target, basis]) =>
      fc.tuple(fc.constant(target), fc.constant(basis), vector(target.input.length)),
    );
    fc.assert(
      fc.property(cases, ([target, basis, mirror]) => {
        fc.pre(norm(mirror) > 0.1 && clear(target));
        const { lower } = radiusWithin(target, basis);
        // A flip that exists by the last digit of a tie may be lost in another one.
        fc.pre(lower < 100);
        const reflect = (vectors: Matrix): Matrix => {
          const result = matrix(vectors.rows, vectors.columns, vectors.data.slice());
          for (let i = 0; i < result.rows; i++) {
            const share = (2 * dot(row(result, i), mirror)) / dot(mirror, mirror);
            row(result, i).forEach((value, l, into) => (into[l] = value - share * mirror[l]!));
          }
          return result;
        };
        const seen: Target = {
          ...target,
          network: { ...target.network, weights: reflect(target.network.weights) },
          input: reflect(matrix(1, target.input.length, target.input)).data,
        };
        const there = radiusWithin(seen, reflect(basis));
        expect(there.lower).toBeLessThanOrEqual(radiusWithin(target, basis).upper * (1 + slack));
        expect(there.upper).toBeGreaterThanOrEqual(lower * (1 - slack));
      }),
      runs(80),
    );
  });

  it('within the span of the neurons is the plain radius; outside of it nothing flips', () => {
    fc.assert(
      fc.property(targets, (target) => {
        fc.pre(clear(target));
        const plain = exactRadius(target);
        const rows = target.network.weights;
        const within = radiusWithin(target, rows);
        expect(within.lower).toBeLessThanOrEqual(plain.upper * (1 + slack));
        expect(within.upper).toBeGreaterThanOrEqual(plain.lower * (1 - slack));
        const outside = radiusOutside(target, rows);
        expect(outside.upper).toBe(plain.upper === 0 ? 0 : Infinity);
      }),
      runs(150),
    );
  });

  it('hands out a displacement of that length that keeps to its side and flips', () => {
    // With more coordinates than neurons, branch and bound works in fewer: the displacement has to find its way back.
    const wide = anyTarget({ width: 3, dimension: 9 });
    let handed = 0;
    fc.assert(
      fc.property(confinedTargets(fc.oneof(targets, wide)), ([target, basis]) => {
        const subspace = subspaceOf(basis);
        const check = ({ delta, upper }: ExactRadius, share: (delta: Float64Array) => number): void => {
          if (!delta || upper === 0 || upper > 1e3) return;
          handed++;
          expect(Math.abs(norm(delta) - upper)).toBeLessThanOrEqual(1e-9 * upper);
          expect(share(delta)).toBeLessThanOrEqual(1e-9 * upper);
          expect(marginAt(target, delta)).toBeLessThanOrEqual(1e-9 * scaleOf(target) * (1 + upper));
        };
        const inside = (delta: Float64Array): Float64Array =>
          projected(matrix(1, delta.length, delta), subspace).data;
        check(radiusWithin(target, basis), (delta) => {
          const on = inside(delta);
          return norm(delta.map((value, l) => value - on[l]!));
        });
        check(radiusOutside(target, basis), (delta) => norm(inside(delta)));
      }),
      runs(150),
    );
    expect(handed).toBeGreaterThan(50);
  });

  it('divides 1/R² of a linear score: 1/R² = 1/R_on² + 1/R_off², and ‖Πδ*‖/‖δ*‖ = R/R_on', () => {
    const nets = fc
      .integer({ min: 2, max: 5 })
      .chain((d) => fc.tuple(vector(d), real(), vector(d), vector(d)));
    fc.assert(
      fc.property(nets, ([weights, bias, input, direction]) => {
        const target = linearNet(weights, bias, input);
        fc.pre(norm(direction) > 0.1 && norm(weights) > 0.1 && clear(target));
        const basis = matrix(1, direction.length, direction);
        const [plain, on, off] = [
          exactRadius(target),
          radiusWithin(target, basis),
          radiusOutside(target, basis),
        ];
        fc.pre(on.upper < 1e4 && off.upper < 1e4);
        expect((plain.upper / on.upper) ** 2 + (plain.upper / off.upper) ** 2).toBeCloseTo(1, 6);
        expect(onFraction(plain.delta!, basis)).toBeCloseTo(plain.upper / on.upper, 6);
      }),
      runs(150),
    );
  });

  it.each([
    ['concave', -1],
    ['convex', 1],
  ] as const)('of a %s score bounds R_on and R_off by the normal at the flip', (_, side) => {
    // y f = c + ⟨v, x⟩ ± Σ |a| φ(w x + b): rivals alone bend it down, own neurons alone up. Label +1 throughout.
    const cases = confinedTargets(linearTarget({ width: 3, dimension: 3 }))
      .chain(([target, basis]) =>
        fc.tuple(fc.constant(target), fc.constant(basis), vector(target.input.length)),
      )
      .map(([{ network, input, ambient }, basis, tilt]) => {
        const width = network.biases.length;
        const weights = matrix(width + 2, input.length);
        weights.data.set(network.weights.data);
        tilt.forEach((value, l) => {
          row(weights, width)[l] = value;
          row(weights, width + 1)[l] = -value;
        });
        const outputs = new Float64Array(width + 2);
        for (let r = 0; r < width; r++) outputs[r] = side / (1 + r);
        outputs.set([1, -1], width);
        const shift = 2 - dot(tilt, input);
        const target: Target = {
          network: {
            weights,
            biases: Float64Array.from([...network.biases, shift, -shift]),
            readout: { kind: 'linear', outputs },
          },
          input,
          label: 1,
          ambient,
        };
        return [target, basis] as const;
      });
    let judged = 0;
    fc.assert(
      fc.property(cases, ([target, basis]) => {
        fc.pre(clear(target));
        const plain = exactRadius(target);
        fc.pre(plain.kind === 'proved' && plain.upper > 1e-6 && plain.upper < 1e3);
        judged++;
        const on = radiusWithin(target, basis).upper;
        const off = radiusOutside(target, basis).upper;
        const both = (plain.upper / on) ** 2 + (plain.upper / off) ** 2;
        const bound = plain.upper / onFraction(plain.delta!, basis);
        if (side < 0) {
          // {y f > 0} is convex: it lies behind the tangent at δ*.
          expect(both).toBeGreaterThanOrEqual(1 - 1e-6);
          expect(on).toBeLessThanOrEqual(bound * (1 + 1e-6));
        } else {
          expect(both).toBeLessThanOrEqual(1 + 1e-6);
          expect(on).toBeGreaterThanOrEqual(bound * (1 - 1e-6));
        }
      }),
      runs(150),
    );
    expect(judged).toBeGreaterThan(20);
  });

  it('knows the averaged net: weak in the span of the centres, not within a class, nor off their span', () => {
    const [dimension, clusters] = [64, 16];
    const { centres, classes } = orthogonalClusters({ dimension, clusters }, Random.of('dimpled'));
    const weights = matrix(2, dimension);
    classes.forEach((label, j) =>
      row(centres, j).forEach((value, l) => (row(weights, label > 0 ? 0 : 1)[l]! += value)),
    );
    const target: Target = {
      network: {
        weights,
        biases: new Float64Array(2),
        readout: { kind: 'linear', outputs: Float64Array.of(1, -1) },
      },
      input: row(centres, 0),
      label: classes[0]!,
      ambient: dimension,
    };
    const ownCentre = matrix(1, dimension, row(centres, 0).slice());
    const mate = classes.findIndex((label, j) => j > 0 && label === classes[0]);
    const difference = matrix(
      1,
      dimension,
      row(centres, 0).map((value, l) => value - row(centres, mate)[l]!),
    );
    const plain = exactRadius(target);
    expect(plain.upper).toBeCloseTo(Math.sqrt(dimension / clusters), 9);
    expect(onFraction(plain.delta!, centres)).toBeCloseTo(1, 9);
    expect(onFraction(plain.delta!, difference)).toBeLessThan(1e-9);
    expect(radiusWithin(target, centres).upper).toBeCloseTo(plain.upper, 9);
    expect(radiusOutside(target, centres).upper).toBe(Infinity);
    // Along its own centre the point has to go all the way to the origin.
    expect(radiusWithin(target, ownCentre).upper).toBeCloseTo(Math.sqrt(dimension), 9);
    expect(radiusWithin(target, difference).upper).toBe(Infinity);
  });

  it('of many points of a trained net is that of each', () => {
    const { targets: fresh, direction } = trained('sum', 3);
    const basis = matrix(1, direction.length, direction);
    const [{ network }] = fresh as [Target, ...Target[]];
    const within = restrictedRadius(network, basis, 'within');
    const outside = restrictedRadius(network, basis, 'outside');
    for (const target of fresh) {
      expect(within(target.input, target.label)).toEqual(radiusWithin(target, basis));
      expect(outside(target.input, target.label)).toEqual(radiusOutside(target, basis));
      expect(within(target.input, target.label).lower).toBeGreaterThan(exactRadius(target).lower);
    }
  });
});

describe('a basis', () => {
  const target = linearNet(Float64Array.of(3, 4, 0), 0, Float64Array.of(1, 1, 1));
  const wrong: Target = { ...target, label: -target.label };

  it.each([
    ['no rows', matrix(0, 3)],
    ['rows of zeros', matrix(2, 3)],
  ])('of %s spans {0}: Infinity within, the plain radius outside', (_, basis) => {
    expect(radiusWithin(target, basis)).toMatchObject({ kind: 'proved', lower: Infinity, upper: Infinity });
    expect(radiusOutside(target, basis).upper).toBeCloseTo(7 / 5, 12);
    expect(radiusWithin(wrong, basis)).toMatchObject({ lower: 0, upper: 0 });
    expect(radiusOutside(wrong, basis)).toMatchObject({ lower: 0, upper: 0 });
    expect(onFraction(Float64Array.of(1, 2, 3), basis)).toBe(0);
  });

  it('that is rank-deficient, or badly scaled, spans what it spans', () => {
    for (const basis of [
      basisOf([1, 0, 0], [2, 0, 0], [-1, 0, 0]),
      basisOf([1e-200, 0, 0], [0, 0, 0]),
      basisOf([1e200, 0, 0], [1e-30, 0, 0]),
    ]) {
      expect(subspaceOf(basis).rows.rows).toBe(1);
      expect(radiusWithin(target, basis).upper).toBeCloseTo(7 / 3, 12);
      expect(radiusOutside(target, basis).upper).toBeCloseTo(7 / 4, 12);
    }
    expect(subspaceOf(basisOf([1, 1, 0], [1, 1 + 1e-4, 0])).rows.rows).toBe(2);
  });

  it('orthogonal to the neurons is Infinity within, rounding or not', () => {
    const skew = linearNet(Float64Array.of(0.1, 0.7, -0.3), 0.2, Float64Array.of(1, 1, 1));
    expect(radiusWithin(skew, basisOf([0.7, -0.1, 0], [0.3, 0, 0.1])).upper).toBe(Infinity);
  });

  it('of another length, or of NaN, is refused in one line', () => {
    expect(() => radiusWithin(target, matrix(1, 2))).toThrow(
      new BadInput({
        expected: 'a basis of vectors of R^3, as the points are',
        got: 'rows of 2 entries',
      }),
    );
    expect(() => radiusOutside(target, basisOf([1, Number.NaN, 0]))).toThrow(BadInput);
    expect(() => onFraction(Float64Array.of(1, 2), matrix(1, 3))).toThrow(BadInput);
    expect(() =>
      restrictedRadius(target.network, basisOf([1, 0, 0]), 'within')(new Float64Array(2), 1),
    ).toThrow(BadInput);
  });

  it('gives the share of a displacement that lies in it, at any scale; NaN of no displacement', () => {
    const plane = basisOf([1, 1, 0], [1, -1, 0]);
    for (const scale of [1, 1e-200, 1e200]) {
      expect(onFraction(Float64Array.of(3 * scale, 0, 4 * scale), plane)).toBeCloseTo(3 / 5, 12);
    }
    expect(onFraction(Float64Array.of(3, 1, 0), plane)).toBeCloseTo(1, 12);
    expect(onFraction(new Float64Array(3), plane)).toBeNaN();
  });

  it('changes nothing of a net that is none: radius 0', () => {
    for (const value of [Number.NaN, Infinity]) {
      const broken = linearNet(Float64Array.of(value, 1, 0), 0, Float64Array.of(1, 1, 1));
      expect(radiusWithin(broken, basisOf([1, 0, 0])).upper).toBe(0);
      expect(radiusOutside(broken, basisOf([1, 0, 0])).upper).toBe(0);
    }
  });
});
