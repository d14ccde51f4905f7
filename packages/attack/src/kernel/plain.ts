/** The kernel in TypeScript, line by line what assembly/descend.ts does. */
import type { AttackKernel } from './kernel.js';
import { descendSmooth } from './plain-smooth.js';

/** As in `ball`: rescaling rounds, and stays inside. */
const justInside = 1 - 2 ** -52;

export const plainAttackKernel: AttackKernel = {
  name: 'plain',
  floats: (length) => new Float64Array(length),
  free: () => undefined,
  descendSmooth,
  descend(
    { gram, width, stride, outputs, size },
    { start, moved, trail, slopes, pull, wanted, state },
    radius,
    alpha,
    steps,
  ) {
    let squared = state[0]!;
    let kept = state[1]!;
    let along = state[2]!;
    let margin = 0;
    let base = 0;
    let steep = 0;
    let share = 0;
    let shrink = 1;
    let twice = 0;
    let drop = 0;
    const inner = radius * justInside;
    let pace = 0;
    let fresh = true;
    let step = 0;
    for (; ; step++) {
      // d ← shrink · (d − s h): has a neuron switched?
      let turned = fresh;
      for (let r = 0; r < stride; r += 2) {
        const d0 = shrink * (moved[r]! - pace * pull[r]!);
        const d1 = shrink * (moved[r + 1]! - pace * pull[r + 1]!);
        moved[r] = d0;
        moved[r + 1] = d1;
        const w0 = start[r]! + d0 > 0 ? outputs[r]! : 0;
        const w1 = start[r + 1]! + d1 > 0 ? outputs[r + 1]! : 0;
        if (w0 !== slopes[r]! || w1 !== slopes[r + 1]!) turned = true;
      }
      if (size > 0) turned = keepTops(width, size, outputs, start, moved, wanted, slopes) || fresh;
      if (turned) {
        fresh = false;
        if (size === 0) {
          for (let r = 0; r < width; r++) wanted[r] = start[r]! + moved[r]! > 0 ? outputs[r]! : 0;
        }
        const rest = along / kept;
        for (let r = 0; r < stride; r++) trail[r]! += rest * slopes[r]!;
        along = 0;
        for (let r = 0; r < width; r++) {
          const change = wanted[r]! - slopes[r]!;
          if (change === 0) continue;
          slopes[r] = wanted[r]!;
          const row = r * stride;
          for (let s = 0; s < stride; s++) pull[s]! += change * gram[row + s]!;
        }
        let [g0, g1, b0, b1, s0, s1] = [0, 0, 0, 0, 0, 0];
        for (let r = 0; r < stride; r += 2) {
          g0 += slopes[r]! * pull[r]!;
          g1 += slopes[r + 1]! * pull[r + 1]!;
          b0 += slopes[r]! * start[r]!;
          b1 += slopes[r + 1]! * start[r + 1]!;
          s0 += slopes[r]! * moved[r]!;
          s1 += slopes[r + 1]! * moved[r + 1]!;
        }
        steep = g0 + g1;
        base = b0 + b1;
        share = s0 + s1;
        pace = alpha / Math.sqrt(steep);
        twice = 2 * pace;
        drop = pace * steep;
      }
      margin = base + share;
      if (!(margin > 0) || step === steps || !(steep > 0)) break;
      // ‖δ − s g‖² = ‖δ‖² − 2 s ⟨δ, g⟩ + α² for s = α/‖g‖; ⟨δ, g⟩ = Σ c_r d_r falls by s ‖g‖² while c stays.
      const longer = squared + alpha * alpha - twice * share;
      if (longer > radius * radius) {
        shrink = inner / Math.sqrt(longer);
        squared = inner * inner;
      } else {
        shrink = 1;
        squared = longer > 0 ? longer : 0;
      }
      kept = shrink * kept;
      along = shrink * (along - pace);
      share = shrink * (share - drop);
    }
    state[0] = squared;
    state[1] = kept;
    state[2] = along;
    state[3] = margin;
    return step;
  },
};

/** The slopes wanted are those of the top own group and the top rival group; says whether they differ from `slopes`. */
function keepTops(
  width: number,
  size: number,
  outputs: Float64Array,
  start: Float64Array,
  moved: Float64Array,
  wanted: Float64Array,
  slopes: Float64Array,
): boolean {
  let own = -1;
  let rival = -1;
  let highest = 0;
  let threat = 0;
  for (let first = 0; first < width; first += size) {
    let sum = 0;
    for (let r = first; r < first + size; r++) {
      const z = start[r]! + moved[r]!;
      sum += z > 0 ? z : 0;
    }
    if (outputs[first]! > 0) {
      if (own < 0 || sum > highest) {
        own = first;
        highest = sum;
      }
    } else if (rival < 0 || sum > threat) {
      rival = first;
      threat = sum;
    }
  }
  let turned = false;
  for (let first = 0; first < width; first += size) {
    const counts = first === own || first === rival;
    for (let r = first; r < first + size; r++) {
      const want = counts && start[r]! + moved[r]! > 0 ? outputs[r]! : 0;
      wanted[r] = want;
      if (want !== slopes[r]!) turned = true;
    }
  }
  return turned;
}
