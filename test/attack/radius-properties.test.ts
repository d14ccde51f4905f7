// `overlap` asserts.
/* oxlint-disable vitest/expect-expect */
import {
  attackRadius,
  attacks,
  certifiedRadius,
  exactRadius,
  firstCrossing,
  geometryOf,
  l2,
  linf,
  lipschitzConstant,
  marginAt,
  marginGradient,
  projectedGradient,
  robustnessAt,
  spanOf,
  type ExactRadius,
  type Geometry,
  type Target,
} from '@marginalia/attack';
import { matrix, norm, Random, row, timesTransposed, type Network } from '@marginalia/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { anyTarget, groupTarget, linearTarget } from '../arbitraries/target.js';
import { trained } from '../arbitraries/trained.js';
import { bruteRadius, scaleOf } from './brute-radius.js';
import { neverBelowExact } from './laws.js';

let byLinearPrograms: Geometry;
beforeAll(async () => {
  byLinearPrograms = await geometryOf('linf');
});

const small = { width: 6, dimension: 4 };
const targets = fc.oneof(anyTarget(small), anyTarget(small, 'degenerate'));
/** Linear and max read-outs, whose radius is proved; generic, so that no tie is broken by rounding. */
const provable = fc.oneof(linearTarget(small), groupTarget('max', small));

/** Two intervals that must hold the same number. */
function overlap(a: ExactRadius, b: ExactRadius, scale = 1): void {
  const slack = 1e-6 * Math.max(scale, Math.min(a.upper, b.upper));
  expect(a.lower).toBeLessThanOrEqual(b.upper + slack);
  expect(b.lower).toBeLessThanOrEqual(a.upper + slack);
  if (a.kind === 'proved' && b.kind === 'proved') {
    expect(Math.abs(a.upper - b.upper)).toBeLessThanOrEqual(slack);
  }
}

const withNetwork = (target: Target, network: Partial<Network>): Target => ({
  ...target,
  network: { ...target.network, ...network },
});

function permuted(of: Target, order: readonly number[]): Target {
  const { weights, biases, readout } = of.network;
  if (readout.kind !== 'linear') return of;
  return withNetwork(of, {
    weights: matrix(
      order.length,
      weights.columns,
      Float64Array.from(order.flatMap((r) => [...row(weights, r)])),
    ),
    biases: Float64Array.from(order, (r) => biases[r]!),
    readout: { kind: 'linear', outputs: Float64Array.from(order, (r) => readout.outputs[r]!) },
  });
}

/** x ↦ x − 2 ⟨u, x⟩ u for unit u: an orthogonal map. */
function reflected(vectorOf: Float64Array, mirror: Float64Array): Float64Array {
  const share = (2 * vectorOf.reduce((sum, value, l) => sum + value * mirror[l]!, 0)) / norm(mirror) ** 2;
  return vectorOf.map((value, l) => value - share * mirror[l]!);
}

describe('the exact radius', () => {
  it('does not change when the net is scaled by 1e±6, in its layer or in its read-out', () => {
    fc.assert(
      fc.property(linearTarget(small), fc.constantFrom(1e-6, 1e6), (target, scale) => {
        const { weights, biases, readout } = target.network;
        const radius = exactRadius(target);
        const layer = withNetwork(target, {
          weights: matrix(
            weights.rows,
            weights.columns,
            weights.data.map((value) => scale * value),
          ),
          biases: biases.map((value) => scale * value),
        });
        overlap(radius, exactRadius(layer));
        expect(exactRadius(layer).kind).toBe(radius.kind);
        if (readout.kind !== 'linear') return;
        const outputs = readout.outputs.map((value) => scale * value);
        const loud = exactRadius(withNetwork(target, { readout: { kind: 'linear', outputs } }));
        overlap(radius, loud);
        expect(loud.kind).toBe(radius.kind);
      }),
      runs(100),
    );
  });

  it('scales with the space: inputs and biases times c have c times the radius', () => {
    fc.assert(
      fc.property(linearTarget(small), fc.constantFrom(1e-9, 1e-3, 1e6), (target, scale) => {
        const blown = {
          ...withNetwork(target, { biases: target.network.biases.map((value) => scale * value) }),
          input: target.input.map((value) => scale * value),
        };
        for (const geometry of [undefined, byLinearPrograms]) {
          const options = geometry ? { geometry } : {};
          const radius = exactRadius(target, options);
          const far = exactRadius(blown, options);
          if (radius.kind !== 'proved') continue;
          expect(far.kind).toBe('proved');
          expect(Math.abs(far.upper / scale - radius.upper)).toBeLessThanOrEqual(1e-6 * radius.upper);
        }
      }),
      runs(40),
    );
  });

  it('does not see rotations in ℓ2', () => {
    fc.assert(
      fc.property(
        provable.chain((target) => fc.tuple(fc.constant(target), vector(target.input.length))),
        ([target, mirror]) => {
          fc.pre(norm(mirror) > 0.1);
          const { weights } = target.network;
          const turned = Array.from({ length: weights.rows }, (_, r) => [
            ...reflected(row(weights, r), mirror),
          ]);
          overlap(
            exactRadius(target),
            exactRadius({
              ...withNetwork(target, {
                weights: matrix(weights.rows, weights.columns, Float64Array.from(turned.flat())),
              }),
              input: reflected(target.input, mirror),
            }),
          );
        },
      ),
      runs(100),
    );
  });

  it('is 1-Lipschitz in the point, in either norm', () => {
    fc.assert(
      fc.property(
        provable.chain((target) => fc.tuple(fc.constant(target), vector(target.input.length))),
        ([target, step]) => {
          const moved = { ...target, input: target.input.map((value, l) => value + step[l]! / 4) };
          for (const geometry of [undefined, byLinearPrograms]) {
            const options = geometry ? { geometry } : {};
            const [here, there] = [exactRadius(target, options), exactRadius(moved, options)];
            const length = (geometry?.ball ?? l2).size(step) / 4;
            if (here.upper < Infinity) {
              expect(there.lower).toBeLessThanOrEqual(here.upper + length + 1e-6);
            }
          }
        },
      ),
      runs(60),
    );
  });

  it('does not see the order of the neurons, nor a neuron split into two copies of half its output', () => {
    fc.assert(
      fc.property(linearTarget(small), fc.nat(), (target, key) => {
        const width = target.network.biases.length;
        const order = Random.of(key).shuffle(Array.from({ length: width }, (_, r) => r));
        const radius = exactRadius(target);
        overlap(radius, exactRadius(permuted(target, order)));
        const twice = permuted(target, [...order, ...order]);
        const { readout } = twice.network;
        if (readout.kind !== 'linear') return;
        const outputs = readout.outputs.map((value) => value / 2);
        overlap(radius, exactRadius(withNetwork(twice, { readout: { kind: 'linear', outputs } })));
      }),
      runs(100),
    );
  });

  it('is the same in span coordinates as in full space', () => {
    const wide = fc.oneof(
      linearTarget({ width: 5, dimension: 12 }),
      groupTarget('max', { width: 5, dimension: 12 }),
      linearTarget({ width: 5, dimension: 6 }, 'degenerate'),
    );
    fc.assert(
      fc.property(wide, (target) => {
        const span = spanOf(target.network);
        const products = timesTransposed(
          matrix(1, target.input.length, target.input),
          target.network.weights,
        ).data;
        const input = span.point(products);
        const inSpan = { ...target, network: span.network, input };
        const still = new Float64Array(input.length);
        const margin = marginAt(target, new Float64Array(target.input.length));
        expect(Math.abs(marginAt(inSpan, still) - margin)).toBeLessThanOrEqual(1e-6 * scaleOf(target));
        // At a margin of zero, rounding decides which side it is on.
        if (Math.abs(margin) < 1e-6) return;
        overlap(exactRadius(target), exactRadius(inSpan), scaleOf(target));
      }),
      runs(150),
    );
  });

  it('is at most the distance along any direction, and at least any certificate', () => {
    fc.assert(
      fc.property(
        targets.chain((target) => fc.tuple(fc.constant(target), vector(target.input.length))),
        ([target, direction]) => {
          const exact = exactRadius(target);
          const margin = marginAt(target, new Float64Array(target.input.length));
          const certified = certifiedRadius(margin, lipschitzConstant(target.network, l2));
          expect(certified).toBeLessThanOrEqual(exact.upper * (1 + 1e-9));
          expect(exact.lower).toBeLessThanOrEqual(exact.upper);
          const length = norm(direction);
          fc.pre(length > 0.1);
          const reach = firstCrossing(
            target,
            direction.map((value) => value / length),
          );
          expect(exact.lower).toBeLessThanOrEqual(reach * (1 + 1e-9) + 1e-12);
        },
      ),
      runs(200),
    );
  });

  it('has nothing to hand out where no point is flipped, and does not claim infinity for proved', () => {
    const constant: Target = {
      network: {
        weights: matrix(1, 2),
        biases: Float64Array.of(1),
        readout: { kind: 'linear', outputs: Float64Array.of(1) },
      },
      input: new Float64Array(2),
      label: 1,
      ambient: 2,
    };
    for (const geometry of [undefined, byLinearPrograms]) {
      const exact = exactRadius(constant, geometry ? { geometry } : {});
      expect(exact).toMatchObject({ kind: 'open', upper: Infinity });
      expect(exact.lower).toBeGreaterThan(0);
      expect(exact.delta).toBeUndefined();
    }
    expect(exactRadius({ ...constant, label: -1 })).toMatchObject({ kind: 'proved', upper: 0 });
  });

  it('leaves open what its budget does not reach, and stays an interval', () => {
    fc.assert(
      fc.property(
        linearTarget({ width: 6, dimension: 3 }),
        fc.integer({ min: 0, max: 2 }),
        (target, budget) => {
          const truth = bruteRadius(target);
          const exact = exactRadius(target, { budget });
          expect(exact.programs).toBeLessThanOrEqual(budget);
          expect(exact.lower).toBeLessThanOrEqual(truth.atMost * (1 + 1e-6));
          if (exact.delta) {
            expect(marginAt(target, exact.delta)).toBeLessThanOrEqual(
              1e-11 * scaleOf(target) * (1 + exact.upper),
            );
          }
        },
      ),
      runs(100),
    );
  });

  it.each([1e-3, 1e-5, 1e-6, 1e-8])(
    'keeps the far flips of nets whose neurons are parallel to within %s',
    (angle) => {
      // Their half-spaces are nearly opposite: a solver that calls them empty calls the net robust.
      let finite = 0;
      for (let key = 0; key < 100; key++) {
        const random = Random.of(['parallel', angle, key]);
        const draw = (): number => 2 * random.uniform() - 1;
        const first = [draw(), draw()];
        const near = (): number[] => {
          const multiple = 2 * draw();
          return first.map((value) => multiple * value + angle * draw());
        };
        const network: Network = {
          weights: matrix(3, 2, Float64Array.from([...first, ...near(), ...near()])),
          biases: Float64Array.from({ length: 3 }, draw),
          readout: { kind: 'linear', outputs: Float64Array.of(1, draw() > 0 ? 1 : -1, -1) },
        };
        for (const label of [1, -1]) {
          const target: Target = { network, input: new Float64Array(2), label, ambient: 2 };
          const exact = exactRadius(target);
          // A dense fan of rays finds every flip that is not thinner than a thousandth of a turn.
          for (let turn = 0; turn < 500; turn++) {
            const ray = Float64Array.of(Math.cos((turn * Math.PI) / 250), Math.sin((turn * Math.PI) / 250));
            const reach = firstCrossing(target, ray);
            expect(exact.lower).toBeLessThanOrEqual(reach * (1 + 1e-5) + 1e-9);
            if (reach < Infinity) finite++;
          }
          expect(exact.lower).toBeLessThanOrEqual(bruteRadius(target).atMost * (1 + 1e-4));
        }
      }
      expect(finite).toBeGreaterThan(1000);
    },
  );
});

describe('the lse read-out', () => {
  it('is bracketed: nothing flips below the lower end, along four hundred directions', () => {
    let flips = 0;
    fc.assert(
      fc.property(groupTarget('lse', { width: 5, dimension: 2 }), (target) => {
        const { lower, upper, kind, delta } = exactRadius(target);
        expect(kind).toBe(upper === 0 ? 'proved' : 'open');
        let found = Infinity;
        for (let turn = 0; turn < 400; turn++) {
          const ray = Float64Array.from(target.input, (_, l) =>
            l === 0 ? Math.cos((turn * Math.PI) / 200) : Math.sin((turn * Math.PI) / 200),
          );
          const length = norm(ray);
          if (length < 1e-6) continue;
          const unit = ray.map((value) => value / length);
          found = Math.min(found, firstCrossing(target, unit));
        }
        expect(lower).toBeLessThanOrEqual(found * (1 + 1e-9));
        if (delta && upper > 0) {
          flips++;
          expect(marginAt(target, delta)).toBeLessThanOrEqual(1e-9 * scaleOf(target));
        }
      }),
      runs(60),
    );
    expect(flips).toBeGreaterThan(5);
  });
});

describe('certificates', () => {
  it('bound the slope of the net between any two points, in either norm', () => {
    fc.assert(
      fc.property(
        targets.chain((target) =>
          fc.tuple(fc.constant(target), vector(target.input.length), vector(target.input.length)),
        ),
        ([target, a, b]) => {
          for (const ball of [l2, linf]) {
            const rise = Math.abs(marginAt(target, a) - marginAt(target, b));
            const run = ball.size(a.map((value, l) => value - b[l]!));
            expect(rise).toBeLessThanOrEqual(
              lipschitzConstant(target.network, ball) * run + 1e-12 * (1 + scaleOf(target)) * (1 + run),
            );
          }
        },
      ),
      runs(300),
    );
  });

  it('bound the gradient everywhere', () => {
    fc.assert(
      fc.property(
        targets.chain((target) => fc.tuple(fc.constant(target), vector(target.input.length))),
        ([target, at]) => {
          const gradient = new Float64Array(target.input.length);
          marginGradient(target, at, gradient);
          for (const ball of [l2, linf]) {
            expect(ball.dual(gradient)).toBeLessThanOrEqual(
              lipschitzConstant(target.network, ball) * (1 + 1e-12) + 1e-12,
            );
          }
        },
      ),
      runs(300),
    );
  });

  it('keep their digits where the a_r w_r cancel', () => {
    // f = φ(x) + φ(−(1 − ε) x) has slope 1 for x > 0; the sum of its terms is ε.
    for (const gap of [1e-3, 1e-6, 1e-9, 1e-12]) {
      const network: Network = {
        weights: matrix(2, 1, Float64Array.of(1, -(1 - gap))),
        biases: new Float64Array(2),
        readout: { kind: 'linear', outputs: Float64Array.of(1, 1) },
      };
      expect(certifiedRadius(1, lipschitzConstant(network, l2))).toBeLessThanOrEqual(1);
    }
  });

  it('stay certificates when squares leave the range of floating point', () => {
    for (const scale of [1e-200, 1e-170, 1e160, 1e200]) {
      const network: Network = {
        weights: matrix(2, 2, Float64Array.of(scale, 0, 0, scale)),
        biases: new Float64Array(2),
        readout: { kind: 'linear', outputs: Float64Array.of(1, -1) },
      };
      // f(1, 0) = scale flips at (½, ½): R = 1/√2.
      expect(certifiedRadius(scale, lipschitzConstant(network, l2))).toBeLessThanOrEqual(Math.SQRT1_2);
      expect(certifiedRadius(scale, lipschitzConstant(network, l2))).toBeGreaterThan(0.5);
    }
    expect(certifiedRadius(1, Number.NaN)).toBe(0);
    expect(certifiedRadius(Number.NaN, 1)).toBe(0);
  });

  it('bound the maximum over signs also for more neurons than are enumerated', () => {
    fc.assert(
      fc.property(fc.nat(), (key) => {
        const random = Random.of(['wide', key]);
        const network: Network = {
          weights: matrix(20, 3, random.gaussians(new Float64Array(60))),
          biases: random.gaussians(new Float64Array(20)),
          readout: { kind: 'linear', outputs: random.gaussians(new Float64Array(20)) },
        };
        const target = { network, input: random.gaussians(new Float64Array(3)), label: 1, ambient: 3 };
        const gradient = new Float64Array(3);
        for (let trial = 0; trial < 50; trial++) {
          marginGradient(target, random.gaussians(new Float64Array(3)), gradient);
          expect(norm(gradient)).toBeLessThanOrEqual(lipschitzConstant(network, l2));
        }
      }),
      runs(30),
    );
  });
});

describe.each(['averaging', 'sum', 'max', 'lse'] as const)('on nets trained by descent (%s)', (kind) => {
  const { targets: fresh, direction } = trained(kind, 1);

  it('certified ≤ exact lower ≤ exact upper ≤ every attack, and the exact δ flips', () => {
    for (const target of fresh) {
      const margin = marginAt(target, new Float64Array(target.input.length));
      const certified = certifiedRadius(margin, lipschitzConstant(target.network, l2));
      const exact = exactRadius(target);
      if (kind !== 'lse') expect(exact.kind).toBe('proved');
      expect(margin).toBeGreaterThan(0);
      expect(certified).toBeLessThanOrEqual(exact.upper);
      expect(exact.lower).toBeLessThanOrEqual(exact.upper);
      expect(norm(exact.delta!)).toBeCloseTo(exact.upper, 9);
      expect(marginAt(target, exact.delta!)).toBeLessThanOrEqual(1e-12 * scaleOf(target));
      for (const registered of attacks) {
        // A tenth of the steps: the chain holds for any attack.
        const attack = registered.make(direction, 0.1);
        neverBelowExact(attack, target, exact);
        const found = attackRadius(attack, target, l2, { from: exact.lower, to: 100 }, Random.of(1));
        expect(found.radius).toBeGreaterThanOrEqual(exact.lower * (1 - 1e-9));
      }
    }
  });

  it('the whole report says the same, one entry a point', async () => {
    const inputs = matrix(fresh.length, 64, Float64Array.from(fresh.flatMap(({ input }) => [...input])));
    const labels = fresh.map(({ label }) => label);
    const report = await robustnessAt(fresh[0]!.network, inputs, labels, { direction });
    expect(report.length).toBe(fresh.length);
    report.forEach((point, i) => {
      overlap(point.exact, exactRadius(fresh[i]!), 1e-3);
      expect(point.certified).toBeLessThanOrEqual(point.exact.upper);
      expect(point.attacked.radius).toBeGreaterThanOrEqual(point.exact.lower * (1 - 1e-9));
    });
  });
});

describe('nets that are not numbers', () => {
  const broken = (where: 'weight' | 'bias' | 'output' | 'input', value: number): Target => ({
    network: {
      weights: matrix(2, 2, Float64Array.of(where === 'weight' ? value : 1, 0, 0, 1)),
      biases: Float64Array.of(where === 'bias' ? value : 1, 0),
      readout: { kind: 'linear', outputs: Float64Array.of(where === 'output' ? value : 1, -1) },
    },
    input: Float64Array.of(where === 'input' ? value : 1, -1),
    label: 1,
    ambient: 2,
  });
  const places = ['weight', 'bias', 'output', 'input'] as const;
  const values = [Number.NaN, Infinity, -Infinity];
  const cases = places.flatMap((where) => values.map((value) => [where, value] as const));

  it.each(cases)('end at once with radius 0 in either norm: a %s of %s', (where, value) => {
    const target = broken(where, value);
    for (const geometry of [undefined, byLinearPrograms]) {
      const exact = exactRadius(target, geometry ? { geometry } : {});
      expect(exact).toMatchObject({ kind: 'proved', lower: 0, upper: 0 });
    }
  });

  it.each(places)('are flipped by every attack at δ = 0: a %s of NaN', (where) => {
    const target = broken(where, Number.NaN);
    const attack = projectedGradient();
    const found = attackRadius(attack, target, l2, { from: 1, to: 8 }, Random.of(0));
    expect(found).toMatchObject({ kind: 'flipped', radius: 0 });
    expect(firstCrossing(target, Float64Array.of(1, 0))).toBe(0);
  });

  it.each([1e160, Infinity, Number.NaN])(
    'do not come back from the span as nets that are: weights of %s',
    async (value) => {
      // Biases alone, +1 for the label: with its weights lost this net would be robust everywhere.
      const { network } = broken('weight', value);
      const { network: inSpan } = spanOf(network);
      expect(inSpan.weights.data.some((entry) => Number.isNaN(entry))).toBe(true);
      if (value === 1e160) return;
      const [report] = await robustnessAt(network, matrix(1, 2, Float64Array.of(1, -1)), [1]);
      expect(report).toMatchObject({ certified: 0, exact: { upper: 0 }, attacked: { radius: 0 } });
    },
  );

  it.each([1e155, 1e-300])(
    'are told from nets whose squares leave float64: a scale of %s changes no radius',
    async (scale) => {
      const random = Random.of('scale');
      const weights = matrix(4, 3, random.gaussians(new Float64Array(12)));
      const biases = random.gaussians(new Float64Array(4));
      const outputs = random.gaussians(new Float64Array(4));
      const inputs = matrix(10, 3, random.gaussians(new Float64Array(30)));
      const labels = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 1 : -1));
      const at = (by: number): ReturnType<typeof robustnessAt> =>
        robustnessAt(
          {
            weights: matrix(
              4,
              3,
              weights.data.map((value) => by * value),
            ),
            biases: biases.map((value) => by * value),
            readout: { kind: 'linear', outputs },
          },
          inputs,
          labels,
        );
      const [plain, scaled] = [await at(1), await at(scale)];
      expect(plain.some(({ exact }) => exact.upper > 0)).toBe(true);
      scaled.forEach(({ margin, certified, exact }, i) => {
        const truth = plain[i]!;
        expect(exact.kind).toBe('proved');
        expect(exact.upper).toBeCloseTo(truth.exact.upper, 8);
        expect(certified).toBeCloseTo(truth.certified, 8);
        expect(margin / scale).toBeCloseTo(truth.margin, 10);
      });
    },
  );

  it('a zero net is on the boundary: radius 0', () => {
    const zero: Target = {
      network: {
        weights: matrix(2, 2),
        biases: new Float64Array(2),
        readout: { kind: 'linear', outputs: Float64Array.of(1, -1) },
      },
      input: Float64Array.of(1, 2),
      label: 1,
      ambient: 2,
    };
    expect(exactRadius(zero)).toMatchObject({ kind: 'proved', upper: 0 });
    expect(exactRadius(zero, { geometry: byLinearPrograms })).toMatchObject({ kind: 'proved', upper: 0 });
  });
});

describe('the first crossing along a ray', () => {
  const rays = (kind: 'linear' | 'max' | 'lse') =>
    (kind === 'linear' ? linearTarget(small) : groupTarget(kind, small)).chain((target) =>
      fc.tuple(fc.constant(target), vector(target.input.length)),
    );

  it.each(['linear', 'max', 'lse'] as const)('of a %s read-out is a crossing, and the first one', (kind) => {
    let crossings = 0;
    fc.assert(
      fc.property(rays(kind), ([target, direction]) => {
        const reach = firstCrossing(target, direction);
        const margin = (t: number): number =>
          marginAt(
            target,
            direction.map((value) => t * value),
          );
        if (reach === 0) {
          expect(margin(0)).toBeLessThanOrEqual(0);
          return;
        }
        const noise = 1e-11 * scaleOf(target) * (1 + norm(direction)) * (1 + Math.min(reach, 1e6));
        const horizon = Math.min(reach * (1 - 1e-9), 50);
        for (let i = 0; i <= 400; i++) {
          expect(margin((horizon * i) / 400)).toBeGreaterThan(-noise);
        }
        if (reach < Infinity) {
          crossings++;
          expect(margin(reach)).toBeLessThanOrEqual(noise);
        }
      }),
      runs(150),
    );
    expect(crossings).toBeGreaterThan(10);
  });
});
