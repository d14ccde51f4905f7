/** `--until decided` in words: rounds, and what a verdict of theirs rests on. */
import type { Look, Policy } from '@marginalia/sweep';
import type { Rounds } from '../sweep/summary.js';
import { plural, short } from './number.js';

/** `until decided: at most 600 runs, at α = 0.001`; `standing`: where that is not all there is to say. */
export const untilOpening = ({ budget, alpha }: Policy, standing?: string): string =>
  `until decided: at most ${plural(budget, 'run')}, at α = ${short(alpha)}${standing === undefined ? '' : `; ${standing}`}`;

/** `round 1: 2 of 5 claims decided; 12 more runs in 4 of 9 cells`; undefined after the last round. */
export function lookLine({ round, plan, assessments, next }: Look): string | undefined {
  if (next === undefined) return undefined;
  const settled = assessments.filter(({ open }) => open.length === 0).length;
  const more = next.reduce((sum, many) => sum + many, 0) - plan.runs.length;
  const cells = new Set(assessments.flatMap(({ open }) => open)).size;
  return `round ${round}: ${settled} of ${plural(assessments.length, 'claim')} settled; ${plural(more, 'more run')}, for what is open in ${cells} of ${plural(plan.cells.length, 'cell')}`;
}

/** What to try where claims stay open: more budget than was spent, unless the rounds ended for want of hope. */
export function untilRemedy({ budget, spent, needed }: Rounds): string {
  const others = 'more axis values (--set) or a bigger preset';
  if (needed === null && spent < budget)
    return `inconclusive: ${others}; more replicates would not settle it, as far as can be told`;
  return `inconclusive: a larger budget (--budget ${inTwoDigits(Math.max(needed ?? 2 * budget, budget + 1))}), ${others}`;
}

/** Rounded up: an estimate needs no more digits. */
function inTwoDigits(runs: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(runs)) - 1);
  return Math.ceil(runs / unit) * unit;
}

/** Of the levels at which so many claims were judged. */
export const untilFooting = (alpha: number, claims: number, { rounds, spent }: Rounds): string =>
  `Ended after ${plural(rounds, 'round')}, ${plural(spent, 'run')} in all. The sweep decides any claim falsely with ` +
  `probability at most α = ${short(alpha)}: ${short(alpha / claims)} a claim.`;
