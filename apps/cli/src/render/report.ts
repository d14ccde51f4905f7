/** What a finished sweep says to a person: what failed, what is refuted, what says nothing yet, the verdicts, where to look next. */
import { commandLine } from '../command-line.js';
import { detectables, divergedRuns } from './detectable.js';
import type { FailedRun, Summary } from '../sweep/summary.js';
import { kindsInWords } from './failures.js';
import { plural, short } from './number.js';
import { memoryInWords } from './progress.js';
import type { Paint } from './terminal.js';
import { refutations, type Remedies, replay, unsettled, vacuousRuns } from './standing.js';
import { untilFooting } from './until.js';
import { tally, verdictTable } from './verdicts.js';
import { cut, paragraph } from './wrap.js';

/** What may be tried after this sweep, as far as it is known. */
export interface Onward extends Remedies {
  /** A run to look at where none stands out. */
  readonly anyRun: string | undefined;
  readonly dumps: boolean;
  /** Whether `explain` knows the claims. */
  readonly explains: boolean;
  /** Further commands, as typed. */
  readonly commands: readonly string[];
}

export function report(summary: Summary, onward: Onward, width: number, paint: Paint): string {
  const { verdicts } = summary;
  return [
    work(summary),
    failureLines(summary.failed, summary.runs, width, paint),
    refutations(verdicts, summary.out, width, paint),
    unsettled(verdicts, onward, width, paint),
    verdicts.length > 0
      ? verdictTable(verdicts, width, paint)
      : 'The sweep names no claims: nothing is judged.',
    [
      footing(summary, width),
      detectables(verdicts, width),
      divergedRuns(verdicts, width),
      vacuousRuns(verdicts, width),
    ]
      .filter(Boolean)
      .join('\n'),
    next(summary, onward),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function work({ computed, reused, failures, runs, memory, missing }: Summary): string {
  if (missing !== undefined) return `${reused} of ${plural(runs, 'run')} are there, ${missing} missing.`;
  if (computed === 0 && failures === 0)
    return `Nothing to compute: ${runs === 1 ? 'the run was' : `all ${runs} runs were`} there already.`;
  const words = memoryInWords(memory);
  const predicted = words === undefined ? '' : `, ${words}`;
  return `${plural(computed, 'run')} computed${reused > 0 ? `, ${reused} there already` : ''}${failures > 0 ? `, ${failures} failed` : ''}${predicted}.`;
}

const shownFailures = 5;

export function failureLines(
  failed: readonly FailedRun[],
  runs: number,
  width: number,
  paint: Paint,
): string {
  if (failed.length === 0) return '';
  return [
    paint(
      'bad',
      paragraph(
        `${failed.length} of ${plural(runs, 'run')} failed: ${kindsInWords(failed)}. ${failed.length === 1 ? 'It is' : 'They are'} tried again when the sweep is run again:`,
        width,
        0,
      ),
    ),
    ...failedLines(failed, width),
  ].join('\n');
}

/** Each run with its message, its axes below it; the first few, and how many more. */
export function failedLines(failed: Summary['failed'], width: number): readonly string[] {
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
  return [...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}

function footing({ verdicts, alpha, units, until }: Summary, width: number): string {
  if (verdicts.length === 0) return '';
  const shared = verdicts.some((verdict) => verdict.units < verdict.runs)
    ? ` Runs that share their random numbers are one unit, and count as one in an interval: ${plural(units, 'unit')}.`
    : '';
  return paragraph(
    `${tally(verdicts)}. held: runs that hold / runs judged; vacuous: runs that do not meet every assumption of the ` +
      `claim, and so say nothing of it. ${until ? untilFooting(alpha, verdicts.length, until) : `Statistical level of each verdict: α = ${short(alpha)}.`}${shared}`,
    width,
    0,
  );
}

/** Commands stand whole on their lines, wider than the page where need be: they are made to be copied. */
function next({ out, verdicts, failed }: Summary, onward: Onward): string {
  const refuted = verdicts.find(({ verdict }) => verdict === 'refuted');
  const run = refuted?.violatedBy ?? failed[0]?.run ?? onward.anyRun;
  const puzzling = refuted ?? verdicts.find(({ verdict }) => verdict !== 'supported') ?? verdicts[0];
  const commands = [
    commandLine('table', out),
    ...(run ? [replay(run, out, ...(onward.dumps ? ['--dump', 'run'] : []))] : []),
    ...(failed.length > 0 ? [commandLine('retry', out, '--failed')] : []),
    ...(onward.explains && puzzling ? [commandLine('explain', puzzling.claim)] : []),
    ...onward.commands,
  ];
  return [`The results lie in ${out}`, 'Next:', ...commands.map((command) => `  ${command}`)].join('\n');
}
