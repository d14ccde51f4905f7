// The laws assert.
/* oxlint-disable vitest/expect-expect */
import {
  attacks,
  autoPgd,
  balls,
  carliniWagner,
  exactRadius,
  fastAdaptiveBoundary,
  geometryOf,
  deepFool,
  marginAt,
  projectedGradient,
  runAttack,
  square,
  type Attack,
  type Target,
} from '@marginalia/attack';
import { BadInput, Random } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argmaxTarget } from '../arbitraries/argmax-target.js';
import { positive, real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { anyTarget } from '../arbitraries/target.js';
import {
  ballNamed,
  batchIsLoop,
  commutesWith,
  deterministicInTheKey,
  ignoresTheScaleOfScores,
  keepsItsVerdictAtAnyScale,
  leavesMisclassifiedAlone,
  linearNet,
  monotoneBestSoFar,
  neverBelowExact,
  neverFartherByMore,
  neverLosesByMore,
  neverWorseThanClean,
  proposesWithinBudget,
  respectsBudget,
  rotation,
  searchHandsOutAFlip,
  signedPermutation,
  solvesLinearNets,
  usesItsStart,
} from './laws.js';

const targets = fc.oneof(
  anyTarget({ width: 6, dimension: 5 }),
  anyTarget({ width: 6, dimension: 3 }, 'degenerate'),
  argmaxTarget({ width: 6, dimension: 4 }),
);
/** Where nothing ties, so that rounding decides nothing. */
const generic = fc.oneof(anyTarget({ width: 6, dimension: 5 }), argmaxTarget({ width: 6, dimension: 4 }));
const radii = positive(8, 64);
/** Where a direction is asked for, a fixed one: the laws must hold along any. */
const along = (dimension: number): Float64Array =>
  Random.of(['direction', dimension]).gaussians(new Float64Array(dimension));

const linearNets = fc
  .integer({ min: 1, max: 6 })
  .chain((d) => fc.tuple(vector(d), real(), vector(d)))
  .map(([weights, bias, input]) => linearNet(weights, bias, input));

const pairs = attacks.flatMap((registered) =>
  registered.balls.map((name) => [registered.name, name, registered] as const),
);

/** The laws hold at any effort; these take milliseconds a point, and are given a tenth of it and fewer points. */
const costly = new Set(['square', 'carlini-wagner', 'ensemble', 'guided-descent']);
/**
 * Where rounding is compared, few steps: each turns by what rounding did before. FAB lands on linear boundaries, which may
 * be kinks, where rounding says which side is seen next; it is given three.
 */
const brevityOf = (attack: string): number => (attack === 'fast-adaptive-boundary' ? 0.03 : 0.1);
/** Those that draw where they begin. */
const drawing = new Set(['projected-gradient', 'auto-pgd', 'surrogate-gradient', 'square']);

describe.each(pairs)('%s in the %s ball', (attackName, name, registered) => {
  const ball = ballNamed[name];
  const [effort, points] = costly.has(attackName) ? [0.1, 15] : [0.5, 40];
  const brevity = brevityOf(attackName);
  const make = (dimension: number): Attack => registered.make(along(dimension), effort);
  const brief = (target: Target): Attack => registered.make(along(target.input.length), brevity);
  const holds = (
    law: (attack: Attack, target: Target, radius: number) => void,
    among: fc.Arbitrary<Target> = targets,
  ): void =>
    fc.assert(
      fc.property(among, radii, (target, radius) => law(make(target.input.length), target, radius)),
      runs(points),
    );

  it('flips only within its budget, and reports the true size and margin', () => {
    holds((attack, target, radius) => respectsBudget(attack, target, ball, radius));
  });
  it('proposes nothing that the judge would have to project', () => {
    holds((attack, target, radius) => proposesWithinBudget(attack, target, ball, radius));
  });
  it('never raises the margin', () => {
    holds((attack, target, radius) => neverWorseThanClean(attack, target, ball, radius));
  });
  it('is a function of its key, and leaves its target alone', () => {
    holds((attack, target, radius) => deterministicInTheKey(attack, target, ball, radius));
  });
  it('flips a misclassified point by δ = 0', () => {
    holds((attack, target) => leavesMisclassifiedAlone(attack, target, ball));
  });
  it('does nothing at radius 0', () => {
    holds((attack, target) => {
      const still = new Float64Array(target.input.length);
      const judged = runAttack(attack, target, ball, 0, Random.of('zero'));
      const margin = marginAt(target, still);
      expect(judged.kind).toBe(margin > 0 ? 'withstood' : 'flipped');
      expect(judged.margin).toBe(margin);
      expect(attack.propose(target, ball, 0, Random.of('zero')).every((value) => value === 0)).toBe(true);
    });
  });
  it('keeps succeeding as the radius grows', () => {
    holds((attack, target) => monotoneBestSoFar(attack, target, ball));
  });
  it('hands out, from a search of radii, a flip of the radius that it reports', () => {
    holds((attack, target) => searchHandsOutAFlip(attack, target, ball));
  });
  it('finds |f(x)| / ‖w‖_* on linear nets', () => {
    fc.assert(
      fc.property(linearNets, (target) =>
        solvesLinearNets((weights) => registered.make(weights), target, ball, registered.convergence),
      ),
      // Pinned: random starts all point away once in a million searches.
      { ...runs(points), seed: 1 },
    );
  });
  it('never succeeds below the exact radius', async () => {
    const geometry = await geometryOf(name);
    holds((attack, target) =>
      neverBelowExact(attack, target, { ball, lower: exactRadius(target, { geometry }).lower }),
    );
  });
  it('does not see the scale of the scores', () => {
    holds((attack, target, radius) => ignoresTheScaleOfScores(attack, target, ball, radius));
    holds((_, target, radius) => keepsItsVerdictAtAnyScale(brief(target), target, ball, radius), generic);
  });
  it('treats many points as it treats each alone', () => {
    fc.assert(
      fc.property(fc.array(targets, { minLength: 1, maxLength: 4 }), radii, (many, radius) => {
        const same = many.filter(({ input }) => input.length === many[0]!.input.length);
        batchIsLoop(make(many[0]!.input.length), same, ball, radius);
      }),
      runs(8),
    );
  });
  it.runIf(registered.symmetry !== 'in law')('commutes with signed permutations of the coordinates', () => {
    holds(
      (_, target, radius) =>
        commutesWith(
          signedPermutation,
          (turn) => registered.make(turn(along(target.input.length)), brevity),
          target,
          ball,
          radius,
        ),
      generic,
    );
  });
  it.runIf(registered.symmetry === 'rotations' && name === 'l2')('commutes with rotations', () => {
    holds(
      (_, target, radius) =>
        commutesWith(
          rotation,
          (turn) => registered.make(turn(along(target.input.length)), brevity),
          target,
          ball,
          radius,
        ),
      generic,
    );
  });
  it.runIf(drawing.has(attackName))('starts all over the ball, not at its centre', () => {
    // Withstood everywhere, so that the best iterate is the first start.
    usesItsStart(registered.make(along(12), 0.05), ball);
  });
  it.each([Number.NaN, -1, Infinity])('refuses a radius of %s', (radius) => {
    const target = linearNet(Float64Array.of(1, 2), 1, Float64Array.of(1, 1));
    expect(() => runAttack(make(2), target, ball, radius, Random.of(0))).toThrow(BadInput);
  });
});

describe.each(balls.map((ball) => [ball.name, ball] as const))('more of it, in the %s ball', (_, ball) => {
  const better = (byEffort: readonly Attack[]): void =>
    fc.assert(
      fc.property(targets, radii, (target, radius) => neverLosesByMore(byEffort, target, ball, radius)),
      runs(25),
    );
  it('descent: restarts and steps of one size never raise the margin', () => {
    better([1, 2, 4].map((restarts) => projectedGradient({ steps: 10, restarts })));
    better([5, 10, 40].map((steps) => projectedGradient({ steps, stepScale: steps / 8 })));
    better([1, 2, 4].map((restarts) => autoPgd({ steps: 20, restarts })));
  });
  it('random search: queries never raise the margin', () => {
    better([10, 100, 400].map((queries) => square({ queries })));
  });
  it('seekers of the nearest flip: steps and restarts bring it no farther', () => {
    const nearer = (byEffort: readonly Attack[]): void =>
      fc.assert(
        fc.property(targets, (target) => {
          if (byEffort[0]!.balls.includes(ball.name)) neverFartherByMore(byEffort, target, ball);
        }),
        runs(20),
      );
    nearer([5, 20, 80].map((steps) => fastAdaptiveBoundary({ steps })));
    nearer([1, 2, 4].map((restarts) => fastAdaptiveBoundary({ steps: 20, restarts })));
    nearer([3, 6, 9].map((searchSteps) => carliniWagner({ steps: 50, searchSteps })));
    // Stops at its first flip: more steps change nothing but whether there is one.
    nearer([5, 50].map((steps) => deepFool({ steps })));
  });
});
