/**
 * The main thread of a worker process. The runs are performed in a thread of it, as in any worker; this thread stays
 * free to look at the clock and at the resident memory, and to end the process in the middle of whatever a run does.
 */
import { inWords } from '../memory.js';
import type { Attempt, Batched } from './lane-worker.js';
import { WorkerThread, type ThreadOptions } from './worker-thread.js';

export interface GuardOptions extends ThreadOptions {
  /** Bytes that the process may have resident. */
  readonly memoryLimit: number;
}

export type ToGuard =
  | { readonly kind: 'begin'; readonly options: GuardOptions }
  | { readonly kind: 'perform'; readonly runs: Batched };

export type FromGuard =
  | { readonly kind: 'attempt'; readonly attempt: Attempt }
  | { readonly kind: 'resident'; readonly bytes: number; readonly at: number };

/** A page is written at 1 to 4 GB/s when it is touched first: between two looks a run gains at most some 100 MB. */
const lookEveryMs = 25;

/** The driver is told of a change as large as this. */
const worthTelling = 16e6;

/** One guard a process. */
function guard(options: GuardOptions): (runs: Batched) => Promise<void> {
  const { memoryLimit } = options;
  const thread = new WorkerThread(options);
  const never = new AbortController().signal;
  let told = 0;
  const look = (): void => {
    const bytes = process.memoryUsage.rss();
    const { at } = thread;
    if (bytes > memoryLimit) {
      const message = `more than ${inWords(memoryLimit)} of resident memory`;
      end({ kind: 'died', at, failure: { kind: 'out-of-memory', message }, own: false });
    } else if (Math.abs(bytes - told) > worthTelling) {
      told = bytes;
      tell({ kind: 'resident', bytes, at });
    }
  };
  let looking: NodeJS.Timeout | undefined;
  return async (runs) => {
    looking ??= setInterval(look, lookEveryMs);
    const attempt = await thread.attempt(runs, never);
    // Before the runs are said to have ended: the last of them may have ended above the limit.
    if (attempt.kind === 'ended') look();
    if (attempt.kind === 'ended') tell({ kind: 'attempt', attempt });
    else end(attempt);
  };
}

let ending = false;

function tell(message: FromGuard, told?: () => void): void {
  if (!ending) process.send?.(message, told);
}

/** Say of what a run died, and die with it: what it left behind is gone, and the next run begins in a new process. */
function end(attempt: Attempt): void {
  tell({ kind: 'attempt', attempt }, die);
  ending = true;
  // Where the pipe is full the driver hears of the end of the process all the same.
  setTimeout(die, 200);
}

const die = (): void => void process.kill(process.pid, 'SIGKILL');

// Ctrl-C reaches the whole group of the terminal, and the signals of a batch system the whole job; whether work is
// abandoned is the driver's to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGUSR1'] as const) process.on(signal, () => undefined);
// A driver that was killed says nothing: its pipe closes.
process.on('disconnect', die);

let perform: ReturnType<typeof guard> | undefined;
process.on('message', (message: ToGuard) => {
  if (message.kind === 'begin') perform = guard(message.options);
  else void perform?.(message.runs);
});
