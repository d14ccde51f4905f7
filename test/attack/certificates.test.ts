import {
  balls,
  certificates,
  exactRadius,
  geometryOf,
  l1,
  l2,
  linf,
  marginAt,
  type Ball,
  type Certificate,
  type ExactRadius,
  type Target,
} from '@marginalia/attack';
import {
  cholesky,
  leakyNetwork,
  matrix,
  orthogonalClusters,
  Random,
  row,
  type Network,
  type Readout,
} from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enumerable, type Make, type ReadoutKind } from '../arbitraries/enumerable.js';
import { vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { anyTarget, groupTarget } from '../arbitraries/target.js';
import { trained } from '../arbitraries/trained.js';

const named = (name: string): Certificate => certificates.find((one) => one.name === name)!;
const [product, spectral, halfSum, local, interval, linear] = [
  'product',
  'spectral',
  'half-sum',
  'local',
  'interval',
  'linear',
].map(named) as [Certificate, Certificate, Certificate, Certificate, Certificate, Certificate];

const cases = certificates.flatMap((one) =>
  one.norms.map((name) => [one.name, name, one, balls.find((ball) => ball.name === name)!] as const),
);

const readouts: readonly ReadoutKind[] = ['linear', 'max', 'argmax'];
const makes: readonly Make[] = ['random', 'lattice', 'parallel', 'trained'];

/** Nets whose terms cancel, whose scales lie far apart, and whose neurons sit at their kinks. */
function* adversarial(): Generator<Target> {
  const net = (rows: number[][], biases: number[], outputs: number[], input: number[]): Target => ({
    network: {
      weights: matrix(rows.length, input.length, Float64Array.from(rows.flat())),
      biases: Float64Array.from(biases),
      readout: { kind: 'linear', outputs: Float64Array.from(outputs) },
    },
    input: Float64Array.from(input),
    label: 1,
    ambient: input.length,
  });
  for (const gap of [1e-3, 1e-8, 1e-13]) {
    // Slopes 1 and gap − 1; the sum of the terms is gap.
    yield net([[1], [gap - 1]], [0, 0], [1, 1], [1]);
    // A large neuron taken off again.
    yield net(
      [
        [1e8, 0],
        [1e8, gap],
        [0, 1],
      ],
      [0, 0, 0],
      [1, -1, 1],
      [1, 1],
    );
    // At its kink, and next to it.
    yield net(
      [
        [1, 0],
        [0, 1],
      ],
      [0, gap],
      [1, -1],
      [1, 0],
    );
    yield net(
      [
        [1, 1],
        [1, -1],
        [gap, 0],
      ],
      [0, gap, 1],
      [1, -1, 1],
      [2, 1],
    );
  }
  for (const scale of [1e-120, 1e-12, 1e12, 1e120])
    yield net(
      [
        [scale, 0],
        [0, scale],
      ],
      [0, 0],
      [1, -1],
      [1, 0],
    );
}

interface Known {
  readonly target: Target;
  readonly exact: ExactRadius;
}

const knownIn = new Map<Ball['name'], readonly Known[]>();

/** Nets of every read-out and make with their exact radii, once a norm. */
async function exactly(norm: Ball['name']): Promise<readonly Known[]> {
  const known = knownIn.get(norm);
  if (known) return known;
  const geometry = await geometryOf(norm);
  const targets = [
    ...readouts.flatMap((readout) =>
      makes.flatMap((make) =>
        [0, 1, 2, 3].flatMap((key) => [
          enumerable(readout, make, { width: 8, dimension: 3 }, key),
          enumerable(readout, make, { width: 6, dimension: 2 }, key),
        ]),
      ),
    ),
    ...adversarial(),
  ];
  const made = targets.map((target) => ({ target, exact: exactRadius(target, { geometry }) }));
  knownIn.set(norm, made);
  return made;
}

describe.each(cases)('the %s certificate in %s', (_name, norm, certificate, ball) => {
  it('is at most the exact radius, of every read-out and make of net', async () => {
    let positive = 0;
    const known = await exactly(norm);
    for (const { target, exact } of known) {
      const certified = certificate.radius(target, ball);
      expect(certified).toBeLessThanOrEqual(exact.kind === 'proved' ? exact.lower : exact.upper);
      if (certified > 0) positive++;
      if (exact.upper === 0) expect(certified).toBe(0);
    }
    expect(positive).toBeGreaterThan(0.7 * known.length);
  });

  it('is at most what a walk in any direction needs to flip an lse net', () => {
    fc.assert(
      fc.property(
        groupTarget('lse', { width: 5, dimension: 3 }).chain((target) =>
          fc.tuple(fc.constant(target), vector(target.input.length)),
        ),
        ([target, direction]) => {
          const certified = certificate.radius(target, ball);
          const size = ball.size(direction);
          if (!(certified > 0 && size > 0)) return;
          for (const share of [0.1, 0.5, 0.9, 0.99, 1]) {
            const delta = direction.map((value) => (share * certified * value) / size);
            expect(marginAt(target, delta)).toBeGreaterThan(0);
          }
        },
      ),
      runs(30),
    );
  });

  it('of a leaky net is one of its ReLU net', async () => {
    const geometry = await geometryOf(norm);
    for (let key = 0; key < 4; key++) {
      const plain = enumerable('linear', 'random', { width: 6, dimension: 3 }, key);
      const network = leakyNetwork(plain.network, plain.network.readout, 0.1);
      const target = { ...plain, network };
      const label = marginAt(target, new Float64Array(3)) > 0 ? target.label : -target.label;
      const exact = exactRadius({ ...target, label }, { geometry });
      const certified = certificate.radius({ ...target, label }, ball);
      expect(certified).toBeGreaterThan(0);
      expect(certified).toBeLessThanOrEqual(exact.lower);
    }
  });

  it('of a single neuron is |f| / ‖w‖_*, and a tenth of a percent more would be caught', async () => {
    const target: Target = {
      network: {
        weights: matrix(1, 3, Float64Array.of(3, -4, 1)),
        biases: Float64Array.of(0.5),
        readout: { kind: 'linear', outputs: Float64Array.of(2) },
      },
      input: Float64Array.of(2, 0, 1),
      label: 1,
      ambient: 3,
    };
    const certified = certificate.radius(target, ball);
    expect(certified * ball.dual(row(target.network.weights, 0))).toBeCloseTo(7.5, 6);
    const exact = exactRadius(target, { geometry: await geometryOf(norm) });
    expect(exact.kind).toBe('proved');
    expect(certified).toBeLessThanOrEqual(exact.lower);
    expect(certified * 1.001).toBeGreaterThan(exact.upper);
  });

  it('is 0 at a point that is misclassified, on the boundary, or not a number', () => {
    const at = (input: number[], label: number): Target => ({
      network: {
        weights: matrix(2, 2, Float64Array.of(1, 0, 0, 1)),
        biases: new Float64Array(2),
        readout: { kind: 'linear', outputs: Float64Array.of(1, -1) },
      },
      input: Float64Array.from(input),
      label,
      ambient: 2,
    });
    for (const [input, label] of [
      [[1, 0], -1],
      [[1, 1], 1],
      [[0, 0], 1],
      [[Number.NaN, 0], 1],
      [[Infinity, 0], 1],
    ] as const) {
      expect(certificate.radius(at([...input], label), ball)).toBe(0);
    }
    const none: Network = {
      weights: matrix(0, 2),
      biases: new Float64Array(),
      readout: { kind: 'linear', outputs: new Float64Array() },
    };
    expect(
      certificate.radius({ network: none, input: new Float64Array(2), label: 1, ambient: 2 }, ball),
    ).toBe(0);
  });
});

describe('certificates compare where a theorem says so', () => {
  it.each(balls)('product ≤ half-sum ≤ local, and interval ≤ linear, in $name', (ball) => {
    fc.assert(
      fc.property(anyTarget({ width: 7, dimension: 3 }), (target) => {
        const [first, second, third] = [product, halfSum, local].map((one) => one.radius(target, ball));
        // Bisection ends within 2^−40.
        expect(first!).toBeLessThanOrEqual(second! * (1 + 1e-11));
        expect(second!).toBeLessThanOrEqual(third! * (1 + 1e-11));
        expect(interval.radius(target, ball)).toBeLessThanOrEqual(linear.radius(target, ball) * (1 + 1e-11));
      }),
      runs(30),
    );
  });

  it('spectral ≤ half-sum where the signs are enumerated: ‖Σ ±a_r w_r‖ ≤ ‖a‖ σ_max(W)', () => {
    fc.assert(
      fc.property(anyTarget({ width: 7, dimension: 3 }), (target) => {
        expect(spectral.radius(target, l2)).toBeLessThanOrEqual(halfSum.radius(target, l2) * (1 + 1e-5));
      }),
      runs(30),
    );
  });

  it('product and spectral do not: ‖a‖ σ_max(W) is the worse where a large neuron has a small output', () => {
    const target: Target = {
      network: {
        weights: matrix(2, 2, Float64Array.of(1, 0, 0, 100)),
        biases: new Float64Array(2),
        readout: { kind: 'linear', outputs: Float64Array.of(1, 0.001) },
      },
      input: Float64Array.of(1, 0),
      label: 1,
      ambient: 2,
    };
    expect(product.radius(target, l2)).toBeCloseTo(1 / 1.1, 6);
    expect(spectral.radius(target, l2)).toBeCloseTo(0.01, 4);
  });

  it.each([linf, l1])(
    'local ≤ linear in $name: slopes of one half lose no more than a switching neuron does',
    (ball) => {
      fc.assert(
        fc.property(anyTarget({ width: 7, dimension: 3 }), (target) => {
          if (target.network.readout.kind === 'lse') return;
          expect(local.radius(target, ball)).toBeLessThanOrEqual(linear.radius(target, ball) * (1 + 1e-11));
        }),
        runs(30),
      );
    },
  );

  it('local and linear do not in ℓ2: opposing neurons at right angles add up as a root, chords one by one', () => {
    const n = 9;
    const target: Target = {
      network: {
        weights: matrix(
          n + 1,
          n,
          Float64Array.from({ length: n * (n + 1) }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
        ),
        biases: Float64Array.from({ length: n + 1 }, (_, r) => (r === n ? 1 : 0)),
        readout: {
          kind: 'linear',
          outputs: Float64Array.from({ length: n + 1 }, (_, r) => (r === n ? 1 : -1)),
        },
      },
      input: new Float64Array(n),
      label: 1,
      ambient: n,
    };
    // 1 − r √n against 1 − r n/2 − r √n/2.
    expect(local.radius(target, l2)).toBeCloseTo(1 / 3, 7);
    expect(linear.radius(target, l2)).toBeCloseTo(1 / 6, 7);
    expect(exactRadius(target).lower).toBeCloseTo(1 / 3, 7);
    const others = Array.from({ length: 10 }, (_, key) =>
      enumerable('linear', 'random', { width: 6, dimension: 3 }, key),
    );
    expect(others.some((one) => linear.radius(one, l2) > 1.01 * local.radius(one, l2))).toBe(true);
  });
});

describe('tight cases', () => {
  it.each([
    [32, 4],
    [512, 8],
    [768, 10],
  ])('half-sum is √(d/k) at the centres of the averaged net, the radius itself: d = %i, k = %i', (d, k) => {
    const { centres, classes } = orthogonalClusters(
      { dimension: d, clusters: k },
      Random.of(['averaged', d, k]),
    );
    const m = 3;
    const weights = matrix(2 * m, d);
    for (let r = 0; r < 2 * m; r++) {
      for (let j = 0; j < k; j++) {
        if (classes[j]! > 0 !== r < m) continue;
        for (let l = 0; l < d; l++) weights.data[r * d + l]! += centres.data[j * d + l]!;
      }
    }
    const readout: Readout = {
      kind: 'linear',
      outputs: Float64Array.from({ length: 2 * m }, (_, r) => (r < m ? 1 : -1) / m),
    };
    for (let j = 0; j < k; j++) {
      const target = {
        network: { weights, biases: new Float64Array(2 * m), readout },
        input: row(centres, j),
        label: classes[j]!,
        ambient: d,
      };
      for (const one of [halfSum, local]) {
        expect(one.radius(target, l2) / Math.sqrt(d / k)).toBeCloseTo(1, 8);
        expect(one.radius(target, l2)).toBeLessThanOrEqual(exactRadius(target).lower);
      }
    }
  });

  it('half-sum is √(d/2) at the centres of the decoupled net under max, the best radius that any net has', () => {
    const [d, k] = [128, 6];
    const { centres, classes } = orthogonalClusters({ dimension: d, clusters: k }, Random.of('decoupled'));
    const network: Network = {
      weights: centres,
      biases: new Float64Array(k),
      readout: { kind: 'max', classes, size: 1 },
    };
    for (let j = 0; j < k; j++) {
      const target = { network, input: row(centres, j), label: classes[j]!, ambient: d };
      expect(halfSum.radius(target, l2) / Math.sqrt(d / 2)).toBeCloseTo(1, 8);
    }
  });

  it.each([l2, linf, l1])(
    'linear is exact while no neuron can switch: |f| / ‖∇f‖_* in $name',
    (ball: Ball) => {
      const weights = matrix(3, 3, Float64Array.of(1, 2, 0, 0, 1, -1, 2, 0, 1));
      const network: Network = {
        weights,
        biases: Float64Array.of(100, 100, 100),
        readout: { kind: 'linear', outputs: Float64Array.of(1, -2, 1.01) },
      };
      const target = { network, input: new Float64Array(3), label: 1, ambient: 3 };
      const gradient = Float64Array.of(1 + 2.02, 2 - 2, 2 + 1.01);
      const truth = 1 / ball.dual(gradient);
      for (const one of [linear, local]) expect(one.radius(target, ball) / truth).toBeCloseTo(1, 6);
      expect(interval.radius(target, ball) / truth).toBeLessThan(0.9);
    },
  );
});

it('the singular value that the spectral certificate rests on is one from above, at every scale', () => {
  for (const scale of [1e-150, 1e-3, 1, 1e150]) {
    const random = Random.of(['singular', String(scale)]);
    const weights = matrix(
      6,
      9,
      random.gaussians(new Float64Array(54)).map((value) => scale * value),
    );
    const target: Target = {
      network: {
        weights,
        biases: Float64Array.from({ length: 6 }, () => scale),
        readout: { kind: 'linear', outputs: new Float64Array(6).fill(1) },
      },
      input: new Float64Array(9),
      label: 1,
      ambient: 9,
    };
    // β = margin / radius.
    const slope = (6 * scale) / spectral.radius(target, l2) / Math.sqrt(6) / scale;
    const products = matrix(9, 9);
    for (let a = 0; a < 9; a++) {
      for (let b = 0; b < 9; b++) {
        for (let r = 0; r < 6; r++) {
          products.data[9 * a + b]! +=
            (weights.data[9 * r + a]! / scale) * (weights.data[9 * r + b]! / scale);
        }
      }
    }
    const shifted = (by: number): typeof products =>
      matrix(
        9,
        9,
        products.data.map((value, at) => (at % 10 === 0 ? by : 0) - value),
      );
    // λI − WᵀW is definite at λ = σ², and not a thousandth below.
    expect(cholesky(shifted(slope * slope))).toBeDefined();
    expect(cholesky(shifted(slope * slope * 0.999))).toBeUndefined();
  }
});

describe.each(['averaging', 'sum', 'max', 'lse'] as const)('on nets trained by descent (%s)', (kind) => {
  it('every certificate is below the exact radius, and the best of them above a quarter of it', () => {
    for (const target of trained(kind, 2).targets) {
      const exact = exactRadius(target);
      const radii = certificates.map((one) => one.radius(target, l2));
      for (const radius of radii) {
        expect(radius).toBeGreaterThan(0);
        expect(radius).toBeLessThanOrEqual(exact.kind === 'proved' ? exact.lower : exact.upper);
      }
      expect(Math.max(...radii)).toBeGreaterThan(exact.upper / 4);
    }
  });
});
