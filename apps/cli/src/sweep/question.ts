/** The sweep that a word on the command line means: one of ours by name, or a file of the user's. */
import { createHash } from 'node:crypto';
import { BadInput, canonical } from '@marginalia/core';
import type { Plan, PlanOptions, SweepDefinition, SweepReference } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { compiledFiles } from './installed.js';

export interface Question {
  readonly reference: SweepReference & { readonly spelled: string };
  readonly definition: SweepDefinition;
  /** Hash of all code that decides what a run measures. */
  readonly code: string;
  /** The hash of each part of it: what changed is told by name. */
  readonly parts: Readonly<Record<string, string>>;
  readonly builtin: boolean;
}

/**
 * `command`: by what it was asked for. Throws BadInput: an unknown name, a file that is missing, does not compile or
 * exports no sweep.
 */
export async function findQuestion(spelled: string, command = 'run'): Promise<Question> {
  const { loadSweep } = await import('@marginalia/sweep');
  if (isPath(spelled)) {
    const { bundleSweep } = await import('./bundle.js');
    const { module, text } = await bundleSweep(spelled);
    const reference = { module, spelled };
    const definition = await loadSweep(reference);
    if (!/^\w[\w.-]*$/.test(definition.name)) {
      throw new BadInput({
        expected: `${spelled} to name its sweep in letters, digits and hyphens (its results lie in results/<name>)`,
        got: JSON.stringify(definition.name),
      });
    }
    return { reference, definition, ...(await codeOf({ text })), builtin: false };
  }
  const { builtinSweeps } = await import('@marginalia/sweeps');
  const found = Object.hasOwn(builtinSweeps, spelled) ? builtinSweeps[spelled] : undefined;
  if (!found) throw await unknownSweep(spelled, Object.keys(builtinSweeps), command);
  const reference = { ...found, spelled };
  return { reference, definition: await loadSweep(reference), ...(await codeOf('builtin')), builtin: true };
}

/** Throws BadInput also for what a sweep of the user's own throws while its runs are named. */
export async function planFor(
  { reference, definition, code, parts, builtin }: Question,
  options: Omit<PlanOptions, 'code' | 'parts'>,
): Promise<Plan> {
  const { plan } = await import('@marginalia/sweep');
  await refuseStrangers(definition, options);
  try {
    return plan(definition, { ...options, code, parts });
  } catch (error) {
    if (builtin || !(error instanceof Error) || error instanceof BadInput) throw error;
    throw new BadInput({
      expected: `${reference.spelled} to name its runs`,
      got: `${error.name}: ${error.message}`,
    });
  }
}

/** `quick` where `--preset quick` was meant: the flag, or nothing. */
export async function presetCalled(word: string, spelled: string): Promise<readonly string[]> {
  const { definition } = await findQuestion(spelled);
  const { nearest } = await import('@marginalia/sweep');
  const near = nearest(word, Object.keys(definition.presets));
  return near === undefined ? [] : ['--preset', near];
}

/** The engine refuses these as well; only the command line knows how they are typed. */
async function refuseStrangers(
  { name, presets, axes }: SweepDefinition,
  { preset, set }: Omit<PlanOptions, 'code'>,
): Promise<void> {
  const { nearest } = await import('@marginalia/sweep');
  const known = Object.keys(presets);
  if (preset !== undefined && !known.includes(preset)) {
    const near = nearest(preset, known);
    throw new BadInput({
      expected: `a preset of ${name} (${known.join(', ')})`,
      got: preset,
      try: (near === undefined ? known : [near]).map((one) => `--preset ${one}`).join(' or '),
    });
  }
  for (const [axis, values] of Object.entries(set ?? {})) {
    if (axis in axes) continue;
    const near = nearest(axis, Object.keys(axes));
    throw new BadInput({
      expected: `an axis of ${name} (${Object.keys(axes).join(', ')})`,
      got: axis,
      ...(near === undefined ? {} : { try: `--set ${near}=${values}` }),
    });
  }
}

const isPath = (spelled: string): boolean => /\.[cm]?[jt]s$/.test(spelled) || /[\\/]/.test(spelled);

/**
 * Package by package, so that the hash does not know how the packages lie to each other on disk.
 * Claims only judge what is stored: of theory, the quantities that runs compute decide their bits, and nothing else.
 */
async function codeOf(own: 'builtin' | { readonly text: string }): Promise<Pick<Question, 'code' | 'parts'>> {
  const { codeFingerprint } = await import('@marginalia/sweep');
  const parts = {
    core: codeFingerprint(compiledFiles('@marginalia/core')),
    attack: codeFingerprint(compiledFiles('@marginalia/attack')),
    quantities: codeFingerprint(compiledFiles('@marginalia/theory', 'dist/quantities')),
    own: own === 'builtin' ? codeFingerprint(compiledFiles('@marginalia/sweeps')) : own.text,
  };
  const { own: sweep, ...packages } = parts;
  return {
    code: sha256(canonical(parts)),
    parts: { ...packages, sweep: own === 'builtin' ? sweep : sha256(sweep) },
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function unknownSweep(spelled: string, names: readonly string[], command: string): Promise<BadInput> {
  const { nearest } = await import('@marginalia/sweep');
  const near = nearest(spelled, names);
  return new BadInput({
    expected: `a sweep (${names.join(', ')}) or the path of a .ts or .js file`,
    got: JSON.stringify(spelled),
    try: near ? commandLine(command, near) : commandLine('list', 'sweeps'),
  });
}
