/** From a setting that refutes a claim to a smaller one, axis by axis. Knows nothing of runs: it asks. */

/** One number an axis. */
export type Point = Readonly<Record<string, number>>;

/** An axis that may become smaller, down to and including `floor`. */
export interface Shrinkable {
  readonly name: string;
  readonly floor: number;
}

/**
 * The point with one axis changed, where it refutes, other axes moved along where they follow from it; false where it does
 * not; undefined ends the walk where it is.
 */
export type Ask = (point: Point, changed: string) => Promise<Point | false | undefined>;

export interface Walked {
  readonly smallest: Point;
  /** False where an answer was undefined before every neighbour had been asked about. */
  readonly finished: boolean;
}

/**
 * Of each axis in turn the least value that refutes with the others held: halved while the half refutes, then by binary
 * search between the last that did and the first that did not. Again over all axes until none moves: then no axis can be
 * one less by itself. Along an axis on which what refutes is no interval, a smaller value beyond a gap may be missed.
 */
export async function walk(start: Point, axes: readonly Shrinkable[], ask: Ask): Promise<Walked> {
  let smallest = start;
  for (let pass = 1, moved = true; moved; pass += 1) {
    moved = false;
    for (const axis of axes) {
      const least = await along(smallest, axis, ask, pass > 1);
      moved ||= least.smallest !== smallest;
      smallest = least.smallest;
      if (!least.finished) return least;
    }
  }
  return { smallest, finished: true };
}

/** `neighbourFirst`: where little is expected to move, one question settles it. */
async function along(
  start: Point,
  { name, floor }: Shrinkable,
  ask: Ask,
  neighbourFirst: boolean,
): Promise<Walked> {
  let smallest = start;
  // Below the floor nothing can be asked: as good as a value that does not refute.
  let stands = floor - 1;
  const refutes = (): number => smallest[name] as number;
  const half = (): number => floor + Math.floor((refutes() - floor) / 2);
  let next = neighbourFirst ? refutes() - 1 : half();
  while (refutes() - stands > 1) {
    const answer = await ask({ ...smallest, [name]: next }, name);
    if (answer === undefined) return { smallest, finished: false };
    if (answer === false) stands = next;
    else smallest = answer;
    next = stands < floor ? half() : stands + Math.floor((refutes() - stands) / 2);
  }
  return { smallest, finished: true };
}
