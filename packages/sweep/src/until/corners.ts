/** What single cells say of claims over the grid: a claim may hold over a grid and fail in a corner of it. */
import type { Claim } from '@marginalia/theory';
import type { Verdict } from '../verdict/verdict.js';
import type { Measured } from './assess.js';
import { judgeAnytime } from './judge.js';

type Call = Verdict['verdict'];

export interface Corners {
  readonly claim: string;
  /** Cells by what each says by itself, at alpha / (claims · cells). */
  readonly cells: Readonly<Record<Call, number>>;
  /** Where it is refuted by itself: `dimension=64 clusters=4`, in grid order. */
  readonly refutedAt: readonly string[];
}

/**
 * Of each claim of which a cell by itself can say something. Together they refute a cell in which the claim is true with
 * probability ≤ alpha. They decide nothing: what is claimed is claimed of the runs of the sweep.
 */
export function cornersOf(claims: readonly Claim[], measured: Measured, alpha: number): readonly Corners[] {
  const level = alpha / (claims.length * measured.length);
  return claims
    .filter(({ relation }) => relation.kind !== 'exactly' && relation.kind !== 'proportional')
    .map((claim) => {
      const calls = measured.map((cell): Call => {
        const { runs, verdict } = judgeAnytime(claim, cell, level);
        return runs > 0 ? verdict : 'vacuous';
      });
      const cells = { supported: 0, refuted: 0, vacuous: 0, inconclusive: 0 };
      for (const call of calls) cells[call] += 1;
      const refutedAt = calls.flatMap((call, cell) => (call === 'refuted' ? [placeOf(cell, measured)] : []));
      return { claim: claim.id, cells, refutedAt };
    });
}

/** The axes of a cell whose values differ within the grid. */
function placeOf(cell: number, measured: Measured): string {
  const axes = measured[cell]?.runs[0]?.axes ?? {};
  const varies = (name: string): boolean =>
    measured.some(({ runs: [other] }) => other !== undefined && other.axes[name] !== axes[name]);
  return Object.keys(axes)
    .filter(varies)
    .map((name) => `${name}=${axes[name]}`)
    .join(' ');
}
