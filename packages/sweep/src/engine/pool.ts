/** Worker threads that perform batches of runs; a run that dies takes its worker with it, and no other run. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BadInput } from '@marginalia/core';
import * as Effect from 'effect/Effect';
import { Piscina } from 'piscina';
import type { Run, SweepKey } from '../identity.js';
import type { Failure, Outcome } from '../journal/record.js';
import type { SweepReference } from '../load-sweep.js';
import { memoryForRuns } from '../memory.js';
import { newWatch, seen, type Watch } from './watch.js';
import type { Performed, Task } from './worker.js';

export interface PoolOptions {
  readonly threads: number;
  readonly reference: SweepReference;
  readonly key: SweepKey;
  /** A run that takes longer, the start of its worker included, has failed. */
  readonly timeoutMs?: number;
  /** Heap of one worker, MiB; by default its share of 80 % of the memory, at most 4096. */
  readonly heapMiB?: number;
}

/** How long to wait for workers to stop: one that is deep in native code cannot be interrupted. */
const patienceMs = 800;

/** Throws BadInput when the package was not compiled: threads run `dist/engine/worker.js`, whoever started the pool. */
function workerFile(): string {
  const file = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? '../../dist/engine/worker.js' : './worker.js', import.meta.url),
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

/** How a batch ended: the runs that did, how, in how many milliseconds where they returned, and the runs that it did not come to, or that died with the worker. */
export interface Ended {
  readonly outcomes: readonly (readonly [Run, Outcome, ms?: number])[];
  readonly left: readonly Run[];
}

export class Pool {
  /** A pool of one thread each, so that a batch reaches the worker that it is meant for. */
  readonly #workers: readonly Piscina<Task, readonly Performed[]>[];
  readonly #reference: SweepReference;
  readonly #key: SweepKey;
  readonly #timeoutMs: number | undefined;

  /** Throws BadInput: see `workerFile`. */
  constructor({ threads, reference, key, timeoutMs, heapMiB }: PoolOptions) {
    this.#reference = reference;
    this.#key = key;
    this.#timeoutMs = timeoutMs;
    const filename = workerFile();
    this.#workers = Array.from({ length: threads }, () => {
      const worker = new Piscina<Task, readonly Performed[]>({
        filename,
        minThreads: 1,
        maxThreads: 1,
        // Not inherited: a compiled worker must resolve packages to what was compiled, under whatever --conditions it is started.
        execArgv: ['--conditions=marginalia:worker'],
        resourceLimits: { maxOldGenerationSizeMb: heapMiB ?? heapShare(threads) },
        recordTiming: false,
      });
      // What an earlier run left behind may throw in an idle worker: the worker is replaced, no run is lost.
      worker.on('error', () => undefined);
      return worker;
    });
  }

  /** Never fails: how a run died is its outcome. Interruption stops the worker. Runs: at least one. */
  perform(lane: number, runs: readonly Run[]): Effect.Effect<Ended> {
    return Effect.promise((signal) => this.#perform(lane, runs, signal));
  }

  /**
   * A worker that dies takes the whole batch with it. The run that it was at is performed again, alone, for an earlier
   * one may have left behind what killed it; the others are left. A run that outstayed its time has failed.
   */
  async #perform(lane: number, runs: readonly Run[], signal: AbortSignal): Promise<Ended> {
    const watch = newWatch();
    const { stopping, late, end } = this.#timed(watch, signal);
    try {
      const tasks = runs.map(({ axes, replicate }) => ({ axes, replicate }));
      const task = { reference: this.#reference, key: this.#key, runs: tasks, watch };
      const outcomes = await (this.#workers[lane] as Piscina<Task, readonly Performed[]>).run(task, {
        signal: stopping,
      });
      return {
        outcomes: outcomes.map(([outcome, ms], at) => [runs[at] as Run, outcome, ms]),
        left: runs.slice(outcomes.length),
      };
    } catch (cause) {
      const { run: at } = late() ?? seen(watch);
      const run = runs[at] as Run;
      const left = runs.filter((one) => one !== run);
      const failed = (failure: Failure): Ended => ({ outcomes: [[run, { kind: 'failed', failure }]], left });
      if (late()) return failed({ kind: 'timed-out', message: `no result within ${this.#timeoutMs} ms` });
      if (runs.length === 1 || signal.aborted) return failed(failureOf(cause));
      const { outcomes } = await this.#perform(lane, [run], signal);
      return { outcomes, left };
    } finally {
      end();
    }
  }

  /** A signal that also comes when the run that is watched outstays its time, which is then `late`. */
  #timed(watch: Watch, signal: AbortSignal): Timed {
    const limit = this.#timeoutMs;
    if (limit === undefined) return { stopping: signal, late: () => undefined, end: () => undefined };
    const stop = new AbortController();
    let late: ReturnType<typeof seen> | undefined;
    const look = (): void => {
      const now = seen(watch);
      if (now.sinceMs < limit) timer = setTimeout(look, Math.ceil(limit - now.sinceMs));
      else {
        late = now;
        stop.abort();
      }
    };
    let timer = setTimeout(look, limit);
    return {
      stopping: AbortSignal.any([signal, stop.signal]),
      late: () => late,
      end: () => clearTimeout(timer),
    };
  }

  /** Stops every worker, whatever it is doing. */
  async destroy(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([Promise.all(this.#workers.map((worker) => worker.destroy())), patience]);
    clearTimeout(timer);
  }
}

interface Timed {
  readonly stopping: AbortSignal;
  readonly late: () => ReturnType<typeof seen> | undefined;
  readonly end: () => void;
}

/** V8's own limit would let two workers together outgrow a small machine, and the system would kill the whole process. */
function heapShare(threads: number): number {
  return Math.max(256, Math.min(4096, Math.floor(memoryForRuns() / threads / 2 ** 20)));
}

function failureOf(cause: unknown): Failure {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'out-of-memory', message };
  if (/^worker exited with code/i.test(message)) return { kind: 'exited', message };
  return { kind: 'threw', message };
}
