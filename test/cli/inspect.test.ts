import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNpy } from 'marginalia';
import { describe, expect, it } from 'vitest';
import { emptyFolder, marginalia } from './marginalia.js';

interface Document {
  readonly accuracy: number;
  readonly margin: number;
  readonly normalizedMargin: number;
  readonly features: { readonly cosines: readonly number[][]; readonly coefficients: readonly number[][] };
  readonly perPoint: readonly {
    readonly label: number;
    readonly margin: number;
    readonly certified: { readonly radius: number };
    readonly exact: { readonly lower: number; readonly upper: number; readonly kind: string };
    readonly attacked: { readonly radius: number };
  }[];
}

/** f(x) = max(3 x₁ + 4 x₂, 0) − max(−3 x₁ − 4 x₂, 0) = 3 x₁ + 4 x₂: the distance to f = 0 is |f| / 5, in l∞ |f| / 7. */
function planeNet(): string {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, 'net'));
  mkdirSync(join(cwd, 'data'));
  const write = (name: string, shape: readonly number[], ...entries: readonly number[]): void =>
    writeNpy(join(cwd, name), { shape, data: Float64Array.from(entries) });
  write('net/W.npy', [2, 2], 3, 4, -3, -4);
  write('net/b.npy', [2], 0, 0);
  write('net/a.npy', [2], 1, -1);
  write('data/X.npy', [3, 2], 1, 1, -2, 0.5, 0.5, 0);
  write('data/y.npy', [3], 1, -1, -1);
  write('data/centres.npy', [2, 2], 2, 0, 2, 1);
  return cwd;
}

const inspect = async (cwd: string, ...args: readonly string[]): Promise<Document> => {
  const ended = await marginalia(['inspect', '--net', 'net', '--data', 'data', '--json', ...args], { cwd });
  expect(ended.err).toBe('');
  expect(ended.code).toBe(0);
  return JSON.parse(ended.out) as Document;
};

describe('inspect', () => {
  it.each([
    ['l2', 5],
    ['linf', 7],
  ] as const)('finds the radii of a plane in %s', async (norm, slope) => {
    const { accuracy, margin, normalizedMargin, perPoint } = await inspect(planeNet(), '--norm', norm);
    expect(perPoint.map((point) => point.margin)).toEqual([7, 4, -1.5]);
    expect(accuracy).toBe(2 / 3);
    expect(margin).toBe(-1.5);
    expect(normalizedMargin).toBeCloseTo(-1.5 / Math.sqrt(50), 12);
    for (const { margin, certified, exact, attacked } of perPoint) {
      const truth = Math.max(0, margin) / slope;
      expect(certified.radius).toBeLessThanOrEqual(truth * (1 + 1e-9));
      expect(exact.kind).toBe('proved');
      expect(exact.lower).toBeCloseTo(truth, 6);
      expect(exact.upper).toBeCloseTo(truth, 6);
      expect(attacked.radius).toBeGreaterThanOrEqual(truth * (1 - 1e-9));
    }
  });

  it('takes the neurons apart into centres, orthogonal or not', async () => {
    const { features } = await inspect(planeNet());
    // (3, 4) = −2.5 · (2, 0) + 4 · (2, 1) = −10 · (2, 0)/4 + 20 · (2, 1)/5.
    expect(features.coefficients[0]?.[0]).toBeCloseTo(-10, 12);
    expect(features.coefficients[0]?.[1]).toBeCloseTo(20, 12);
    expect(features.cosines[0]?.[0]).toBeCloseTo(3 / 5, 12);
    expect(features.cosines[1]?.[1]).toBeCloseTo(-10 / (5 * Math.sqrt(5)), 12);
  });

  it('shows a summary to people', async () => {
    const { out, code } = await marginalia(['inspect', '--net', 'net', '--data', 'data'], {
      cwd: planeNet(),
    });
    expect(out).toContain('2 neurons on R^2, 3 points, radii in l2');
    expect(out).toMatch(/exact radius .* 0 +0\.8 +0\.7333 +1\.4\n/);
    expect(out).toContain('neuron 0: μ1: λ 20, cos 0.894');
    expect(code).toBe(0);
  });

  it('reads float32 and column-major arrays as NumPy writes them', async () => {
    const cwd = planeNet();
    const header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }".padEnd(117).concat('\n');
    const entries = Float32Array.of(3, -3, 4, -4);
    writeFileSync(
      join(cwd, 'net/W.npy'),
      Buffer.concat([
        Buffer.from('\u0093NUMPY\u0001\u0000v\u0000', 'latin1'),
        Buffer.from(header),
        Buffer.from(entries.buffer),
      ]),
    );
    expect((await inspect(cwd)).perPoint.map(({ margin }) => margin)).toEqual([7, 4, -1.5]);
  });
});
