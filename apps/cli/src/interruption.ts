/** Ctrl-C and SIGTERM, from the first moment of the process to its last: what can be stopped is, the rest is left. */
import { exitCode } from './exit-code.js';

/** Longer than the pool waits for its workers (0.8 s), and within the second that Ctrl-C may take. */
const patienceMs = 930;

/** JavaScript and WebAssembly stop within milliseconds: a worker that has not stopped by now is in a native call. */
const stuckMs = 300;

/** How to stop what is at work, and how long that may take; what is not at work is simply left. */
let stop: { readonly halt: () => void; readonly patienceMs: number } | undefined;
let since: number | undefined;

/** May be called twice. Heard once, heard to the end: a handler that is taken away takes along what it has not told yet. */
export function heedInterruption(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    if (!process.listeners(signal).includes(interrupt)) process.on(signal, interrupt);
}

/**
 * While `act` runs, the first signal calls `halt` and ends the process only where it is still there after the patience,
 * 0.93 s when absent; a second signal ends it at once.
 */
export async function stoppable<Value>(
  halt: () => void,
  act: () => Promise<Value>,
  patience = patienceMs,
): Promise<Value> {
  heedInterruption();
  stop = { halt, patienceMs: patience };
  try {
    return await act();
  } finally {
    stop = undefined;
  }
}

function interrupt(): void {
  const now = performance.now();
  if (since !== undefined && now - since > stuckMs) vanish();
  if (since !== undefined || !stop) process.exit(exitCode.interrupted);
  since = now;
  // Unref'd: it finds only what a worker in a native call keeps from ending.
  if (Number.isFinite(stop.patienceMs)) setTimeout(vanish, stop.patienceMs).unref();
  stop.halt();
}

/**
 * `process.exit` waits for every thread, and one in a native call may take hours. The signal's own way out waits for
 * nothing; a shell calls it 130 as well.
 */
function vanish(): void {
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}
