/** Where each claim of a sweep stands: decided, or open in which cells. */
import type { Claim } from '@marginalia/theory';
import type { Verdict } from '../verdict/verdict.js';
import { balance } from './balance.js';
import { judgeAnytime, type Outcomes } from './judge.js';

export type Call = Verdict['verdict'];

/** A claim over the cells of a sweep. */
export interface Assessment extends Verdict {
  /** The level at which it is judged: that of the sweep, divided by its claims. */
  readonly alpha: number;
  /**
   * What each cell would say by itself, at alpha divided by the cells, counted; null for what no cell says by itself. It
   * decides nothing: a claim that holds over the grid may fail in a corner of it, and a reader should know.
   */
  readonly cells: Readonly<Record<Call, number>> | null;
  /** Where it is refuted by itself: `dimension=64 clusters=4`, in grid order. */
  readonly refutedAt: readonly string[];
  /** Cells that need more runs for it to be decided, in grid order: none once it is, or where no more would help. */
  readonly open: readonly number[];
}

/** What each cell came to, in grid order, replicate by replicate. */
export type Measured = readonly Outcomes[];

/**
 * Every claim over the grid at level alpha / claims, so that a sweep decides any of them falsely with probability ≤ alpha.
 * Cells in which a claim is vacuous bear on it no more after the first round than at the end, and are asked for nothing.
 */
export function assess(claims: readonly Claim[], measured: Measured, alpha: number): readonly Assessment[] {
  return claims.map((claim) => assessment(claim, measured, alpha / claims.length));
}

function assessment(claim: Claim, measured: Measured, alpha: number): Assessment {
  const balanced = balance(claim, measured, alpha);
  // One violation refutes an identity, wherever it is.
  const identity = claim.relation.kind === 'exactly';
  const all = {
    runs: measured.flatMap(({ runs }) => runs),
    missing: measured.flatMap(({ missing }) => missing),
  };
  const verdict = judgeAnytime(claim, identity ? all : balanced, alpha);
  const alone = identity || claim.relation.kind === 'proportional' ? null : apart(claim, measured, alpha);
  const refutedAt = (alone ?? []).flatMap((call, cell) =>
    call === 'refuted' ? [placeOf(cell, measured)] : [],
  );
  const isOpen = verdict.verdict === 'inconclusive' && !identity && !hopeless(verdict);
  return {
    ...verdict,
    reason: `${verdict.reason}${inCorners(verdict.verdict, refutedAt)}`,
    alpha,
    cells: alone && tally(alone),
    refutedAt,
    open: isOpen ? balanced.bearing : [],
  };
}

/** The claim in each cell by itself. */
const apart = (claim: Claim, measured: Measured, alpha: number): readonly Call[] =>
  measured.map((cell) => {
    const { runs, verdict } = judgeAnytime(claim, cell, alpha / measured.length);
    return runs > 0 ? verdict : 'vacuous';
  });

function tally(calls: readonly Call[]): Readonly<Record<Call, number>> {
  const counts = { supported: 0, refuted: 0, vacuous: 0, inconclusive: 0 };
  for (const call of calls) counts[call] += 1;
  return counts;
}

/** Units of which a verdict that some number of runs would settle can say how many. */
const tellingUnits = 16;

/** No number of runs would decide it: said by an interval, or by units enough for one. Of fewer nothing is known yet. */
const hopeless = ({ more, interval, runs, units }: Verdict): boolean =>
  runs === 0 || (more === null && (interval !== null || units >= tellingUnits));

const shownPlaces = 2;

function inCorners(verdict: Call, places: readonly string[]): string {
  if (verdict === 'refuted' || places.length === 0) return '';
  const shown = places.slice(0, shownPlaces).join(', ');
  const more = places.length > shownPlaces ? ` and ${places.length - shownPlaces} more` : '';
  return `; yet by itself refuted at ${shown}${more}`;
}

/** The axes of a cell whose values differ within the grid: `dimension=512 clusters=4`. */
function placeOf(cell: number, measured: Measured): string {
  const axes = measured[cell]?.runs[0]?.axes ?? {};
  const varies = (name: string): boolean =>
    measured.some(({ runs: [other] }) => other !== undefined && other.axes[name] !== axes[name]);
  return Object.keys(axes)
    .filter(varies)
    .map((name) => `${name}=${axes[name]}`)
    .join(' ');
}
