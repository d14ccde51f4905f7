/** `run --until decided`: the budget and the level as they are typed, the rounds as they are told, the verdicts that result. */
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Decided, Look, Plan, Policy } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { count } from '../count.js';
import { levelOf } from '../level.js';
import { plural } from '../render/number.js';
import { lookLine, untilRemedy } from '../render/until.js';
import { conduct, type ConductOptions, type Ending } from '../sweep/conduct.js';
import { summaryOf, type Summary } from '../sweep/summary.js';

export const untilFlags = {
  until: Flags.string({
    description:
      'Add replicates, cell by cell, until every claim is supported or refuted or the budget ends. --replicates is then the size of the first round.',
    helpValue: 'decided',
  }),
  budget: Flags.string({
    description: 'Runs in all that --until may take, or replicates a cell with an x; 50x when absent.',
    helpValue: 'N|Nx',
  }),
  alpha: Flags.string({
    description:
      'Probability that --until decides any claim of the sweep falsely; 0.001 when absent, split over claims and cells.',
    helpValue: 'A',
  }),
};

interface Typed {
  readonly until?: string | undefined;
  readonly budget?: string | undefined;
  readonly alpha?: string | undefined;
}

/** Undefined where the sweep runs at a fixed size. Throws BadInput for what makes no sense of these flags together. */
export async function policyFor(typed: Typed, plan: Plan, spelled: string): Promise<Policy | undefined> {
  const { until, budget, alpha } = typed;
  if (until === undefined) {
    for (const [flag, value] of Object.entries({ budget, alpha })) {
      if (value === undefined) continue;
      throw new BadInput({
        expected: `--until decided beside --${flag}`,
        got: `--${flag} ${value} alone`,
        try: commandLine('run', spelled, '--until', 'decided', `--${flag}`, value),
      });
    }
    return undefined;
  }
  if (until !== 'decided') {
    throw new BadInput({ expected: '--until decided', got: `--until ${until}`, try: '--until decided' });
  }
  if (plan.claims.length === 0) {
    throw new BadInput({
      expected: `${plan.sweep} to have claims that --until can decide`,
      got: 'a sweep without claims',
      try: commandLine('run', spelled, '--replicates', '20'),
    });
  }
  const { defaultAlpha, defaultReplicates } = await import('@marginalia/sweep');
  const runs = budgetOf(budget ?? `${Math.max(defaultReplicates, plan.replicates)}x`, plan.cells.length);
  if (runs < plan.runs.length) {
    throw new BadInput({
      expected: `--budget to reach for the first round, ${plural(plan.runs.length, 'run')} (${plural(plan.cells.length, 'cell')} × ${plural(plan.replicates, 'replicate')})`,
      got: String(budget),
      try: `--budget ${10 * plan.runs.length}, or fewer --replicates`,
    });
  }
  return { alpha: alpha === undefined ? defaultAlpha : levelOf(alpha), budget: runs };
}

/** `500` runs in all, or `20x`: twenty replicates of each cell. */
function budgetOf(text: string, cells: number): number {
  const [, times] = /^\s*(\d+)x\s*$/.exec(text) ?? [];
  return times === undefined ? count('budget', text) : count('budget', times) * cells;
}

export interface Rounds {
  readonly plan: Plan;
  readonly policy: Policy;
  /** One line a round, where another follows. */
  readonly say: (line: string) => void;
}

/** How a sweep ended; `decided` where its rounds came to their end. */
export interface Performed {
  readonly ending: Ending;
  readonly decided?: Decided;
}

/** The rounds, stopped by Ctrl-C like any other sweep. */
export async function conductUntil(
  { plan, policy, say }: Rounds,
  options: ConductOptions,
): Promise<Performed> {
  const [Effect, { executeUntilDecided }] = await Promise.all([
    import('effect/Effect'),
    import('@marginalia/sweep'),
  ]);
  let decided: Decided | undefined;
  const onLook = (look: Look): void => {
    const line = lookLine(look);
    if (line !== undefined) say(line);
  };
  const ending = await conduct(plan, {
    ...options,
    perform: (first, how) =>
      executeUntilDecided(first, policy, { ...how, onLook }).pipe(
        Effect.tap((end) =>
          Effect.sync(() => {
            decided = end;
          }),
        ),
      ),
  });
  return { ending, ...(decided && { decided }) };
}

/** The summary with the verdicts of the rounds, which are judged at other levels than those of a fixed size. */
export async function decidedSummary(
  decided: Decided,
  { alpha, budget }: Policy,
  out: string,
): Promise<Summary> {
  const summary = await summaryOf(decided.plan, decided, out);
  const byClaim = new Map(decided.assessments.map((assessment) => [assessment.claim, assessment]));
  const spent = decided.plan.runs.length;
  return {
    ...summary,
    alpha,
    until: { rounds: decided.round, budget, spent },
    verdicts: summary.verdicts.map((verdict) => {
      const assessment = byClaim.get(verdict.claim);
      if (assessment === undefined) throw new TypeError(`no assessment of ${verdict.claim}`);
      const { open, ...decision } = assessment;
      const { expected, violatedBy } = verdict;
      const wanting =
        verdict.verdict === 'vacuous' || open.length === 0 ? '' : wantedInWords(decision.more, open.length);
      return { ...decision, reason: `${decision.reason}${wanting}`, expected, violatedBy };
    }),
  };
}

const wantedInWords = (more: number | null, cells: number): string =>
  more === null ? '' : `; the budget ended ${plural(more, 'replicate')} short, in ${plural(cells, 'cell')}`;

/** More replicates are what the rounds see to; more budget is what they may lack. */
export const remedyOf = ({ until }: Summary): { readonly remedy?: string } =>
  until === undefined ? {} : { remedy: untilRemedy(until) };
