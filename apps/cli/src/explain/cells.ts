/** Which runs `explain SWEEP axis=value …` or `explain RUN` asks about, and in which folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '@marginalia/core';
import type { CellReasons, Plan, SweepIdentity } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { count } from '../count.js';
import { overrides } from '../overrides.js';
import { findRun } from '../replay/find-run.js';
import { findQuestion, planFor, type Question } from '../sweep/question.js';
import { storedQuestion } from '../sweep/stored.js';

export interface ExplainedCells {
  readonly question: Question;
  readonly plan: Plan;
  readonly out: string;
  /** What was asked for, as typed. */
  readonly asked: readonly string[];
  /** What the folder says of itself; undefined where there is none yet. */
  readonly identity: SweepIdentity | undefined;
  readonly cells: readonly CellReasons[];
}

export interface CellFlags {
  readonly out?: string | undefined;
  readonly preset?: string | undefined;
  readonly replicates?: string | undefined;
  readonly seed?: string | undefined;
}

/** The beginning of a run id, as opposed to the name of a claim or of a sweep. */
export const isRunId = (word: string): boolean => /^[0-9a-f]{6,20}$/.test(word);

/** Whether a word is a sweep rather than a claim: a path, or the name of one of ours. */
export async function namesSweep(word: string): Promise<boolean> {
  const { builtinSweeps } = await import('@marginalia/sweeps');
  return Object.hasOwn(builtinSweeps, word) || /\.[cm]?[jt]s$/.test(word);
}

/**
 * The cells of a sweep that take these values. What is not said is as the folder has it, or else as the preset has it.
 * Throws BadInput for what is no sweep, no axis and no value of one.
 */
export async function cellsAsked(
  spelled: string,
  settings: readonly string[],
  flags: CellFlags,
): Promise<ExplainedCells> {
  const stranger = settings.find((word) => !word.includes('='));
  if (stranger !== undefined) {
    throw new BadInput({
      expected: `axes of ${spelled} with their values`,
      got: JSON.stringify(stranger),
      try: commandLine('explain', spelled, 'dimension=512'),
    });
  }
  const question = await findQuestion(spelled, 'explain');
  const { name, defaultPreset, axes } = question.definition;
  const set = overrides(settings);
  for (const axis of Object.keys(set)) {
    if (Object.hasOwn(axes, axis)) continue;
    const { nearest } = await import('@marginalia/sweep');
    const near = nearest(axis, Object.keys(axes));
    throw new BadInput({
      expected: `an axis of ${name} (${Object.keys(axes).join(', ')})`,
      got: axis,
      ...(near === undefined ? {} : { try: commandLine('explain', spelled, `${near}=${set[axis]}`) }),
    });
  }
  const out = flags.out ?? `results/${name}/${flags.preset ?? defaultPreset}`;
  const identity = await identityIn(out);
  if (identity !== undefined && identity.sweep !== name) {
    throw new BadInput({ expected: `results of ${name} in ${out}`, got: `those of ${identity.sweep}` });
  }
  const stored =
    identity !== undefined && (flags.preset ?? identity.preset) === identity.preset ? identity : undefined;
  const preset = flags.preset ?? stored?.preset;
  const replicates =
    flags.replicates === undefined ? stored?.replicates : count('replicates', flags.replicates);
  const seed = flags.seed ?? stored?.seed;
  const plan = await planFor(question, {
    set: { ...stored?.set, ...set },
    ...(preset === undefined ? {} : { preset }),
    ...(replicates === undefined ? {} : { replicates }),
    ...(seed === undefined ? {} : { seed }),
  });
  const { whyComputed } = await import('@marginalia/sweep');
  return { question, plan, out, asked: settings, identity, cells: whyComputed(plan, out) };
}

/** The one run that a journal has under this id. Throws BadInput when there is none, or more than one. */
export async function runAsked(prefix: string, out: string | undefined): Promise<ExplainedCells> {
  const { record, identity, folder } = await findRun(prefix, out);
  const question = await storedQuestion(identity, { sweep: undefined, command: 'explain' });
  const { preset, seed } = identity;
  const whole = await planFor(question, {
    preset,
    seed,
    set: Object.fromEntries(Object.entries(record.axes).map(([axis, value]) => [axis, String(value)])),
    replicates: record.replicate + 1,
  });
  const plan = { ...whole, runs: whole.runs.filter(({ replicate }) => replicate === record.replicate) };
  const { whyComputed } = await import('@marginalia/sweep');
  const asked = [`run ${record.id}, replicate ${record.replicate}`];
  return { question, plan, out: folder, asked, identity, cells: whyComputed(plan, folder) };
}

async function identityIn(out: string): Promise<SweepIdentity | undefined> {
  const { readIdentity } = await import('@marginalia/sweep');
  return existsSync(join(out, 'sweep.json')) ? readIdentity(out) : undefined;
}
