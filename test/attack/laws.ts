/**
 * What every attack owes, as functions that throw when it is broken: run over the registry, and over doctored attacks
 * to see that they have teeth. `solve` stands for the frame, so that a frame that grades itself can be doctored too.
 */
import {
  attackAll,
  attackRadius,
  exactRadius,
  l1,
  l2,
  linf,
  marginAt,
  runAttack,
  type Attack,
  type Ball,
  type Judged,
  type Target,
} from '@marginalia/attack';
import { matrix, Random, row, type Network } from '@marginalia/core';
import { expect } from 'vitest';
import { scaleOf } from './brute-radius.js';

export type Frame = typeof runAttack;
export type Batch = typeof attackAll;

/** Rounding of a norm and of a projection: four units in the last place. */
export const budgetUlps = 4 * 2 ** -52;

/** ‖δ‖ ≤ radius to 4 ulp, the reported size is the size, and δ flips. */
export function respectsBudget(
  attack: Attack,
  target: Target,
  ball: Ball,
  radius: number,
  frame: Frame = runAttack,
): void {
  const judged = frame(attack, target, ball, radius, Random.of('budget'));
  if (judged.kind === 'withstood') return;
  expect(ball.size(judged.delta)).toBeLessThanOrEqual(radius * (1 + budgetUlps));
  expect(judged.size).toBe(ball.size(judged.delta));
  expect(judged.margin).toBe(marginAt(target, judged.delta));
  expect(judged.margin).toBeLessThanOrEqual(0);
}

/** What an attack proposes stays within its budget by itself: the judge's projection must not rescue it. */
export function proposesWithinBudget(attack: Attack, target: Target, ball: Ball, radius: number): void {
  const proposed = attack.propose(target, ball, radius, Random.of('proposal'));
  expect(proposed.length).toBe(target.input.length);
  expect(ball.size(proposed)).toBeLessThanOrEqual(radius * (1 + budgetUlps));
}

/** The margin under attack is at most the clean one. */
export function neverWorseThanClean(
  attack: Attack,
  target: Target,
  ball: Ball,
  radius: number,
  frame: Frame = runAttack,
): void {
  const judged = frame(attack, target, ball, radius, Random.of('clean'));
  expect(judged.margin).toBeLessThanOrEqual(marginAt(target, new Float64Array(target.input.length)));
}

/** The same key, the same δ to the bit; and the target is left as it was. */
export function deterministicInTheKey(attack: Attack, target: Target, ball: Ball, radius: number): void {
  const [input, weights] = [target.input.slice(), target.network.weights.data.slice()];
  const once = attack.propose(target, ball, radius, Random.of('key'));
  expect(attack.propose(target, ball, radius, Random.of('key'))).toEqual(once);
  expect(target.input).toEqual(input);
  expect(target.network.weights.data).toEqual(weights);
}

/** A misclassified point is flipped by δ = 0, at radius 0 too. */
export function leavesMisclassifiedAlone(
  attack: Attack,
  target: Target,
  ball: Ball,
  frame: Frame = runAttack,
): void {
  const wrong = marginAt(target, new Float64Array(target.input.length)) <= 0;
  if (!wrong) return;
  for (const radius of [0, 1]) {
    const judged = frame(attack, target, ball, radius, Random.of('wrong'));
    expect(judged).toMatchObject({ kind: 'flipped', size: 0 });
  }
}

/** No attack succeeds below the proved lower end of the radius. */
export function neverBelowExact(
  attack: Attack,
  target: Target,
  { ball = l2, lower = exactRadius(target).lower }: { ball?: Ball; lower?: number } = {},
): void {
  const radius = lower * (1 - 1e-6);
  if (!(radius > 0)) return;
  const judged = runAttack(attack, target, ball, radius, Random.of('below'));
  // A flip below it is one of rounding alone.
  if (judged.kind === 'flipped') expect(-judged.margin).toBeLessThanOrEqual(1e-13 * scaleOf(target));
}

/** f(x) = ⟨w, x⟩ + b as two neurons: the radius is |f(x)| / ‖w‖_*. */
export function linearNet(weights: Float64Array, bias: number, input: Float64Array): Target {
  const both = matrix(2, weights.length, Float64Array.from([...weights, ...weights.map((value) => -value)]));
  const network = {
    weights: both,
    biases: Float64Array.of(bias, -bias),
    readout: { kind: 'linear', outputs: Float64Array.of(1, -1) },
  } as const;
  const score = weights.reduce((sum, value, l) => sum + value * input[l]!, bias);
  return { network, input, label: score > 0 ? 1 : -1, ambient: input.length };
}

/** On a linear net the search of radii ends at the closed form. */
export function solvesLinearNets(
  attackOf: (weights: Float64Array) => Attack,
  target: Target,
  ball: Ball,
  convergence: number,
): void {
  const weights = target.network.weights.data.slice(0, target.input.length);
  const truth = marginAt(target, new Float64Array(target.input.length)) / ball.dual(weights);
  if (!(truth > 1e-3 && truth < 1e3)) return;
  const found = attackRadius(
    attackOf(weights),
    target,
    ball,
    { from: truth / 2, to: 2 * truth },
    Random.of('linear'),
  );
  expect(found.kind).toBe('flipped');
  expect(found.radius).toBeGreaterThanOrEqual(truth * (1 - 1e-9));
  expect(found.radius).toBeLessThanOrEqual(truth * (1 + convergence));
}

/** Starts are used: over many keys the proposals on a flat net, where no gradient moves them, fill the ball. */
export function usesItsStart(attack: Attack, ball: Ball): void {
  const flat: Target = {
    network: {
      weights: matrix(1, 12),
      biases: Float64Array.of(1),
      readout: { kind: 'linear', outputs: Float64Array.of(1) },
    },
    input: new Float64Array(12),
    label: 1,
    ambient: 12,
  };
  const starts = Array.from({ length: 20 }, (_, key) =>
    attack.propose(flat, ball, 2, Random.of(['start', key])),
  );
  expect(new Set(starts.map((start) => start.join())).size).toBe(20);
  expect(Math.max(...starts.map(ball.size))).toBeGreaterThan(1);
}

/** What succeeds at a radius succeeds at every larger one, when the best so far is kept. */
export function monotoneBestSoFar(attack: Attack, target: Target, ball: Ball): void {
  let best: Judged | undefined;
  for (const radius of [0.25, 0.5, 1, 2, 4, 8]) {
    const judged = runAttack(attack, target, ball, radius, Random.of('grid'));
    if (best?.kind === 'flipped') {
      // The earlier δ still is a proof at this larger radius.
      const kept = ball.project(best.delta.slice(), radius);
      expect(kept).toEqual(best.delta);
      expect(marginAt(target, kept)).toBeLessThanOrEqual(0);
    } else best = judged;
  }
}

/** The search of radii hands out a flip of the size that it says, within its bracket. */
export function searchHandsOutAFlip(attack: Attack, target: Target, ball: Ball): void {
  const found = attackRadius(attack, target, ball, { from: 0.05, to: 20 }, Random.of('search'));
  if (found.kind === 'withstood') {
    expect(found.radius).toBe(20);
    return;
  }
  expect(ball.size(found.delta)).toBe(found.radius);
  expect(found.radius).toBeLessThanOrEqual(20 * (1 + budgetUlps));
  expect(marginAt(target, found.delta)).toBeLessThanOrEqual(0);
}

/** One entry a point, each as if it were alone, whatever stands beside it. */
export function batchIsLoop(
  attack: Attack,
  targets: readonly Target[],
  ball: Ball,
  radius: number,
  batch: Batch = attackAll,
): void {
  const random = Random.of('batch');
  const all = batch(attack, targets, ball, radius, random);
  expect(all).toHaveLength(targets.length);
  all.forEach((judged, i) => {
    expect(judged).toEqual(runAttack(attack, targets[i]!, ball, radius, random.at(i)));
  });
}

/** The same point of a net whose scores are c times as large; undefined for `lse`, which is not homogeneous. */
function scaledScores(target: Target, c: number): Target | undefined {
  const { network } = target;
  const { readout } = network;
  const times = (values: Float64Array): Float64Array => values.map((value) => c * value);
  const of = (changed: Partial<Network>): Target => ({ ...target, network: { ...network, ...changed } });
  if (readout.kind === 'linear') return of({ readout: { ...readout, outputs: times(readout.outputs) } });
  if (readout.kind === 'argmax') {
    const { rows, columns, data } = readout.outputs;
    return of({ readout: { ...readout, outputs: matrix(rows, columns, times(data)) } });
  }
  if (readout.kind === 'lse') return undefined;
  const { rows, columns, data } = network.weights;
  return of({ weights: matrix(rows, columns, times(data)), biases: times(network.biases) });
}

/** Scores 2^±40 ≈ 1e±12 times as large change no bit of δ: a power of two changes none of a product. */
export function ignoresTheScaleOfScores(attack: Attack, target: Target, ball: Ball, radius: number): void {
  const random = Random.of('scale');
  const plain = attack.propose(target, ball, radius, random);
  for (const c of [2 ** 40, 2 ** -40]) {
    const scaled = scaledScores(target, c);
    if (scaled) expect(attack.propose(scaled, ball, radius, random)).toEqual(plain);
  }
}

/** Factors of 1e±12 change what rounding does, and where nothing ties neither the verdict nor the margin beyond it. */
export function keepsItsVerdictAtAnyScale(attack: Attack, target: Target, ball: Ball, radius: number): void {
  const random = Random.of('scale');
  const judged = runAttack(attack, target, ball, radius, random);
  for (const c of [1e12, 1e-12]) {
    const scaled = scaledScores(target, c);
    if (!scaled) continue;
    const other = runAttack(attack, scaled, ball, radius, random);
    sameVerdict(target, judged, { ...other, margin: other.margin / c });
  }
}

/** Of a hundred steps that each turn by what rounding did before: far above rounding, far below any effect. */
const accumulated = 1e-6;

function sameVerdict(target: Target, one: Judged, other: Judged): void {
  const scale = scaleOf(target);
  expect(Math.abs(one.margin - other.margin)).toBeLessThanOrEqual(accumulated * scale);
  // On the boundary itself rounding decides.
  if (Math.abs(one.margin) > accumulated * scale) expect(other.kind).toBe(one.kind);
}

/** An isometry of R^d: x ↦ Q x, which a net, a direction and a draw are turned by. */
export interface Isometry {
  readonly apply: (vector: Float64Array) => Float64Array;
}

/** Turns of neighbouring coordinates by the angle of (3, 4, 5), each after the other: far from any axis. */
export const rotation: Isometry = {
  apply(vector) {
    const turned = vector.slice();
    for (let round = 0; round < 2; round++) {
      for (let l = 0; l + 1 < turned.length; l++) {
        const [a, b] = [turned[l]!, turned[l + 1]!];
        turned[l] = 0.6 * a - 0.8 * b;
        turned[l + 1] = 0.8 * a + 0.6 * b;
      }
    }
    return turned;
  },
};

/** Coordinates in reverse, every second one with its sign changed. */
export const signedPermutation: Isometry = {
  apply: (vector) =>
    vector
      .slice()
      .reverse()
      .map((value, l) => (l % 2 === 0 ? value : -value)),
};

/** An attack on the turned net at the turned point, from turned starts, is the turned attack. */
export function commutesWith(
  isometry: Isometry,
  attackOf: (turn: (vector: Float64Array) => Float64Array) => Attack,
  target: Target,
  ball: Ball,
  radius: number,
): void {
  const { weights } = target.network;
  const turnedWeights = matrix(weights.rows, weights.columns);
  for (let r = 0; r < weights.rows; r++) row(turnedWeights, r).set(isometry.apply(row(weights, r)));
  const turned: Target = {
    ...target,
    input: isometry.apply(target.input),
    network: { ...target.network, weights: turnedWeights },
  };
  const turnedBall: Ball = {
    ...ball,
    draw: (into, size, ambient, random) => {
      into.set(isometry.apply(ball.draw(into, size, ambient, random)));
      return ball.project(into, size);
    },
  };
  const random = Random.of('turn');
  const one = runAttack(
    attackOf((vector) => vector),
    target,
    ball,
    radius,
    random,
  );
  const other = runAttack(attackOf(isometry.apply), turned, turnedBall, radius, random);
  sameVerdict(target, one, other);
}

/** More of what an attack is given (steps, restarts, queries) never raises the margin that it proposes, until it flips. */
export function neverLosesByMore(
  attacksByEffort: readonly Attack[],
  target: Target,
  ball: Ball,
  radius: number,
): void {
  let best = Infinity;
  for (const attack of attacksByEffort) {
    const { margin } = runAttack(attack, target, ball, radius, Random.of('more'));
    if (best > 0) expect(margin).toBeLessThanOrEqual(best);
    else expect(margin).toBeLessThanOrEqual(0);
    best = margin;
  }
}

/** The nearest flip that more steps find is no farther. */
export function neverFartherByMore(attacksByEffort: readonly Attack[], target: Target, ball: Ball): void {
  let least = Infinity;
  for (const attack of attacksByEffort) {
    const found = attackRadius(attack, target, ball, { from: 1e-3, to: 1e3 }, Random.of('more'));
    const radius = found.kind === 'flipped' ? found.radius : Infinity;
    expect(radius).toBeLessThanOrEqual(least * (1 + 1e-12));
    least = radius;
  }
}

export const ballNamed = { l2, linf, l1 } as const;
