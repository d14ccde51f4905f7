/** `--claims PATTERN`: globs over claims, by id, by name (the part after the slash) or by paper (the part before). */
import { BadInput } from '@marginalia/core';
import { commandLine } from './command-line.js';

/** The paper of a claim: what its id begins with. */
export const paperOf = (id: string): string => id.slice(0, Math.max(0, id.indexOf('/')));
export const nameOf = (id: string): string => id.slice(id.indexOf('/') + 1);

const called = (id: string): readonly string[] => [id, nameOf(id), paperOf(id)];

/** `*` stands for any letters; everything else for itself. */
const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.*')}$`,
  );

/**
 * The ids that some pattern means, in the order given. Several patterns stand between commas.
 * Throws BadInput for a pattern that means none, with what may have been meant.
 */
export async function claimsCalled(
  patterns: readonly string[],
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const words = patterns.flatMap((pattern) => pattern.split(',')).map((word) => word.trim());
  const found = new Set<string>();
  for (const word of words) {
    const expression = glob(word);
    const meant = word === '' ? [] : ids.filter((id) => called(id).some((name) => expression.test(name)));
    if (meant.length === 0) throw await unknownPattern(word, ids);
    for (const id of meant) found.add(id);
  }
  return found;
}

async function unknownPattern(word: string, ids: readonly string[]): Promise<BadInput> {
  const { nearest } = await import('@marginalia/sweep');
  const part = word.replaceAll('*', '').toLowerCase();
  // A word that stands inside an id wants its asterisks; a misspelt one the name next to it.
  const near =
    part !== '' && ids.some((id) => id.includes(part))
      ? `*${part}*`
      : (nearest(
          word,
          ids.flatMap((id) => called(id).filter(Boolean)),
        ) ?? nearest(nameOf(word), ids.map(nameOf)));
  return new BadInput({
    expected: '--claims to name a claim, a paper, or a pattern of them such as li-pan-lyu-li-2025/*radius*',
    got: JSON.stringify(word),
    try: near === undefined ? commandLine('list', 'claims') : commandLine('check', '--claims', near),
  });
}
