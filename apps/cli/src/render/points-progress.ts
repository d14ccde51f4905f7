/** Progress over points of equal cost: one line that redraws on a terminal, a plain line every few seconds elsewhere. */
import { duration, plural } from './number.js';
import { isQuiet } from './quiet.js';
import { columns } from './terminal.js';
import { cut } from './wrap.js';

const redrawEvery = 100;
const plainEvery = 5000;
/** A guess from less than this is none. */
const learnt = 500;

export function pointsLine(done: number, total: number, elapsed: number): string {
  const left = (elapsed / done) * (total - done);
  return [
    `${done}/${plural(total, 'point')}`,
    duration(elapsed),
    elapsed >= learnt && done < total ? `about ${duration(left)} left` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

export interface PointsView {
  readonly show: (done: number) => void;
  /** Take the line away, so that what follows starts clean. */
  readonly end: () => void;
}

export function pointsView(
  total: number,
  stream: NodeJS.WriteStream = process.stderr,
  clock: () => number = () => performance.now(),
): PointsView {
  if (isQuiet(stream)) return { show: () => {}, end: () => {} };
  const redraws = stream.isTTY === true && process.env['TERM'] !== 'dumb';
  const every = redraws ? redrawEvery : plainEvery;
  const began = clock();
  let shownAt = began;
  let drawn = false;
  return {
    show(done) {
      const now = clock();
      if (now - shownAt < every) return;
      shownAt = now;
      drawn = true;
      const line = pointsLine(done, total, now - began);
      stream.write(redraws ? `\r\u001b[K${cut(line, columns(stream) - 1)}` : `${line}\n`);
    },
    end() {
      if (redraws && drawn) stream.write('\r\u001b[K');
    },
  };
}
