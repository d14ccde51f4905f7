/** What `shrink` is asked about: a claim, the sweep that judges it, and the settings to start from. */
import { BadInput } from '@marginalia/core';
import { judge, type Claim } from '@marginalia/theory';
import type { SweepDefinition } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { findClaim } from '../find-claim.js';
import { judges } from '../judges.js';
import { findQuestion, planFor, type Question } from '../sweep/question.js';

export interface Subject {
  readonly question: Question;
  readonly claim: Claim;
  /** A preset that judges the claim, and settings under it. */
  readonly preset: string;
  readonly starts: readonly Readonly<Record<string, number | string>>[];
  /** In words, where the settings come from. */
  readonly whence: string;
}

/** d, k, m and n, by the names that our sweeps give them. */
const sizes = ['dimension', 'clusters', 'width', 'samples'];

/** The axes to shrink where none are named: the sizes of the theorem, not how long one trains or how many points one tests. */
export function sizesOf({ axes }: SweepDefinition): readonly string[] | undefined {
  const found = Object.keys(axes).filter((name) => sizes.includes(name));
  return found.length > 0 ? found : undefined;
}

export interface Wanted {
  readonly claim: string;
  readonly sweep: string | undefined;
  readonly preset: string | undefined;
  readonly from: string | undefined;
  /** Axis → values as they are typed. */
  readonly set: Readonly<Record<string, string>>;
}

/** Throws BadInput for an unknown claim or sweep, one that does not judge the other, and a folder of another sweep. */
export async function subjectOf(wanted: Wanted): Promise<Subject> {
  const { readResults } = await import('@marginalia/sweep');
  const results = wanted.from === undefined ? undefined : readResults(wanted.from);
  const spelled = wanted.sweep ?? results?.identity.reference;
  const { question, claim } = await judged(wanted.claim, spelled);
  const { definition } = question;
  const judging = Object.keys(definition.presets).filter((preset) =>
    claimsOf(definition, preset).some(({ id }) => id === claim.id),
  );
  if (results && results.identity.sweep !== definition.name) {
    throw new BadInput({
      expected: `results of ${definition.name} in ${wanted.from}`,
      got: `results of ${results.identity.sweep}`,
      try: commandLine('shrink', wanted.claim, '--sweep', results.identity.reference),
    });
  }
  const asked = wanted.preset ?? results?.identity.preset;
  if (asked !== undefined && !judging.includes(asked)) {
    throw new BadInput({
      expected: `a preset of ${definition.name} that judges ${claim.id} (${judging.join(', ')})`,
      got: asked,
      try: `--preset ${judging[0]}`,
    });
  }
  const overridden = Object.keys(wanted.set);
  if (results && overridden.length > 0) {
    throw new BadInput({ expected: '--from or --set', got: 'both', try: '--set alone' });
  }
  if (results) {
    const cells = violatingCells(claim, results.records);
    if (cells.length === 0) {
      throw new BadInput({
        expected: `a run in ${wanted.from} that violates ${claim.id}`,
        got: 'none',
        try: commandLine('shrink', wanted.claim, ...(wanted.sweep ? ['--sweep', wanted.sweep] : [])),
      });
    }
    return { question, claim, preset: asked as string, starts: cells, whence: `the runs of ${wanted.from}` };
  }
  const presets = asked === undefined ? judging : [asked];
  const preset = presets[0] as string;
  const { cells } = await planFor(question, { preset, set: wanted.set });
  const whence = `the values of ${overridden.length > 0 ? '--set and ' : ''}preset ${preset}`;
  return { question, claim, preset, starts: cells, whence };
}

const claimsOf = (definition: SweepDefinition, preset: string): readonly Claim[] =>
  definition.presets[preset]?.claims ?? definition.claims;

async function judged(
  word: string,
  spelled: string | undefined,
): Promise<{ readonly question: Question; readonly claim: Claim }> {
  if (spelled !== undefined) {
    const question = await findQuestion(spelled, 'run');
    const { definition } = question;
    const all = new Map(
      Object.keys(definition.presets)
        .flatMap((preset) => claimsOf(definition, preset))
        .map((claim) => [claim.id, claim]),
    );
    return { question, claim: await findClaim(word, [...all.values()]) };
  }
  const { claims } = await import('@marginalia/theory');
  const claim = await findClaim(word, claims);
  const [first] = (await judges()).get(claim.id) ?? [];
  if (first === undefined) {
    throw new BadInput({
      expected: `a sweep that judges ${claim.id}`,
      got: 'none of ours',
      try: '--sweep PATH',
    });
  }
  return { question: await findQuestion(first.sweep), claim };
}

/** Cells with a run that violates, those with the largest share of such runs first. */
function violatingCells(
  claim: Claim,
  records: Awaited<ReturnType<typeof import('@marginalia/sweep').readResults>>['records'],
): Subject['starts'] {
  const cells = new Map<string, { axes: Subject['starts'][number]; violated: number; judged: number }>();
  for (const { axes, replicate, outcome } of records) {
    if (outcome.kind !== 'measured') continue;
    const { kind } = judge(claim, { axes, replicate, measurements: outcome.measurements });
    if (kind !== 'holds' && kind !== 'violated') continue;
    const key = JSON.stringify(axes);
    const cell = cells.get(key) ?? { axes, violated: 0, judged: 0 };
    cell.judged += 1;
    if (kind === 'violated') cell.violated += 1;
    cells.set(key, cell);
  }
  return [...cells.values()]
    .filter(({ violated }) => violated > 0)
    .sort((a, b) => b.violated / b.judged - a.violated / a.judged)
    .map(({ axes }) => axes);
}
