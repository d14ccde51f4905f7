/** A thread of this process that performs batches: cheap to start (65 ms), with a heap of its own and no more. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BadInput } from '@marginalia/core';
import { Piscina } from 'piscina';
import type { SweepKey } from '../identity.js';
import type { Failure } from '../journal/record.js';
import type { SweepReference } from '../load-sweep.js';
import type { Attempt, Batched, LaneWorker } from './lane-worker.js';
import { newWatch, type Seen, seen, type Watch } from './watch.js';
import type { Performed, Task } from './worker.js';

export interface ThreadOptions {
  readonly reference: SweepReference;
  readonly key: SweepKey;
  /** A run that takes longer has failed. */
  readonly timeoutMs?: number | undefined;
  /** Heap of the thread, MiB. */
  readonly heapMiB: number;
}

/** What a worker may take beyond the time of a run to load the sweep: a machine may be busy with other things. */
const startMs = 30_000;

/** Not inherited: what is compiled must resolve packages to what was compiled, under whatever --conditions we were started. */
export const execArgv = ['--conditions=marginalia:worker'];

/** A compiled file of the engine. Throws BadInput when the package was not compiled: workers run what is, whoever started them. */
export function compiled(name: string): string {
  const file = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? `../../dist/engine/${name}` : `./${name}`, import.meta.url),
  );
  if (!existsSync(file)) {
    throw new BadInput({
      expected: `the compiled worker ${file}`,
      got: 'no such file',
      try: 'npx tsc -b packages/sweep',
    });
  }
  return file;
}

export class WorkerThread implements LaneWorker {
  /** A pool of one thread, so that a batch reaches the worker that it is meant for. */
  #thread: Piscina<Task, Performed[]>;
  readonly #options: ThreadOptions;
  readonly resident = 0;
  #fresh = true;
  /** The batch at hand, which may have been stopped. */
  #watch: Watch | undefined;

  /** Throws BadInput: see `compiled`. */
  constructor(options: ThreadOptions) {
    this.#options = options;
    this.#thread = this.#start();
  }

  get fresh(): boolean {
    return this.#fresh;
  }

  /** Which run it is at, of the batch last handed to it. */
  get at(): number {
    return this.#watch ? seen(this.#watch).run : 0;
  }

  async attempt(runs: Batched, signal: AbortSignal): Promise<Attempt> {
    const { reference, key, timeoutMs } = this.#options;
    const watch = newWatch();
    this.#watch = watch;
    const clock = timed(watch, signal, timeoutMs);
    const tasks = runs.map(({ axes, replicate }) => ({ axes, replicate }));
    try {
      const performed = await this.#thread.run(
        { reference, key, runs: tasks, watch },
        { signal: clock.signal },
      );
      this.#fresh = false;
      return { kind: 'ended', performed };
    } catch (cause) {
      this.#fresh = true;
      const late = clock.late();
      if (late) {
        const message = late.starting
          ? `its sweep did not load within ${inWords(startMs + Number(timeoutMs))}`
          : `no result within ${inWords(Number(timeoutMs))}`;
        return { kind: 'died', at: late.run, failure: { kind: 'timed-out', message }, own: true };
      }
      const { run } = seen(watch);
      if (signal.aborted) return { kind: 'stopped', at: run };
      return { kind: 'died', at: run, failure: failureOf(cause), own: false };
    } finally {
      clock.end();
    }
  }

  async renew(): Promise<void> {
    const old = this.#thread;
    this.#thread = this.#start();
    this.#fresh = true;
    await old.destroy();
  }

  async destroy(): Promise<void> {
    await this.#thread.destroy();
  }

  #start(): Piscina<Task, Performed[]> {
    const thread = new Piscina<Task, Performed[]>({
      filename: compiled('worker.js'),
      minThreads: 1,
      maxThreads: 1,
      execArgv,
      resourceLimits: { maxOldGenerationSizeMb: this.#options.heapMiB },
      recordTiming: false,
    });
    // What an earlier run left behind may throw in an idle worker: the worker is replaced, no run is lost.
    thread.on('error', () => (this.#fresh = true));
    return thread;
  }
}

interface Clock {
  readonly signal: AbortSignal;
  readonly late: () => Seen | undefined;
  readonly end: () => void;
}

/** A signal that also comes when the run that is watched outstays its time, which is then `late`. */
function timed(watch: Watch, signal: AbortSignal, limit: number | undefined): Clock {
  if (limit === undefined) return { signal, late: () => undefined, end: () => undefined };
  const stop = new AbortController();
  let late: Seen | undefined;
  const look = (): void => {
    const now = seen(watch);
    const left = (now.starting ? startMs + limit : limit) - now.sinceMs;
    // A worker that starts may begin its first run at any moment: the next look comes no later than that run's end.
    if (left > 0) timer = setTimeout(look, Math.min(Math.ceil(left), limit));
    else {
      late = now;
      stop.abort();
    }
  };
  let timer = setTimeout(look, limit);
  return {
    signal: AbortSignal.any([signal, stop.signal]),
    late: () => late,
    end: () => clearTimeout(timer),
  };
}

/** `700 ms`, `30 s`, `1.5 s`. */
const inWords = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);

function failureOf(cause: unknown): Failure {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'out-of-memory', message };
  if (/^worker exited with code/i.test(message)) return { kind: 'exited', message };
  return { kind: 'threw', message };
}
