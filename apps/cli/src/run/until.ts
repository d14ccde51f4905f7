/** `run --until decided`: the budget and the level as they are typed, the rounds as they are told, the verdicts that result. */
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Decided, Look, Plan, Policy } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { count } from '../count.js';
import { levelOf } from '../level.js';
import { plural } from '../render/number.js';
import { lookLine, untilOpening, untilRemedy } from '../render/until.js';
import { conduct, type ConductOptions, type Ending } from '../sweep/conduct.js';
import { summaryOf, type Summary } from '../sweep/summary.js';

export const untilFlags = {
  until: Flags.string({
    description:
      'Add replicates, cell by cell, until every claim is supported or refuted or the budget ends. --replicates is then the size of the first round.',
    helpValue: 'decided',
  }),
  budget: Flags.string({
    description:
      'Runs in all that --until may take, or with an x runs of a cell; 50x when absent, and 500 at least.',
    helpValue: 'N|Nx',
  }),
  alpha: Flags.string({
    description:
      'Probability that --until decides any claim of the sweep falsely; 0.001 when absent, split over its claims.',
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
  if (until === undefined) return undefined;
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
  const { defaultAlpha, defaultBudget } = await import('@marginalia/sweep');
  const { cells } = plan;
  const runs =
    budget === undefined
      ? Math.max(defaultBudget(cells.length), plan.runs.length)
      : budgetOf(budget, cells.length);
  if (runs < plan.runs.length) {
    throw new BadInput({
      expected: `--budget to reach for the first round, ${plural(plan.runs.length, 'run')} (${plural(cells.length, 'cell')} × ${plural(plan.replicates, 'replicate')})`,
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
  say(untilOpening(policy));
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
  const corners = new Map(decided.corners.map((corner) => [corner.claim, corner]));
  const spent = decided.plan.runs.length;
  return {
    ...summary,
    alpha,
    until: { rounds: decided.round, budget, spent, needed: neededBy(decided) },
    verdicts: summary.verdicts.map((verdict) => {
      const assessment = byClaim.get(verdict.claim);
      if (assessment === undefined) throw new TypeError(`no assessment of ${verdict.claim}`);
      const { open, ...decision } = assessment;
      const { expected, violatedBy } = verdict;
      const corner = corners.get(verdict.claim);
      const wanting = open.length === 0 ? '' : wantedInWords(decision.more);
      const reason = `${decision.reason}${wanting}${cornersInWords(decision.verdict, corner?.refutedAt ?? [])}`;
      return { ...decision, reason, expected, violatedBy, cells: corner?.cells ?? null };
    }),
  };
}

/** Claims over other cells may share what they need: a cell is extended once, as far as the neediest of them asks. */
function neededBy({ plan, assessments }: Decided): number | null {
  const more = plan.cells.map(() => 0);
  for (const assessment of assessments) {
    for (const cell of assessment.open) more[cell] = Math.max(more[cell] ?? 0, assessment.more ?? 0);
  }
  const sum = more.reduce((total, many) => total + many, 0);
  return sum > 0 ? plan.runs.length + sum : null;
}

/** `more` is of each cell. */
const wantedInWords = (more: number | null): string =>
  more === null ? '' : `; the budget ended about ${plural(more, 'replicate')} of each cell short`;

const shownPlaces = 2;

/** Of a claim that is not refuted over the grid: where it is by itself. */
function cornersInWords(verdict: string, places: readonly string[]): string {
  if (verdict === 'refuted' || places.length === 0) return '';
  const shown = places.slice(0, shownPlaces).join(', ');
  const more = places.length > shownPlaces ? ` and ${places.length - shownPlaces} more` : '';
  return `; yet by itself refuted at ${shown}${more}`;
}

/** More replicates are what the rounds see to; more budget is what they may lack. */
export const remedyOf = ({ until }: Summary): { readonly remedy?: string } =>
  until === undefined ? {} : { remedy: untilRemedy(until) };
