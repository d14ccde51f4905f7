/**
 * Bugs that attacks elsewhere shipped with, planted one at a time in attacks and frames of this house. Each names where it
 * was and the law that must kill it; `mutants.test.ts` sees to it that the law kills the mutant and spares the original.
 */
import {
  attackAll,
  autoPgd,
  judge,
  l2,
  linf,
  marginAt,
  marginGradient,
  projectedGradient,
  runAttack,
  type Attack,
  type Ball,
  type Judged,
  type Target,
} from '@marginalia/attack';
import { matrix, Random } from '@marginalia/core';
import {
  batchIsLoop,
  deterministicInTheKey,
  ignoresTheScaleOfScores,
  leavesMisclassifiedAlone,
  linearNet,
  neverLosesByMore,
  neverWorseThanClean,
  proposesWithinBudget,
  respectsBudget,
  solvesLinearNets,
  usesItsStart,
  type Batch,
  type Frame,
} from './laws.js';

export interface Mutant {
  /** What is wrong with it. */
  readonly bug: string;
  /** Where it shipped; ours where a reviewer thought of it. */
  readonly source: string;
  readonly killer: string;
  /** The law on the original, and on the mutant. */
  readonly original: () => void;
  readonly mutant: () => void;
}

const descent = projectedGradient({ steps: 10 });
/** f = 3 x₁ + 4 x₂ at (1, 1): flipped from 7/5 on. */
const target = linearNet(Float64Array.of(3, 4), 0, Float64Array.of(1, 1));
const truth = 7 / 5;
/** The same, the other way round: the start of the key and the steps point the same way. */
const mirrored = linearNet(Float64Array.of(-3, -4), 0, Float64Array.of(-1, -1));
/** f = max(|x| + 1/16, 1/8): steps of one size end up jumping across the bottom. */
const valley: Target = {
  network: {
    weights: matrix(2, 1, Float64Array.of(1, -1)),
    biases: new Float64Array(2).fill(1 / 16),
    readout: { kind: 'linear', outputs: Float64Array.of(1, 1) },
  },
  input: Float64Array.of(1),
  label: 1,
  ambient: 1,
};
const steps = [5, 6, 7, 8];
const small = linearNet(Float64Array.of(3e-4, 4e-4), 0, Float64Array.of(1, 1));
const points: readonly Target[] = [
  target,
  linearNet(Float64Array.of(1, 100), 0, Float64Array.of(2, 1)),
  linearNet(Float64Array.of(-2, 1), 1, Float64Array.of(1, 2)),
];

/** Projected descent whose ingredients can be replaced one by one. */
function descentWith(doctored: {
  readonly steps?: number;
  readonly start?: (ball: Ball, into: Float64Array, radius: number, random: Random) => Float64Array;
  readonly steepest?: (ball: Ball, gradient: Float64Array) => Float64Array;
  readonly project?: (ball: Ball, delta: Float64Array, radius: number, before: Float64Array) => Float64Array;
}): Attack {
  const {
    steps: count = 10,
    start = (ball, into, radius, random) => ball.draw(into, radius, into.length, random),
    steepest = (ball, gradient) => ball.steepest(gradient),
    project = (ball, delta, radius) => ball.project(delta, radius),
  } = doctored;
  return {
    name: 'doctored',
    balls: ['l2', 'linf', 'l1'],
    propose(at, ball, radius, random) {
      const gradient = new Float64Array(at.input.length);
      let delta = start(ball, new Float64Array(at.input.length), radius, random.stream(0));
      for (let step = 0; step < count; step++) {
        marginGradient(at, delta, gradient);
        const direction = steepest(ball, gradient.slice());
        const moved = delta.map((value, l) => value - (radius / 4) * direction[l]!);
        delta = project(ball, moved, radius, delta);
      }
      return delta;
    },
  };
}
const whole = descentWith({});

const size = (vector: Float64Array): number =>
  Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

/** A frame that believes what it is given, and reports it by its own measure. */
const believing =
  (
    delta: (proposed: Float64Array, at: Target) => Float64Array,
    measured: (delta: Float64Array, at: Target) => number = size,
    margin: (at: Target, delta: Float64Array) => number = marginAt,
  ): Frame =>
  (attack, at, ball, radius, random): Judged => {
    const used = delta(attack.propose(at, ball, radius, random), at);
    const found = margin(at, used);
    return found <= 0
      ? { kind: 'flipped', delta: used, size: measured(used, at), margin: found }
      : { kind: 'withstood', margin: found };
  };

export const mutants: readonly Mutant[] = [
  {
    bug: 'the gradient is divided by max(‖g‖, 1e-6): small gradients barely move',
    source: 'cleverhans#1175: robust accuracy 26.1 % reported, 1.7 % true',
    killer: 'ignoresTheScaleOfScores',
    original: () => ignoresTheScaleOfScores(whole, target, l2, truth),
    mutant: () =>
      ignoresTheScaleOfScores(
        descentWith({
          steepest: (_, gradient) => gradient.map((value) => value / Math.max(size(gradient), 1e-6)),
        }),
        target,
        l2,
        truth,
      ),
  },
  {
    bug: 'the random start is drawn and never used',
    source: 'torchattacks#83',
    killer: 'usesItsStart',
    original: () => usesItsStart(whole, linf),
    mutant: () =>
      usesItsStart(
        descentWith({
          start: (ball, into, radius, random) => {
            ball.draw(into.slice(), radius, into.length, random);
            return into;
          },
        }),
        linf,
      ),
  },
  {
    bug: 'start plus steps exceed the budget: only the steps are projected',
    source: 'ART#73 (adversarial-robustness-toolbox)',
    killer: 'proposesWithinBudget',
    original: () => proposesWithinBudget(whole, mirrored, linf, truth),
    mutant: () =>
      proposesWithinBudget(
        {
          ...whole,
          propose: (at, ball, radius, random) => {
            const start = ball.draw(new Float64Array(at.input.length), radius, at.ambient, random.stream(0));
            const steps = whole.propose(at, ball, radius, random);
            return start.map((value, l) => value + ball.project(steps, radius)[l]!);
          },
        },
        mirrored,
        linf,
        truth,
      ),
  },
  {
    bug: 'each iterate is projected into the ball around the one before it',
    source: 'ART#85 (adversarial-robustness-toolbox)',
    killer: 'proposesWithinBudget',
    original: () => proposesWithinBudget(whole, target, l2, truth),
    mutant: () =>
      proposesWithinBudget(
        descentWith({
          project: (ball, delta, radius, before) => {
            const step = ball.project(
              delta.map((value, l) => value - before[l]!),
              radius,
            );
            return step.map((value, l) => before[l]! + value);
          },
        }),
        target,
        l2,
        truth,
      ),
  },
  {
    bug: 'the norm reported and minimised is that of x + δ, not of δ',
    source: 'foolbox#619',
    killer: 'respectsBudget',
    original: () => respectsBudget(whole, target, l2, 2 * truth),
    mutant: () =>
      respectsBudget(
        whole,
        target,
        l2,
        2 * truth,
        believing(
          (proposed) => proposed,
          (delta, at) => size(delta.map((value, l) => value + at.input[l]!)),
        ),
      ),
  },
  {
    bug: 'the norm of the gradient is taken over the whole batch, not point by point',
    source: 'MadryLab/robustness#32',
    killer: 'batchIsLoop',
    original: () => batchIsLoop(whole, points, l2, 1),
    mutant: () =>
      batchIsLoop(whole, points, l2, 1, (_, many, ball, radius, random) => {
        const gradients = many.map((at) => new Float64Array(at.input.length));
        const zero = new Float64Array(2);
        many.forEach((at, i) => marginGradient(at, zero, gradients[i]!));
        const together = size(Float64Array.from(gradients.flatMap((gradient) => [...gradient])));
        const batched = descentWith({ steepest: (_ball, g) => g.map((value) => value / together) });
        return attackAll(batched, many, ball, radius, random);
      }),
  },
  {
    bug: 'only the last sample of a batch is perturbed',
    source: 'ART#696 (adversarial-robustness-toolbox)',
    killer: 'batchIsLoop',
    original: () => batchIsLoop(descent, points, l2, 3),
    mutant: () => {
      const lastOnly: Batch = (attack, many, ball, radius, random) =>
        many.map((at, i) =>
          i === many.length - 1
            ? runAttack(attack, at, ball, radius, random.at(i))
            : judge(at, ball, radius, new Float64Array(at.input.length)),
        );
      batchIsLoop(descent, points, l2, 3, lastOnly);
    },
  },
  {
    bug: 'success is read off one noisy evaluation and not evaluated again',
    source: 'auto-attack#105',
    killer: 'respectsBudget',
    original: () => respectsBudget(descent, target, l2, 0.95 * truth),
    mutant: () => {
      const noise = Random.of('noise');
      const noisy: Frame = believing(
        (proposed) => proposed,
        size,
        (at, delta) => marginAt(at, delta) - Math.abs(noise.gaussian()),
      );
      respectsBudget(descent, target, l2, 0.95 * truth, noisy);
    },
  },
  {
    bug: 'cross-entropy alone: its slope underflows on confident points, and nothing moves',
    source: 'Carlini & Wagner, S&P 2017; Croce & Hein, ICML 2020, §4: the reason for margins and DLR',
    killer: 'ignoresTheScaleOfScores',
    original: () => ignoresTheScaleOfScores(autoPgd({ steps: 10 }), target, l2, truth),
    mutant: () => ignoresTheScaleOfScores(autoPgd({ steps: 10, loss: 'cross-entropy' }), target, l2, truth),
  },
  {
    bug: 'the last iterate is handed out, not the best',
    source: 'ours',
    killer: 'neverLosesByMore',
    original: () =>
      neverLosesByMore(
        steps.map((count) => projectedGradient({ steps: count, stepScale: count / 4 })),
        valley,
        l2,
        2,
      ),
    mutant: () =>
      neverLosesByMore(
        steps.map((count) => descentWith({ steps: count })),
        valley,
        l2,
        2,
      ),
  },
  {
    bug: 'a frame that takes twice the budget',
    source: 'ours',
    killer: 'respectsBudget',
    original: () => respectsBudget(descent, target, l2, 0.9 * truth),
    mutant: () =>
      respectsBudget(
        descent,
        target,
        l2,
        0.9 * truth,
        believing((proposed) => proposed.map((value) => 2 * value)),
      ),
  },
  {
    bug: 'a frame that reports the attack where doing nothing was better',
    source: 'ours',
    killer: 'neverWorseThanClean',
    original: () => neverWorseThanClean(descent, target, l2, 1),
    mutant: () =>
      neverWorseThanClean(
        descent,
        target,
        l2,
        1,
        believing((proposed) => proposed.map((value) => -value)),
      ),
  },
  {
    bug: 'a frame that moves misclassified points',
    source: 'ours',
    killer: 'leavesMisclassifiedAlone',
    original: () => leavesMisclassifiedAlone(descent, { ...target, label: -target.label }, l2),
    mutant: () =>
      leavesMisclassifiedAlone(
        { ...descent, propose: (at, _, radius) => at.input.map(() => radius / 4) },
        { ...target, label: -target.label },
        l2,
        believing((proposed) => proposed),
      ),
  },
  {
    bug: 'an attack that draws from outside its key',
    source: 'ours',
    killer: 'deterministicInTheKey',
    original: () => deterministicInTheKey(descent, target, l2, 1),
    mutant: () => {
      let calls = 0;
      deterministicInTheKey(
        { ...descent, propose: ({ input }) => input.map(() => 1e-3 * calls++) },
        target,
        l2,
        1,
      );
    },
  },
  {
    bug: 'an attack that moves the point itself',
    source: 'ours',
    killer: 'deterministicInTheKey',
    original: () => deterministicInTheKey(descent, { ...target, input: target.input.slice() }, l2, 1),
    mutant: () =>
      deterministicInTheKey(
        {
          ...descent,
          propose: ({ input }) => {
            input[0]! += 1;
            return new Float64Array(input.length);
          },
        },
        { ...target, input: target.input.slice() },
        l2,
        1,
      ),
  },
  {
    bug: 'steps as long as the gradient: δ = −10 y w',
    source: 'ours',
    killer: 'solvesLinearNets',
    original: () => solvesLinearNets(() => descent, small, l2, 0.05),
    mutant: () =>
      solvesLinearNets(
        () => ({
          ...descent,
          propose: ({ network, label, input }) => input.map((_, l) => -10 * label * network.weights.data[l]!),
        }),
        small,
        l2,
        0.05,
      ),
  },
];
