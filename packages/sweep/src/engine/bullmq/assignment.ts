/** A job in the hands of a worker: its runs, those that have ended, and whoever waits for the end. */
import type { Run } from '../../identity.js';

/** The job goes back to the queue, for somebody else or for later. */
export class GivenBack extends Error {
  /** Milliseconds that nobody need try it again; 0: at once. */
  readonly afterMs: number;

  constructor(afterMs = 0) {
    super('given back');
    this.afterMs = afterMs;
  }
}

export class Assignment {
  /** It was at work when a worker died: its runs are performed each in a process of its own. */
  readonly suspect: boolean;
  readonly memory: number;
  readonly ended: Promise<void>;
  left: readonly Run[];
  resolve!: () => void;
  reject!: (cause: unknown) => void;

  constructor(runs: readonly Run[], suspect: boolean) {
    this.left = runs;
    this.suspect = suspect;
    this.memory = runs.reduce((most, { memory = 0 }) => Math.max(most, memory), 0);
    this.ended = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever waits hears of it; a rejection that nobody waits for yet is none of the process's business.
    this.ended.catch(() => undefined);
  }
}
