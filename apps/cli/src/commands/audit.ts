import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import { MarginaliaCommand } from '../command.js';
import { commandLine } from '../command-line.js';
import { count } from '../count.js';
import { exitCode } from '../exit-code.js';
import { auditExitCode, auditInWords, auditRuns, saltFlag, shareOf } from '../run/audit.js';
import { limitFlags, limitsOf } from '../run/limits.js';
import { findQuestion } from '../sweep/question.js';

export default class Audit extends MarginaliaCommand {
  static override summary = 'Run a share of what is journaled again, and compare byte for byte.';
  static override description =
    'Runs are chosen by hash: the same share and salt choose the same ones. Nothing is added to the results. A run that ' +
    'measures other bytes is no function of its axes and its random key, and whatever was concluded from it is in doubt.';
  static override examples = [
    '<%= config.bin %> audit results/feature-averaging/quick',
    '<%= config.bin %> audit results/feature-averaging/quick --share 20% --salt tuesday --threads 1',
  ];
  static override args = {
    dir: Args.string({
      description: 'the folder of the results of a sweep',
      required: true,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    share: Flags.string({ description: 'Of the measured runs.', helpValue: '5%', default: '5%' }),
    salt: saltFlag,
    threads: Flags.string({
      description: 'Workers; all cores when absent. Another number than before is a better audit.',
      helpValue: 'N',
    }),
    ...limitFlags,
    sweep: Flags.string({ description: 'The file of the sweep, where it has moved.', helpValue: 'PATH' }),
    json: Flags.boolean({ description: 'One JSON document on standard output.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Audit);
    const share = shareOf('share', flags.share);
    const threads = flags.threads === undefined ? undefined : count('threads', flags.threads, 1024);
    const limits = limitsOf(flags);
    const { identityIn } = await import('@marginalia/sweep');
    const identity = identityIn(args.dir);
    const question = await findQuestion(flags.sweep ?? identity.reference);
    if (question.code !== identity.code) {
      throw new BadInput({
        expected: `the code that measured ${args.dir}`,
        got: 'code that has changed since, whose runs are other runs',
        try: commandLine('run', question.reference.spelled),
      });
    }
    const out = resolve(args.dir);
    const audited = await auditRuns(question, identity, { out, threads, share, salt: flags.salt, ...limits });
    if (flags.json && audited) this.printJson(audited);
    else if (audited) process.stdout.write(`${auditInWords(audited).join('\n')}\n`);
    else for (const line of auditInWords(audited)) this.say(line);
    process.exitCode = auditExitCode(audited, exitCode.supported);
  }
}
