/** Opening a journal: read every file, and mend the ends that a killed writer left. */
import { appendFileSync, truncateSync } from 'node:fs';
import { type JournalFile, journalFiles, readJournalFile } from './read.js';
import { refusal } from './refusal.js';
import { unlock, writerLives } from './lock.js';

export interface OpenedJournal {
  readonly files: readonly JournalFile[];
  /** Files whose last line was cut off. */
  readonly torn: number;
  /** Lines that no longer hold the bytes written. */
  readonly corrupted: number;
}

/** Look, and leave everything as it is: what a reader without the right to write does. */
export function readJournal(out: string, sweep: string): OpenedJournal {
  return count(journalFiles(out).map((path) => readJournalFile(path, sweep)));
}

/**
 * Read, then mend: a torn last line is cut off, a whole one that lacks its newline gets it. The file of a writer that
 * still lives is left alone. Throws BadInput when a file is foreign or may not be mended.
 */
export function healJournal(out: string, sweep: string): OpenedJournal {
  // Whether the writer lives is asked before the file is read: a writer that ends in between has left it whole.
  const files = journalFiles(out).map((path) => ({
    gone: !writerLives(path),
    file: readJournalFile(path, sweep),
  }));
  for (const { gone, file } of files) if (gone) mend(file);
  return count(files.map(({ file }) => file));
}

function mend({ path, tail }: JournalFile): void {
  try {
    if (tail.kind === 'torn') truncateSync(path, tail.intact);
    if (tail.kind === 'unended') appendFileSync(path, '\n');
    unlock(path);
  } catch (cause) {
    // A whole file on a read-only disk needs no mending: only its stale lock stays.
    if (tail.kind !== 'whole') throw refusal(cause, `a journal whose torn end can be mended, ${path}`);
  }
}

function count(files: readonly JournalFile[]): OpenedJournal {
  return {
    files,
    torn: files.filter((file) => file.tail.kind === 'torn').length,
    corrupted: files.reduce((sum, file) => sum + file.corrupted, 0),
  };
}
