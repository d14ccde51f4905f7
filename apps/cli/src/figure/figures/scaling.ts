/** Power laws on log-log axes: cells, the fitted slope with its interval, and the slope of the theorem. */
import { judge, mean, type Claim, type Proportional } from '@marginalia/theory';
import type { MeasuredRun, Verdict } from '@marginalia/sweep';
import { curveRow, drawn, type CurvesData, type Panel, type Series } from '../curves/curves.js';
import { curvesLatex } from '../curves/latex.js';
import { curvesSpec } from '../curves/spec.js';
import { available, unavailable, type Figure, type FigureSource } from '../figure.js';
import { judged } from '../judged.js';
import { ofRuns } from '../runs.js';
import { symbolOf } from '../symbols.js';

const series: readonly Series[] = [
  { name: 'interval of the slope', colour: 0, dash: 'solid', mark: 'band' },
  { name: 'fitted slope', colour: 0, dash: 'solid', mark: 'line' },
  { name: 'the theorem’s slope', colour: 'ink', dash: 'dashed', mark: 'line' },
  { name: 'cells', colour: 1, dash: 'solid', mark: 'points' },
];

const lawsOf = ({ claims }: FigureSource): readonly (Claim & { readonly relation: Proportional })[] =>
  claims.flatMap((claim) =>
    claim.relation.kind === 'proportional' ? [{ ...claim, relation: claim.relation }] : [],
  );

interface Cell {
  readonly at: number;
  /** Mean of log(quantity / bound) over its runs. */
  readonly level: number;
}

/** One point a value of the axis and of the axes alongside, each group of the latter about its own mean. */
function cellsOf(
  { relation, ...claim }: Claim & { readonly relation: Proportional },
  runs: readonly MeasuredRun[],
) {
  const groups = new Map<string, Map<number, number[]>>();
  for (const run of runs) {
    const finding = judge({ relation, ...claim }, run);
    if (finding.kind !== 'holds') continue;
    const at = Number(run.axes[relation.axis]);
    const level = Math.log(finding.quantity / finding.bound);
    if (!(at > 0) || !Number.isFinite(level)) continue;
    const key = JSON.stringify(
      relation.alongside.filter((name) => name !== relation.axis).map((name) => run.axes[name]),
    );
    const group = groups.get(key) ?? new Map<number, number[]>();
    groups.set(key, group);
    const found = group.get(at);
    if (found) found.push(level);
    else group.set(at, [level]);
  }
  return [...groups.values()].map((group): readonly Cell[] =>
    [...group].map(([at, levels]) => ({ at, level: mean(levels) })),
  );
}

function lines(
  panel: Panel,
  relation: Proportional,
  { estimate, interval }: Verdict,
  groups: readonly (readonly Cell[])[],
) {
  // Axes alongside hold the level; the slope alone is claimed. Each group is shown about its mean at the mean of log x.
  const slope = estimate ?? relation.exponent;
  const all = groups.flat();
  const centre = mean(all.map(({ at }) => Math.log(at)));
  const points = groups.flatMap((group) => {
    const height = mean(group.map(({ at, level }) => level - slope * (Math.log(at) - centre)));
    return group.map(({ at, level }) => ({ x: at, y: Math.exp(level - height) }));
  });
  const places = [...new Set(all.map(({ at }) => at))].sort((a, b) => a - b);
  const along = (exponent: number, x: number): number => Math.exp(exponent * (Math.log(x) - centre));
  return [
    ...(interval && interval.every(Number.isFinite)
      ? withCentre(places, Math.exp(centre)).map((x) => {
          const edges = interval.map((exponent) => along(exponent, x)) as [number, number];
          return curveRow(panel, 'interval of the slope', {
            x,
            low: Math.min(...edges),
            high: Math.max(...edges),
          });
        })
      : []),
    ...(estimate === null
      ? []
      : places.map((x) => curveRow(panel, 'fitted slope', { x, y: along(estimate, x) }))),
    ...places.map((x) => curveRow(panel, 'the theorem’s slope', { x, y: along(relation.exponent, x) })),
    ...points.map((point) => curveRow(panel, 'cells', point)),
  ].filter((row) => row !== undefined);
}

/** The two edges of an interval of slopes cross at the centre: without a place there the band would not. */
const withCentre = (places: readonly number[], centre: number): readonly number[] =>
  [...new Set([...places, centre])].sort((a, b) => a - b);

const rounded = (value: number): string => value.toFixed(3).replace('-', '−');

/** Values of an axis that are all labelled; of more, round numbers are. */
const ticksAtMost = 6;

export const scaling: Figure<CurvesData> = {
  name: 'scaling',
  title: 'Power laws',
  needs: 'a claim of proportionality, judged on at least two values of its axis',
  available(sources) {
    const laws = sources.flatMap((source) => lawsOf(source).map((claim) => ({ source, claim })));
    const [missing] = sources.flatMap(({ undefinedBecause }) => undefinedBecause ?? []);
    if (laws.length === 0) return unavailable(missing ?? 'the sweep claims no power law');
    const drawable = laws.some(({ source, claim }) =>
      cellsOf(claim, source.runs).some((group) => group.length > 1),
    );
    return drawable
      ? available
      : unavailable(
          `no run is judged by ${laws[0]?.claim.id} at two values of ${laws[0]?.claim.relation.axis}: vacuous, or one value alone`,
        );
  },
  data(sources) {
    const panels: Panel[] = [];
    const rows = sources.flatMap((source) =>
      lawsOf(source).flatMap((claim) => {
        const groups = cellsOf(claim, source.runs).filter((group) => group.length > 1);
        if (groups.length === 0) return [];
        const { axis, exponent } = claim.relation;
        const verdict = judged(source.claims.find(({ id }) => id === claim.id) ?? claim, source);
        const places = [...new Set(groups.flat().map(({ at }) => at))].sort((a, b) => a - b);
        const [low = Number.NaN, high = Number.NaN] = verdict.interval ?? [];
        const fitted =
          verdict.estimate === null
            ? 'no fit'
            : `slope ${rounded(verdict.estimate)} [${rounded(low)}, ${rounded(high)}]`;
        const panel: Panel = {
          name: `${claim.title}: ${fitted}, claimed ${String(exponent).replace('-', '−')}`,
          x: {
            title: symbolOf(axis),
            scale: 'log',
            ...(places.length <= ticksAtMost ? { ticks: places } : {}),
          },
          y: { title: 'quantity / its mean level', scale: 'log' },
        };
        panels.push(panel);
        return lines(panel, claim.relation, verdict, groups);
      }),
    );
    return drawn({
      title: scaling.title,
      caption: `Cells that differ in other axes are shifted onto one line. ${ofRuns(sources)}`,
      panels,
      series,
      rows,
    });
  },
  spec: curvesSpec,
  latex: curvesLatex,
};
