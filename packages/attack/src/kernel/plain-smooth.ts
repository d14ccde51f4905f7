/** The descent on a log-sum-exp read-out in TypeScript, line by line what assembly/descend-smooth.ts does. */
import { exp, log } from '@marginalia/core';
import type { SmoothField, Standing } from './kernel.js';

/** As in `ball`: rescaling rounds, and stays inside. */
const justInside = 1 - 2 ** -52;

export function descendSmooth(
  { gram, width, stride, sides, size }: SmoothField,
  { start, moved, trail, slopes, pull, wanted, state }: Standing,
  radius: number,
  alpha: number,
  steps: number,
): number {
  const even = sides.length;
  const inner = radius * justInside;
  let squared = state[0]!;
  let kept = state[1]!;
  let margin = 0;
  let pace = 0;
  let shrink = 1;
  let step = 0;
  for (; ; step++) {
    for (let r = 0; r < stride; r++) moved[r] = shrink * (moved[r]! - pace * pull[r]!);
    // f_j, and the highest of each side.
    let own = 0;
    let rival = 0;
    wanted[even - 1] = 0;
    for (let j = 0; j * size < width; j++) {
      let sum = 0;
      for (let r = j * size; r < (j + 1) * size; r++) {
        const z = start[r]! + moved[r]!;
        sum += z > 0 ? z : 0;
      }
      sum /= size;
      wanted[j] = sum;
      if (sides[j]! > 0) own = sum > own ? sum : own;
      else rival = sum > rival ? sum : rival;
    }
    // e^{f_j − top}, and their sums.
    let [o0, o1, v0, v1] = [0, 0, 0, 0];
    for (let j = 0; j < even; j += 2) {
      const e0 = exp(wanted[j]! - (sides[j]! > 0 ? own : rival));
      const e1 = exp(wanted[j + 1]! - (sides[j + 1]! > 0 ? own : rival));
      wanted[j] = e0;
      wanted[j + 1] = e1;
      o0 += sides[j]! > 0 ? e0 : 0;
      o1 += sides[j + 1]! > 0 ? e1 : 0;
      v0 += sides[j]! < 0 ? e0 : 0;
      v1 += sides[j + 1]! < 0 ? e1 : 0;
    }
    margin = own + log(o0 + o1) - (rival + log(v0 + v1));
    if (!(margin > 0) || step === steps) break;
    // c_r, the softmax of its side shared by the neurons of a group that are on.
    const up = 1 / (size * (o0 + o1));
    const down = -1 / (size * (v0 + v1));
    for (let j = 0; j * size < width; j++) {
      const share = wanted[j]! * (sides[j]! > 0 ? up : down);
      for (let r = j * size; r < (j + 1) * size; r++) slopes[r] = start[r]! + moved[r]! > 0 ? share : 0;
    }
    for (let s = 0; s < stride; s++) pull[s] = 0;
    for (let r = 0; r < width; r++) {
      const slope = slopes[r]!;
      if (slope === 0) continue;
      const row = r * stride;
      for (let s = 0; s < stride; s++) pull[s]! += slope * gram[row + s]!;
    }
    let [g0, g1, s0, s1] = [0, 0, 0, 0];
    for (let r = 0; r < stride; r += 2) {
      g0 += slopes[r]! * pull[r]!;
      g1 += slopes[r + 1]! * pull[r + 1]!;
      s0 += slopes[r]! * moved[r]!;
      s1 += slopes[r + 1]! * moved[r + 1]!;
    }
    const steep = g0 + g1;
    if (!(steep > 0)) break;
    pace = alpha / Math.sqrt(steep);
    // ‖δ − s g‖² = ‖δ‖² − 2 s ⟨δ, g⟩ + α² for s = α/‖g‖.
    const longer = squared + alpha * alpha - 2 * pace * (s0 + s1);
    if (longer > radius * radius) {
      shrink = inner / Math.sqrt(longer);
      squared = inner * inner;
    } else {
      shrink = 1;
      squared = longer > 0 ? longer : 0;
    }
    const rest = pace / kept;
    for (let r = 0; r < stride; r++) trail[r]! -= rest * slopes[r]!;
    kept = shrink * kept;
  }
  state[0] = squared;
  state[1] = kept;
  state[2] = 0;
  state[3] = margin;
  return step;
}
