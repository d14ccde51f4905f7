/** Runs that failed, by how they did: as they fail, and when all has ended. */
import type { FailureKind, JournalRecord } from '@marginalia/sweep';
import { cut } from './wrap.js';

const words: Readonly<Record<FailureKind, string>> = {
  'timed-out': 'timed out',
  'out-of-memory': 'out of memory',
  exited: 'exited',
  threw: 'threw',
};

const inWords = (kind: string): string => (Object.hasOwn(words, kind) ? words[kind as FailureKind] : kind);

interface Failed {
  readonly kind: string;
  readonly message: string;
}

/** `2 timed out (no result within 30 s), 1 out of memory (more than 2 GB of resident memory)`: most first. */
export function kindsInWords(failed: readonly Failed[]): string {
  const kinds = new Map<string, Failed[]>();
  for (const one of failed) kinds.set(one.kind, [...(kinds.get(one.kind) ?? []), one]);
  return [...kinds]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([kind, alike]) => {
      const messages = new Set(alike.map(({ message }) => firstLine(message)));
      const [only] = messages;
      return `${alike.length} ${inWords(kind)}${messages.size === 1 && only ? ` (${cut(only, 60)})` : ''}`;
    })
    .join(', ');
}

/** Says the first failure of each kind, and no other: hundreds alike are counted by the line of progress. */
export function firstOfEachKind(say: (line: string) => void): (record: JournalRecord) => void {
  const said = new Set<string>();
  return ({ id, outcome }) => {
    if (outcome.kind !== 'failed' || said.has(outcome.failure.kind)) return;
    const { kind, message } = outcome.failure;
    said.add(kind);
    say(
      `a run failed, ${inWords(kind)}: ${cut(firstLine(message), 80)} (run ${id.slice(0, 10)}; more of the kind are only counted)`,
    );
  };
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';
