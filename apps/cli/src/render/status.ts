/** How folders stand, for a person. */
import type { SeenSession, Status } from '@marginalia/sweep';
import { commandLine } from '../command-line.js';
import { runCommand } from '../sweep/run-command.js';
import { type Column, figureTable } from './figure-table.js';
import { plural } from './number.js';
import { ago, span } from './span.js';
import type { Paint } from './terminal.js';
import { pairs, paragraph } from './wrap.js';

/** A folder and how it stands, or why that cannot be said. */
export type Standing =
  | { readonly kind: 'stands'; readonly out: string; readonly status: Status }
  | { readonly kind: 'unreadable'; readonly out: string; readonly why: string };

export const failedIn = ({ failed }: Status): number =>
  Object.values(failed).reduce((sum: number, count) => sum + count, 0);

/** `2 timed-out, 1 threw`. */
const failuresInWords = ({ failed }: Status): string =>
  Object.entries(failed)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');

export type State = 'running' | 'silent' | 'complete' | 'stopped' | 'not begun' | 'unknown';

/**
 * `running`: a process is at it. `silent`: one was, on another machine, that has not been heard of for a minute. `unknown`:
 * nobody is at it, and the folder does not say how much is planned.
 */
export function stateOf(status: Status): State {
  const { sessions, writers, remaining, measured } = status;
  if (sessions.some(({ lives }) => lives === 'yes')) return 'running';
  if (writers > 0 || sessions.some(({ lives }) => lives === 'unknown')) return 'silent';
  if (remaining === undefined) return 'unknown';
  if (remaining + failedIn(status) === 0) return 'complete';
  return measured + failedIn(status) === 0 ? 'not begun' : 'stopped';
}

const stateInWords: Readonly<Record<State, string>> = {
  running: 'running',
  silent: 'a process on another machine was at it, and has not been heard of for a while',
  complete: 'complete',
  stopped: 'no process is at it',
  'not begun': 'not begun',
  unknown: 'no process is at it',
};

/** What to type next; undefined while a process is at it. */
export function nextOf(out: string, status: Status): string | undefined {
  const { identity, remaining } = status;
  switch (stateOf(status)) {
    case 'running':
      return undefined;
    case 'complete':
      return commandLine('table', out);
    default:
      return failedIn(status) > 0 && remaining === 0
        ? commandLine('retry', out, '--failed')
        : runCommand(identity.reference, identity, { out });
  }
}

/** One folder, in full. */
export function statusReport(out: string, status: Status, width: number, paint: Paint): string {
  const { identity, planned, measured, remaining, setAside, torn, corrupted, conflicts, quietMs } = status;
  const { sweep, preset } = identity;
  const failed = failedIn(status);
  const state = stateOf(status);
  const next = nextOf(out, status);
  const rows: (readonly [string, string])[] = [
    ['state', stateInWords[state]],
    ['planned', planned === undefined ? 'not known: a folder of an older version' : plural(planned, 'run')],
    ['measured', planned ? `${measured} (${percent(measured, planned)})` : String(measured)],
    ...(failed > 0 ? [['failed', `${failed}: ${failuresInWords(status)}`] as const] : []),
    ...(remaining === undefined ? [] : [['remaining', String(remaining)] as const]),
    ...status.sessions.map((session) => ['process', sessionInWords(session)] as const),
    ['last activity', quietMs === undefined ? 'none' : ago(quietMs)],
    ...(torn > 0
      ? [
          [
            'torn',
            `${plural(torn, 'file')} ${torn === 1 ? 'ends' : 'end'} in part of a line: ` +
              (state === 'running'
                ? 'a process may be at it'
                : 'cut off at the next start, and computed again'),
          ] as const,
        ]
      : []),
    ...(corrupted > 0 ? [['damaged', `${plural(corrupted, 'line')}, never used`] as const] : []),
    ...(conflicts ? [['conflicts', `${plural(conflicts.runs, 'run')}: ${conflicts.first}`] as const] : []),
    ...(setAside > 0
      ? [['beside', `${plural(setAside, 'run')} of other values, code or seed`] as const]
      : []),
  ];
  return [
    paint('strong', `${sweep} (${preset}) in ${out}`),
    pairs(rows, width, 0),
    ...(next === undefined ? [] : [`Next:\n  ${next}`]),
  ].join('\n\n');
}

function sessionInWords({ pid, host, lives, silentMs, threads, progress }: SeenSession): string {
  const { done, total, failed, remainingMs } = progress;
  const who = `${pid} on ${host}`;
  if (lives === 'no') return `${who}, gone before its end (${done} of ${total} runs when last heard of)`;
  return [
    `${who}, ${plural(threads, 'thread')}`,
    `${done} of ${plural(total, 'run')}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(remainingMs !== undefined && done < total ? [`about ${span(remainingMs)} left`] : []),
    ...(lives === 'unknown' ? [`silent for ${span(silentMs)}: it may be gone`] : []),
  ].join(', ');
}

const percent = (part: number, whole: number): string => {
  if (part === whole) return '100 %';
  const share = Math.min(99.9, (100 * part) / whole);
  return `${share.toFixed(share < 10 || share > 99 ? 1 : 0)} %`;
};

/** Several folders, a row each. */
export function statusTable(standings: readonly Standing[], width: number, paint: Paint): string {
  const of =
    (cell: (status: Status) => string) =>
    (standing: Standing): string =>
      standing.kind === 'stands' ? cell(standing.status) : '';
  const columns: readonly Column<Standing>[] = [
    {
      head: 'measured',
      side: 'right',
      cell: of(({ measured, planned }) => (planned === undefined ? `${measured}` : `${measured}/${planned}`)),
    },
    { head: 'failed', side: 'right', cell: of((status) => String(failedIn(status))) },
    {
      head: 'remaining',
      side: 'right',
      cell: of(({ remaining }) => (remaining === undefined ? '–' : String(remaining))),
    },
    {
      head: 'state',
      side: 'left',
      cell: (standing) => (standing.kind === 'stands' ? stateOf(standing.status) : 'unreadable'),
      tone: (standing) =>
        standing.kind === 'unreadable' ? 'bad' : stateOf(standing.status) === 'complete' ? 'good' : undefined,
    },
    {
      head: 'last activity',
      side: 'right',
      cell: of(({ quietMs }) => (quietMs === undefined ? 'none' : ago(quietMs))),
    },
  ];
  const table = figureTable(standings, { of: 'folder', title: ({ out }) => out, columns }, width, paint);
  const notes = standings.flatMap((standing) => {
    if (standing.kind === 'unreadable') return [`${standing.out}: ${standing.why}`];
    const { conflicts, torn, corrupted } = standing.status;
    return [
      ...(conflicts
        ? [`${standing.out}: ${plural(conflicts.runs, 'run')} in conflict: ${conflicts.first}`]
        : []),
      ...(torn > 0 ? [`${standing.out}: ${plural(torn, 'file')} torn at the end`] : []),
      ...(corrupted > 0 ? [`${standing.out}: ${plural(corrupted, 'line')} damaged, never used`] : []),
    ];
  });
  return [
    table,
    ...(notes.length > 0 ? [notes.map((note) => paragraph(note, width, 0)).join('\n')] : []),
    `One of them in full:\n  ${commandLine('status', standings[0]?.out ?? 'results')}`,
  ].join('\n\n');
}
