/** Closing a sweep before its time is up: no run begins any more, and those at work may end. */
import { Flags } from '@oclif/core';
import { onClosing } from '../closing-signal.js';
import { duration } from '../duration.js';

export const closingFlags = {
  'stop-after': Flags.string({
    description: 'Begin no run after so long (50m, 1h30m); SIGUSR1 does the same at any time.',
    helpValue: 'TIME',
  }),
  grace: Flags.string({
    description: 'How long the runs then at work may take to end before they are abandoned; 60s when absent.',
    helpValue: 'TIME',
  }),
};

export interface ClosingOptions {
  readonly stopAfterMs?: number;
  readonly graceMs?: number;
}

/** What a batch system leaves between its warning and the end, unless it is told otherwise. */
export const graceMs = 60_000;

/** Throws BadInput for what is no duration. */
export const closingOptions = (flags: {
  readonly 'stop-after'?: string | undefined;
  readonly grace?: string | undefined;
}): ClosingOptions => ({
  ...(flags['stop-after'] === undefined ? {} : { stopAfterMs: duration('stop-after', flags['stop-after']) }),
  ...(flags.grace === undefined ? {} : { graceMs: duration('grace', flags.grace) }),
});

/** A timer that is set for longer goes off at once. */
const longestTimer = 2 ** 31 - 1;

/**
 * `signal` is aborted by SIGUSR1, or when the time is up; when the grace after that is over, `abandon` is called. Nothing
 * of it outlives `end`.
 */
export function closing(
  { stopAfterMs, graceMs: grace = graceMs }: ClosingOptions,
  abandon: () => void,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number, act: () => void): void => {
    if (ms <= longestTimer) timers.push(setTimeout(act, ms));
  };
  const close = (): void => {
    if (controller.signal.aborted) return;
    controller.abort();
    after(grace, abandon);
  };
  const unheard = onClosing(close);
  if (stopAfterMs !== undefined) after(stopAfterMs, close);
  return {
    signal: controller.signal,
    end: () => {
      unheard();
      timers.forEach(clearTimeout);
    },
  };
}
