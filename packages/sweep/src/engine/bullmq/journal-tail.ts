/** What was journaled since the last look, by whichever writer: whole lines alone, each read once. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { journalFiles } from '../../journal/files.js';
import { decode, type JournalRecord } from '../../journal/record.js';
import { refusal } from '../../journal/refusal.js';

const newline = 10;

export class JournalTail {
  readonly #out: string;
  /** File → bytes read, up to the end of a line. */
  readonly #read = new Map<string, number>();

  constructor(out: string) {
    this.#out = out;
  }

  /**
   * Records in the order of their files. A line that is no record is passed over: its run is missing, and will be asked
   * for again. Throws BadInput when the journal cannot be read.
   */
  *records(): Generator<JournalRecord> {
    for (const path of journalFiles(this.#out)) {
      for (const line of this.#lines(path)) {
        const decoded = decode(line);
        if (decoded.kind === 'record') yield decoded.record;
      }
    }
  }

  *#lines(path: string): Generator<Buffer> {
    let descriptor: number;
    try {
      // Opened anew each time: a network file system then says what has been written elsewhere.
      descriptor = openSync(path, 'r');
    } catch (cause) {
      throw refusal(cause, `a readable journal ${path}`);
    }
    try {
      const from = this.#read.get(path) ?? 0;
      const length = fstatSync(descriptor).size - from;
      if (length <= 0) return;
      const bytes = Buffer.allocUnsafe(length);
      const got = readSync(descriptor, bytes, 0, length, from);
      const whole = got === 0 ? 0 : bytes.lastIndexOf(newline, got - 1) + 1;
      this.#read.set(path, from + whole);
      for (let start = 0; start < whole;) {
        const end = bytes.indexOf(newline, start);
        if (end > start) yield bytes.subarray(start, end);
        start = end + 1;
      }
    } finally {
      closeSync(descriptor);
    }
  }
}
