/** The smallest counterexample, and the way to it. */
import type { Shrunk, Step } from '@marginalia/sweep';
import { sentence } from './standing.js';
import { plural, short } from './number.js';
import type { Paint } from './terminal.js';
import { paragraph } from './wrap.js';

export interface ShrunkWords {
  readonly title: string;
  readonly alpha: number;
  /** One violation refutes it, whatever the level. */
  readonly certain: boolean;
  /** The axes that were shrunk. */
  readonly axes: readonly string[];
  readonly whence: string;
  /** Undefined without a counterexample. */
  readonly command: string | undefined;
}

/** `step 3: dimension=64 width=7: refuted by 6 runs`. */
export const stepLine = ({ step, setting, verdict, runs }: Step, axes: readonly string[]): string =>
  `step ${step}: ${placeOf(setting, axes)}: ${verdict === 'refuted' ? `refuted by ${plural(runs, 'run')}` : `${verdict === 'inconclusive' ? 'not decided' : verdict} after ${plural(runs, 'run')}`}`;

const placeOf = (setting: Step['setting'], axes: readonly string[]): string =>
  axes.map((name) => `${name}=${setting[name]}`).join(' ');

export function shrunkReport(shrunk: Shrunk, words: ShrunkWords, width: number, paint: Paint): string {
  const { title, alpha, axes, whence, command, certain } = words;
  const spent = `${plural(shrunk.path.length, 'setting')}, ${plural(shrunk.runs, 'fresh run')}`;
  if (shrunk.kind !== 'counterexample') {
    const [last] = shrunk.path.filter(({ verdict }) => verdict === 'inconclusive').slice(-1);
    return [
      paint('strong', `No counterexample: ${title}`),
      paragraph(
        shrunk.kind === 'supported'
          ? `Every setting of ${whence} that says anything supports it (${spent}, α = ${short(alpha)} together).`
          : `No setting of ${whence} refutes it (${spent}, α = ${short(alpha)} together), yet not every one supports it.${last ? ` The last that is open, ${placeOf(last.setting, axes)}: ${sentence(last.reason)}` : ''}`,
        width,
        2,
      ),
    ].join('\n');
  }
  const { smallest, finished, path } = shrunk;
  return [
    paint('bad', `Smallest counterexample: ${title}`),
    paragraph(`${placeOf(smallest.setting, axes)}: ${sentence(smallest.reason)}`, width, 2),
    paragraph(
      (finished
        ? 'No axis by itself can be one less: what is smaller was not refuted, or cannot be.'
        : 'The budget ended before every axis had been tried one less: a smaller one may be near (--budget).') +
        ` Each step was judged on fresh runs; ${certain ? 'a violated identity is no matter of chance' : `that any of them refuted a true claim has probability at most α = ${short(alpha)}`}. ${spent}.`,
      width,
      2,
    ),
    '',
    `Its runs: ${command}`,
    '',
    'The way there:',
    ...path.map((step) => `  ${stepLine(step, axes)}`),
  ].join('\n');
}
