import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { count } from '../count.js';
import { exitCode } from '../exit-code.js';
import { overrides, splitSettings } from '../overrides.js';
import { plural } from '../render/number.js';
import { noteLines } from '../render/notes.js';
import { firstOfEachKind } from '../render/failures.js';
import { opening, progressView } from '../render/progress.js';
import { report } from '../render/report.js';
import { engineFlags, engineFrom } from '../run/engine.js';
import { coloured, columns, painter } from '../render/terminal.js';
import { auditExitCode, auditFlags, auditInWords, auditRuns, auditShare } from '../run/audit.js';
import { dryRunFlags, printDryRun } from '../run/dry-run.js';
import { choiceInWords, chosen, whereFlags } from '../run/where.js';
import { closingFlags, closingOptions } from '../run/closing.js';
import { judged, judgeFlags, missingLine, missingRuns, withMissing } from '../run/judge.js';
import { partOf, shardCalled, shardExitCode, shardFlags, shardReport, shardSummary } from '../run/shard.js';
import {
  conductUntil,
  decidedSummary,
  type Performed,
  policyFor,
  remedyOf,
  untilFlags,
} from '../run/until.js';
import { limitFlags, limitsOf } from '../run/limits.js';
import { conduct, stoppedLine } from '../sweep/conduct.js';
import { onwardFrom } from '../sweep/onward.js';
import { findQuestion, planFor, presetCalled } from '../sweep/question.js';
import { exitCodeOf, summaryOf } from '../sweep/summary.js';

export default class Run extends MarginaliaCommand {
  static override summary = 'Run a sweep and judge its claims.';
  static override description =
    'A run that is already there is not computed again: the same command goes on where it stopped.';
  static override usage = 'run <sweep | path of a .ts or .js sweep> [FLAGS]';
  static override examples = [
    '<%= config.bin %> run feature-averaging --preset quick',
    '<%= config.bin %> run feature-averaging --set dimension=512,1024 clusters=4 --replicates 10',
    '<%= config.bin %> run feature-averaging --preset quick --out results/first --json',
  ];
  // `--set a=1 b=2` leaves `b=2` among the arguments.
  static override strict = false;
  static override args = {
    sweep: Args.string({
      description: 'a sweep (npx marginalia list sweeps), or the path of a .ts or .js file',
      ignoreStdin: true,
    }),
  };
  static override flags = {
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
    ...untilFlags,
    ...whereFlags,
    ...dryRunFlags,
    ...shardFlags,
    ...judgeFlags,
    ...closingFlags,
    ...limitFlags,
    ...auditFlags,
    ...engineFlags,
    json: Flags.boolean({
      description: 'One JSON document on standard output; progress goes to standard error.',
    }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Run);
    const { settings, others } = flags.set
      ? splitSettings(argv as string[])
      : { settings: [], others: argv as string[] };
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
        try: commandLine('run', spelled, ...(await presetCalled(surplus, spelled))),
      });
    }
    const set = overrides([...(flags.set ?? []), ...settings]);
    const replicates = flags.replicates === undefined ? undefined : count('replicates', flags.replicates);
    const threads = flags.threads === undefined ? undefined : count('threads', flags.threads, 1024);
    const shard = shardCalled(flags);
    const closing = closingOptions(flags);
    const limits = limitsOf(flags);

    const share = auditShare(flags);
    const question = await findQuestion(spelled);
    const performers = await engineFrom(flags, question);
    const whole = await planFor(question, {
      set,
      ...(flags.preset === undefined ? {} : { preset: flags.preset }),
      ...(replicates === undefined ? {} : { replicates }),
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    });
    const planned = await chosen(whole, flags.where);
    if (flags.out === '') {
      throw new BadInput({ expected: '--out to name a folder', got: '""', try: '--out results/mine' });
    }
    const policy = await policyFor(flags, planned, spelled);
    const out = flags.out ?? `results/${planned.sweep}/${planned.preset}`;
    if (flags['dry-run']) {
      await printDryRun(question, {
        ...flags,
        plan: await partOf(planned, shard),
        all: whole.runs.length,
        out,
        threads,
      });
      return;
    }
    const { sweep, preset, cells, runs, largest, notes } = planned;
    this.say(opening(sweep, preset, cells.length, runs.length, largest?.bytes));
    const choice = choiceInWords(whole.runs.length, runs.length, flags.where);
    if (choice !== undefined) this.say(choice);
    const wide = process.stderr.isTTY ? columns(process.stderr) : undefined;
    for (const line of noteLines(notes, wide)) this.say(line);
    const part = await partOf(planned, shard);

    const view = progressView();
    const how = {
      reference: question.reference,
      out: resolve(out),
      threads,
      closing,
      limits,
      ...performers,
      onProgress: view.show,
      onFailure: firstOfEachKind(view.say),
    };
    const perform = async (): Promise<Performed> => {
      if (flags.judge) return { ending: await judged(planned, out) };
      if (policy) return conductUntil({ plan: planned, policy, say: view.say }, how);
      return { ending: await conduct(part, how) };
    };
    const { ending, decided } = await perform().finally(view.end);
    if (ending.kind === 'stopped') {
      this.say(stoppedLine(ending.kept));
      process.exitCode = exitCode.interrupted;
      return;
    }
    const { torn, corrupted } = ending.execution;
    if (torn > 0)
      this.say(`${plural(torn, 'journal file')} ended in a torn line: the run was computed again`);
    if (corrupted > 0) this.say(`${plural(corrupted, 'journal line')} damaged: left out, and computed again`);
    if (shard) {
      const done = shardSummary(planned, part, shard, ending.execution, out);
      if (flags.json) this.printJson(done);
      else process.stdout.write(`${shardReport(done)}\n`);
      process.exitCode = shardExitCode(done);
      return;
    }
    const missing = flags.judge ? missingRuns(planned, ending.execution) : 0;
    if (missing > 0) this.say(missingLine(missing, planned));
    const verdicts =
      policy && decided
        ? await decidedSummary(decided, policy, out)
        : await summaryOf(planned, ending.execution, out);
    const summary = { ...verdicts, ...(missing > 0 && { missing }) };
    const onward = { ...(await onwardFrom(question, planned)), ...remedyOf(summary) };
    const among = new Set((decided?.plan ?? planned).runs.map(({ id }) => id));
    const { salt } = flags;
    const audit =
      share === undefined
        ? undefined
        : await auditRuns(question, planned, { out: resolve(out), threads, share, salt, among, ...limits });
    if (flags.json) this.printJson({ ...summary, audit });
    else process.stdout.write(`${report(summary, onward, columns(), painter(coloured()))}\n`);
    process.exitCode = withMissing(exitCodeOf(summary), missing);
    if (share === undefined) return;
    for (const line of auditInWords(audit)) this.say(line);
    process.exitCode = auditExitCode(audit, process.exitCode);
  }
}
