/** What a plan comes to before it is executed: how much of it is there, how long the rest takes, what fits into memory. */
import { type Forecast, fitCost, type FittedCost, forecast, msOf } from './cost-model.js';
import type { Cell } from './grid.js';
import type { Run } from './identity.js';
import { countJournal } from './journal/count.js';
import { memoryForRuns, refuseTooLarge } from './memory.js';
import type { Plan } from './plan.js';
import { refuseOtherSweep } from './results.js';
import { shardsOf } from './shard.js';
import { readTimings } from './timings.js';

export interface Outlook {
  /** Cells of which a run is among those asked for. */
  readonly cells: readonly CellOutlook[];
  readonly runs: number;
  /** Measured already. */
  readonly there: number;
  /** Tried and failed so far: they are tried again. */
  readonly failed: number;
  readonly remaining: number;
  /** Those that remain. */
  readonly pending: readonly Run[];
  /** Workers that there are runs for and that the plan tolerates. */
  readonly threads: number;
  /** What the forecast rests on; undefined where no run of this sweep has been timed in the folder. */
  readonly timing: FittedCost | undefined;
  /** Of the remaining runs; undefined without timings. */
  readonly time: Forecast | undefined;
  readonly memory: MemoryOutlook | undefined;
  /** In order; none unless asked for. */
  readonly shards: readonly ShardOutlook[];
}

export interface CellOutlook {
  readonly axes: Cell;
  readonly runs: number;
  readonly there: number;
  /** In the sweep's own unit. */
  readonly cost: number;
  /** Predicted milliseconds of one run, and of those that are not there. */
  readonly msPerRun: number | undefined;
  readonly msLeft: number | undefined;
  /** Predicted bytes of a run. */
  readonly memory: number | undefined;
}

export interface MemoryOutlook {
  /** Predicted bytes of the largest run, and what the runs at work may take together. */
  readonly largest: number;
  readonly room: number;
  /** How many of the largest runs may be at work at once. */
  readonly together: number;
}

export interface ShardOutlook {
  readonly runs: number;
  readonly remaining: number;
  readonly time: Forecast | undefined;
}

export interface OutlookOptions {
  readonly out: string;
  readonly threads: number;
  readonly shards?: number;
}

/**
 * Computes nothing and writes nothing. Throws BadInput for a folder of another sweep, a foreign journal, a determinism
 * alarm, and a run that does not fit into memory even alone.
 */
export function outlookOf(plan: Plan, { out, threads, shards = 0 }: OutlookOptions): Outlook {
  refuseOtherSweep(out, plan.sweep);
  const { runs: known } = countJournal(out, plan.sweep);
  const isThere = ({ id }: Run): boolean => known.get(id)?.ended === 'measured';
  const pending = plan.runs.filter((run) => !isThere(run));
  const room = memoryForRuns();
  refuseTooLarge(plan.sweep, pending, plan.largest, room);
  const timing = fitCost(readTimings(out));
  const largest = pending.reduce((most, { memory = 0 }) => Math.max(most, memory), 0);
  const within = (runs: readonly Run[]): Forecast | undefined =>
    timing && forecast(timing, runs, { threads: Math.min(threads, plan.maxThreads), memory: room });
  return {
    cells: cellsOf(plan.runs, isThere, timing),
    runs: plan.runs.length,
    there: plan.runs.length - pending.length,
    failed: pending.filter(({ id }) => known.has(id)).length,
    remaining: pending.length,
    pending,
    threads: Math.min(threads, plan.maxThreads, Math.max(1, pending.length)),
    timing,
    time: within(pending),
    memory: largest > 0 ? { largest, room, together: Math.floor(room / largest) } : undefined,
    shards: (shards > 0 ? shardsOf(plan, shards) : []).map((runs) => {
      const left = runs.filter((run) => !isThere(run));
      return { runs: runs.length, remaining: left.length, time: within(left) };
    }),
  };
}

/** Runs of one cell follow one another in a plan, and share the object of their axes. */
function cellsOf(
  runs: readonly Run[],
  isThere: (run: Run) => boolean,
  timing: FittedCost | undefined,
): readonly CellOutlook[] {
  const cells = new Map<Cell, { runs: number; there: number; readonly first: Run }>();
  for (const run of runs) {
    const cell = cells.get(run.axes) ?? { runs: 0, there: 0, first: run };
    cells.set(run.axes, cell);
    cell.runs += 1;
    if (isThere(run)) cell.there += 1;
  }
  return [...cells.values()].map(({ runs: count, there, first: { axes, cost, memory } }) => {
    const msPerRun = timing && msOf(timing, cost);
    const msLeft = msPerRun === undefined ? undefined : msPerRun * (count - there);
    return { axes, runs: count, there, cost, msPerRun, msLeft, memory };
  });
}
