/** What the page carries, as runs and claims again, and what of it the filters leave. */
import type { AxisValue, Claim } from '@marginalia/theory';
import type { MeasuredRun, MissingRun } from '@marginalia/sweep';
import type { FigureSource } from '../../figure/figure.js';
import type { EmbeddedSweep } from '../embedded.js';
import { unpackClaim, unpackRuns } from '../packed.js';

export interface CarriedSweep {
  readonly source: FigureSource;
  readonly claims: ReadonlyMap<string, Claim>;
  readonly missing: readonly MissingRun[];
  readonly alpha: number;
  readonly anytime: boolean;
  /** All measured runs are here: what is judged of a part is judged as on the command line. */
  readonly complete: boolean;
}

export function carried(embedded: EmbeddedSweep): CarriedSweep {
  const { sweep, preset, axisNames, freeAxes, alpha, anytime, missing, measured } = embedded;
  const runs = unpackRuns(embedded.runs);
  const claims = embedded.claims.map(unpackClaim);
  return {
    source: { sweep, preset, axisNames, freeAxes, runs, claims, judging: { alpha, anytime, missing } },
    claims: new Map(claims.map((claim) => [claim.id, claim])),
    missing,
    alpha,
    anytime,
    complete: runs.length === measured,
  };
}

/** Axis → the values that are wanted, spelled as in the form; axes that are not among them are left alone. */
export type Wanted = ReadonlyMap<string, ReadonlySet<string>>;

type Setting = Readonly<Record<string, AxisValue>>;

export const isWanted = (axes: Setting, wanted: Wanted): boolean =>
  [...wanted].every(([axis, values]) => !(axis in axes) || values.has(String(axes[axis])));

export function filtered(sweep: CarriedSweep, wanted: Wanted): CarriedSweep {
  const runs: readonly MeasuredRun[] = sweep.source.runs.filter(({ axes }) => isWanted(axes, wanted));
  const missing = sweep.missing.filter(({ axes }) => isWanted(axes, wanted));
  return {
    ...sweep,
    source: { ...sweep.source, runs, judging: { ...sweep.source.judging, missing } },
    missing,
  };
}
