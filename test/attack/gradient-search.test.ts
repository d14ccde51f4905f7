import {
  attackRadius,
  attackWasmFile,
  exactRadii,
  firstCrossing,
  l2,
  marginAt,
  marginGradient,
  plainAttackKernel,
  projectedGradient,
  projectedGradientRadii,
  shareWithstanding,
  SpanDescent,
  spanOf,
  universalRadii,
  wasmAttackKernel,
  type AttackKernel,
  type Field,
  type SmoothField,
  type Span,
  type SpanPoints,
  type Standing,
  type Target,
} from '@marginalia/attack';
import { BadInput, gram, matrix, preactivations, Random, row, timesTransposed } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { anyTarget, groupTarget, linearTarget } from '../arbitraries/target.js';
import { trained } from '../arbitraries/trained.js';

/** A kernel's field and standing for a target that starts from a displacement. */
function aimed(
  kernel: AttackKernel,
  target: Target,
  delta: Float64Array,
): { field: Field | SmoothField; standing: Standing } {
  const { network, input, label } = target;
  const width = network.biases.length;
  const stride = width + (width & 1);
  const padded = (values: ArrayLike<number>): Float64Array => {
    const array = kernel.floats(stride);
    array.set(values);
    return array;
  };
  const products = kernel.floats(width * stride);
  const square = gram(network.weights);
  for (let r = 0; r < width; r++) products.set(row(square, r), r * stride);
  const { readout } = network;
  const state = kernel.floats(4);
  state.set([delta.reduce((sum, value) => sum + value * value, 0), 1, 0, 0]);
  const standingAt = (): Standing => ({
    start: padded(preactivations(network, matrix(1, input.length, input)).data),
    moved: padded(timesTransposed(matrix(1, delta.length, delta), network.weights).data),
    trail: padded([]),
    slopes: padded([]),
    pull: padded([]),
    wanted: padded([]),
    state,
  });
  const shared = { gram: products, width, stride };
  if (readout.kind === 'lse') {
    const sides = kernel.floats(readout.classes.length + (readout.classes.length & 1));
    sides.set(readout.classes.map((side) => label * side));
    return { field: { ...shared, sides, size: readout.size }, standing: standingAt() };
  }
  if (readout.kind === 'argmax') throw new Error('the kernel takes no argmax read-out');
  const outputs = Float64Array.from({ length: width }, (_, r) =>
    readout.kind === 'linear'
      ? label * readout.outputs[r]!
      : (label * readout.classes[Math.floor(r / readout.size)]!) / readout.size,
  );
  const pullOf = (counts: (output: number) => boolean): Float64Array =>
    padded(
      Float64Array.from({ length: width }, (_, s) =>
        outputs.reduce(
          (sum, output, r) => sum + (counts(output) ? output * products[r * stride + s]! : 0),
          0,
        ),
      ),
    );
  return {
    field: {
      ...shared,
      outputs: padded(outputs),
      size: readout.kind === 'linear' ? 0 : readout.size,
      ownPull: pullOf((output) => output > 0),
      allPull: pullOf(() => true),
    },
    standing: standingAt(),
  };
}

function stepped(
  kernel: AttackKernel,
  field: Field | SmoothField,
  ...rest: readonly [standing: Standing, radius: number, alpha: number, steps: number]
): number {
  return 'sides' in field ? kernel.descendSmooth(field, ...rest) : kernel.descend(field, ...rest, true);
}

/** δ = κ δ₀ + Wᵀ(κ e + τ c) */
function displacement(
  { network }: Target,
  begin: Float64Array,
  { trail, slopes, state }: Standing,
): Float64Array {
  const delta = begin.map((value) => state[1]! * value);
  for (let r = 0; r < network.biases.length; r++) {
    const coefficient = state[1]! * trail[r]! + state[2]! * slopes[r]!;
    row(network.weights, r).forEach((value, l) => (delta[l]! += coefficient * value));
  }
  return delta;
}

const shape = { width: 12, dimension: 8 };
const everyReadout = fc.oneof(linearTarget(shape), groupTarget('max', shape), groupTarget('lse', shape));

describe('descent on pre-activations', () => {
  it('has the iterates of descent in the space of the inputs', () => {
    let compared = 0;
    let longest = 0;
    fc.assert(
      fc.property(everyReadout, fc.nat(), fc.constantFrom(0.3, 1, 3), (target, key, radius) => {
        const steps = 50;
        const alpha = (2.5 * radius) / steps;
        const begin = l2.draw(new Float64Array(target.input.length), radius, target.ambient, Random.of(key));
        const delta = begin.slice();
        const gradient = new Float64Array(delta.length);
        let made = 0;
        for (; ; made++) {
          const margin = marginGradient(target, delta, gradient);
          // Within rounding of a kink, of a tie of groups or of a flip, the two may part ways.
          const moved = target.input.map((value, l) => value + delta[l]!);
          const z = preactivations(target.network, matrix(1, moved.length, moved)).data;
          if (Math.abs(margin) < 1e-9 || z.some((value) => Math.abs(value) < 1e-9) || tied(target, z)) return;
          if (margin <= 0 || made === steps || l2.size(gradient) === 0) break;
          l2.steepest(gradient);
          for (let l = 0; l < delta.length; l++) delta[l]! -= alpha * gradient[l]!;
          l2.project(delta, radius);
        }
        const { field, standing } = aimed(plainAttackKernel, target, begin);
        expect(stepped(plainAttackKernel, field, standing, radius, alpha, steps)).toBe(made);
        const found = displacement(target, begin, standing);
        // Slopes that change smoothly carry rounding from step to step.
        const slack = target.network.readout.kind === 'lse' ? 1e-7 : 1e-9;
        found.forEach((value, l) => expect(Math.abs(value - delta[l]!)).toBeLessThanOrEqual(slack * radius));
        expect(Math.abs(Math.sqrt(standing.state[0]!) - l2.size(delta))).toBeLessThanOrEqual(slack * radius);
        const margin = marginAt(target, delta);
        expect(Math.abs(standing.state[3]! - margin)).toBeLessThanOrEqual(slack * (1 + Math.abs(margin)));
        compared++;
        longest = Math.max(longest, made);
      }),
      runs(600),
    );
    expect(compared).toBeGreaterThan(450);
    expect(longest).toBe(50);
  });

  it('is the same bits in WebAssembly', () => {
    const wasm = wasmAttackKernel(attackWasmFile)!;
    fc.assert(
      fc.property(
        fc.oneof(everyReadout, anyTarget(shape, 'degenerate')),
        fc.nat(),
        fc.constantFrom(0.3, 1, 3),
        fc.integer({ min: 0, max: 60 }),
        fc.boolean(),
        (target, key, radius, steps, whole) => {
          const begin = l2.draw(
            new Float64Array(target.input.length),
            radius,
            target.ambient,
            Random.of(key),
          );
          const [ours, theirs] = [plainAttackKernel, wasm].map((kernel) => {
            const { field, standing } = aimed(kernel, target, begin);
            const alpha = (2.5 * radius) / Math.max(1, steps);
            const made =
              'sides' in field
                ? kernel.descendSmooth(field, standing, radius, alpha, steps)
                : kernel.descend(field, standing, radius, alpha, steps, whole);
            const rows = kernel.combine(field, standing.trail, standing.wanted);
            const arrays = Object.values(standing).map((array) => Array.from(array as Float64Array));
            for (const array of [...Object.values(field), ...Object.values(standing)]) {
              if (typeof array !== 'number') kernel.free(array as Float64Array);
            }
            return { made, rows, arrays };
          });
          expect(theirs).toStrictEqual(ours);
        },
      ),
      runs(300),
    );
  });
});

describe('a descent that may end early', () => {
  it('flips what the whole one flips, and stands where that one passed', () => {
    let early = 0;
    fc.assert(
      fc.property(linearTarget(shape), fc.nat(), fc.constantFrom(0.1, 0.3, 1), (target, key, radius) => {
        const begin = l2.draw(new Float64Array(target.input.length), radius, target.ambient, Random.of(key));
        const descended = (steps: number, whole: boolean) => {
          const { field, standing } = aimed(plainAttackKernel, target, begin);
          const made = plainAttackKernel.descend(field as Field, standing, radius, radius / 20, steps, whole);
          return { made, margin: standing.state[3]!, at: displacement(target, begin, standing) };
        };
        const whole = descended(50, true);
        const short = descended(50, false);
        expect(short.margin > 0).toBe(whole.margin > 0);
        if (short.made === whole.made) return;
        early++;
        const there = descended(short.made, true);
        short.at.forEach((value, l) =>
          expect(Math.abs(value - there.at[l]!)).toBeLessThanOrEqual(1e-9 * radius),
        );
      }),
      runs(400),
    );
    expect(early).toBeGreaterThan(100);
  });
});

describe('what a combination of rows takes', () => {
  const width = 9;
  const targets = fc.tuple(linearTarget({ width, dimension: 8 }), vector(width), real(), real());

  it('is G q, with one row for each neuron that departs from its side', () => {
    fc.assert(
      fc.property(targets, fc.nat({ max: 3 }), ([target, other, own, rival], departing) => {
        const { field } = aimed(plainAttackKernel, target, new Float64Array(target.input.length));
        if ('sides' in field) throw new Error('a linear read-out');
        const q = field.outputs.map((output, r) =>
          r < departing ? other[r % width]! : output > 0 ? own * output : rival * output,
        );
        const into = q.map((_, r) => r);
        const expected = into.map((value, r) =>
          q
            .subarray(0, field.width)
            .reduce((sum, factor, s) => sum + factor * field.gram[s * field.stride + r]!, value),
        );
        const rows = plainAttackKernel.combine(field, q, into);
        const count = (side: number) => field.outputs.filter((output) => side * output > 0).length;
        // More than half of a side must agree.
        if (count(1) > 2 * departing && count(-1) > 2 * departing) {
          expect(rows).toBeLessThanOrEqual(departing + field.outputs.filter((output) => output === 0).length);
        }
        const size = 1 + expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        into.forEach((value, r) => expect(Math.abs(value - expected[r]!)).toBeLessThan(1e-11 * size));
      }),
      runs(300),
    );
  });
});

/** The two highest scores of a side are within rounding of each other. */
function tied({ network: { readout } }: Target, z: Float64Array): boolean {
  if (readout.kind !== 'max') return false;
  return [1, -1].some((side) => {
    const scores = [...readout.classes.keys()]
      .filter((j) => readout.classes[j] === side)
      .map((j) =>
        z.slice(j * readout.size, (j + 1) * readout.size).reduce((sum, value) => sum + Math.max(0, value), 0),
      )
      .toSorted((a, b) => b - a);
    return scores.length > 1 && scores[0]! - scores[1]! < 1e-9;
  });
}

function seen(targets: readonly Target[]): {
  span: Span;
  points: SpanPoints;
  exact: number[];
  lower: number[];
} {
  const { network, input } = targets[0]!;
  const inputs = matrix(targets.length, input.length);
  targets.forEach((target, i) => row(inputs, i).set(target.input));
  const span = spanOf(network);
  const points = {
    products: timesTransposed(inputs, network.weights),
    labels: targets.map(({ label }) => label),
  };
  const radii = exactRadii(span, points.products, points.labels);
  return { span, points, exact: radii.map(({ upper }) => upper), lower: radii.map(({ lower }) => lower) };
}

const kinds = ['averaging', 'sum', 'max', 'lse'] as const;

describe.each(kinds)('the radii that descent finds (%s)', (kind) => {
  const { targets } = trained(kind, 11);
  const { span, points, exact, lower } = seen(targets);
  const bracket = (i: number): { from: number; to: number } => ({ from: Math.max(1e-3, lower[i]!), to: 100 });

  it('are never below the exact ones, and those of the search point by point', () => {
    const radii = projectedGradientRadii(span, points, { bracket }, Random.of('search'));
    const ratios = targets.map((target, i) => {
      expect(radii[i]!).toBeGreaterThanOrEqual(lower[i]! * (1 - 1e-9));
      if (exact[i] === 0) return 1;
      const input = span.point(row(points.products, i));
      const here = { network: span.network, input, label: target.label, ambient: span.ambient };
      const search = { from: Math.max(1e-3, lower[i]!), to: 100 };
      const alone = attackRadius(projectedGradient(), here, l2, search, Random.of(['search', i]));
      return radii[i]! / alone.radius;
    });
    // Different starts: they end within what the steps of 2.5 ε/40 leave open.
    const middle = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)]!;
    expect(Math.abs(middle - 1)).toBeLessThan(0.05);
  });

  it('are those of a grid of radii as well, where more points withstand than are robust', () => {
    const grid = [0, 1, 2, 3, 4, 5, 8, 20];
    const shares = shareWithstanding(span, points, grid, Random.of('grid'));
    grid.forEach((radius, j) => {
      const robust = exact.filter((reach) => reach > radius).length / exact.length;
      if (kind !== 'lse') expect(shares[j]!).toBeGreaterThanOrEqual(robust);
      if (j > 0) expect(shares[j]!).toBeLessThanOrEqual(shares[j - 1]!);
    });
    expect(shares[0]).toBe(exact.filter((reach) => reach > 0).length / exact.length);
    expect(shares.at(-1)).toBe(0);
  });

  it('do not depend on the points that come after', () => {
    const find = (count: number): Float64Array =>
      projectedGradientRadii(
        span,
        {
          products: matrix(
            count,
            points.products.columns,
            points.products.data.slice(0, count * points.products.columns),
          ),
          labels: points.labels,
        },
        { bracket },
        Random.of('few'),
        { restarts: 2 },
      );
    expect(find(2)).toEqual(find(targets.length).slice(0, 2));
  });
});

describe.each(kinds)('the radii along one direction (%s)', (kind) => {
  it('are the first crossings of each point', () => {
    const { targets, direction } = trained(kind, 14);
    const { span, points } = seen(targets);
    const { network } = targets[0]!;
    const along = timesTransposed(matrix(1, direction.length, direction), network.weights).data;
    const size = Math.hypot(...direction);
    const radii = universalRadii(span, points, span.direction(along, size));
    targets.forEach((target, i) => {
      const unit = direction.map((value) => (-target.label * value) / size);
      const reach = firstCrossing(target, unit);
      expect(Math.abs(radii[i]! - reach)).toBeLessThanOrEqual(1e-7 * reach);
    });
  });
});

describe('the search', () => {
  it('is zero where the net is wrong, and Infinity where nothing flips', () => {
    const { span, points } = seen(trained('averaging', 12).targets);
    const wrong = { ...points, labels: Array.from(points.labels, (label) => -label) };
    const upTo = (to: number) => ({ bracket: () => ({ from: 1e-3, to }) });
    const zeros = Array.from(points.labels, () => 0);
    expect([...projectedGradientRadii(span, wrong, upTo(10), Random.of(0))]).toEqual(zeros);
    const withstood = projectedGradientRadii(span, points, upTo(2e-3), Random.of(0));
    expect([...withstood].every((radius) => radius === Infinity)).toBe(true);
  });

  it('refuses a bracket that is none, and radii that do not ascend', () => {
    const { span, points } = seen(trained('averaging', 12).targets);
    const none = { bracket: () => ({ from: 1, to: 0 }) };
    expect(() => projectedGradientRadii(span, points, none, Random.of(0))).toThrow(BadInput);
    expect(() => shareWithstanding(span, points, [2, 1], Random.of(0))).toThrow(BadInput);
  });

  it('believes no descent: one that says it flipped, or left the ball, is judged by where it stands', () => {
    const { targets } = trained('averaging', 13);
    const { span, points, exact, lower } = seen(targets);
    const lies: AttackKernel = {
      ...plainAttackKernel,
      descend: (_field, { state }) => {
        state[3] = -1;
        return 0;
      },
    };
    // Its δ is that of an honest descent, times ten.
    const strides: AttackKernel = {
      ...plainAttackKernel,
      descend: (field, standing, radius, alpha, steps, whole) => {
        const made = plainAttackKernel.descend(field, standing, radius, alpha, steps, whole);
        for (const at of [1, 2]) standing.state[at]! *= 10;
        standing.state[3] = -1;
        return made;
      },
    };
    let far = 0;
    for (const kernel of [lies, strides]) {
      const descent = new SpanDescent(span, {}, kernel);
      targets.forEach((_, i) => {
        if (!(exact[i]! > 0)) return;
        const p = row(points.products, i).map((value, r) => value + span.network.biases[r]!);
        expect(descent.aim(p, points.labels[i]!)).toBeGreaterThan(0);
        descent.drawAll(1, Random.of(['judge', i]));
        descent.startAt(0);
        expect(descent.attempt(lower[i]! * (1 - 1e-6))).toBe(Infinity);
        const size = descent.attempt(4 * exact[i]!);
        if (size === Infinity) return;
        far++;
        expect(size).toBeLessThanOrEqual(4 * exact[i]!);
        expect(size).toBeGreaterThanOrEqual(lower[i]! * (1 - 1e-9));
      });
    }
    // A ball of four times the radius holds flips that even ten times too long a step finds, once projected.
    expect(far).toBeGreaterThan(2);
  });
});
