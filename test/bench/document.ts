/** Everything that one run of the bench found out: what `--json` prints and what the table is made of. */
import type { KernelResult } from './kernels.js';
import type { Machine } from './machine.js';
import type { Measure } from './measures.js';
import type { Peaks } from './peaks.js';
import type { Facts } from './protocol.js';
import { fastest, type Entry } from './race.js';
import type { Setting } from './settings.js';
import { median, ratioOf, timing, type Ratio, type Timing } from './statistics.js';

export interface BenchDocument {
  readonly machine: Machine;
  /** Seconds beyond which a run of a peer was extrapolated. */
  readonly patience: number;
  readonly contestants: Readonly<Record<string, Facts>>;
  /** Who was skipped, was refused or declined, and why. */
  readonly words: readonly string[];
  readonly rows: readonly Row[];
  readonly measures: readonly (Pick<Measure, 'name' | 'unit' | 'floor'> & {
    readonly timing: Timing;
    readonly missed: boolean;
  })[];
  readonly peaks?: Peaks;
  readonly kernels: readonly KernelResult[];
}

/** One cell as ours ran it in one way, and the others beside it. */
export interface Row {
  readonly name: string;
  readonly sampling: 'law' | 'explicit';
  readonly ours?: Contender;
  readonly opponents: Partial<Record<'autograd' | 'hand' | 'tfjs', Opponent>>;
}

export interface Contender {
  readonly name: string;
  readonly total: Timing;
  /** Median seconds by stage. */
  readonly stages: Readonly<Record<string, number>>;
  /** Mean over the rounds, by radius. */
  readonly robustAccuracy: readonly number[];
  readonly extrapolated: readonly string[];
}

export interface Opponent extends Contender {
  /** How many times as long it took as ours. */
  readonly over?: Ratio;
  readonly floor?: number;
  readonly missed?: boolean;
}

export function rowsOf({ name, ours }: Setting, entries: readonly Entry[]): Row[] {
  return (Object.keys(ours) as ('law' | 'explicit')[]).map((sampling): Row => {
    const mine = entries.find(({ server }) => server.contestant.group === sampling);
    const floors = ours[sampling];
    const opponents: Row['opponents'] = {};
    for (const group of ['autograd', 'hand', 'tfjs'] as const) {
      const best = fastest(entries, group);
      if (best) opponents[group] = opponent(best, mine, group === 'tfjs' ? undefined : floors?.[group]);
    }
    return { name, sampling, opponents, ...(mine ? { ours: contender(mine) } : {}) };
  });
}

function contender({ server, answers, totals }: Entry): Contender {
  const stages = Object.keys(answers[0]?.seconds ?? {});
  return {
    name: server.contestant.name,
    total: timing(totals),
    stages: Object.fromEntries(
      stages.map((stage) => [stage, median(answers.map(({ seconds }) => seconds[stage] ?? Number.NaN))]),
    ),
    robustAccuracy: (answers[0]?.robustAccuracy ?? []).map(
      (_, at) => answers.reduce((sum, { robustAccuracy }) => sum + robustAccuracy[at]!, 0) / answers.length,
    ),
    extrapolated: answers[0]?.extrapolated ?? [],
  };
}

function opponent(entry: Entry, ours: Entry | undefined, floor: number | undefined): Opponent {
  const over = ours && ratioOf(entry.totals, ours.totals);
  return {
    ...contender(entry),
    ...(over ? { over } : {}),
    ...(floor === undefined ? {} : { floor, missed: !(over !== undefined && over.ratio >= floor) }),
  };
}
