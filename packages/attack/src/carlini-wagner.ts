/**
 * Carlini–Wagner ℓ2: min ‖δ‖² + c · max(y f(x + δ), 0) by Adam (step 0.01), with nine steps of a binary search on c from
 * 1e-3: tenfold while nothing flips, halved towards the last failure once something does.
 * Source: Carlini & Wagner, S&P 2017 (arXiv 1608.04644), §V–VI, loss f₆ with κ = 0.
 * Two deviations. Without a box the change of variables by tanh has nothing to do and is dropped; with one, iterates are
 * confined. Lengths are in units of the first linear boundary's distance m/‖g‖ and margins in units of m = y f(x), so that
 * neither the scale of the net nor that of the data decides what a step of 0.01 and a c of 1e-3 mean.
 */
import { norm } from '@marginalia/core';
import { nearestFlip, type Attack } from './attack.js';
import { lossAt } from './attack-loss.js';
import { confine } from './box.js';

export interface CarliniWagnerOptions {
  readonly searchSteps?: number;
  /** Of Adam, for each c. The paper uses 10 000; CleverHans and Foolbox defaults are 1000 and 10 000. */
  readonly steps?: number;
  readonly stepSize?: number;
  readonly firstWeight?: number;
}

/** Adam's: Kingma & Ba, ICLR 2015. */
const [decay, squareDecay, guard] = [0.9, 0.999, 1e-8];

export function carliniWagner({
  searchSteps = 9,
  steps = 1000,
  stepSize = 0.01,
  firstWeight = 1e-3,
}: CarliniWagnerOptions = {}): Attack {
  return nearestFlip('carlini-wagner', ['l2'], (target, ball, radius) => {
    const dimension = target.input.length;
    const gradient = new Float64Array(dimension);
    const still = new Float64Array(dimension);
    const clean = lossAt(target, still, {}, gradient).margin;
    if (!(clean > 0)) return still;
    const distance = clean / norm(gradient);
    const unit = distance > 0 && Number.isFinite(distance) ? distance : radius;

    let best: Float64Array = still;
    let least = Infinity;
    let weight = firstWeight;
    let [below, above] = [0, Infinity];
    for (let search = 0; search < searchSteps; search++) {
      const moved = new Float64Array(dimension);
      const mean = new Float64Array(dimension);
      const square = new Float64Array(dimension);
      let flipped = false;
      let [decayed, squareDecayed] = [1, 1];
      for (let step = 0; step <= steps; step++) {
        const delta = confine(
          target,
          ball,
          moved.map((value) => unit * value),
          Infinity,
        );
        const { margin } = lossAt(target, delta, {}, gradient);
        if (margin <= 0) {
          flipped = true;
          const size = ball.size(delta);
          if (size < least) [best, least] = [delta, size];
        }
        decayed *= decay;
        squareDecayed *= squareDecay;
        const push = margin > 0 ? (weight * unit) / clean : 0;
        for (let l = 0; l < dimension; l++) {
          const slope = 2 * moved[l]! + push * gradient[l]!;
          mean[l] = decay * mean[l]! + (1 - decay) * slope;
          square[l] = squareDecay * square[l]! + (1 - squareDecay) * slope * slope;
          const scale = Math.sqrt(square[l]! / (1 - squareDecayed)) + guard;
          moved[l]! -= (stepSize * mean[l]!) / (1 - decayed) / scale;
        }
      }
      if (flipped) above = weight;
      else below = weight;
      weight = above < Infinity ? (below + above) / 2 : 10 * weight;
    }
    return best;
  });
}
