/** Fills of normals by the kernel of this thread, into its own arrays directly and into others through a window. */
import { kernel, type Kernel } from '../kernel/index.js';

/** Numbers that pass through the window at a time: a multiple of eight. */
const span = 1024;

interface Window {
  readonly kernel: Kernel;
  readonly state: Int32Array;
  readonly numbers: Float64Array;
}

let opened: Window | undefined;

function open(): Window {
  const using = kernel();
  opened ??= { kernel: using, state: using.integers(16), numbers: using.floats(span) };
  return opened;
}

/** N(0, deviation²) into every entry; `seed` is sixteen words, four for each generator. Returns the array. */
export function fillGaussians(seed: Int32Array, into: Float64Array, deviation: number): Float64Array {
  fillPieces(seed, [into], deviation);
  return into;
}

/** The same into one array after another, as if they were one. */
export function fillPieces(seed: Int32Array, pieces: Iterable<Float64Array>, deviation: number): void {
  const { kernel: using, state, numbers } = open();
  // Word w of generator l stands at 4 w + l; the generators take four consecutive words of the seed each.
  for (let l = 0; l < 4; l++) {
    for (let w = 0; w < 4; w++) state[4 * w + l] = seed[4 * l + w]!;
    // The all-zero state is the generator's one fixed point.
    if ((state[l]! | state[4 + l]! | state[8 + l]! | state[12 + l]!) === 0) state[12 + l] = 1;
  }
  let at = span;
  for (const piece of pieces) {
    for (let from = 0; from < piece.length;) {
      if (at === span) {
        using.gaussians(state, numbers, deviation);
        at = 0;
      }
      const count = Math.min(span - at, piece.length - from);
      piece.set(numbers.subarray(at, at + count), from);
      from += count;
      at += count;
    }
  }
}
