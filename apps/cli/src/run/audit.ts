/** `run --audit 5%` and `audit DIR`: a share of what is journaled is run again and compared, byte for byte. */
import { availableParallelism } from 'node:os';
import { Flags } from '@oclif/core';
import { BadInput } from '@marginalia/core';
import type { Audit, SweepKey } from '@marginalia/sweep';
import { exitCode } from '../exit-code.js';
import { stoppable } from '../interruption.js';
import { plural } from '../render/number.js';
import { progressView } from '../render/progress.js';
import type { Question } from '../sweep/question.js';
import type { Limits } from './limits.js';

export const saltFlag = Flags.string({
  description: 'Any word; another one audits other runs.',
  helpValue: 'WORD',
});

/** Those of `run`. */
export const auditFlags = {
  audit: Flags.string({
    description: 'Run this share of what is journaled again, and compare byte for byte.',
    helpValue: '5%',
  }),
  salt: saltFlag,
};

/** `5%` or `0.05`. Throws BadInput for what is no share above 0 and at most 1. */
export function shareOf(flag: string, text: string): number {
  const [, digits, percent] = /^(\d*\.?\d+)(%?)$/.exec(text.trim()) ?? [];
  const share = Number(digits) / (percent ? 100 : 1);
  if (share > 0 && share <= 1) return share;
  throw new BadInput({
    expected: `--${flag} to be a share of the runs, above 0 and at most 100%`,
    got: JSON.stringify(text),
    try: `--${flag} ${share > 1 && share <= 100 && !percent ? `${digits}%` : '5%'}`,
  });
}

export interface AuditAsked extends Limits {
  /** Absolute path. */
  readonly out: string;
  readonly threads: number | undefined;
  readonly share: number;
  readonly salt?: string | undefined;
  readonly among?: ReadonlySet<string>;
}

/** Undefined when Ctrl-C stopped it: an audit keeps nothing. Rejects with BadInput. */
export async function auditRuns(
  { definition, reference }: Question,
  key: SweepKey,
  { threads, salt = '1', ...asked }: AuditAsked,
): Promise<Audit | undefined> {
  const [Effect, { audit }] = await Promise.all([import('effect/Effect'), import('@marginalia/sweep')]);
  const stop = new AbortController();
  const view = progressView(process.stderr, 'audit: ');
  const program = audit(definition, key, {
    ...asked,
    salt,
    reference,
    threads: threads ?? availableParallelism(),
    onProgress: view.show,
  });
  return stoppable(
    () => stop.abort(),
    async () => {
      try {
        return await Effect.runPromise(program, { signal: stop.signal });
      } catch (error) {
        if (!stop.signal.aborted) throw error;
        return undefined;
      } finally {
        view.end();
      }
    },
  );
}

const shownRuns = 10;

/** One line where all is well; one for each run that is not, up to ten. Of none where it was stopped. */
export function auditInWords(audit: Audit | undefined): readonly string[] {
  if (!audit) return ['audit stopped; it keeps nothing'];
  const { recorded, audited, elsewhere, alarms, failures } = audit;
  const again = `audited ${audited} of ${plural(recorded, 'measured run')}`;
  const told = [
    ...alarms.map(({ run, file, difference }) => `different: ${run}, recorded in ${file}: ${difference}`),
    ...failures.map(({ run, kind, message }) => `not repeated: ${run}: it failed now (${kind}: ${message})`),
  ].map((line) => line.replace(/\s*\n\s*/g, ' '));
  const more = told.length - shownRuns;
  return [
    ...told.slice(0, shownRuns),
    ...(more > 0 ? [`and ${plural(more, 'more run')}`] : []),
    ...(elsewhere > 0
      ? [`${plural(elsewhere, 'chosen run')} of another environment, not repeated here`]
      : []),
    alarms.length > 0
      ? `${again}: ${alarms.length} with other bytes, a determinism alarm; what do they read besides axes and random key?`
      : `${again}: the same bytes again`,
  ];
}

/** A difference outranks everything: no verdict over such runs means anything. `otherwise`: what the claims come to. */
export function auditExitCode(audit: Audit | undefined, otherwise: number): number {
  if (!audit) return exitCode.interrupted;
  if (audit.alarms.length > 0) return exitCode.refuted;
  return audit.failures.length > 0 && otherwise === exitCode.supported ? exitCode.undecided : otherwise;
}
