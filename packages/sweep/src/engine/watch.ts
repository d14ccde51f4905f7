/** Which run of its batch a worker is at and since when, in memory that outlives the worker. */

/** One word, so that the two are always read as they were written: microseconds of the start, and 10 bits of the run. */
export type Watch = BigInt64Array<SharedArrayBuffer>;

const bits = 10n;

/** Instead of a run, until the worker has loaded what it takes to begin one. */
const starting = (1n << bits) - 1n;

/** Watching a worker that has begun no run yet, since now. */
export function newWatch(): Watch {
  const watch = new BigInt64Array(new SharedArrayBuffer(8));
  store(watch, starting);
  return watch;
}

export function mark(watch: Watch, run: number): void {
  store(watch, BigInt(run));
}

export interface Seen {
  /** 0 as well while the worker starts. */
  readonly run: number;
  readonly starting: boolean;
  readonly sinceMs: number;
}

export function seen(watch: Watch): Seen {
  const word = Atomics.load(watch, 0);
  const run = word & ((1n << bits) - 1n);
  return {
    run: run === starting ? 0 : Number(run),
    starting: run === starting,
    sinceMs: now() - Number(word >> bits) / 1000,
  };
}

function store(watch: Watch, run: bigint): void {
  Atomics.store(watch, 0, (BigInt(Math.round(1000 * now())) << bits) | run);
}

/** The same clock in every thread. */
const now = (): number => performance.timeOrigin + performance.now();
