import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import type { Decided, Execution, Shard } from '@marginalia/sweep';
import { MarginaliaCommand } from '../command.js';
import { exitCode } from '../exit-code.js';
import { grouped } from '../help-group.js';
import { noteLines } from '../render/notes.js';
import { opening } from '../render/progress.js';
import { report } from '../render/report.js';
import { coloured, columns, painter } from '../render/terminal.js';
import { untilOpening } from '../render/until.js';
import { auditExitCode, auditFlags, auditInWords, auditRuns } from '../run/audit.js';
import { closingFlags } from '../run/closing.js';
import { dryRunFlags, printDryRun } from '../run/dry-run.js';
import { engineFlags } from '../run/engine.js';
import { judgeFlags, missingLine, missingRuns, withMissing } from '../run/judge.js';
import { limitFlags } from '../run/limits.js';
import { damageInWords, perform } from '../run/perform.js';
import { shardExitCode, shardFlags, shardReport, shardSummary } from '../run/shard.js';
import { type Task, taskOf } from '../run/task.js';
import { decidedSummary, remedyOf, untilFlags } from '../run/until.js';
import { choiceInWords } from '../run/where.js';
import { askedFlags, sweepArgs } from '../sweep/asked.js';
import { stoppedLine } from '../sweep/conduct.js';
import { onwardFrom } from '../sweep/onward.js';
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
  static override args = sweepArgs;
  static override flags = {
    ...askedFlags,
    ...dryRunFlags,
    json: Flags.boolean({
      description: 'One JSON document on standard output; progress goes to standard error.',
    }),
    ...grouped('until decided', untilFlags),
    ...grouped('limit', { ...limitFlags, ...closingFlags }),
    ...grouped('audit', auditFlags),
    ...grouped('shard', { ...shardFlags, ...judgeFlags }),
    ...grouped('engine', engineFlags),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Run);
    const task = await taskOf(argv as string[], flags);
    if (flags['dry-run']) {
      if (task.policy) this.say(untilOpening(task.policy, 'this is the first round'));
      await printDryRun(task, flags);
      return;
    }
    this.open(task, flags.where);
    const performed = await perform(task);
    const { ending } = performed;
    if (ending.kind === 'stopped') {
      this.say(stoppedLine(ending.kept));
      process.exitCode = exitCode.interrupted;
      return;
    }
    for (const line of damageInWords(ending.execution)) this.say(line);
    if (task.shard) this.closeShard(task, task.shard, ending.execution, flags.json);
    else await this.judge(task, ending.execution, performed.decided, flags);
  }

  /** What is about to be computed. */
  private open({ plan, all }: Task, where: string | undefined): void {
    const { sweep, preset, cells, runs, largest, notes } = plan;
    this.say(opening(sweep, preset, cells.length, runs.length, largest?.bytes));
    const choice = choiceInWords(all, runs.length, where);
    if (choice !== undefined) this.say(choice);
    const wide = process.stderr.isTTY ? columns(process.stderr) : undefined;
    for (const line of noteLines(notes, wide)) this.say(line);
  }

  /** A claim is judged by the whole: of a part there is only what was done to say. */
  private closeShard({ plan, part, out }: Task, shard: Shard, execution: Execution, json: boolean): void {
    const done = shardSummary(plan, part, shard, execution, out);
    if (json) this.printJson(done);
    else process.stdout.write(`${shardReport(done)}\n`);
    process.exitCode = shardExitCode(done);
  }

  /** The verdicts, and whether the runs they rest on repeat. */
  private async judge(
    task: Task,
    execution: Execution,
    decided: Decided | undefined,
    { json, salt }: { readonly json: boolean; readonly salt?: string | undefined },
  ): Promise<void> {
    const { question, plan, policy, out, threads, share, limits } = task;
    const missing = task.judge ? missingRuns(plan, execution) : 0;
    if (missing > 0) this.say(missingLine(missing, plan));
    const verdicts =
      policy && decided ? await decidedSummary(decided, policy, out) : await summaryOf(plan, execution, out);
    const summary = { ...verdicts, ...(missing > 0 && { missing }) };
    const onward = { ...(await onwardFrom(question, plan)), ...remedyOf(summary) };
    const code = withMissing(exitCodeOf(summary), missing);
    const among = new Set((decided?.plan ?? plan).runs.map(({ id }) => id));
    const asked = { out: resolve(out), threads, salt, among, ...limits };
    const audit = share === undefined ? undefined : await auditRuns(question, plan, { ...asked, share });
    if (json) this.printJson({ ...summary, audit });
    else process.stdout.write(`${report(summary, onward, columns(), painter(coloured()))}\n`);
    process.exitCode = code;
    if (share === undefined) return;
    for (const line of auditInWords(audit)) this.say(line);
    process.exitCode = auditExitCode(audit, code);
  }
}
