/** Worker threads that perform runs, one run a task; a run that dies takes its worker with it and nothing else. */
import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { BadInput } from '@marginalia/core';
import * as Effect from 'effect/Effect';
import { Piscina } from 'piscina';
import type { Failure, Outcome } from './journal/record.js';
import type { Task } from './worker.js';

export interface PoolOptions {
  readonly threads: number;
  /** A run that takes longer, the start of its worker included, has failed. */
  readonly timeoutMs?: number;
  /** Heap of one worker, MiB; by default its share of 80 % of the memory, at most 4096. */
  readonly heapMiB?: number;
}

/** How long to wait for workers to stop: one that is deep in native code cannot be interrupted. */
const patienceMs = 800;

/** Throws BadInput when the package was not compiled: threads run `dist/worker.js`, whoever started the pool. */
function workerFile(): string {
  const file = fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? '../dist/worker.js' : './worker.js', import.meta.url),
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

export class Pool {
  readonly #piscina: Piscina<Task, Outcome>;
  readonly #timeoutMs: number | undefined;

  /** Throws BadInput: see `workerFile`. */
  constructor({ threads, timeoutMs, heapMiB }: PoolOptions) {
    this.#timeoutMs = timeoutMs;
    this.#piscina = new Piscina<Task, Outcome>({
      filename: workerFile(),
      minThreads: threads,
      maxThreads: threads,
      // Not inherited: a compiled worker must resolve packages to what was compiled, under whatever --conditions it is started.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMiB ?? heapShare(threads) },
    });
    // What an earlier run left behind may throw in an idle worker: the worker is replaced, no run is lost.
    this.#piscina.on('error', () => undefined);
  }

  /** Never fails: how a run died is its outcome. Interruption stops the worker. */
  perform(task: Task): Effect.Effect<Outcome> {
    const run = Effect.tryPromise({
      try: (signal) => this.#piscina.run(task, { signal }),
      catch: (cause): Outcome => ({ kind: 'failed', failure: failureOf(cause) }),
    }).pipe(Effect.catch((outcome) => Effect.succeed(outcome)));
    const limit = this.#timeoutMs;
    if (limit === undefined) return run;
    const message = `no result within ${limit} ms`;
    return Effect.timeoutOrElse(run, {
      duration: limit,
      orElse: () => Effect.succeed<Outcome>({ kind: 'failed', failure: { kind: 'timed-out', message } }),
    });
  }

  /** Stops every worker, whatever it is doing. */
  async destroy(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([this.#piscina.destroy(), patience]);
    clearTimeout(timer);
  }
}

/** V8's own limit would let two workers together outgrow a small machine, and the system would kill the whole process. */
function heapShare(threads: number): number {
  const memory = process.constrainedMemory?.() || totalmem();
  return Math.max(256, Math.min(4096, Math.floor((0.8 * Math.min(memory, totalmem())) / threads / 2 ** 20)));
}

function failureOf(cause: unknown): Failure {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'out-of-memory', message };
  if (/^worker exited with code/i.test(message)) return { kind: 'exited', message };
  return { kind: 'threw', message };
}
