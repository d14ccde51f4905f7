/**
 * What every attack owes, as functions that throw when it is broken: run over the registry, and over doctored attacks
 * to see that they have teeth. `solve` stands for the frame, so that a frame that grades itself can be doctored too.
 */
import {
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
import { matrix, Random } from '@marginalia/core';
import { expect } from 'vitest';
import { scaleOf } from './brute-radius.js';

export type Frame = typeof runAttack;

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

/**
 * Projected steps of 2.5 ε/T turn δ towards the gradient by (1 + 2.5/T)^{−T} ≈ e^{−2.5} in all: from a right angle,
 * within 1 − cos(atan 0.09) ≈ 0.4 % of the closed form, and more where all the starts point away.
 */
const convergence = 0.05;

/** On a linear net the search of radii ends at the closed form. */
export function solvesLinearNets(
  attackOf: (weights: Float64Array) => Attack,
  target: Target,
  ball: Ball,
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
      weights: matrix(1, 3),
      biases: Float64Array.of(1),
      readout: { kind: 'linear', outputs: Float64Array.of(1) },
    },
    input: new Float64Array(3),
    label: 1,
    ambient: 3,
  };
  const sizes = Array.from({ length: 20 }, (_, key) =>
    ball.size(attack.propose(flat, ball, 2, Random.of(['start', key]))),
  );
  expect(new Set(sizes).size).toBe(20);
  expect(Math.max(...sizes)).toBeGreaterThan(1);
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

export const ballNamed = { l2, linf, l1 } as const;
