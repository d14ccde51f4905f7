/** Long work on the main thread, done at once or in slices between which signals and timers have their turn. */

/** Yields wherever it may pause. */
export type Slices<Value> = Generator<undefined, Value>;

/** Ctrl-C is heard within this time. */
const sliceMs = 50;

export function atOnce<Value>(work: Slices<Value>): Value {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Rejects with the reason of the signal once it is aborted; what the work holds open is closed. */
export async function inSlices<Value>(work: Slices<Value>, signal?: AbortSignal): Promise<Value> {
  let since = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - since < sliceMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    // Thrown into the work, so that it closes what it holds open.
    if (signal?.aborted) work.throw(signal.reason);
    since = performance.now();
  }
}
