/** The one writer of one journal file. */
import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { journalFiles, journalFolder, numbered } from './files.js';
import { lock, unlock } from './lock.js';
import { makeFolder } from './make-folder.js';
import { encode, type JournalRecord } from './record.js';
import { refusal } from './refusal.js';

interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  /** Bytes of whole lines. */
  length: number;
  dirty: boolean;
}

/**
 * A file as long as this is closed, and the next begun: what one reader or copier handles at a time stays small, and
 * what one damaged block can spoil.
 */
export const rollBytes = 64e6;

/** The file appears with the first record, under a number nobody else has: a sweep that computes nothing writes nothing. */
export class JournalWriter {
  readonly #out: string;
  readonly #rollBytes: number;
  #file: OpenFile | undefined;

  /** A file never grows beyond `roll` bytes, unless a single append is more. */
  constructor(out: string, { roll = rollBytes }: { readonly roll?: number } = {}) {
    this.#out = out;
    this.#rollBytes = roll;
  }

  /** Throws BadInput when not all can be written (a full disk); the records before the first that does not fit stay whole. */
  append(records: readonly JournalRecord[]): void {
    if (records.length === 0) return;
    const lines = Buffer.from(records.map((record) => `${encode(record)}\n`).join(''));
    if (this.#file && this.#file.length + lines.length > this.#rollBytes) this.close();
    const file = (this.#file ??= this.#create());
    file.dirty = true;
    let written = 0;
    try {
      while (written < lines.length)
        written += writeSync(file.descriptor, lines, written, lines.length - written);
    } catch (cause) {
      written = written === 0 ? 0 : lines.lastIndexOf(10, written - 1) + 1;
      ftruncateSync(file.descriptor, file.length + written);
      throw refusal(cause, `room for the journal ${file.path}`);
    } finally {
      file.length += written;
    }
  }

  /** To the disk: called about once a second, not once a record, for an fsync costs 4 ms. Throws BadInput. */
  sync(): void {
    const file = this.#file;
    if (!file?.dirty) return;
    file.dirty = false;
    try {
      fsyncSync(file.descriptor);
    } catch (cause) {
      throw refusal(cause, `a journal that reaches the disk, ${file.path}`);
    }
  }

  /** Never leaves the file or its lock behind, even when the last sync throws BadInput. */
  close(): void {
    const file = this.#file;
    if (!file) return;
    try {
      this.sync();
    } finally {
      this.#file = undefined;
      closeSync(file.descriptor);
      unlock(file.path);
    }
  }

  #create(): OpenFile {
    try {
      makeFolder(journalFolder(this.#out));
      const last =
        journalFiles(this.#out)
          .at(-1)
          ?.match(/(\d+)\.jsonl$/)?.[1] ?? '0';
      for (let number = Number(last) + 1; ; number++) {
        const path = numbered(this.#out, number);
        const descriptor = claim(path);
        if (descriptor !== undefined) return { path, descriptor, length: 0, dirty: false };
      }
    } catch (cause) {
      throw refusal(cause, `an output folder ${this.#out} that can be written`);
    }
  }
}

/** The lock comes first, so that the file never exists without it while its writer lives. */
function claim(path: string): number | undefined {
  try {
    lock(path);
  } catch (cause) {
    if (taken(cause)) return undefined;
    // A full disk may have let the lock begin to exist.
    unlock(path);
    throw cause;
  }
  try {
    return openSync(path, 'wx');
  } catch (cause) {
    unlock(path);
    if (taken(cause)) return undefined;
    throw cause;
  }
}

const taken = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
