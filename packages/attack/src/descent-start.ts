/** Where descents begin, and what they keep: the iterate of the lowest margin over all starts. */
import type { Random } from '@marginalia/core';
import type { Ball } from './ball.js';
import { confine } from './box.js';
import type { Target } from './target.js';

/** Displacements to start from before any that is drawn; of any size. */
export type Warm = (target: Target, ball: Ball, radius: number, random: Random) => readonly Float64Array[];

/** The start of this number: the warm ones first, then uniform in the ball, in ball ∩ box. */
export function startOf(
  target: Target,
  ball: Ball,
  radius: number,
  warm: readonly Float64Array[],
  random: Random,
  start: number,
): Float64Array {
  const given = warm[start];
  const delta = given
    ? given.slice()
    : ball.draw(new Float64Array(target.input.length), radius, target.ambient, random.stream(start));
  return confine(target, ball, delta, radius);
}

/** The iterate of the lowest margin. */
export class Lowest {
  margin = Infinity;
  delta: Float64Array;

  constructor(dimension: number) {
    this.delta = new Float64Array(dimension);
  }

  /** Keeps a copy where the margin is lower than all before; true once a margin ≤ 0 was seen. */
  offer(margin: number, delta: Float64Array): boolean {
    if (margin < this.margin) {
      this.margin = margin;
      this.delta = delta.slice();
    }
    return this.margin <= 0;
  }
}
