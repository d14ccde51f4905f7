import { Args, Flags } from '@oclif/core';
import { MarginaliaCommand } from '../command.js';
import { count } from '../count.js';
import { exitCode } from '../exit-code.js';
import { levelOf } from '../level.js';
import { overrides } from '../overrides.js';
import { shrunkReport, stepLine } from '../render/shrunk.js';
import { coloured, columns, painter } from '../render/terminal.js';
import { reproducing } from '../shrink/reproduce.js';
import { sizesOf, subjectOf } from '../shrink/subject.js';

const defaultBudget = 1000;

export default class Shrink extends MarginaliaCommand {
  static override summary = 'Look for the smallest setting that refutes a claim.';
  static override description =
    'Starts from a setting that violates it, among results (--from) or the values of a preset, and makes one axis after ' +
    'the other smaller while fresh runs refute the claim. The same command takes the same way.';
  static override examples = [
    '<%= config.bin %> shrink perfect-accuracy --sweep feature-averaging',
    '<%= config.bin %> shrink perfect-accuracy --sweep feature-averaging --set dimension=64 --set clusters=10',
    '<%= config.bin %> shrink perfect-accuracy --from results/feature-averaging/quick --budget 500',
  ];
  static override args = {
    claim: Args.string({
      description: 'a claim (npx marginalia list claims), or one of the sweep',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    sweep: Flags.string({
      description: 'The sweep, by name or path; the first that judges the claim when absent.',
      helpValue: 'S',
    }),
    preset: Flags.string({
      description: 'Whose values are tried; the first that judges the claim when absent.',
      helpValue: 'P',
    }),
    set: Flags.string({
      description: 'Values to start from, instead of those of the preset.',
      helpValue: 'axis=v1,v2',
      multiple: true,
      multipleNonGreedy: true,
    }),
    from: Flags.string({ description: 'Results among which a violation is the start.', helpValue: 'DIR' }),
    axes: Flags.string({
      description:
        'The axes to shrink, in this order, between commas; dimension, clusters, width and samples when absent, or all whole numbers of a sweep without these.',
      helpValue: 'a,b',
    }),
    budget: Flags.string({ description: `Fresh runs in all; ${defaultBudget} when absent.`, helpValue: 'N' }),
    replicates: Flags.string({
      description:
        'Fresh runs of one setting, at most; 40 when absent, which find what fails in every second run. To support a claim of 95 % takes some 250.',
      helpValue: 'N',
    }),
    alpha: Flags.string({
      description: 'Probability that any step refutes a true claim; 0.001 when absent.',
      helpValue: 'A',
    }),
    seed: Flags.string({ description: 'Any word; another one draws other fresh runs.', helpValue: 'S' }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Shrink);
    const { defaultAlpha, defaultSeed, shrink } = await import('@marginalia/sweep');
    const budget = flags.budget === undefined ? defaultBudget : count('budget', flags.budget);
    const alpha = flags.alpha === undefined ? defaultAlpha : levelOf(flags.alpha);
    const { claim: word, sweep, preset: wantedPreset, from } = { ...args, ...flags };
    const set = overrides(flags.set ?? []);
    const subject = await subjectOf({ claim: word, sweep, preset: wantedPreset, from, set });
    const { question, claim, preset, starts, whence } = subject;
    const { definition, code, reference } = question;
    const axes = flags.axes?.split(',').map((name) => name.trim()) ?? sizesOf(definition);
    const varying = axes ?? Object.keys(definition.axes);
    const shrunk = await shrink({
      definition,
      claim,
      preset,
      starts,
      seed: flags.seed ?? defaultSeed,
      code,
      alpha,
      budget,
      ...(flags.replicates === undefined ? {} : { runsOfSetting: count('replicates', flags.replicates) }),
      ...(axes === undefined ? {} : { axes }),
      onStep: (step) => this.say(stepLine(step, varying)),
    });
    const command =
      shrunk.kind === 'counterexample'
        ? reproducing(shrunk.smallest, { spelled: reference.spelled, preset, definition })
        : undefined;
    if (flags.json) {
      this.printJson({ sweep: definition.name, claim: claim.id, alpha, command: command ?? null, ...shrunk });
    } else {
      const certain = claim.relation.kind === 'exactly';
      const words = { title: claim.title, alpha, certain, axes: varying, whence, command };
      process.stdout.write(`${shrunkReport(shrunk, words, columns(), painter(coloured()))}\n`);
    }
    process.exitCode = {
      counterexample: exitCode.refuted,
      open: exitCode.undecided,
      supported: exitCode.supported,
    }[shrunk.kind];
  }
}
