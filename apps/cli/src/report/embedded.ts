/** What a page carries so that it can judge and draw anew: the runs of every sweep, or as many replicates as there is room for. */
import type { MeasuredRun, MissingRun } from '@marginalia/sweep';
import { failedRuns } from '@marginalia/sweep';
import type { FigureSource } from '../figure/figure.js';
import { packClaim, packRuns, type PackedClaim, type PackedRuns } from './packed.js';
import type { ReportedSweep } from './read.js';

/** Doubles that a page has room for: 11 bytes each in base64, beside a script of 1 MB and the pictures. */
const roomFor = 400_000;
/** Failed runs that verdicts of a part can count on; of more, verdicts stay those of the whole. */
const failuresAtMost = 2000;

export interface EmbeddedSweep {
  readonly sweep: string;
  readonly preset: string;
  readonly axisNames: readonly string[];
  readonly freeAxes: readonly string[];
  readonly alpha: number;
  readonly anytime: boolean;
  readonly runs: PackedRuns;
  /** Measured runs of the folder: more than are carried where there was no room for all. */
  readonly measured: number;
  readonly claims: readonly PackedClaim[];
  readonly missing: readonly MissingRun[];
}

export interface Embedded {
  readonly sweeps: readonly EmbeddedSweep[];
  /** Figures drawn from what is not carried: they stay as they are. */
  readonly fixed: readonly string[];
}

export function embedded(sweeps: readonly ReportedSweep[], fixed: readonly string[]): Embedded {
  const share = roomFor / sweeps.length;
  return {
    fixed,
    sweeps: sweeps.map(({ source, identity, failures, alpha, anytime, claims }) => {
      const runs = thinned(source, share, claims.length);
      const complete = runs.length === source.runs.length && failures.length <= failuresAtMost;
      return {
        sweep: source.sweep,
        preset: source.preset,
        axisNames: source.axisNames,
        freeAxes: source.freeAxes,
        alpha,
        anytime,
        runs: packRuns(runs, source.axisNames),
        measured: complete ? runs.length : Math.max(source.runs.length, runs.length + 1),
        claims: claims.map(({ claim }) => packClaim(claim, runs)),
        missing: complete ? failedRuns(failures, identity) : [],
      };
    }),
  };
}

/** The first replicates of each cell, as many for each as fit; all of them where they fit. */
function thinned({ runs, axisNames }: FigureSource, room: number, claims: number): readonly MeasuredRun[] {
  const sizeOf = ({ measurements }: MeasuredRun): number =>
    Object.values(measurements).reduce<number>(
      (sum, value) => sum + (typeof value === 'number' ? 1 : value.length),
      // Two doubles and a half a claim, and the places of its axes.
      2.5 * claims + axisNames.length / 2 + 2,
    );
  // By how many runs of its cell come before it.
  const seen = new Map<string, number>();
  const ranks = runs.map(({ axes }) => {
    const key = axisNames.map((name) => axes[name]).join('\u0000');
    const rank = seen.get(key) ?? 0;
    seen.set(key, rank + 1);
    return rank;
  });
  const sizes: number[] = [];
  for (const [at, run] of runs.entries())
    sizes[ranks[at] as number] = (sizes[ranks[at] as number] ?? 0) + sizeOf(run);
  let [replicates, used] = [0, 0];
  while (replicates < sizes.length && used + (sizes[replicates] as number) <= room)
    used += sizes[replicates++] as number;
  if (replicates === sizes.length) return runs;
  // Not even one a cell: the first cells, so that there is something to draw.
  if (replicates === 0) return runs.slice(0, Math.max(1, Math.floor(room / sizeOf(runs[0] as MeasuredRun))));
  return runs.filter((_, at) => (ranks[at] as number) < replicates);
}
