/** Lines of journals, copied byte for byte into new files of another journal. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { journalFiles, journalFolder, numbered } from '../journal/files.js';
import type { Glance } from '../journal/glance.js';
import { lock, lockIsBlank, unlock, writerLives } from '../journal/lock.js';
import { makeFolder } from '../journal/make-folder.js';
import { refusal } from '../journal/refusal.js';

/** Where a line stands. */
export type Line = Pick<Glance, 'path' | 'at' | 'length'>;

/**
 * Files of at most `roll` bytes, each there as a whole or not at all: copied again after having been killed, the same
 * lines end up in the same files. Returns how many. Throws BadInput, for a full disk as well.
 */
export function copyLines(lines: readonly Line[], out: string, roll: number): number {
  if (lines.length === 0) return 0;
  const rolls = rolled(lines, roll);
  try {
    makeFolder(journalFolder(out));
    clearDrafts(out);
    const sources = new Sources();
    try {
      for (const part of rolls) copyFile(part, out, sources);
    } finally {
      sources.close();
    }
  } catch (cause) {
    throw refusal(cause, `room for the journal in ${out}`);
  }
  return rolls.length;
}

function rolled(lines: readonly Line[], roll: number): readonly (readonly Line[])[] {
  const parts: Line[][] = [];
  let room = 0;
  for (const line of lines) {
    if (parts.length === 0 || line.length + 1 > room) {
      parts.push([]);
      room = roll;
    }
    parts.at(-1)?.push(line);
    room -= line.length + 1;
  }
  return parts;
}

const draftOf = (path: string): string => path.replace(/\.jsonl$/, '.draft');

/** What writers that were killed left behind: drafts, and locks that would make a number look taken. */
function clearDrafts(out: string): void {
  const locked = readdirSync(journalFolder(out))
    .filter((name) => /^\d{4,}\.(draft|lock)$/.test(name))
    .map((name) => join(journalFolder(out), name.replace(/\.\w+$/, '.jsonl')));
  const blank = locked.filter((path) => lockIsBlank(path) && !existsSync(path));
  if (blank.length > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fillingMs);
  for (const path of locked) {
    if (writerLives(path) && !(blank.includes(path) && lockIsBlank(path) && !existsSync(path))) continue;
    rmSync(draftOf(path), { force: true });
    unlock(path);
  }
}

/** A lock is filled at once: one that is still blank after so long has lost its writer. */
const fillingMs = 1000;

const blockBytes = 1 << 22;

function copyFile(lines: readonly Line[], out: string, sources: Sources): void {
  const path = claim(out);
  try {
    const descriptor = openSync(draftOf(path), 'w');
    try {
      let block: Buffer[] = [];
      let size = 0;
      const flush = (): void => {
        const bytes = Buffer.concat(block);
        for (let written = 0; written < bytes.length;)
          written += writeSync(descriptor, bytes, written, bytes.length - written);
        [block, size] = [[], 0];
      };
      for (const line of lines) {
        block.push(sources.read(line));
        size += line.length + 1;
        if (size >= blockBytes) flush();
      }
      flush();
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draftOf(path), path);
  } finally {
    rmSync(draftOf(path), { force: true });
    unlock(path);
  }
}

/** A number that nobody else has, locked. */
function claim(out: string): string {
  const last =
    journalFiles(out)
      .at(-1)
      ?.match(/(\d+)\.jsonl$/)?.[1] ?? '0';
  for (let number = Number(last) + 1; ; number++) {
    const path = numbered(out, number);
    try {
      lock(path);
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') continue;
      // A full disk may have let the lock begin to exist.
      unlock(path);
      throw cause;
    }
    if (!existsSync(path)) return path;
    unlock(path);
  }
}

/** Open files to copy from. */
class Sources {
  readonly #descriptors = new Map<string, number>();

  /** The line, with a newline. */
  read({ path, at, length }: Line): Buffer {
    let descriptor = this.#descriptors.get(path);
    if (descriptor === undefined) this.#descriptors.set(path, (descriptor = openSync(path, 'r')));
    const bytes = Buffer.allocUnsafe(length + 1);
    for (let read = 0; read < length;) {
      const more = readSync(descriptor, bytes, read, length - read, at + read);
      if (more === 0) throw new Error(`${path} became shorter while it was copied`);
      read += more;
    }
    bytes[length] = 10;
    return bytes;
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
  }
}
