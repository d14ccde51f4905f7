/** A lock beside a journal file names its one writer, so that nobody heals a file that is still being written. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

const lockPath = (file: string): string => file.replace(/\.jsonl$/, '.lock');

/** Throws EEXIST when another writer has it. */
export function lock(file: string): void {
  writeFileSync(lockPath(file), JSON.stringify({ pid: process.pid, host: hostname() }), { flag: 'wx' });
}

export function unlock(file: string): void {
  rmSync(lockPath(file), { force: true });
}

/**
 * Whether the file's writer may still be at work. A writer on another host cannot be asked, and a lock that cannot be
 * read may just be being written: both count as alive. That costs nothing but a torn tail left in place, for every
 * writer opens a file of its own.
 */
export function writerLives(file: string): boolean {
  let text: string;
  try {
    text = readFileSync(lockPath(file), 'utf8');
  } catch {
    return false;
  }
  try {
    const owner: unknown = JSON.parse(text);
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('host' in owner)) return true;
    return owner.host !== hostname() || typeof owner.pid !== 'number' || alive(owner.pid);
  } catch {
    return true;
  }
}

/** Whether the lock names nobody: its writer is between making and filling it, or was killed there. */
export const lockIsBlank = (file: string): boolean =>
  statSync(lockPath(file), { throwIfNoEntry: false })?.size === 0;

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // EPERM: somebody else's process, but one that lives.
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}
