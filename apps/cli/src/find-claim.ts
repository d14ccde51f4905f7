/** The claim that a word means: its id, or the part after the slash where only one claim has it. */
import { BadInput } from '@marginalia/core';
import type { Claim } from '@marginalia/theory';
import { commandLine } from './command-line.js';

const tail = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

export async function findClaim(word: string, claims: readonly Claim[]): Promise<Claim> {
  const exact = claims.find(({ id }) => id === word);
  if (exact) return exact;
  const named = claims.filter(({ id }) => tail(id) === word);
  if (named.length === 1) return named[0] as Claim;
  if (named.length > 1) {
    const ids = named.map(({ id }) => id);
    throw new BadInput({
      expected: `one claim (${ids.join(', ')})`,
      got: JSON.stringify(word),
      try: commandLine('explain', ids[0] as string),
    });
  }
  const { nearest } = await import('@marginalia/sweep');
  const tails = claims.map(({ id }) => tail(id));
  const near =
    nearest(
      word,
      claims.flatMap(({ id }) => [id, tail(id)]),
    ) ??
    nearest(tail(word), tails) ??
    sharingMost(tail(word), tails);
  throw new BadInput({
    expected: 'a claim',
    got: JSON.stringify(word),
    try: near ? commandLine('explain', near) : commandLine('list', 'claims'),
  });
}

/** The id that shares most of the words between hyphens; the first of several; undefined when none shares any. */
function sharingMost(word: string, ids: readonly string[]): string | undefined {
  const words = new Set(word.toLowerCase().split('-'));
  const shared = (id: string): number => id.split('-').filter((part) => words.has(part)).length;
  const most = Math.max(0, ...ids.map(shared));
  return most > 0 ? ids.find((id) => shared(id) === most) : undefined;
}
