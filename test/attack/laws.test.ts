// The laws assert.
/* oxlint-disable vitest/expect-expect */
import {
  attacks,
  balls,
  euclidean,
  exactRadius,
  linfSolver,
  marginAt,
  projectedGradient,
  runAttack,
  type Attack,
  type Judged,
} from '@marginalia/attack';
import { BadInput, Random } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positive, real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { anyTarget } from '../arbitraries/target.js';
import {
  ballNamed,
  deterministicInTheKey,
  leavesMisclassifiedAlone,
  linearNet,
  monotoneBestSoFar,
  neverBelowExact,
  neverWorseThanClean,
  proposesWithinBudget,
  respectsBudget,
  searchHandsOutAFlip,
  solvesLinearNets,
  usesItsStart,
  type Frame,
} from './laws.js';

const targets = fc.oneof(
  anyTarget({ width: 6, dimension: 5 }),
  anyTarget({ width: 6, dimension: 3 }, 'degenerate'),
);
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

describe.each(pairs)('%s in the %s ball', (_, name, registered) => {
  const ball = ballNamed[name];
  const make = (dimension: number): Attack => registered.make(along(dimension));
  const holds = (
    law: (attack: Attack, target: Parameters<typeof marginAt>[0], radius: number) => void,
  ): void =>
    fc.assert(
      fc.property(targets, radii, (target, radius) => law(make(target.input.length), target, radius)),
      runs(60),
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
  it('keeps succeeding as the radius grows', () => {
    holds((attack, target) => monotoneBestSoFar(attack, target, ball));
  });
  it('hands out, from a search of radii, a flip of the radius that it reports', () => {
    holds((attack, target) => searchHandsOutAFlip(attack, target, ball));
  });
  it('finds |f(x)| / ‖w‖_* on linear nets', () => {
    fc.assert(
      fc.property(linearNets, (target) =>
        solvesLinearNets((weights) => registered.make(weights), target, ball),
      ),
      // Pinned: random starts all point away once in a million searches.
      { ...runs(100), seed: 1 },
    );
  });
  it('never succeeds below the exact radius', async () => {
    const geometry = name === 'l2' ? euclidean : { ball, nearest: await linfSolver(), tolerance: 1e-7 };
    holds((attack, target) =>
      neverBelowExact(attack, target, { ball, lower: exactRadius(target, { geometry }).lower }),
    );
  });
  it.each([Number.NaN, -1, Infinity])('refuses a radius of %s', (radius) => {
    const target = linearNet(Float64Array.of(1, 2), 1, Float64Array.of(1, 1));
    expect(() => runAttack(make(2), target, ball, radius, Random.of(0))).toThrow(BadInput);
  });
});

describe.each(balls.map((ball) => [ball.name, ball] as const))(
  'projected gradient in the %s ball',
  (_, ball) => {
    it('starts all over the ball, not at its centre', () => {
      // Withstood everywhere, so that the best iterate is the first start.
      usesItsStart(projectedGradient({ steps: 3 }), ball);
    });
  },
);

describe('the laws catch', () => {
  const honest = projectedGradient({ steps: 10 });
  const { l2 } = ballNamed;
  const target = linearNet(Float64Array.of(3, 4), 0, Float64Array.of(1, 1));
  const truth = 7 / 5;

  it('an attack that proposes twice its budget', () => {
    const doubled: Attack = {
      ...honest,
      propose: (at, ball, radius, random) =>
        honest.propose(at, ball, radius, random).map((value) => 2 * value),
    };
    expect(() => proposesWithinBudget(doubled, target, l2, truth)).toThrow(/less than or equal/);
    expect(() => proposesWithinBudget(honest, target, l2, truth)).not.toThrow();
    // The frame projects it back, so it cannot flip below the radius either.
    respectsBudget(doubled, target, l2, truth);
    expect(runAttack(doubled, target, l2, 0.99 * truth, Random.of(0)).kind).toBe('withstood');
  });

  it('a frame that believes an attack of twice its budget', () => {
    const credulous: Frame = (attack, at, ball, radius, random): Judged => {
      const delta = attack.propose(at, ball, radius, random).map((value) => 2 * value);
      const margin = marginAt(at, delta);
      return margin <= 0
        ? { kind: 'flipped', delta, size: ball.size(delta), margin }
        : { kind: 'withstood', margin };
    };
    expect(() => respectsBudget(honest, target, l2, 0.9 * truth, credulous)).toThrow(/less than or equal/);
  });

  it('a frame that reports the attack where doing nothing was better', () => {
    const backwards: Attack = {
      ...honest,
      propose: (at, ball, radius, random) => honest.propose(at, ball, radius, random).map((value) => -value),
    };
    const gullible: Frame = (attack, at, ball, radius, random): Judged => {
      const delta = attack.propose(at, ball, radius, random);
      return { kind: 'withstood', margin: marginAt(at, delta) };
    };
    expect(() => neverWorseThanClean(backwards, target, l2, 1, gullible)).toThrow(/less than or equal/);
    expect(() => neverWorseThanClean(backwards, target, l2, 1)).not.toThrow();
  });

  it('a frame that moves misclassified points', () => {
    const wrong = { ...target, label: -target.label };
    const busy: Frame = (attack, at, ball, radius, random): Judged => {
      const delta = attack.propose(at, ball, radius, random);
      return { kind: 'flipped', delta, size: ball.size(delta), margin: marginAt(at, delta) };
    };
    const pusher: Attack = { ...honest, propose: (at, _, radius) => at.input.map(() => radius / 4) };
    expect(() => leavesMisclassifiedAlone(pusher, wrong, l2, busy)).toThrow(/match object/);
    expect(() => leavesMisclassifiedAlone(pusher, wrong, l2)).not.toThrow();
  });

  it('an attack that ignores its random start', () => {
    const still: Attack = { ...honest, propose: ({ input }) => new Float64Array(input.length) };
    expect(() => usesItsStart(still, l2)).toThrow(/to be 20/);
  });

  it('an attack that draws from outside its key', () => {
    let calls = 0;
    const moody: Attack = { ...honest, propose: ({ input }) => input.map(() => 1e-3 * calls++) };
    expect(() => deterministicInTheKey(moody, target, l2, 1)).toThrow(/deeply equal/);
  });

  it('an attack that moves the point itself', () => {
    const rude: Attack = {
      ...honest,
      propose: ({ input }) => {
        input[0]! += 1;
        return new Float64Array(input.length);
      },
    };
    expect(() => deterministicInTheKey(rude, { ...target, input: target.input.slice() }, l2, 1)).toThrow(
      /deeply equal/,
    );
  });

  it('an attack whose steps vanish with the gradient: it misses the closed form on a small linear net', () => {
    const timid: Attack = {
      ...honest,
      propose: ({ network, label, input }) => {
        // δ = −10 y w, of no use where ‖w‖ is small.
        return input.map((_, l) => -10 * label * network.weights.data[l]!);
      },
    };
    const small = linearNet(Float64Array.of(3e-4, 4e-4), 0, Float64Array.of(1, 1));
    expect(() => solvesLinearNets(() => timid, small, l2)).toThrow(/to be 'flipped'/);
    expect(() => solvesLinearNets(() => honest, small, l2)).not.toThrow();
  });
});
