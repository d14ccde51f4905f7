/** What attacks are for, beside the laws: losses, targets, boxes, refusals, one displacement for many points. */
import {
  aimedAt,
  attackRadius,
  autoPgd,
  balls,
  confine,
  deepFool,
  exactFlips,
  exactRadius,
  fastGradient,
  geometryOf,
  guidedDescent,
  l1,
  l2,
  linf,
  lossAt,
  marginAt,
  projectedGradient,
  runAttack,
  spanOf,
  square,
  structured,
  targetedAutoPgd,
  universalPerturbation,
  type Ball,
  type LossOptions,
  type Target,
} from '@marginalia/attack';
import { BadInput, evaluate, matrix, Random } from '@marginalia/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argmaxTarget } from '../arbitraries/argmax-target.js';
import { positive, real, vector } from '../arbitraries/real.js';
import { runs } from '../arbitraries/runs.js';
import { anyTarget } from '../arbitraries/target.js';
import { trained } from '../arbitraries/trained.js';
import { gapNet } from './gap-nets.js';
import { budgetUlps, linearNet } from './laws.js';

const still = (target: Target): Float64Array => new Float64Array(target.input.length);
const radiusOf = (found: { readonly kind: string; readonly radius: number }): number =>
  found.kind === 'flipped' ? found.radius : Infinity;

describe('the gradient of a loss', () => {
  const losses: readonly LossOptions[] = [
    { loss: 'margin' },
    { loss: 'cross-entropy' },
    { loss: 'dlr' },
    { loss: 'margin', rival: 1 },
    { loss: 'cross-entropy', rival: 1 },
    { loss: 'dlr', rival: 1 },
  ];
  const step = 2 ** -18;
  it.each(losses)('is what differences of the loss say: %o', (loss) => {
    fc.assert(
      fc.property(argmaxTarget({ width: 6, dimension: 4 }, [4, 5]), vector(4), (target, along) => {
        const { readout } = target.network;
        if (readout.kind !== 'argmax' || readout.own === 1) return;
        const gradient = still(target);
        lossAt(target, still(target), loss, gradient);
        const at = (factor: number): { readonly loss: number; readonly slope: number } => {
          const into = still(target);
          const delta = target.input.map((_, l) => factor * along[l]!);
          const { loss: value } = lossAt(target, delta, loss, into);
          return { loss: value, slope: into.reduce((sum, g, l) => sum + g * along[l]!, 0) };
        };
        const [before, after] = [at(-step), at(step)];
        const slope = (after.loss - before.loss) / (2 * step);
        // Between two kinks, where the slopes at both ends agree, it is theirs up to the curvature.
        if (Math.abs(before.slope - after.slope) > 1e-2 * (1 + Math.abs(slope))) return;
        const mine = gradient.reduce((sum, g, l) => sum + g * along[l]!, 0);
        const bend = Math.abs(before.slope - after.slope);
        expect(Math.abs(mine - slope)).toBeLessThanOrEqual(bend + 1e-6 * (1 + Math.abs(slope)));
      }),
      runs(200),
    );
  });
});

describe('two classes', () => {
  const target = linearNet(Float64Array.of(3, 4), 0, Float64Array.of(1, 1));
  const run =
    (attack: Parameters<typeof runAttack>[0], at: Target = target) =>
    (): unknown =>
      runAttack(attack, at, l2, 1, Random.of('two'));

  it.each([
    ['dlr', autoPgd({ loss: 'dlr' })],
    ['dlr by plain descent', projectedGradient({ loss: 'dlr' })],
    ['a rival', fastGradient({ rival: 1 })],
    ['targeted descent', targetedAutoPgd()],
  ] as const)('have no %s: the refusal says why', (_, attack) => {
    expect(run(attack)).toThrow(BadInput);
    expect(run(attack)).toThrow(
      /expected an argmax net of at least \d classes .*got 2 classes, whose one difference of scores is the margin; try the loss margin/,
    );
  });

  it('an argmax net of two or three classes has no targeted dlr, one of four has', () => {
    const net = (classes: number): Target => ({
      input: Float64Array.of(1, 1),
      label: 1,
      ambient: 2,
      network: {
        weights: matrix(2, 2, Float64Array.of(1, 0, 0, 1)),
        biases: new Float64Array(2),
        readout: {
          kind: 'argmax',
          outputs: matrix(
            classes,
            2,
            Float64Array.from({ length: 2 * classes }, (_, i) => (i < 2 ? 3 : i / 9)),
          ),
          own: 0,
        },
      },
    });
    expect(run(targetedAutoPgd(), net(2))).toThrow(/4 classes for a targeted dlr loss, got 2 classes/);
    expect(run(targetedAutoPgd(), net(3))).toThrow(/4 classes for a targeted dlr loss, got 3 classes;/);
    expect(run(autoPgd({ loss: 'dlr' }), net(3))).not.toThrow();
    expect(run(targetedAutoPgd(), net(4))).not.toThrow();
    expect(run(autoPgd({ rival: 0 }), net(4))).toThrow(/a rival from 0 to 3 other than 0, got 0/);
  });

  it('aim at nothing: there is one rival', () => {
    expect(() => aimedAt(target, 1)).toThrow(/one of its classes other than the own one/);
  });
});

describe('a targeted attack', () => {
  it('reaches the class that it names, and no attack at all is nearer than the exact duel', () => {
    fc.assert(
      fc.property(argmaxTarget({ width: 6, dimension: 4 }, [3, 5]), (target) => {
        const { readout } = target.network;
        if (readout.kind !== 'argmax') return;
        const rival = (readout.own + 1) % readout.outputs.rows;
        const aimed = aimedAt(target, rival);
        const found = attackRadius(structured(), aimed, l2, { from: 1e-3, to: 100 }, Random.of('aim'));
        if (found.kind === 'withstood') return;
        expect(found.radius).toBeGreaterThanOrEqual(exactRadius(aimed).lower * (1 - 1e-9));
        const moved = target.input.map((value, l) => value + found.delta[l]!);
        // V_own − V_rival ≤ 0: the rival's own margin over that class is ≥ 0, and the point is flipped.
        expect(marginAt(target, found.delta)).toBeLessThanOrEqual(1e-12);
        const duel = { ...aimed.network };
        expect(evaluate(duel, moved)).toBeLessThanOrEqual(0);
      }),
      runs(60),
    );
  });
});

describe('a box', () => {
  const boxed = fc
    .tuple(anyTarget({ width: 5, dimension: 4 }), positive(2, 16), positive(2, 16))
    .map(([target, below, above]): Target => {
      const low = Math.min(...target.input) - below;
      return { ...target, box: { low, high: Math.max(...target.input) + above } };
    });
  const inBox = ({ input, box }: Target, delta: Float64Array): boolean =>
    input.every((x, l) => x + delta[l]! >= box!.low && x + delta[l]! <= box!.high);

  it.each(balls.map((ball) => [ball.name, ball] as const))(
    'and the %s ball: confined to both, what fits does not move, and the nearest point is found',
    (_, ball) => {
      fc.assert(
        fc.property(
          boxed,
          vector(4, real(8)),
          positive(4, 16),
          vector(4, real(4)),
          (target, far, radius, other) => {
            const delta = still(target).map((_, l) => far[l]!);
            const kept = confine(target, ball, delta.slice(), radius);
            expect(inBox(target, kept)).toBe(true);
            expect(ball.size(kept)).toBeLessThanOrEqual(radius * (1 + budgetUlps));
            expect(ball.size(confine(target, ball, kept.slice(), radius))).toBeCloseTo(ball.size(kept), 12);
            // ⟨δ − Πδ, z − Πδ⟩ ≤ 0 for every z of the intersection characterises the projection on a convex set.
            const z = confine(
              target,
              ball,
              still(target).map((_, l) => other[l]!),
              radius,
            );
            const lead = delta.reduce((sum, value, l) => sum + (value - kept[l]!) * (z[l]! - kept[l]!), 0);
            expect(lead).toBeLessThanOrEqual(1e-9);
          },
        ),
        runs(150),
      );
    },
  );

  const attacks = [
    fastGradient(),
    projectedGradient({ steps: 10 }),
    autoPgd({ steps: 10 }),
    square({ queries: 100 }),
    deepFool(),
    structured(),
    guidedDescent({ steps: 10 }),
  ];
  it.each(attacks.map((attack) => [attack.name, attack] as const))(
    'is kept by %s, at a radius and in a search',
    (_, attack) => {
      fc.assert(
        fc.property(boxed, positive(4, 16), fc.constantFrom(...balls), (target, radius, ball) => {
          if (!attack.balls.includes(ball.name)) return;
          expect(inBox(target, attack.propose(target, ball, radius, Random.of('box')))).toBe(true);
          const judged = runAttack(attack, target, ball, radius, Random.of('box'));
          if (judged.kind === 'flipped') expect(inBox(target, judged.delta)).toBe(true);
          const found = attackRadius(attack, target, ball, { from: 0.1, to: 10 }, Random.of('box'));
          if (found.kind === 'flipped') expect(inBox(target, found.delta)).toBe(true);
        }),
        runs(25),
      );
    },
  );

  it('refuses a point outside it', () => {
    const target = { ...linearNet(Float64Array.of(1), 0, Float64Array.of(2)), box: { low: 0, high: 1 } };
    expect(() => runAttack(fastGradient(), target, l2, 1, Random.of(0))).toThrow(
      'expected a point in its box [0, 1], got coordinates from 2 to 2; try a wider box, or none',
    );
  });
});

describe('span coordinates', () => {
  const [{ network, input, label }] = trained('averaging', 0).targets as [Target];
  const span = spanOf(network);
  const reduced: Target = {
    network: span.network,
    input: span.point(
      Array.from({ length: network.biases.length }, (_, r) => {
        const w = network.weights.data.subarray(r * 64, (r + 1) * 64);
        return w.reduce((sum, value, l) => sum + value * input[l]!, 0);
      }),
    ),
    label,
    ambient: span.ambient,
  };
  it.each([
    [linf, fastGradient(), /expected a point in the coordinates of its data for the norm linf, got \d+ span/],
    [l1, fastGradient(), /expected a point in the coordinates of its data for the norm l1, got \d+ span/],
    [
      l2,
      square(),
      /expected a point in the coordinates of its data for square, which changes them in blocks/,
    ],
  ] as const)('are refused in one line', (ball: Ball, attack, line) => {
    expect(() => runAttack(attack, reduced, ball, 1, Random.of(0))).toThrow(line);
  });

  it('give attacks without a draw the radii of R^d', () => {
    const full: Target = { network, input, label, ambient: input.length };
    for (const attack of [deepFool(), structured()]) {
      const search = { from: 1e-3, to: 1e3 };
      const [one, other] = [reduced, full].map((target) =>
        radiusOf(attackRadius(attack, target, l2, search, Random.of(0))),
      );
      expect(Math.abs(one! / other! - 1)).toBeLessThanOrEqual(1e-9);
    }
  });
});

it('a ball that an attack does not know is refused', () => {
  const target = linearNet(Float64Array.of(1), 0, Float64Array.of(2));
  expect(() => runAttack(deepFool(), target, l1, 1, Random.of(0))).toThrow(
    'expected one of the balls of deep-fool: l2, linf, got l1; try another attack',
  );
});

describe('masked by dead neurons (sum read-out)', () => {
  // Three neurons of the other class are off at x, and all must be switched on.
  const { targets } = gapNet('sum', 8);
  const ratio = (attack: Parameters<typeof attackRadius>[0]): number => {
    const ratios = targets.map((target, i) => {
      const exact = exactRadius(target);
      const search = { from: exact.lower * 0.999, to: 4 * exact.upper };
      return radiusOf(attackRadius(attack, target, l2, search, Random.of(['masked', i]))) / exact.upper;
    });
    return ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)]!;
  };
  it('the structured attack sees what plain descent does not, and a leaky backward pass most of it', () => {
    const [plain, leaky, along] = [
      ratio(projectedGradient({ steps: 40, restarts: 3 })),
      ratio(autoPgd({ leak: 0.1 })),
      ratio(structured()),
    ];
    expect(along).toBeLessThan(1.01);
    expect(leaky).toBeLessThan(plain - 0.03);
    expect(plain).toBeGreaterThan(1.1);
  });
  it('descent guided by the exact flip stays at it', async () => {
    for (const ball of [l2, linf]) {
      const guided = guidedDescent({ steps: 20, by: await exactFlips(ball.name) });
      const geometry = await geometryOf(ball.name);
      const target = targets[0]!;
      const { lower, upper } = exactRadius(target, { geometry });
      const found = attackRadius(
        guided,
        target,
        ball,
        { from: lower * 0.999, to: 2 * upper },
        Random.of('guided'),
      );
      expect(radiusOf(found) / upper).toBeLessThanOrEqual(1 + 1 / 128);
    }
  });
});

describe('one displacement for many points', () => {
  const { targets, direction } = trained('averaging', 0);
  const unit = Math.max(...targets.map((target) => exactRadius(target).upper));

  it('flips all of an averaged net not far above the largest radius, and nothing below the least', () => {
    const found = universalPerturbation(targets, l2, 1.1 * unit, {}, Random.of('universal'));
    expect(found.rate).toBe(1);
    expect(l2.size(found.delta)).toBeLessThanOrEqual(1.1 * unit * (1 + budgetUlps));
    targets.forEach((target) => {
      expect(
        marginAt(
          target,
          found.delta.map((value) => -target.label * value),
        ),
      ).toBeLessThanOrEqual(0);
    });
    const least = Math.min(...targets.map((target) => exactRadius(target).lower));
    expect(universalPerturbation(targets, l2, 0.999 * least, {}, Random.of('universal')).rate).toBe(0);
  });
  it('is never worse than the directions that it is handed', () => {
    for (const ball of balls) {
      for (const radius of [0.5 * unit, unit, 1.2 * unit]) {
        const along = ball.steepest(direction.slice()).map((value) => radius * value);
        const closed = targets.filter(
          (target) =>
            marginAt(
              target,
              ball.project(
                along.map((value) => -target.label * value),
                radius,
              ),
            ) <= 0,
        ).length;
        const found = universalPerturbation(
          targets,
          ball,
          radius,
          { steps: 10, warm: [direction] },
          Random.of(1),
        );
        expect(found.rate * targets.length).toBeGreaterThanOrEqual(closed);
      }
    }
  });
  it('asks for a point', () => {
    expect(() => universalPerturbation([], l2, 1, {}, Random.of(0))).toThrow(
      'expected one point at least, got none',
    );
  });
  it('has no box to share', () => {
    const boxed = { ...targets[0]!, box: { low: -9, high: 9 } };
    expect(() => universalPerturbation([boxed], l2, 1, {}, Random.of(0))).toThrow(
      /without a box.*got a box \[-9, 9\]/,
    );
  });
});
