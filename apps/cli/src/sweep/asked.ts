/** What a command line asks of a sweep: the flags of `run` that say which runs, and the plan that they make. */
import { availableParallelism } from 'node:os';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Plan } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { count } from '../count.js';
import { overrides, splitSettings } from '../overrides.js';
import { chosen, whereFlags } from '../run/where.js';
import { findQuestion, planFor, presetCalled, type Question } from './question.js';

/** Of every command that plans a sweep. */
export const sweepArgs = {
  sweep: Args.string({
    description: 'a sweep (npx marginalia list sweeps), or the path of a .ts or .js file',
    ignoreStdin: true,
  }),
};

export const askedFlags = {
  preset: Flags.string({ description: "Which of the sweep's presets.", helpValue: 'P' }),
  set: Flags.string({
    description: 'Values of an axis, instead of those of the preset.',
    helpValue: 'axis=v1,v2',
    multiple: true,
    multipleNonGreedy: true,
  }),
  replicates: Flags.string({ description: 'Runs of each cell.', helpValue: 'N' }),
  seed: Flags.string({ description: 'Any word; another one draws other data.', helpValue: 'S' }),
  threads: Flags.string({
    description: 'Workers; all cores when absent. The results do not depend on it.',
    helpValue: 'N',
  }),
  out: Flags.string({
    description: 'Folder of the results; results/<sweep>/<preset> when absent.',
    helpValue: 'DIR',
  }),
  ...whereFlags,
};

export interface AskedFlags {
  readonly preset?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly replicates?: string | undefined;
  readonly seed?: string | undefined;
  readonly threads?: string | undefined;
  readonly out?: string | undefined;
  readonly where?: string | undefined;
}

export interface Asked {
  readonly question: Question;
  /** The runs that `--where` leaves. */
  readonly plan: Plan;
  /** How many there are without it. */
  readonly all: number;
  /** As typed, or as it follows. */
  readonly out: string;
  readonly threads: number;
}

/** `words`: what is no flag; `command`: by which it is asked. Throws BadInput. */
export async function askedOf(words: readonly string[], flags: AskedFlags, command: string): Promise<Asked> {
  const { settings, others } = flags.set ? splitSettings(words) : { settings: [], others: words };
  const [spelled, surplus] = others;
  if (spelled === undefined) {
    throw new BadInput({
      expected: 'a sweep, or the path of one',
      got: 'nothing',
      try: commandLine('list', 'sweeps'),
    });
  }
  if (surplus !== undefined) {
    throw new BadInput({
      expected: 'one sweep',
      got: `${spelled} and ${surplus}`,
      try: commandLine(command, spelled, ...(await presetCalled(surplus, spelled))),
    });
  }
  if (flags.out === '')
    throw new BadInput({ expected: '--out to name a folder', got: '""', try: '--out results/mine' });
  if (flags.seed?.trim() === '')
    throw new BadInput({ expected: '--seed to be a word', got: JSON.stringify(flags.seed), try: '--seed 2' });
  const replicates = flags.replicates === undefined ? undefined : count('replicates', flags.replicates);
  const threads = flags.threads === undefined ? undefined : count('threads', flags.threads, 1024);
  const question = await findQuestion(spelled, command);
  const whole = await planFor(question, {
    set: overrides([...(flags.set ?? []), ...settings]),
    ...(flags.preset === undefined ? {} : { preset: flags.preset }),
    ...(replicates === undefined ? {} : { replicates }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
  });
  return {
    question,
    plan: await chosen(whole, flags.where),
    all: whole.runs.length,
    out: flags.out ?? `results/${whole.sweep}/${whole.preset}`,
    threads: threads ?? availableParallelism(),
  };
}
