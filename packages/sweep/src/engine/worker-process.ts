/**
 * A process that performs batches: its resident memory is its own, and whatever a run does to it (a native crash, the
 * system's out-of-memory killer) it does to that process alone. It costs 140 ms and 65 MB where a thread costs 65 ms.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Attempt, Batched, LaneWorker } from './lane-worker.js';
import type { FromGuard, GuardOptions, ToGuard } from './guard.js';
import { compiled, execArgv } from './worker-thread.js';

export class WorkerProcess implements LaneWorker {
  readonly #options: GuardOptions;
  #child: ChildProcess | undefined;
  #fresh = true;
  #resident = 0;
  #at = 0;

  /** Throws BadInput: see `compiled`. */
  constructor(options: GuardOptions) {
    this.#options = options;
    this.#child = this.#start();
  }

  get fresh(): boolean {
    return this.#fresh;
  }

  get resident(): number {
    return this.#resident;
  }

  attempt(runs: Batched, signal: AbortSignal): Promise<Attempt> {
    const child = (this.#child ??= this.#start());
    this.#at = 0;
    return new Promise((resolve) => {
      const settle = (attempt: Attempt): void => {
        child.off('message', hear).off('exit', left).off('error', failed);
        signal.removeEventListener('abort', stop);
        if (attempt.kind === 'ended') this.#fresh = false;
        else if (this.#child === child) this.#drop();
        resolve(attempt);
      };
      const hear = (message: FromGuard): void => {
        if (message.kind === 'attempt') settle(message.attempt);
      };
      const gone = (message: string): void =>
        settle({ kind: 'died', failure: { kind: 'exited', message }, own: false });
      const left = (code: number | null, by: NodeJS.Signals | null): void =>
        gone(`worker process ended ${by === null ? `with code: ${code}` : `by ${by}`}`);
      const failed = (error: Error): void => gone(`worker process failed: ${error.message}`);
      const stop = (): void => settle({ kind: 'stopped', at: this.#at });
      child.on('message', hear).on('exit', left).on('error', failed);
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
      else if (child.exitCode !== null || child.signalCode !== null) left(child.exitCode, child.signalCode);
      else send(child, { kind: 'perform', runs: runs.map(({ axes, replicate }) => ({ axes, replicate })) });
    });
  }

  async renew(): Promise<void> {
    this.#drop();
  }

  /** At once: SIGKILL waits for no code. */
  async destroy(): Promise<void> {
    this.#drop();
  }

  #drop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    this.#fresh = true;
    this.#resident = 0;
  }

  #start(): ChildProcess {
    const child = fork(compiled('guard.js'), [], { execArgv, serialization: 'advanced' });
    // Also between batches, where nobody listens for the end of the process: it is noticed with the next one.
    child.on('error', () => undefined);
    child.on('message', (message: FromGuard) => {
      if (message.kind !== 'resident' || this.#child !== child) return;
      this.#resident = message.bytes;
      this.#at = message.at;
    });
    send(child, { kind: 'begin', options: this.#options });
    return child;
  }
}

/** A process that is gone cannot be written to; that it is gone is heard from its exit. */
const send = (child: ChildProcess, message: ToGuard): void => void child.send(message, () => undefined);
