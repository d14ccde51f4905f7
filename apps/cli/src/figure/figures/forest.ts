/** All claims at once: estimate and interval of each beside what it admits, on one scale. */
import type { Claim, Relation } from '@marginalia/theory';
import type { Verdict } from '@marginalia/sweep';
import { nameOf, paperOf } from '../../claim-pattern.js';
import { available, unavailable, type Figure } from '../figure.js';
import { forestLatex } from '../forest/latex.js';
import { forestSpec, type ForestData, type ForestLine } from '../forest/spec.js';
import { judged } from '../judged.js';
import { ofRuns } from '../runs.js';
import { verdictOrder } from '../verdict-shapes.js';

export const forest: Figure<ForestData> = {
  name: 'forest',
  title: 'All claims: estimate, interval, bound',
  needs: 'claims',
  available(sources) {
    const [source] = sources;
    return sources.some(({ claims }) => claims.length > 0)
      ? available
      : unavailable(source?.undefinedBecause ?? `${source?.sweep} makes no claim`);
  },
  data(sources) {
    const judgedOf = sources.flatMap((source) =>
      source.claims.map((claim) => ({ sweep: source.sweep, claim, verdict: judged(claim, source) })),
    );
    const ids = judgedOf.map(({ claim }) => claim.id);
    const lines = judgedOf.map(({ sweep, claim, verdict }) =>
      lineOf(claim, verdict, labelOf(claim.id, sweep, ids)),
    );
    const rank = ({ verdict }: ForestLine): number => verdictOrder.indexOf(verdict);
    // Several sweeps may judge one claim: lines stay apart by their place.
    const sorted = lines.toSorted((a, b) => rank(a) - rank(b)).map((line, at) => ({ ...line, place: at }));
    return {
      title: forest.title,
      caption: `Values over their bounds: 1 + (value − bound)/|bound|; the shaded part is what each claim admits, a triangle lies beyond. ${ofRuns(sources)}`,
      rows: sorted,
    };
  },
  spec: forestSpec,
  latex: forestLatex,
};

/** `gap-slope`; where several papers have one `gap-slope (nacson 2019)`, where several sweeps judge one `radius-chain · slabs`. */
function labelOf(id: string, sweep: string, ids: readonly string[]): string {
  const short = (other: string): string => {
    const words = paperOf(other).split('-');
    return `${words[0]} ${words.at(-1)}`;
  };
  const namesakes = [...new Set(ids.filter((other) => nameOf(other) === nameOf(id)))];
  const alike = namesakes.filter((other) => short(other) === short(id)).length > 1;
  const paper = namesakes.length > 1 ? ` (${alike ? paperOf(id) : short(id)})` : '';
  return `${nameOf(id)}${paper}${ids.filter((other) => other === id).length > 1 ? ` · ${sweep}` : ''}`;
}

function lineOf(
  claim: Claim,
  { verdict, estimate, interval, bound, runs }: Verdict,
  label: string,
): ForestLine {
  const scale = bound === null || bound === 0 || !Number.isFinite(bound) ? 1 : Math.abs(bound);
  const relative = (value: number | null | undefined): number | null =>
    value === null || value === undefined || Number.isNaN(value) || bound === null
      ? null
      : Math.max(-1e9, Math.min(1e9, 1 + (value - bound) / scale));
  const [least, most] = admitted(claim.relation, scale);
  const raw = (value: number | null | undefined): number | null =>
    value !== null && value !== undefined && Number.isFinite(value) ? value : null;
  return {
    place: 0,
    claim: claim.id,
    label,
    verdict,
    at: relative(estimate),
    from: relative(interval?.[0]),
    to: relative(interval?.[1]),
    least,
    most,
    estimate: raw(estimate),
    low: raw(interval?.[0]),
    high: raw(interval?.[1]),
    bound: raw(bound),
    runs,
  };
}

/** What the relation admits, on the scale where the bound is 1; null is without end. */
function admitted(relation: Relation, scale: number): readonly [number | null, number | null] {
  switch (relation.kind) {
    case 'exactly':
    case 'at-most':
      return [null, 1];
    case 'at-least':
      return [1, null];
    case 'about':
      return [1 - relation.within, 1 + relation.within];
    case 'proportional':
      return [1 - relation.within / scale, 1 + relation.within / scale];
  }
}
