/** A file that is always whole: readers see the old text or the new one, and never a part. */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes beside the file, to the disk, and renames. The draft's name is nobody else's: processes of several containers on
 * one folder may have one process number. Leaves no draft behind when the file system refuses; what it says is thrown on.
 */
export function writeAtomically(path: string, content: string | ((descriptor: number) => void)): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    const descriptor = openSync(draft, 'wx');
    try {
      if (typeof content === 'string') writeFileSync(descriptor, content);
      else content(descriptor);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw cause;
  }
}
