/** The lines of a file, as bytes, without the whole file in memory. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Slices } from '../slices.js';

/** Longer than any record of a usual sweep; a longer line makes the buffer grow. */
const chunkBytes = 1 << 20;

export interface Rest {
  /** Bytes up to the end of the last line that ended. */
  readonly intact: number;
  /** What follows it: the part of a line that has no newline. */
  readonly rest: Buffer;
}

/**
 * Visits every line that ends, without its newline, oldest first, and where it begins. The bytes are lent: they are
 * others after the visit.
 * Memory is one chunk and the longest line, whatever the size of the file. Throws the file system's own error.
 */
export function* eachLine(path: string, visit: (line: Buffer, at: number) => void): Slices<Rest> {
  const descriptor = openSync(path, 'r');
  try {
    let buffer = Buffer.allocUnsafe(chunkBytes);
    let [intact, held] = [0, 0];
    for (;;) {
      if (held === buffer.length) {
        const larger = Buffer.allocUnsafe(2 * buffer.length);
        buffer.copy(larger, 0, 0, held);
        buffer = larger;
      }
      const read = readSync(descriptor, buffer, held, buffer.length - held, null);
      if (read === 0) return { intact, rest: Buffer.from(buffer.subarray(0, held)) };
      const filled = buffer.subarray(0, held + read);
      let start = 0;
      for (let end = filled.indexOf(10, held); end !== -1; end = filled.indexOf(10, start)) {
        visit(filled.subarray(start, end), intact + start);
        start = end + 1;
      }
      intact += start;
      held = filled.length - start;
      if (start > 0) filled.copy(buffer, 0, start);
      yield;
    }
  } finally {
    closeSync(descriptor);
  }
}
