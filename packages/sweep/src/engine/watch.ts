/** Which run of its batch a worker is at and since when, in memory that outlives the worker. */

/** One word, so that the two are always read as they were written: microseconds of the start, and 10 bits of the run. */
export type Watch = BigInt64Array<SharedArrayBuffer>;

const bits = 10n;

/** Watching run 0, since now. */
export function newWatch(): Watch {
  const watch = new BigInt64Array(new SharedArrayBuffer(8));
  mark(watch, 0);
  return watch;
}

export function mark(watch: Watch, run: number): void {
  Atomics.store(watch, 0, (BigInt(Math.round(1000 * now())) << bits) | BigInt(run));
}

export function seen(watch: Watch): { readonly run: number; readonly sinceMs: number } {
  const word = Atomics.load(watch, 0);
  return { run: Number(word & ((1n << bits) - 1n)), sinceMs: now() - Number(word >> bits) / 1000 };
}

/** The same clock in every thread. */
const now = (): number => performance.timeOrigin + performance.now();
