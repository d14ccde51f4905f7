/** Workers that perform batches of runs; a run that dies takes its worker with it, and no other run. */
import * as Effect from 'effect/Effect';
import type { Run, SweepKey } from '../identity.js';
import type { Failure, Outcome } from '../journal/record.js';
import type { SweepReference } from '../load-sweep.js';
import { machineMemory, memoryForRuns } from '../memory.js';
import { Gate } from './gate.js';
import type { Attempt, LaneWorker } from './lane-worker.js';
import { WorkerProcess } from './worker-process.js';
import { WorkerThread } from './worker-thread.js';

export interface PoolOptions {
  readonly threads: number;
  readonly reference: SweepReference;
  readonly key: SweepKey;
  /** A run that takes longer has failed. */
  readonly timeoutMs?: number;
  /** Heap of one worker, MiB; by default its share of 80 % of the memory, at most 4096. */
  readonly heapMiB?: number;
  /** Bytes that the process of a run may have resident; workers are then processes, and threads without it. */
  readonly memoryLimit?: number;
  /** Bytes that all of it may have resident before the largest is stopped; 90 % of the memory when absent. */
  readonly alarm?: number;
}

/**
 * How a batch ended: the runs that did, how, in how many milliseconds where they returned, and the runs that it did not
 * come to, or that died with the worker. Whoever is done with the outcomes may empty the list: fibers and promises that
 * have ended still point from one to the next, so that a list that is left in them stays until V8 collects all of its
 * heap (2 kB a run, 0.6 GB after 300 000).
 */
export interface Ended {
  readonly outcomes: (readonly [Run, Outcome, ms?: number])[];
  readonly left: readonly Run[];
}

/** How long to wait for workers to stop: one that is deep in native code cannot be interrupted. */
const patienceMs = 800;

/** Beyond this share of the memory the system's killer is near, and it would take the driver. */
const alarming = 0.9;
const lookEveryMs = 50;

/** How long memory may take to go back once the threads that held it are stopped. */
const releaseMs = 3000;

/** A batch at work, and how to stop it for want of memory. */
interface AtWork {
  readonly worker: LaneWorker;
  readonly stop: AbortController;
}

export class Pool {
  readonly #workers: readonly LaneWorker[];
  readonly #gate = new Gate();
  readonly #atWork = new Set<AtWork>();
  readonly #alarm: number;
  readonly #looking: NodeJS.Timeout;

  /** Throws BadInput when the package was not compiled. */
  constructor({ threads, reference, key, timeoutMs, heapMiB, memoryLimit, alarm }: PoolOptions) {
    const heap = heapMiB ?? heapShare(threads);
    this.#workers = Array.from({ length: threads }, () =>
      memoryLimit === undefined
        ? new WorkerThread({ reference, key, timeoutMs, heapMiB: heap })
        : new WorkerProcess({
            reference,
            key,
            timeoutMs,
            // What is judged is the resident memory. A heap that may just reach it spends its last seconds on collecting garbage.
            heapMiB: Math.ceil(Math.min(heap, (2 * memoryLimit) / 2 ** 20)),
            memoryLimit,
          }),
    );
    this.#alarm = alarm ?? alarming * machineMemory();
    this.#looking = setInterval(() => this.#look(), lookEveryMs).unref();
  }

  /** Never fails: how a run died is its outcome. Interruption stops the worker. Runs: at least one. */
  perform(lane: number, runs: readonly Run[]): Effect.Effect<Ended> {
    return Effect.promise((signal) => this.#perform(lane, runs, signal));
  }

  /** Stops every worker, whatever it is doing. */
  async destroy(): Promise<void> {
    clearInterval(this.#looking);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([Promise.all(this.#workers.map((worker) => worker.destroy())), patience]);
    clearTimeout(timer);
  }

  /**
   * A worker that dies takes the whole batch with it. The run that it was at is performed again, alone in a new worker,
   * for an earlier one may have left behind what killed it; the others are left. What a run does in a worker where
   * nothing went before is its own doing: it has failed.
   */
  async #perform(lane: number, runs: readonly Run[], signal: AbortSignal): Promise<Ended> {
    const { fresh } = this.#workers[lane] as LaneWorker;
    const attempt = await this.#gate.together(() => this.#attempt(lane, runs, signal));
    if (attempt.kind === 'ended') return endedOf(runs, attempt);
    if (signal.aborted) return { outcomes: [], left: runs };
    const [run] = runs as readonly [Run];
    if (attempt.kind === 'stopped') return this.#alone(lane, runs, attempt.at, signal);
    if (runs.length > 1 && attempt.at === undefined) return this.#oneByOne(lane, runs, signal);
    if (attempt.own || (runs.length === 1 && fresh)) return failedAt(runs, attempt.at ?? 0, attempt.failure);
    return this.#again(lane, runs, runs[attempt.at ?? 0] ?? run, signal);
  }

  async #again(lane: number, runs: readonly Run[], run: Run, signal: AbortSignal): Promise<Ended> {
    const { outcomes } = await this.#perform(lane, [run], signal);
    return { outcomes, left: runs.filter((one) => one !== run) };
  }

  /** Of which run the worker died nobody can say: those before it take at most a slice of time, and are performed again. */
  async #oneByOne(lane: number, runs: readonly Run[], signal: AbortSignal): Promise<Ended> {
    const outcomes: Ended['outcomes'][number][] = [];
    for (const run of runs) {
      outcomes.push(...(await this.#perform(lane, [run], signal)).outcomes);
      if (signal.aborted || outcomes.at(-1)?.[1].kind === 'failed') break;
    }
    return { outcomes, left: runs.slice(outcomes.length) };
  }

  /**
   * Several runs shared the memory that ran short: which of them is to blame is measured, not guessed. The run is
   * performed while no other is at work, and has failed if the memory runs short again.
   */
  #alone(lane: number, runs: readonly Run[], at: number, signal: AbortSignal): Promise<Ended> {
    return this.#gate.alone(async () => {
      const run = runs[at] as Run;
      const left = runs.filter((one) => one !== run);
      await this.#released(signal);
      const attempt = await this.#attempt(lane, [run], signal);
      if (attempt.kind === 'ended') return { ...endedOf([run], attempt), left };
      if (signal.aborted) return { outcomes: [], left: runs };
      return { ...failedAt([run], 0, attempt.kind === 'died' ? attempt.failure : outOfMemory), left };
    });
  }

  /** Idle workers hold what their runs left behind, and stopped ones give theirs back in a while. */
  async #released(signal: AbortSignal): Promise<void> {
    const used = this.#workers.filter(({ fresh }) => !fresh);
    await Promise.race([Promise.all(used.map((worker) => worker.renew())), pause(releaseMs)]);
    const since = performance.now();
    while (!signal.aborted && this.#resident() > this.#alarm && performance.now() - since < releaseMs)
      await pause(lookEveryMs);
  }

  async #attempt(lane: number, runs: readonly Run[], signal: AbortSignal): Promise<Attempt> {
    const worker = this.#workers[lane] as LaneWorker;
    const here = { worker, stop: new AbortController() };
    this.#atWork.add(here);
    try {
      return await worker.attempt(runs, AbortSignal.any([signal, here.stop.signal]));
    } finally {
      this.#atWork.delete(here);
    }
  }

  #resident(): number {
    return this.#workers.reduce((sum, { resident }) => sum + resident, process.memoryUsage.rss());
  }

  /** Threads share one memory, so that all of them are suspects; of processes it is the largest. */
  #look(): void {
    if (this.#atWork.size === 0 || this.#resident() <= this.#alarm) return;
    const most = Math.max(...[...this.#atWork].map(({ worker }) => worker.resident));
    for (const { worker, stop } of this.#atWork) if (worker.resident === most) stop.abort();
  }
}

const outOfMemory: Failure = {
  kind: 'out-of-memory',
  message: `alone at work, it took the process above ${100 * alarming} % of the memory`,
};

function endedOf(runs: readonly Run[], { performed }: Extract<Attempt, { readonly kind: 'ended' }>): Ended {
  const taken = performed.splice(0);
  return {
    outcomes: taken.map(([outcome, ms], at) => [runs[at] as Run, outcome, ms]),
    left: runs.slice(taken.length),
  };
}

const failedAt = (runs: readonly Run[], at: number, failure: Failure): Ended => ({
  outcomes: [[runs[at] as Run, { kind: 'failed', failure }]],
  left: runs.filter((_, i) => i !== at),
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** V8's own limit would let two workers together outgrow a small machine, and the system would kill the whole process. */
function heapShare(threads: number): number {
  return Math.max(256, Math.min(4096, Math.floor(memoryForRuns() / threads / 2 ** 20)));
}
