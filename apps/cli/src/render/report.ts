/** What a finished sweep says to a person: what failed, what says nothing yet, the verdicts, where to look next. */
import type { Summary } from '../sweep/summary.js';
import { plural, short } from './number.js';
import type { Paint } from './terminal.js';
import { tally, unsettled, verdictTable } from './verdicts.js';
import { cut, paragraph, size } from './wrap.js';

/** What may be tried after this sweep, as far as it is known. */
export interface Onward {
  readonly replicates: number;
  /** A run to look at where none stands out. */
  readonly anyRun: string | undefined;
  readonly dumps: boolean;
  /** Whether `explain` knows the claims. */
  readonly explains: boolean;
  /** Commands, and what they are good for. */
  readonly commands: readonly (readonly [command: string, about: string])[];
}

export function report(summary: Summary, onward: Onward, width: number, paint: Paint): string {
  const { verdicts } = summary;
  return [
    work(summary),
    failures(summary, width, paint),
    unsettled(verdicts, onward.replicates, width, paint),
    verdicts.length > 0
      ? verdictTable(verdicts, width, paint)
      : 'The sweep names no claims: nothing is judged.',
    footing(summary, width),
    next(summary, onward, width),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function work({ computed, reused, failures, runs }: Summary): string {
  if (computed === 0 && failures === 0)
    return `Nothing to compute: ${runs === 1 ? 'the run was' : `all ${runs} runs were`} there already.`;
  return `${plural(computed, 'run')} computed${reused > 0 ? `, ${reused} there already` : ''}${failures > 0 ? `, ${failures} failed` : ''}.`;
}

const shownFailures = 5;

function failures({ failed, runs }: Summary, width: number, paint: Paint): string {
  if (failed.length === 0) return '';
  const shown = failed.slice(0, shownFailures).map(({ run, kind, message, axes }) => {
    const where = Object.entries(axes)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
    return [
      `  ${run} ${kind}: ${cut(message.split('\n')[0] ?? '', width - 26 - kind.length)}`,
      paragraph(where, width, 4),
    ].join('\n');
  });
  const more = failed.length - shown.length;
  return [
    paint(
      'bad',
      `${failed.length} of ${plural(runs, 'run')} failed; they are tried again when the sweep is run again:`,
    ),
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}

function footing({ verdicts, alpha }: Summary, width: number): string {
  if (verdicts.length === 0) return '';
  return paragraph(
    `${tally(verdicts)}. held: runs that hold / runs judged; vacuous: runs that meet not all assumptions. ` +
      `Statistical level of each verdict: α = ${short(alpha)}.`,
    width,
    0,
  );
}

function next({ out, verdicts, failed }: Summary, onward: Onward, width: number): string {
  const refuted = verdicts.find(({ verdict }) => verdict === 'refuted');
  const run = refuted?.violatedBy ?? failed[0]?.run ?? onward.anyRun;
  const puzzling = refuted ?? verdicts.find(({ verdict }) => verdict !== 'supported') ?? verdicts[0];
  const commands: (readonly [string, string])[] = [
    [`table ${out}`, ''],
    ...(run
      ? [[`replay ${run.slice(0, 10)} --out ${out}${onward.dumps ? ' --dump run' : ''}`, ''] as const]
      : []),
    ...(onward.explains && puzzling ? [[`explain ${puzzling.claim}`, ''] as const] : []),
    ...onward.commands,
  ];
  return [
    `The results lie in ${out}`,
    'Next:',
    ...commands.map(([command, about]) => {
      const line = `  marginalia ${command}`;
      return about && size(line) + 16 < width ? cut(`${line}    (${about})`, width) : line;
    }),
  ].join('\n');
}
