/** Making a folder and those above it. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Throws the file system's own error. Not `mkdirSync` with `recursive`: on Node 20 that never returns where the parent
 * exists and yet the answer is ENOENT, as below /proc.
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    if (cause.code === 'EEXIST' && statSync(path).isDirectory()) return;
    if (cause.code !== 'ENOENT' || dirname(path) === path) throw cause;
    makeFolder(dirname(path));
    mkdirSync(path);
  }
}
