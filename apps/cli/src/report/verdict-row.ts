/** A row of the verdict table: the same when it is rendered and when the page judges anew. */
import type { Verdict } from '@marginalia/sweep';
import type { VerdictKind } from '@marginalia/theory';
import { interval, short } from '../render/number.js';
import { escaped } from './html.js';

/** Told by shape as well as by colour. */
const marks: Readonly<Record<VerdictKind, string>> = {
  refuted: '✕',
  vacuous: '◇',
  inconclusive: '?',
  supported: '✓',
};

export const chip = (kind: VerdictKind): string =>
  `<span class="chip ${kind}"><span aria-hidden="true">${marks[kind]}</span> ${kind}</span>`;

/** The cells after the name of the claim. */
export const numbersOf = ({ estimate, interval: bounds, bound, held, runs, vacuous }: Verdict): string =>
  [
    short(estimate, 3),
    interval(bounds),
    short(bound, 3),
    `${held}/${runs}`,
    vacuous > 0 ? `${vacuous} vacuous` : '',
  ]
    .map((text, at) => `<td${at === 4 ? ' class="faint"' : ' class="number"'}>${escaped(text)}</td>`)
    .join('');

export const verdictCell = (verdict: VerdictKind, expected: VerdictKind): string =>
  chip(verdict) + (verdict === expected ? '' : ` <span class="surprise">expected ${expected}</span>`);
