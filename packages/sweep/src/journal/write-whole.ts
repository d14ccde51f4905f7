/** A file that is there as a whole or not at all. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { refusal } from './refusal.js';

/**
 * Written beside its place, brought to the disk, then moved there: whoever reads sees the old file or the new one, and a
 * draft that failed leaves nothing behind. Throws BadInput, `expected` not being met, when the file system refuses.
 */
export function writeWhole(path: string, expected: string, write: (descriptor: number) => void): void {
  const draft = `${path}.${process.pid}`;
  try {
    const descriptor = openSync(draft, 'w');
    try {
      write(descriptor);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw refusal(cause, expected);
  }
}
