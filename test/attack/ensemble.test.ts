/** The ensemble against exact radii and against a peer: attacks that are too weak would flatter the net. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  balls,
  ensembleAt,
  ensembleRadius,
  exactRadius,
  geometryOf,
  judge,
  l2,
  linf,
  marginAt,
  runAttack,
  spanOf,
  strongest,
  type Ball,
  type Target,
} from '@marginalia/attack';
import { matrix, norm, Random, row, timesTransposed } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argmaxTarget } from '../arbitraries/argmax-target.js';
import { positive } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { anyTarget } from '../arbitraries/target.js';
import { trained } from '../arbitraries/trained.js';
import { gapKinds, gapNet, type GapKind } from './gap-nets.js';

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Attack radius over exact radius; 1 at misclassified points. */
async function gapsOf(
  targets: readonly Target[],
  ball: Ball,
  { direction, effort }: { readonly direction?: Float64Array; readonly effort?: number } = {},
): Promise<{ readonly gap: number; readonly attack: string }[]> {
  const geometry = await geometryOf(ball.name);
  return targets.map((target, i) => {
    const exact = exactRadius(target, { geometry });
    if (exact.upper === 0) return { gap: 1, attack: '' };
    const search = { from: exact.lower * (1 - 1e-9), to: 4 * exact.upper };
    const found = ensembleRadius(strongest(direction, effort), target, ball, search, Random.of(['gap', i]));
    return { gap: found.kind === 'flipped' ? found.radius / exact.upper : Infinity, attack: found.attack };
  });
}

function inSpan(kind: GapKind, points: number): { targets: Target[]; direction: Float64Array } {
  const net = gapNet(kind, points);
  const columns = net.direction.length;
  const span = spanOf(net.targets[0]!.network);
  const products = (vector: Float64Array): Float64Array =>
    timesTransposed(matrix(1, columns, vector), net.targets[0]!.network.weights).data;
  return {
    targets: net.targets.map((target) => ({
      ...target,
      network: { ...span.network, readout: target.network.readout },
      input: span.point(products(target.input)),
    })),
    direction: span.direction(products(net.direction), norm(net.direction)),
  };
}

describe('the median gap to the exact radius is at most 2 %, at nets as the sweeps train them', () => {
  it.each(gapKinds)('%s, ℓ2', async (kind) => {
    const { targets, direction } = inSpan(kind, 12);
    const gaps = await gapsOf(targets, l2, { direction });
    expect(Math.min(...gaps.map(({ gap }) => gap))).toBeGreaterThanOrEqual(1 - 1e-9);
    expect(median(gaps.map(({ gap }) => gap))).toBeLessThanOrEqual(1.02);
  });
  it.each(gapKinds)('%s, ℓ∞', async (kind) => {
    const { targets, direction } = gapNet(kind, 3);
    const gaps = await gapsOf(targets, linf, { direction, effort: 0.3 });
    expect(Math.min(...gaps.map(({ gap }) => gap))).toBeGreaterThanOrEqual(1 - 1e-9);
    expect(median(gaps.map(({ gap }) => gap))).toBeLessThanOrEqual(1.02);
  });
  it.each(['averaging', 'sum', 'max'] as const)('%s with several neurons a class, ℓ2', async (kind) => {
    const gaps = await gapsOf(trained(kind, 2).targets, l2);
    expect(median(gaps.map(({ gap }) => gap))).toBeLessThanOrEqual(1.02);
  });
});

describe('on small nets of every read-out', () => {
  const small = fc.oneof(anyTarget({ width: 10, dimension: 5 }), argmaxTarget({ width: 8, dimension: 5 }));
  const points = fc.sample(small, { numRuns: 40, seed: 7 });
  it.each(balls.map((ball) => [ball.name, ball] as const))(
    'nothing is below the exact %s radius, and most is at it',
    async (_, ball) => {
      const geometry = await geometryOf(ball.name);
      const closed = points.filter((target) => {
        const { kind, upper } = exactRadius(target, { geometry });
        return kind === 'proved' && upper > 0 && upper < Infinity;
      });
      expect(closed.length).toBeGreaterThan(15);
      const gaps = (await gapsOf(closed, ball, { effort: 0.3 })).map(({ gap }) => gap);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1 - 1e-7);
      expect(median(gaps)).toBeLessThanOrEqual(1.001);
      // Nine in ten within a tenth.
      expect(gaps.filter((gap) => gap > 1.1).length).toBeLessThanOrEqual(0.1 * gaps.length);
    },
  );

  it('says which attack it was, and that attack it was', () => {
    fc.assert(
      fc.property(small, positive(8, 64), (target, radius) => {
        const members = strongest(undefined, 0.1);
        const random = Random.of('who');
        const judged = ensembleAt(members, target, l2, radius, random);
        const whose = members.find(({ name }) => name === judged.attack)!;
        const again = runAttack(whose, target, l2, radius, random.stream(whose.name));
        expect({ ...again, attack: whose.name }).toEqual(judged);
        for (const member of members) {
          const alone = runAttack(member, target, l2, radius, random.stream(member.name));
          // None does better than the worst of all.
          if (alone.kind === 'flipped') expect(judged.kind).toBe('flipped');
          else if (judged.kind === 'withstood') expect(judged.margin).toBeLessThanOrEqual(alone.margin);
        }
        const search = { from: 1e-3, to: 50 };
        const found = ensembleRadius(members, target, l2, search, random);
        if (found.kind === 'withstood') return;
        expect(judge(target, l2, found.radius, found.delta).kind).toBe('flipped');
        expect(marginAt(target, found.delta)).toBeLessThanOrEqual(0);
      }),
      runs(25),
    );
  });
});

const python = ['/usr/bin/python3', 'python3'].find(
  (name) => spawnSync(name, ['-c', 'import torch']).status === 0,
);
const why = python ? '' : ' (skipped: no Python here has torch; Debian: apt-get install python3-torch)';

it.skipIf(!python)(`is at least as strong as PGD of torch with 200 steps and 10 restarts${why}`, async () => {
  const nets = gapKinds.flatMap((kind) =>
    ([l2, linf] as const).map((ball) => {
      const { targets } = gapNet(kind, ball === l2 ? 2 : 1);
      return { kind, ball, targets };
    }),
  );
  const document = await Promise.all(
    nets.map(async ({ ball, targets }) => {
      const geometry = await geometryOf(ball.name);
      const { weights, biases } = targets[0]!.network;
      return {
        norm: ball.name,
        weights: Array.from({ length: weights.rows }, (_, r) => Array.from(row(weights, r))),
        biases: Array.from(biases),
        points: targets.map((target) => ({
          readout: readoutOf(target),
          input: Array.from(target.input),
          label: target.label,
          // Nothing flips below it.
          from: exactRadius(target, { geometry }).lower,
        })),
      };
    }),
  );
  const script = fileURLToPath(new URL('peers/pgd_torch.py', import.meta.url));
  const { stdout, stderr } = spawnSync(python!, [script], {
    input: JSON.stringify(document),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  expect(stderr).toBe('');
  const theirs = JSON.parse(stdout) as number[][];
  for (const [i, { ball, targets }] of nets.entries()) {
    const gaps = await gapsOf(targets, ball, { effort: 0.3 });
    const geometry = await geometryOf(ball.name);
    targets.forEach((target, at) => {
      const exact = exactRadius(target, { geometry });
      // A float64 flip of theirs is no proof of ours, but nothing flips below the exact radius there either.
      expect(theirs[i]![at]!).toBeGreaterThanOrEqual(exact.lower * (1 - 1e-9));
      expect(gaps[at]!.gap * exact.upper).toBeLessThanOrEqual(theirs[i]![at]! * (1 + 1e-9));
    });
  }
});

function readoutOf({ network: { readout } }: Target): unknown {
  if (readout.kind === 'linear') return { kind: 'linear', outputs: Array.from(readout.outputs) };
  if (readout.kind !== 'argmax') return { ...readout, classes: Array.from(readout.classes) };
  const { outputs, own } = readout;
  return {
    kind: 'argmax',
    outputs: Array.from({ length: outputs.rows }, (_, j) => Array.from(row(outputs, j))),
    own,
  };
}
