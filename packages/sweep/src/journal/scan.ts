/**
 * Reading the journal of a sweep: every file of the folder, in order, line by line, and nothing that its checksum does
 * not vouch for. Memory does not grow with the journal; what a visitor keeps is its own.
 */
import { appendFileSync, truncateSync } from 'node:fs';
import { BadInput } from '@marginalia/core';
import { journalFiles } from './files.js';
import { type Glance, glancing } from './glance.js';
import { eachLine } from './lines.js';
import { unlock, writerLives } from './lock.js';
import { checkOf, decode, type JournalRecord, opening } from './record.js';
import { refusal } from './refusal.js';
import { atOnce, inSlices, type Slices } from '../slices.js';

/** Where a record stands. */
export interface Place {
  readonly path: string;
  /** The checksum of its line: two lines of one checksum are the same bytes. */
  readonly check: string;
}

export interface ScanOptions {
  /**
   * Mend the ends that killed writers left: a torn last line is cut off, a whole one that lacks its newline gets it. The
   * file of a writer that still lives is left alone. Without it everything stays as it is.
   */
  readonly heal?: boolean;
}

export interface Scan {
  /** Files whose last line was cut off: of writers that were killed, or that are at it. */
  readonly torn: number;
  /** Lines that no longer hold the bytes written: never visited. */
  readonly corrupted: number;
}

type Visit = (record: JournalRecord, place: Place) => void;

/**
 * Visits every record. Throws BadInput when a file is no journal, holds another sweep's runs, cannot be read, or may not
 * be mended.
 */
export function scanJournal(out: string, sweep: string, visit: Visit, options: ScanOptions = {}): Scan {
  return atOnce(scan(out, visiting(sweep, visit), options));
}

/** As `scanJournal`, with turns for signals and timers: a journal may take longer to read than Ctrl-C may wait. */
export function scanJournalInSlices(
  out: string,
  sweep: string,
  visit: Visit,
  { signal, ...options }: ScanOptions & { readonly signal?: AbortSignal } = {},
): Promise<Scan> {
  return inSlices(scan(out, visiting(sweep, visit), options), signal);
}

const visiting =
  (sweep: string, visit: Visit) =>
  (path: string) =>
  (line: Buffer): Taken => {
    const decoded = decode(line);
    if (decoded.kind !== 'record') return decoded.kind;
    refuseOther(path, sweep, decoded.record.sweep);
    visit(decoded.record, { path, check: checkOf(line) });
    return 'taken';
  };

/** As `scanJournal`, seven times as fast: see `Glance`. */
export function glanceJournal(
  out: string,
  sweep: string,
  visit: (glance: Glance) => void,
  options: ScanOptions = {},
): Scan {
  return atOnce(
    scan(
      out,
      (path) => {
        const glance = glancing(path);
        return (line, at) => {
          const seen = glance(line, at);
          if (typeof seen === 'string') return seen;
          refuseOther(path, sweep, seen.sweep);
          visit(seen);
          return 'taken';
        };
      },
      options,
    ),
  );
}

/** What became of a line. `foreign`: nothing that a journal would hold. */
export type Taken = 'taken' | 'corrupted' | 'foreign';

/** The end of a file. `unended`: a whole record that lacks its newline. `torn`: a part of one. */
interface Tail {
  readonly path: string;
  readonly intact: number;
  readonly kind: 'whole' | 'unended' | 'torn';
}

type Take = (line: Buffer, at: number) => Taken;

function* scan(out: string, reading: (path: string) => Take, { heal }: ScanOptions): Slices<Scan> {
  let corrupted = 0;
  const tails: (Tail & { readonly gone: boolean })[] = [];
  for (const path of journalFiles(out)) {
    // Whether the writer lives is asked before the file is read: a writer that ends in between has left it whole.
    const gone = heal === true && !writerLives(path);
    const file = yield* scanFile(path, reading(path));
    corrupted += file.corrupted;
    tails.push({ ...file, gone });
  }
  for (const tail of tails) if (tail.gone) mend(tail);
  return { torn: tails.filter(({ kind }) => kind === 'torn').length, corrupted };
}

function* scanFile(path: string, take: Take): Slices<Tail & { readonly corrupted: number }> {
  let [records, corrupted, foreign] = [0, 0, 0];
  const count = (line: Buffer, at: number): void => {
    // Two sessions that mend one file at once may both end its last line.
    if (line.length === 0) return;
    const taken = take(line, at);
    if (taken === 'taken') records += 1;
    else corrupted += 1;
    if (taken === 'foreign') foreign += 1;
  };
  const { intact, rest } = yield* readable(path, eachLine(path, count));
  const kind = rest.length === 0 ? 'whole' : take(rest, intact) === 'taken' ? 'unended' : 'torn';
  if (kind === 'unended') records += 1;
  const strange = kind === 'torn' && !begins(rest);
  if (records === 0 && (foreign > 0 ? foreign === corrupted : strange)) {
    throw new BadInput({
      expected: `${path} to be the journal of a sweep`,
      got: 'a foreign journal',
      try: 'another --out',
    });
  }
  return { path, intact, kind, corrupted };
}

/** A visitor's own complaint passes; the file system's becomes one line. */
function* readable<Value>(path: string, read: Slices<Value>): Slices<Value> {
  try {
    return yield* read;
  } catch (cause) {
    if (cause instanceof BadInput) throw cause;
    throw refusal(cause, `a readable journal ${path}`);
  }
}

function refuseOther(path: string, sweep: string, found: string): void {
  if (found === sweep) return;
  throw new BadInput({
    expected: `${path} to be a journal of ${sweep}`,
    got: `a foreign journal, of ${found}`,
    try: 'another --out',
  });
}

/** Whether bytes may be the beginning of a record. After a power loss, what never reached the disk reads as zeros. */
function begins(tail: Buffer): boolean {
  const written = tail.subarray(0, tail.findLastIndex((byte) => byte !== 0) + 1);
  return opening.startsWith(written.toString('latin1', 0, opening.length));
}

function mend({ path, intact, kind }: Tail): void {
  try {
    if (kind === 'torn') truncateSync(path, intact);
    if (kind === 'unended') appendFileSync(path, '\n');
    unlock(path);
  } catch (cause) {
    // A whole file on a read-only disk needs no mending: only its stale lock stays.
    if (kind !== 'whole') throw refusal(cause, `a journal whose torn end can be mended, ${path}`);
  }
}
