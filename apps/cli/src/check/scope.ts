/** What `check` is asked to check: sweeps with their plans, and of each the claims that are wanted. */
import { BadInput } from '@marginalia/core';
import type { Plan } from '@marginalia/sweep';
import type { Claim } from '@marginalia/theory';
import { claimsCalled } from '../claim-pattern.js';
import { commandLine } from '../command-line.js';
import { checkPreset, judges } from '../judges.js';
import { findQuestion, planFor, type Question } from '../sweep/question.js';

export interface Part {
  readonly question: Question;
  /** With the wanted claims alone. */
  readonly plan: Plan;
}

export interface Scope {
  readonly parts: readonly Part[];
  /** Sweeps that cannot run on this machine, and why: passed over where all sweeps are checked. */
  readonly passedOver: readonly { readonly sweep: string; readonly why: string }[];
  /** Claims of the registry that are wanted, and that no preset of these parts judges. */
  readonly unjudged: readonly string[];
  /** The claims that `explain` knows. */
  readonly registry: ReadonlySet<string>;
  /** Whether an entry of the baseline is one of those asked for. */
  readonly covers: (claim: string, sweep: string) => boolean;
}

/**
 * `spelled`: sweeps by name or path, all of the house when empty. `patterns`: claims, all when empty; a sweep that judges
 * none of them is left out. Throws BadInput for a sweep, or a pattern, that means nothing.
 */
export async function scopeOf(spelled: readonly string[], patterns: readonly string[]): Promise<Scope> {
  const { builtinSweeps } = await import('@marginalia/sweeps');
  const all = spelled.length === 0;
  const parts: Part[] = [];
  const passedOver: { sweep: string; why: string }[] = [];
  for (const one of all ? Object.keys(builtinSweeps) : spelled) {
    const question = await findQuestion(one, 'check');
    const why = all ? question.definition.unavailable?.() : undefined;
    if (why !== undefined) {
      passedOver.push({ sweep: question.definition.name, why });
      continue;
    }
    const plan = await planFor(question, { preset: checkPreset(question.definition) });
    refuseTwice(parts, plan.sweep);
    parts.push({ question, plan });
  }
  const { claims: registry } = await import('@marginalia/theory');
  const planned = parts.flatMap(({ plan }) => plan.claims.map(({ id }) => id));
  const known = all ? [...new Set([...registry.map(({ id }) => id), ...planned])] : [...new Set(planned)];
  const wanted = patterns.length === 0 ? new Set(known) : await claimsCalled(patterns, known);
  const unjudged = [...wanted].filter((id) => !planned.includes(id));
  const sweeps = new Set(parts.map(({ plan }) => plan.sweep));
  const chosen = parts
    .map(({ question, plan }) => ({ question, plan: { ...plan, claims: plan.claims.filter(among(wanted)) } }))
    .filter(({ plan }) => patterns.length === 0 || plan.claims.length > 0);
  if (chosen.length === 0) throw await nobodyJudges(unjudged);
  const away = new Set(passedOver.map(({ sweep }) => sweep));
  return {
    parts: chosen,
    passedOver,
    unjudged,
    registry: new Set(registry.map(({ id }) => id)),
    covers: (claim, sweep) =>
      (all ? !away.has(sweep) : sweeps.has(sweep)) && (patterns.length === 0 || wanted.has(claim)),
  };
}

const among =
  (wanted: ReadonlySet<string>) =>
  ({ id }: Claim): boolean =>
    wanted.has(id);

function refuseTwice(parts: readonly Part[], sweep: string): void {
  if (!parts.some(({ plan }) => plan.sweep === sweep)) return;
  throw new BadInput({ expected: 'each sweep once', got: `${sweep} twice` });
}

/** A claim that only a bigger preset judges is not for `check`; the command that does judge it is known. */
async function nobodyJudges(ids: readonly string[]): Promise<BadInput> {
  const known = await judges();
  const [first] = ids.flatMap((id) => known.get(id) ?? []);
  const [preset] = first?.presets ?? [];
  return new BadInput({
    expected: 'a claim that a quick preset judges',
    got: ids.join(', '),
    try:
      first && preset !== undefined
        ? commandLine('run', first.sweep, '--preset', preset)
        : commandLine('list', 'claims'),
  });
}
