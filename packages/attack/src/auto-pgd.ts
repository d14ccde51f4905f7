/**
 * APGD: projected descent with momentum whose step size halves itself. Steps of 2ε at first, momentum 0.75; at checkpoints
 * after 22 % of the iterations, then at intervals 3 % shorter each time and never below 6 %, the step is halved where
 * fewer than 75 % of the steps since the last one lowered the loss, or where neither step nor best loss has changed; it
 * goes on from the best iterate then. Source: Croce & Hein, ICML 2020 (arXiv 2003.01690), Algorithm 1 and §3.
 * ℓ1: sparse steps of ε on the largest coordinates, whose number follows how sparse the best iterate is; step divided by
 * 1.5 every 4 % of the iterations, down to ε/10, without momentum (Croce & Hein, ICML 2021, arXiv 2103.01208, §4.2).
 * As published but for the start, which is uniform in direction and pushed out to the sphere in every norm, and for the
 * clamp to [0, 1], which a target's box replaces.
 */
import type { Random } from '@marginalia/core';
import type { Attack } from './attack.js';
import { checkLoss, lossAt, type LossOptions } from './attack-loss.js';
import type { Ball } from './ball.js';
import { confine } from './box.js';
import { Lowest, startOf, type Warm } from './descent-start.js';
import type { Target } from './target.js';

export interface AutoPgdOptions extends LossOptions {
  readonly steps?: number;
  readonly restarts?: number;
  readonly warm?: Warm;
  readonly name?: string;
}

const momentum = 0.75;
/** Share of steps that must lower the loss for the step size to stay. */
const successful = 0.75;

export function autoPgd({
  steps = 100,
  restarts = 1,
  warm,
  name = 'auto-pgd',
  ...loss
}: AutoPgdOptions = {}): Attack {
  return {
    name,
    balls: ['l2', 'linf', 'l1'],
    propose(target, ball, radius, random) {
      checkLoss(target, loss);
      const given = warm?.(target, ball, radius, random.stream('warm')) ?? [];
      const lowest = new Lowest(target.input.length);
      for (let start = 0; start < given.length + restarts; start++) {
        const delta = startOf(target, ball, radius, given, random, start);
        const outwards = given[start] ? 1 : radius / ball.size(delta);
        if (Number.isFinite(outwards)) for (let l = 0; l < delta.length; l++) delta[l]! *= outwards;
        confine(target, ball, delta, radius);
        if (descent({ target, ball, radius, loss }, steps, delta, lowest)) break;
      }
      return lowest.delta;
    },
  };
}

interface Setting {
  readonly target: Target;
  readonly ball: Ball;
  readonly radius: number;
  readonly loss: LossOptions;
}

/** True once a flip is found. */
function descent(setting: Setting, steps: number, delta: Float64Array, lowest: Lowest): boolean {
  const { target, ball, radius, loss } = setting;
  let gradient: Float64Array = new Float64Array(delta.length);
  const first = lossAt(target, delta, loss, gradient);
  if (lowest.offer(first.margin, delta)) return true;
  const pace = ball.name === 'l1' ? new SparsePace(radius, steps, delta.length) : new Pace(radius, steps);
  let best = { loss: first.loss, delta: delta.slice(), gradient: gradient.slice() };
  let before: Float64Array = delta.slice();
  let now: Float64Array = delta;
  let current = first.loss;
  for (let i = 0; i < steps; i++) {
    const aim = pace.stepped(ball, now, gradient);
    confine(target, ball, aim, radius);
    if (ball.name !== 'l1' && i > 0) {
      for (let l = 0; l < aim.length; l++) {
        aim[l] = now[l]! + momentum * (aim[l]! - now[l]!) + (1 - momentum) * (now[l]! - before[l]!);
      }
      confine(target, ball, aim, radius);
    }
    before = now;
    now = aim;
    gradient = new Float64Array(now.length);
    const found = lossAt(target, now, loss, gradient);
    if (lowest.offer(found.margin, now)) return true;
    pace.count(found.loss < current);
    current = found.loss;
    if (found.loss < best.loss) best = { loss: found.loss, delta: now.slice(), gradient: gradient.slice() };
    if (pace.check(best.loss, best.delta)) {
      now = best.delta.slice();
      gradient = best.gradient.slice();
    }
  }
  return false;
}

/** The published step sizes in ℓ2 and ℓ∞. */
class Pace {
  #step: number;
  #interval: number;
  readonly #shorter: number;
  readonly #shortest: number;
  #since = 0;
  #lowered = 0;
  #bestAtCheck = Infinity;
  #halvedAtCheck = true;

  constructor(radius: number, steps: number) {
    this.#step = 2 * radius;
    this.#interval = Math.max(Math.floor(0.22 * steps), 1);
    this.#shorter = Math.max(Math.floor(0.03 * steps), 1);
    this.#shortest = Math.max(Math.floor(0.06 * steps), 1);
  }

  stepped(ball: Ball, from: Float64Array, gradient: Float64Array): Float64Array {
    const direction = ball.steepest(gradient.slice());
    return from.map((value, l) => value - this.#step * direction[l]!);
  }

  count(lowered: boolean): void {
    this.#since++;
    if (lowered) this.#lowered++;
  }

  /** At a checkpoint: true where the step was halved, and descent is to go on from the best. */
  check(best: number, _delta: Float64Array): boolean {
    if (this.#since < this.#interval) return false;
    const halve =
      this.#lowered <= successful * this.#since || (!this.#halvedAtCheck && !(best < this.#bestAtCheck));
    this.#halvedAtCheck = halve;
    this.#bestAtCheck = best;
    this.#interval = Math.max(this.#interval - this.#shorter, this.#shortest);
    this.#since = this.#lowered = 0;
    if (halve) this.#step /= 2;
    return halve;
  }
}

/** The published step sizes in ℓ1. */
class SparsePace {
  readonly #radius: number;
  readonly #dimension: number;
  #step: number;
  #share = 0.2;
  #nonzeros: number;
  readonly #interval: number;
  #since = 0;

  constructor(radius: number, steps: number, dimension: number) {
    this.#radius = this.#step = radius;
    this.#dimension = this.#nonzeros = dimension;
    this.#interval = Math.max(Math.floor(0.04 * steps), 1);
  }

  stepped(_ball: Ball, from: Float64Array, gradient: Float64Array): Float64Array {
    const sizes = gradient.map(Math.abs).sort();
    // At least one coordinate, and rounded down: the published index rounds up, and never gets down to one in low dimension.
    const most = Math.max(1, Math.floor(this.#share * this.#dimension));
    const least = sizes[this.#dimension - most]!;
    const chosen = gradient.map((value) => (Math.abs(value) >= least ? Math.sign(value) : 0));
    const count = chosen.reduce((sum, value) => sum + Math.abs(value), 0);
    return count > 0 ? from.map((value, l) => value - (this.#step / count) * chosen[l]!) : from.slice();
  }

  count(): void {
    this.#since++;
  }

  check(_best: number, delta: Float64Array): boolean {
    if (this.#since < this.#interval) return false;
    this.#since = 0;
    const nonzeros = delta.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
    const sparser = nonzeros < 0.95 * this.#nonzeros;
    this.#share = nonzeros / this.#dimension / 1.5;
    this.#step = sparser ? this.#radius : Math.max(this.#step / 1.5, this.#radius / 10);
    this.#nonzeros = nonzeros;
    return sparser;
  }
}

/**
 * APGD-T: one run against each of the foremost rival classes, 9 at most, on the targeted ratio of logits. Needs 4 classes,
 * and says so. Source: Croce & Hein, ICML 2020, §5.
 */
export function targetedAutoPgd({
  rivals = 9,
  ...options
}: AutoPgdOptions & { rivals?: number } = {}): Attack {
  return {
    name: 'auto-pgd-targeted',
    balls: ['l2', 'linf', 'l1'],
    propose(target, ball, radius, random) {
      const { readout } = target.network;
      const classes = readout.kind === 'argmax' ? readout.outputs.rows : 2;
      const own = readout.kind === 'argmax' ? readout.own : 0;
      checkLoss(target, { loss: 'dlr', rival: own === 0 ? 1 : 0 });
      const scratch = new Float64Array(target.input.length);
      const still = new Float64Array(target.input.length);
      const order = Array.from({ length: classes }, (_, j) => j)
        .filter((j) => j !== own)
        .map((rival) => ({ rival, lead: lossAt(target, still, { rival }, scratch).loss }))
        .sort((a, b) => a.lead - b.lead);
      const lowest = new Lowest(target.input.length);
      for (const { rival } of order.slice(0, rivals)) {
        const attack = autoPgd({ ...options, loss: 'dlr', rival });
        const delta = attack.propose(target, ball, radius, stream(random, rival));
        if (lowest.offer(lossAt(target, delta, {}, scratch).margin, delta)) break;
      }
      return lowest.delta;
    },
  };
}

const stream = (random: Random, rival: number): Random => random.stream('rival', rival);
