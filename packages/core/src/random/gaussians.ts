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
  fillPieces(seed, [into], deviation, into.length);
  return into;
}

/** The same into one array after another, as if they were one; no more than `total` numbers are made. */
export function fillPieces(
  seed: Int32Array,
  pieces: Iterable<Float64Array>,
  deviation: number,
  total = Infinity,
): void {
  const { kernel: using, state, numbers } = open();
  // Word w of generator l stands at 4 w + l; the generators take four consecutive words of the seed each.
  for (let l = 0; l < 4; l++) {
    for (let w = 0; w < 4; w++) state[4 * w + l] = seed[4 * l + w]!;
    // The all-zero state is the generator's one fixed point.
    if ((state[l]! | state[4 + l]! | state[8 + l]! | state[12 + l]!) === 0) state[12 + l] = 1;
  }
  let at = span;
  let made = 0;
  for (const piece of pieces) {
    for (let from = 0; from < piece.length;) {
      if (at === span) {
        const wanted = Math.min(span, total - made);
        using.gaussians(state, wanted < span ? numbers.subarray(0, (wanted + 7) & ~7) : numbers, deviation);
        made += span;
        at = 0;
      }
      const count = Math.min(span - at, piece.length - from);
      piece.set(numbers.subarray(at, at + count), from);
      from += count;
      at += count;
    }
  }
}
