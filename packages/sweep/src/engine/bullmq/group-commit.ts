/** One fsync for all records of a moment: no job is acknowledged before its record is on the disk. */
import type { JournalRecord } from '../../journal/record.js';
import type { JournalWriter } from '../../journal/writer.js';

/** An fsync costs 4 ms: of every moment so long at most a third. */
const momentMs = 10;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

export class GroupCommit {
  readonly #writer: JournalWriter;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(writer: JournalWriter) {
    this.#writer = writer;
  }

  /** Throws BadInput: see `JournalWriter.append`. */
  append(records: readonly JournalRecord[]): void {
    this.#writer.append(records);
  }

  /** Resolves once all that was appended is on the disk; rejects with BadInput when it does not get there. */
  async synced(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#timer ??= setTimeout(() => this.#commit(), momentMs);
    });
  }

  #commit(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      this.#writer.sync();
      for (const { resolve } of waiting) resolve();
    } catch (cause) {
      for (const { reject } of waiting) reject(cause);
    }
  }

  /** Throws BadInput when the last records do not reach the disk. */
  close(): void {
    this.#commit();
    this.#writer.close();
  }
}
