/**
 * One displacement for a whole set of points: max over ‖δ‖ ≤ ε of the share of points flipped by x_i + δ, or by x_i − y_i δ
 * where the direction turns with the label (Li et al. 2025: one direction, up to the label's sign). Projected descent on
 * Σ_i max(m_i(δ), 0)/m_i(0): points that are flipped pull no longer, and none counts for its scale.
 * Source: Moosavi-Dezfooli, Fawzi, Fawzi & Frossard, CVPR 2017 (arXiv 1610.08401) for the problem; Shafahi et al., AAAI
 * 2020 (arXiv 1811.11304), for descent on a clipped loss.
 */
import { BadInput, type Random } from '@marginalia/core';
import { judge } from './attack.js';
import { lossAt } from './attack-loss.js';
import type { Ball } from './ball.js';
import type { Target } from './target.js';

export interface UniversalOptions {
  readonly steps?: number;
  /** Uniform starts beside 0 and those that are handed in. */
  readonly restarts?: number;
  /** δ_i = −y_i δ rather than δ for all. */
  readonly signed?: boolean;
  /** Directions to start from, such as −Σ y_j μ_j; of any size. */
  readonly warm?: readonly Float64Array[];
  /** φ' of neurons that are off, in the backward pass: without it a rival that is off everywhere is never seen. */
  readonly leak?: number;
}

export interface UniversalPerturbation {
  readonly delta: Float64Array;
  /** Judged point by point. */
  readonly flipped: readonly boolean[];
  /** Share of the points. Those that were misclassified before count: nothing is needed to flip them. */
  readonly rate: number;
}

export function universalPerturbation(
  targets: readonly Target[],
  ball: Ball,
  radius: number,
  { steps = 100, restarts = 1, signed = true, warm = [], leak = 0.1 }: UniversalOptions,
  random: Random,
): UniversalPerturbation {
  const [first] = targets;
  if (!first) throw new BadInput({ expected: 'one point at least', got: 'none' });
  const odd = targets.find(({ input, box }) => box || input.length !== first.input.length);
  if (odd) {
    throw new BadInput({
      expected:
        'points of one space without a box: clipped to each point’s, δ would no longer be one for all',
      got: odd.box
        ? `a box [${odd.box.low}, ${odd.box.high}]`
        : `${odd.input.length} coordinates beside ${first.input.length}`,
    });
  }
  if (!(radius >= 0 && Number.isFinite(radius))) {
    throw new BadInput({ expected: 'a finite radius ≥ 0', got: String(radius), try: 'radius 1' });
  }
  const dimension = first.input.length;
  const sign = (target: Target): number => (signed ? -target.label : 1);
  const turned = (target: Target, delta: Float64Array): Float64Array =>
    delta.map((value) => sign(target) * value);
  const gradient = new Float64Array(dimension);
  const clean = targets.map((target) => lossAt(target, new Float64Array(dimension), {}, gradient).margin);

  let best = judged(targets, ball, radius, new Float64Array(dimension), turned);
  const starts = [new Float64Array(dimension), ...warm];
  for (let start = 0; start < starts.length + restarts; start++) {
    const given = starts[start];
    const delta = given
      ? ball.steepest(given.slice()).map((value) => radius * value)
      : ball.draw(new Float64Array(dimension), radius, first.ambient, random.stream(start));
    ball.project(delta, radius);
    for (let step = 0; step <= steps; step++) {
      const found = judged(targets, ball, radius, delta, turned);
      if (found.rate > best.rate) best = found;
      if (best.rate === 1 || step === steps) break;
      const pull = new Float64Array(dimension);
      targets.forEach((target, i) => {
        if (found.flipped[i]! || !(clean[i]! > 0)) return;
        lossAt(target, turned(target, delta), { leak }, gradient);
        for (let l = 0; l < dimension; l++) pull[l]! += (sign(target) * gradient[l]!) / clean[i]!;
      });
      ball.steepest(pull);
      // From 2ε down to a step that no longer matters: the kinks of many points lie everywhere.
      const stepSize = (2 * radius * (steps - step)) / steps / Math.sqrt(1 + step);
      for (let l = 0; l < dimension; l++) delta[l]! -= stepSize * pull[l]!;
      ball.project(delta, radius);
    }
    if (best.rate === 1) break;
  }
  return best;
}

function judged(
  targets: readonly Target[],
  ball: Ball,
  radius: number,
  delta: Float64Array,
  turned: (target: Target, delta: Float64Array) => Float64Array,
): UniversalPerturbation {
  const flipped = targets.map(
    (target) => judge(target, ball, radius, turned(target, delta)).kind === 'flipped',
  );
  return {
    delta: delta.slice(),
    flipped,
    rate: flipped.filter(Boolean).length / targets.length,
  };
}
