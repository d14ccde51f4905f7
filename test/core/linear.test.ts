/** Linear models against closed forms, brute force over active sets, and SciPy’s and scikit-learn’s solvers where they are. */
import { spawnSync } from 'node:child_process';
import {
  BadInput,
  cholesky,
  combine,
  descendLinear,
  dot,
  exponentialMargin,
  gram,
  hardMargin,
  inSpan,
  largestCurvature,
  linearMargins,
  logistic,
  marginLosses,
  matrix,
  norm,
  Random,
  regularisedPath,
  row,
  signedSamples,
  solveCholesky,
  type Matrix,
} from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { real } from '../arbitraries/real.js';

/** Z with n rows in R^d on a coarse lattice: ties, copies and dependent rows are common. */
const rows = (grid = 4): fc.Arbitrary<Matrix> =>
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }))
    .chain(([n, d]) =>
      fc
        .array(real(2, grid), { minLength: n * d, maxLength: n * d })
        .map((entries) => matrix(n, d, Float64Array.from(entries))),
    );

/** min ‖Zᵀp‖ over the simplex, by trying every support: the least norm of an affine hull that p ≥ 0 reaches. */
function bruteDistance(z: Matrix): number {
  const n = z.rows;
  const products = gram(z);
  let best = Infinity;
  for (let subset = 1; subset < 2 ** n; subset++) {
    const on = Array.from({ length: n }, (_, i) => i).filter((i) => (subset >> i) & 1);
    const part = matrix(on.length, on.length);
    on.forEach((i, a) =>
      on.forEach((j, b) => (part.data[a * on.length + b] = products.data[i * n + j]! + 1)),
    );
    const factor = cholesky(part);
    if (!factor) continue;
    const shares = solveCholesky(factor, new Float64Array(on.length).fill(1));
    if (shares.some((share) => share < -1e-12)) continue;
    const total = shares.reduce((sum, share) => sum + share, 0);
    const p = new Float64Array(n);
    on.forEach((i, a) => (p[i] = shares[a]! / total));
    best = Math.min(best, norm(combine(z, p, new Float64Array(z.columns))));
  }
  return best;
}

/** Points on both sides of a hyperplane, moved off it. */
function separable(n: number, d: number, random: Random): Matrix {
  const z = matrix(n, d);
  random.gaussians(z.data, 1 / Math.sqrt(d));
  for (let i = 0; i < n; i++) z.data[i * d] = Math.abs(z.data[i * d]!) + 0.3;
  return z;
}

/** A set on which a share of −1e-17 once stayed in the support. */
const tied = [
  [0.5, -0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5, -0.5],
  [0.5, 0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5, 0.5],
  [-0.5, -0.5, -0.5, 0.5],
];

describe('the reference max-margin solver', () => {
  it('finds the least distance of the simplex, or proves that there is none, as brute force does', () => {
    fc.assert(
      fc.property(rows(), (z) => {
        const distance = bruteDistance(z);
        const found = hardMargin(z);
        if (distance > 1e-5) {
          expect(found.kind).toBe('separable');
          if (found.kind !== 'separable') return;
          expect(Math.abs(found.margin - distance)).toBeLessThanOrEqual(1e-9 * distance);
          expect(found.residual).toBeLessThanOrEqual(1e-9);
          const margins = linearMargins(z, found.weights, new Float64Array(z.rows));
          expect(Math.min(...margins)).toBeCloseTo(1, 9);
          const rebuilt = combine(z, found.multipliers, new Float64Array(z.columns));
          expect(norm(rebuilt.map((value, l) => value - found.weights[l]!))).toBeLessThanOrEqual(
            1e-9 * norm(found.weights),
          );
        } else {
          expect(found.kind).toBe('inseparable');
          if (found.kind !== 'inseparable') return;
          expect(Math.min(...found.shares)).toBeGreaterThanOrEqual(0);
          expect(found.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
          expect(norm(combine(z, found.shares, new Float64Array(z.columns)))).toBeLessThanOrEqual(1e-6);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('settles where supports tie: corners of a cube, antipodes with opposite labels', () => {
    const signs = fc.array(fc.constantFrom(-0.5, 0.5), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(signs, { minLength: 3, maxLength: 7 }), (corners) => {
        const rowsOf = corners.flatMap((corner) => [...corner, 0.1]);
        const z = matrix(corners.length, 5, Float64Array.from(rowsOf));
        const found = hardMargin(z);
        expect(found.kind).toBe('separable');
        if (found.kind !== 'separable') return;
        expect(Math.abs(found.margin / bruteDistance(z) - 1)).toBeLessThanOrEqual(1e-9);
      }),
      { numRuns: 120, examples: [[tied]] },
    );
  });

  it('scales: margins with Z, weights inversely', () => {
    const z = separable(12, 5, Random.of('scale'));
    const [one, other] = [1, 1e-6].map((scale) =>
      hardMargin({ ...z, data: z.data.map((value) => scale * value) }),
    );
    if (one?.kind !== 'separable' || other?.kind !== 'separable') throw new Error('not separable');
    expect(other.margin / one.margin / 1e-6).toBeCloseTo(1, 12);
    expect(norm(other.weights) / norm(one.weights) / 1e6).toBeCloseTo(1, 12);
  });

  it('keeps margin and multipliers in the coordinates of the span', () => {
    const z = separable(10, 40, Random.of('span'));
    const inside = inSpan(z);
    expect(inside.columns).toBe(10);
    const [ambient, reduced] = [hardMargin(z), hardMargin(inside)];
    if (ambient.kind !== 'separable' || reduced.kind !== 'separable') throw new Error('not separable');
    expect(reduced.margin).toBeCloseTo(ambient.margin, 12);
    ambient.multipliers.forEach((alpha, i) => expect(reduced.multipliers[i]).toBeCloseTo(alpha, 9));
  });

  it('says so for no samples, and for zero ones', () => {
    expect(hardMargin(matrix(0, 3)).kind).toBe('undecided');
    expect(hardMargin(matrix(2, 3)).kind).toBe('inseparable');
  });

  it('refuses labels that are no signs', () => {
    expect(() => signedSamples(matrix(1, 1), [0])).toThrow(BadInput);
    expect(() => signedSamples(matrix(2, 1), [1])).toThrow('2 labels');
  });

  const python = (modules: string): boolean => spawnSync('python3', ['-c', `import ${modules}`]).status === 0;
  const solve = (z: Matrix, script: string): number[] => {
    const input = JSON.stringify(Array.from({ length: z.rows }, (_, i) => [...row(z, i)]));
    const { stdout, stderr } = spawnSync('python3', ['-c', script], { input, encoding: 'utf8' });
    if (stderr) throw new Error(stderr);
    return JSON.parse(stdout) as number[];
  };
  const head = 'import json, sys, numpy as np\nZ = np.array(json.load(sys.stdin))\n';

  it.skipIf(!python('scipy'))('agrees with SciPy’s NNLS (skipped where SciPy is not installed)', () => {
    const z = separable(60, 12, Random.of('scipy'));
    // LDP of Lawson and Hanson in its primal form: residual of NNLS on [Zᵀ; 1ᵀ].
    const weights = solve(
      z,
      `${head}from scipy.optimize import nnls
A = np.vstack([Z.T, np.ones(len(Z))]); b = np.zeros(len(A)); b[-1] = 1
p, _ = nnls(A, b); r = b - A @ p
print(json.dumps(list(-r[:-1] / r[-1])))`,
    );
    const found = hardMargin(z);
    if (found.kind !== 'separable') throw new Error(found.kind);
    const off = found.weights.map((value, l) => value - weights[l]!);
    expect(norm(off)).toBeLessThanOrEqual(1e-9 * norm(found.weights));
  });

  it.skipIf(!python('sklearn'))(
    'agrees with scikit-learn’s SVC at C = 1e6 (skipped where scikit-learn is not installed)',
    () => {
      const z = separable(40, 6, Random.of('sklearn'));
      const weights = solve(
        z,
        `${head}from sklearn.svm import SVC
# No intercept: every point beside its mirror image, whose optimal offset is zero.
X = np.vstack([Z, -Z]); y = np.r_[np.ones(len(Z)), -np.ones(len(Z))]
print(json.dumps(list(SVC(kernel="linear", C=1e6, tol=1e-10).fit(X, y).coef_[0])))`,
      );
      const found = hardMargin(z);
      if (found.kind !== 'separable') throw new Error(found.kind);
      const off = found.weights.map((value, l) => value - weights[l]!);
      // libsvm stops at a duality gap, not at the active set.
      expect(norm(off)).toBeLessThanOrEqual(1e-5 * norm(found.weights));
    },
  );
});

describe('σ_max²', () => {
  it('is the largest eigenvalue of a diagonal ZᵀZ, and of a rotated one', () => {
    const z = matrix(3, 2, Float64Array.of(3, 0, 0, 2, 0, 0));
    expect(largestCurvature(z)).toBeCloseTo(9, 9);
    // Rows (1, 1)/√2 · 3 and (1, −1)/√2 · 2.
    const h = Math.SQRT1_2;
    expect(largestCurvature(matrix(2, 2, Float64Array.of(3 * h, 3 * h, 2 * h, -2 * h)))).toBeCloseTo(9, 9);
    expect(largestCurvature(matrix(2, 2))).toBe(0);
  });
});

describe.each(marginLosses.map((loss) => ({ name: loss.name, loss })))(
  'the $name loss of a margin',
  ({ loss }) => {
    it('inverts, at any size of margin', () => {
      fc.assert(
        fc.property(fc.oneof(real(20), real(600, 7), fc.integer({ min: 1, max: 1_000_000 })), (q) => {
          // Where ℓ is nearly linear in q < 0 its logarithm has few digits of q: −30 is as far as anybody asks.
          fc.pre(q > -30);
          expect(Math.abs(loss.inverse(loss.logValue(q)) - q)).toBeLessThanOrEqual(
            1e-11 * Math.max(1, Math.abs(q)),
          );
        }),
      );
    });

    it('has the slope and the bend of its value', () => {
      fc.assert(
        fc.property(real(15), (q) => {
          const h = 1e-5;
          const value = (at: number): number => Math.exp(loss.logValue(at));
          const slope = (at: number): number => Math.exp(loss.logSlope(at));
          expect((value(q - h) - value(q + h)) / (2 * h) / slope(q)).toBeCloseTo(1, 6);
          expect((slope(q - h) - slope(q + h)) / (2 * h) / slope(q)).toBeCloseTo(loss.bend(q), 6);
        }),
      );
    });
  },
);

it('agrees with the logistic loss of training', () => {
  const [loss] = marginLosses;
  for (const q of [-700, -3, -0.1, 0, 0.1, 3, 30, 600]) {
    expect(Math.exp(loss!.logValue(q)) / logistic.value(q)).toBeCloseTo(1, 12);
    expect(Math.exp(loss!.logSlope(q)) / logistic.slope(q)).toBeCloseTo(1, 12);
  }
});

describe('the regularisation path', () => {
  it('of one sample is known: λb = z e^{−bz}', () => {
    const z = matrix(1, 1, Float64Array.of(2));
    for (const { penalty, weights, residual } of regularisedPath(z, exponentialMargin, [1, 1e-4, 1e-12])) {
      const b = weights[0]!;
      expect((penalty * b) / (2 * Math.exp(-2 * b))).toBeCloseTo(1, 10);
      expect(residual).toBeLessThanOrEqual(1e-12);
    }
  });

  it('has no better point nearby', () => {
    const z = separable(15, 4, Random.of('path'));
    const nearby = Random.of('nearby');
    for (const loss of marginLosses) {
      for (const { penalty, weights } of regularisedPath(z, loss, [0.1, 1e-3, 1e-6])) {
        const objective = (w: Float64Array): number => {
          const margins = linearMargins(z, w, new Float64Array(z.rows));
          const mean = margins.reduce((sum, q) => sum + Math.exp(loss.logValue(q)) / z.rows, 0);
          return mean / penalty + dot(w, w) / 2;
        };
        for (let trial = 0; trial < 20; trial++) {
          const moved = weights.map((value) => value + 0.01 * nearby.gaussian());
          expect(objective(moved)).toBeGreaterThan(objective(weights));
        }
      }
    }
  });

  it('refuses penalties that do not fall', () => {
    expect(() => regularisedPath(matrix(1, 1), exponentialMargin, [1, 1])).toThrow('fall');
    expect(() => regularisedPath(matrix(1, 1), exponentialMargin, [0])).toThrow(BadInput);
  });
});

describe('first-order methods', () => {
  const last = (z: Matrix, method: Parameters<typeof descendLinear>[1], steps: number): Float64Array => {
    let weights = new Float64Array(z.columns);
    descendLinear(z, method, steps, (moment) => (weights = Float64Array.from(moment.weights)));
    return weights;
  };

  it('takes the steps of its definition', () => {
    const z = matrix(2, 1, Float64Array.of(1, 2));
    const step = (w: number): number => w + 0.1 * (Math.exp(-w) + 2 * Math.exp(-2 * w));
    const twice = last(z, { kind: 'gradient', loss: exponentialMargin, stepSize: 0.1 }, 2)[0]!;
    expect(twice).toBeCloseTo(step(step(0)), 12);
    const pull = (w: number): number => (1 + 2 * Math.exp(-w)) / (1 + Math.exp(-w));
    const eta = (t: number): number => 1 / (t + 2);
    const w1 = eta(0) * pull(0);
    const normalised = last(z, { kind: 'normalised', stepSize: eta }, 2)[0]!;
    expect(normalised).toBeCloseTo(w1 + eta(1) * pull(w1), 12);
    // g_0 = 0, w_1 = v_0; g_1 = v_1/2, w_2 = w_1 + 3v_1/2; g_2 = (2/3)(g_1 + v_2), w_3 = w_2 + g_2 + v_2.
    const v0 = pull(0);
    const a1 = v0;
    const v1 = pull(a1);
    const a2 = a1 + 1.5 * v1;
    const v2 = pull(a2);
    const a3 = a2 + (2 / 3) * (v1 / 2 + v2) + v2;
    expect(last(z, { kind: 'accelerated', stepSize: 1 }, 3)[0]).toBeCloseTo(a3, 10);
  });

  it('is the same in the coordinates of the span', () => {
    const z = separable(6, 30, Random.of('same'));
    for (const method of [
      { kind: 'gradient', loss: marginLosses[0]!, stepSize: 0.5 },
      { kind: 'accelerated', stepSize: 0.1 },
    ] as const) {
      const [one, other] = [z, inSpan(z)].map((data) =>
        linearMargins(data, last(data, method, 200), new Float64Array(6)),
      );
      one!.forEach((q, i) => expect(Math.abs(other![i]! - q)).toBeLessThanOrEqual(1e-9 * Math.abs(q)));
    }
  });

  it('refuses half a step', () => {
    expect(() => last(matrix(1, 1), { kind: 'accelerated', stepSize: 1 }, 0.5)).toThrow(BadInput);
  });
});
