/** What the runs of each cell say of a claim: means over units with their Monte-Carlo standard errors. */
import { judge, mean, standardError, type AxisValue, type Claim } from '@marginalia/theory';
import type { MeasuredRun } from '@marginalia/sweep';

export interface ClaimCell {
  readonly axes: Readonly<Record<string, AxisValue>>;
  readonly runs: number;
  readonly held: number;
  readonly violated: number;
  readonly vacuous: number;
  readonly inconclusive: number;
  /** Over the judged runs; NaN where there is none. */
  readonly quantity: number;
  /** NaN with fewer than two units. */
  readonly error: number;
  readonly bound: number;
}

export interface Witnesses {
  /** Least slack. */
  readonly worst: { readonly run: MeasuredRun; readonly slack: number } | undefined;
  readonly first: readonly MeasuredRun[];
}

interface Gathered {
  readonly axes: MeasuredRun['axes'];
  readonly units: Map<string, number[]>;
  readonly bounds: number[];
  counts: { runs: number; held: number; violated: number; vacuous: number; inconclusive: number };
}

const shownRuns = 3;

/** In the order of the runs. */
export function cellsOf(
  claim: Claim,
  runs: readonly MeasuredRun[],
  axisNames: readonly string[],
): { readonly cells: readonly ClaimCell[]; readonly witnesses: Witnesses } {
  const cells = new Map<string, Gathered>();
  let worst: Witnesses['worst'];
  const first: MeasuredRun[] = [];
  for (const run of runs) {
    const key = axisNames.map((name) => run.axes[name]).join('\u0000');
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = {
        axes: run.axes,
        units: new Map(),
        bounds: [],
        counts: { runs: 0, held: 0, violated: 0, vacuous: 0, inconclusive: 0 },
      };
      cells.set(key, cell);
    }
    const finding = judge(claim, run);
    cell.counts.runs += 1;
    if (finding.kind === 'vacuous' || finding.kind === 'inconclusive') {
      cell.counts[finding.kind] += 1;
      continue;
    }
    cell.counts[finding.kind === 'holds' ? 'held' : 'violated'] += 1;
    const unit = run.unit ?? run.id;
    const known = cell.units.get(unit);
    if (known) known.push(finding.quantity);
    else cell.units.set(unit, [finding.quantity]);
    cell.bounds.push(finding.bound);
    if (first.length < shownRuns) first.push(run);
    if (!(worst && worst.slack <= finding.slack)) worst = { run, slack: finding.slack };
  }
  return {
    cells: [...cells.values()].map(({ axes, units, bounds, counts }) => {
      const values = [...units.values()].map(mean);
      return {
        axes,
        ...counts,
        quantity: values.length > 0 ? mean(values) : Number.NaN,
        error: values.length > 1 ? standardError(values) : Number.NaN,
        bound: bounds.length > 0 ? mean(bounds) : Number.NaN,
      };
    }),
    witnesses: { worst, first },
  };
}
