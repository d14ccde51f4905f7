/** A ray through a net in TypeScript, line by line what assembly/ray.ts does. */
import type { AttackKernel } from './kernel.js';

export const alongRay: AttackKernel['alongRay'] = (outputs, start, slope, t, sums) => {
  let [a0, a1, s0, s1, b0, b1, r0, r1] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let r = 0; r < start.length; r += 2) {
    const z0 = start[r]! + t * slope[r]!;
    const z1 = start[r + 1]! + t * slope[r + 1]!;
    const o0 = z0 > 0 || (z0 === 0 && slope[r]! > 0) ? outputs[r]! : 0;
    const o1 = z1 > 0 || (z1 === 0 && slope[r + 1]! > 0) ? outputs[r + 1]! : 0;
    const up0 = o0 > 0 ? o0 : 0;
    const up1 = o1 > 0 ? o1 : 0;
    const down0 = o0 < 0 ? o0 : 0;
    const down1 = o1 < 0 ? o1 : 0;
    a0 += up0 * z0;
    a1 += up1 * z1;
    s0 += up0 * slope[r]!;
    s1 += up1 * slope[r + 1]!;
    b0 -= down0 * z0;
    b1 -= down1 * z1;
    r0 -= down0 * slope[r]!;
    r1 -= down1 * slope[r + 1]!;
  }
  sums[0] = a0 + a1;
  sums[1] = s0 + s1;
  sums[2] = b0 + b1;
  sums[3] = r0 + r1;
};

export const kinksAround: AttackKernel['kinksAround'] = (start, slope, clear, reach, ends) => {
  let before = 0;
  let behind = Infinity;
  let inside = 0;
  for (let r = 0; r < start.length; r++) {
    const kink = -start[r]! / slope[r]!;
    if (kink > 0 && kink <= clear) before = Math.max(before, kink);
    if (kink > reach && kink < Infinity) behind = Math.min(behind, kink);
    if (kink > clear && kink <= reach) inside++;
  }
  ends[0] = before;
  ends[1] = behind;
  return inside;
};
