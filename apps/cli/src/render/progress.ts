/** Progress of a sweep: one line that redraws on a terminal, a plain line every few seconds elsewhere. */
import type { Progress } from '@marginalia/sweep';
import { bytes, duration, plural } from './number.js';
import { isQuiet } from './quiet.js';
import { columns } from './terminal.js';
import { cut } from './wrap.js';

const redrawEvery = 100;
const plainEvery = 5000;

export function progressLine(progress: Progress): string {
  const { done, total, failed, running, elapsedMs, remainingMs, round } = progress;
  return [
    round ? `round ${round.number}, ${round.open} of ${plural(round.cells, 'cell')}` : '',
    `${done}/${total} runs`,
    failed > 0 ? `${failed} failed` : '',
    running > 0 ? `${running} at work` : '',
    duration(elapsedMs),
    remainingMs !== undefined && done < total ? `about ${duration(remainingMs)} left` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

export interface ProgressView {
  readonly show: (progress: Progress) => void;
  /** A line that stays, above the one that redraws. */
  readonly say: (line: string) => void;
  /** Take the line away, so that what follows starts clean. */
  readonly end: () => void;
}

/** `label` begins every line: which of several sweeps it is. */
export function progressView(stream: NodeJS.WriteStream = process.stderr, label = ''): ProgressView {
  if (isQuiet(stream)) return { show: nothing, say: nothing, end: nothing };
  const redraws = stream.isTTY === true && process.env['TERM'] !== 'dumb';
  const every = redraws ? redrawEvery : plainEvery;
  // The first plain line waits its turn: a sweep of a second needs none.
  let shownAt = redraws ? -Infinity : performance.now();
  let latest: { readonly progress: Progress; readonly at: number } | undefined;
  let drawn = false;
  const draw = (): void => {
    const now = performance.now();
    if (!latest || now - shownAt < every) return;
    shownAt = now;
    drawn = true;
    const line = `${label}${progressLine(later(latest.progress, now - latest.at))}`;
    stream.write(redraws ? `\r\u001b[K${cut(line, columns(stream) - 1)}` : `${line}\n`);
  };
  // Long runs report nothing for minutes; the clock goes on.
  const ticking = setInterval(draw, 1000);
  return {
    show(progress) {
      latest = { progress, at: performance.now() };
      draw();
    },
    say(line) {
      stream.write(`${redraws && drawn ? '\r\u001b[K' : ''}${line}\n`);
    },
    end() {
      clearInterval(ticking);
      if (redraws && drawn) stream.write('\r\u001b[K');
    },
  };
}

const nothing = (): void => {};

/** The same standing, some milliseconds on. */
function later(progress: Progress, since: number): Progress {
  const { elapsedMs, remainingMs } = progress;
  return {
    ...progress,
    elapsedMs: elapsedMs + since,
    ...(remainingMs === undefined ? {} : { remainingMs: Math.max(0, remainingMs - since) }),
  };
}

/** Less than this is nobody's worry. */
const worthSaying = 64e6;

/** `at most 1.2 GB a run`; undefined where none is predicted, or so little that it does not matter. */
export const memoryInWords = (largest: number | null | undefined): string | undefined =>
  (largest ?? 0) >= worthSaying ? `at most ${bytes(largest ?? 0)} a run` : undefined;

/** What a sweep is about to do, in a line. */
export const opening = (
  sweep: string,
  preset: string,
  cells: number,
  runs: number,
  largest?: number,
): string =>
  [`${sweep} (${preset}): ${plural(cells, 'cell')}`, plural(runs, 'run'), memoryInWords(largest)]
    .filter(Boolean)
    .join(', ');
