/** Where each claim of a sweep stands: decided, or open in which cells. */
import type { Claim } from '@marginalia/theory';
import { depends, type MissingKind } from '../verdict/missing.js';
import type { Verdict } from '../verdict/verdict.js';
import { gathered, judgeAnytime, type Outcomes } from './judge.js';

export type Call = Verdict['verdict'];

/** A claim over the cells of a sweep. */
export interface Assessment extends Verdict {
  /** The level at which it is judged: of the sweep, divided by its claims. */
  readonly alpha: number;
  /** Cells by what they say of it, where it is judged cell by cell; null where all cells say one thing together. */
  readonly cells: Readonly<Record<Call, number>> | null;
  /** Cells that need more runs to decide it, in grid order: none once it is decided, or where no more would help. */
  readonly open: readonly Need[];
}

export interface Need {
  /** Its place in the grid. */
  readonly cell: number;
  /** Further replicates that would settle it at today's spread; undefined where none can be told yet. */
  readonly more: number | undefined;
}

/** What each cell came to, in grid order, replicate by replicate. */
export type Measured = readonly Outcomes[];

/**
 * Every claim at level alpha / claims, so that a sweep refutes or supports any of them falsely with probability ≤ alpha.
 * An inequality must hold in each cell by itself: it is judged there at alpha / (claims · cells), supported when every
 * cell that says anything supports it, and refuted by one. That keeps what is judged a sequence of like runs, whose
 * length may depend on what they measured; a mean over a grid whose cells stop at will would be no mean of anything.
 */
export function assess(claims: readonly Claim[], measured: Measured, alpha: number): readonly Assessment[] {
  const share = alpha / claims.length;
  return claims.map((claim) => {
    switch (claim.relation.kind) {
      case 'exactly':
        return identity(claim, measured, share);
      case 'at-most':
      case 'at-least':
      case 'about':
        return cellByCell(claim, measured, share);
      case 'proportional':
        return together(claim, measured, share);
    }
  });
}

/** What holds in every run needs no interval: the runs of the first round decide. */
function identity(claim: Claim, measured: Measured, alpha: number): Assessment {
  return { ...judgeAnytime(claim, gathered(measured), alpha), alpha, cells: null, open: [] };
}

function cellByCell(claim: Claim, measured: Measured, alpha: number): Assessment {
  const verdicts = measured.map((cell) => judgeAnytime(claim, cell, alpha / measured.length));
  // A cell that does not measure the quantity says no more of it than one that does not meet the assumptions; one whose
  // runs failed or diverged says that it is not known.
  const says = ({ runs, verdict, missing }: Verdict): Call =>
    runs > 0
      ? verdict
      : Object.keys(missing).some((kind) => depends(kind as MissingKind))
        ? 'inconclusive'
        : 'vacuous';
  const cells = { supported: 0, refuted: 0, vacuous: 0, inconclusive: 0 };
  for (const verdict of verdicts) cells[says(verdict)] += 1;
  const all = judgeAnytime(claim, gathered(measured), alpha);
  if (cells.vacuous === verdicts.length) return { ...all, alpha, cells, open: [] };
  const verdict = cells.refuted > 0 ? 'refuted' : cells.inconclusive > 0 ? 'inconclusive' : 'supported';
  const alike = verdicts.flatMap((one, cell) => (says(one) === verdict ? [{ one, cell }] : []));
  const leading = alike.reduce((first, next) => (tighter(next.one, first.one) ? next : first));
  const open =
    verdict === 'inconclusive'
      ? alike.flatMap(({ one, cell }) => (hopeless(one) ? [] : [{ cell, more: one.more ?? undefined }]))
      : [];
  const { runs, units, held, violated, vacuous, inconclusive, unmet, unmetRuns, missing } = all;
  return {
    // What is estimated is that of the cell that decides; what is counted, of all.
    ...leading.one,
    runs,
    units,
    held,
    violated,
    vacuous,
    inconclusive,
    unmet,
    unmetRuns,
    missing,
    verdict,
    ...moreOf(open),
    reason: inWords(verdict, cells, { ...leading.one, at: placeOf(leading.cell, measured) }),
    alpha,
    cells,
    open,
  };
}

/**
 * An exponent is read off all cells, and off as many replicates of each as every cell has: those that other claims
 * asked for depend on what was measured.
 */
function together(claim: Claim, measured: Measured, alpha: number): Assessment {
  const bears = measured.map((cell) => judgeAnytime(claim, cell, alpha).runs > 0);
  const bearing = measured.filter((_, cell) => bears[cell]);
  const least = Math.min(...bearing.map(replicatesOf));
  const first = <Of extends { readonly replicate: number }>(all: readonly Of[]): readonly Of[] =>
    all.filter(({ replicate }) => replicate < least);
  const balanced = measured.map(({ runs, missing }) => ({ runs: first(runs), missing: first(missing) }));
  const verdict = judgeAnytime(claim, gathered(balanced), alpha);
  const open =
    verdict.verdict === 'inconclusive' && !hopeless(verdict)
      ? measured.flatMap((_, cell) => (bears[cell] ? [{ cell, more: verdict.more ?? undefined }] : []))
      : [];
  return { ...verdict, alpha, cells: null, open };
}

const replicatesOf = ({ runs, missing }: Outcomes): number =>
  Math.max(0, ...[...runs, ...missing].map(({ replicate }) => replicate + 1));

/** Units of which a verdict that some number of runs would settle can say how many. */
const tellingUnits = 16;

/** No number of runs would decide it: said by an interval, or by units enough for one. Of fewer nothing is known yet. */
const hopeless = ({ more, interval, runs, units }: Verdict): boolean =>
  runs === 0 || (more === null && (interval !== null || units >= tellingUnits));

/** The replicates that all open cells together would take, where each says how many. */
function moreOf(open: readonly Need[]): Pick<Verdict, 'more'> {
  const each = open.map(({ more }) => more ?? Number.NaN);
  const sum = each.reduce((total, more) => total + more, 0);
  return { more: open.length > 0 && Number.isFinite(sum) ? sum : null };
}

/** Which of two cells of one verdict to show: the one furthest from decided, else the one with least to spare. */
const tighter = (a: Verdict, b: Verdict): boolean =>
  a.verdict === 'inconclusive' && a.more !== b.more
    ? (a.more ?? Infinity) > (b.more ?? Infinity)
    : (a.slack ?? Infinity) < (b.slack ?? Infinity);

function inWords(
  verdict: Call,
  cells: Readonly<Record<Call, number>>,
  { reason, at }: { readonly reason: string; readonly at: string },
): string {
  const judged = cells.supported + cells.refuted + cells.inconclusive;
  if (judged === 1) return reason;
  const where = `at ${at}: ${reason}`;
  if (verdict === 'supported') return `in each of ${judged} cells; least to spare ${where}`;
  return `${verdict === 'refuted' ? 'refuted' : 'open'} in ${cells[verdict]} of ${judged} cells; ${where}`;
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
