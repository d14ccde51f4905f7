/** Times from microseconds to hours: finer than `duration` where seconds are too coarse. */
import type { Forecast } from '@marginalia/sweep';
import { duration, short } from './number.js';

/** `0.12 ms`, `35 ms`, `4.2 s`, `3 min 05 s`. */
export const span = (milliseconds: number): string =>
  milliseconds < 995
    ? `${short(Number(milliseconds.toPrecision(2)))} ms`
    : milliseconds < 9950
      ? `${(milliseconds / 1000).toPrecision(2)} s`
      : duration(milliseconds);

/** `about 2 min 10 s (1 min 40 s to 3 min 00 s)`. */
export const forecastInWords = ({ ms, least, most }: Forecast): string =>
  `about ${span(ms)} (${span(least)} to ${span(most)})`;

/** `3 s ago`, `2 days ago`: how long nothing has happened. */
export function ago(milliseconds: number): string {
  const days = Math.floor(milliseconds / 86_400_000);
  return days >= 2 ? `${days} days ago` : milliseconds < 1000 ? 'just now' : `${duration(milliseconds)} ago`;
}
